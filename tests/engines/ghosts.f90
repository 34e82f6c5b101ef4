! SPDX-License-Identifier: MIT

!> The cell of energy.f90 with its images as ghosts, by a second handle on the model, without and with neighbor lists:
!> prints how far energy, forces and virial are from those of the periodic cell, and the energies of atoms from their sum.
program ghosts
    use, intrinsic :: iso_c_binding
    use tinynet
    implicit none

    integer, parameter :: n = 5, reach = 3, n_all = n * (2 * reach + 1)**3
    real(c_double), parameter :: side = 4.005_c_double, half = side / 2 ! Angstrom
    integer(c_int32_t), parameter :: kinds(n) = [56, 22, 8, 8, 8]
    real(c_double) :: cell(3, 3) = 0, positions(3, n_all), energy, forces(3, n), virial(3, 3)
    real(c_double) :: ghost_energy, ghost_forces(3, n_all), ghost_virial(3, 3), folded(3, n)
    real(c_double), pointer :: atomic_energies(:)
    integer(c_int32_t) :: atomic_numbers(n_all), known(3), count_of_known
    integer(c_size_t), target :: first(n + 1)
    integer(c_int32_t), allocatable, target :: atoms(:)
    type(tinynet_neighbors), target :: lists
    type(tinynet_error) :: error
    type(c_ptr) :: model, other, given
    character(len=4096) :: path
    integer :: i, j, k, l, a, pass

    call get_command_argument(1, path)
    model = tinynet_load(trim(path) // c_null_char, error)
    if (.not. c_associated(model)) error stop 'the model was not loaded'
    if (tinynet_cutoff(model) > reach * side) error stop 'the images do not fill the cutoff'
    do i = 1, 3
        cell(i, i) = side
    end do
    positions(:, 1) = 0
    positions(:, 2) = [half, half, half + 0.1_c_double]
    positions(:, 3) = [half, half, 0.0_c_double]
    positions(:, 4) = [half, 0.0_c_double, half]
    positions(:, 5) = [0.0_c_double, half, half]
    call stop_at(tinynet_evaluate_cell(model, int(n, c_int64_t), positions(:, 1:n), kinds, cell, [1, 1, 1], energy, forces, &
                                       virial, error))
    a = n
    do i = -reach, reach
        do j = -reach, reach
            do k = -reach, reach
                if (i == 0 .and. j == 0 .and. k == 0) cycle
                do l = 1, n
                    positions(:, a + l) = positions(:, l) + side * [i, j, k]
                end do
                a = a + n
            end do
        end do
    end do
    atomic_numbers = [(kinds(1 + mod(a, n)), a = 0, n_all - 1)]
    first(1) = 0
    allocate (atoms(0))
    do i = 1, n
        atoms = [atoms, pack([(int(a - 1, c_int32_t), a = 1, n_all)], &
                             [(a /= i .and. norm2(positions(:, a) - positions(:, i)) <= tinynet_cutoff(model), a = 1, n_all)])]
        first(i + 1) = size(atoms)
    end do
    lists%first = c_loc(first)
    lists%atoms = c_loc(atoms)
    other = tinynet_share(model, error)
    if (.not. c_associated(other)) error stop 'the model was not shared'
    call tinynet_free(model)
    count_of_known = tinynet_species(other, 3, known)
    if (count_of_known /= 3 .or. any(known /= [8, 22, 56])) error stop 'the species are not O, Ti, Ba'
    if (c_associated(tinynet_atomic_energies(other))) error stop 'there are energies of atoms before a call'
    do pass = 1, 2
        given = c_null_ptr
        if (pass == 2) given = c_loc(lists)
        call stop_at(tinynet_evaluate(other, int(n, c_int64_t), int(n_all, c_int64_t), positions, atomic_numbers, given, &
                                      ghost_energy, ghost_forces, ghost_virial, error))
        call c_f_pointer(tinynet_atomic_energies(other), atomic_energies, [n])
        folded = sum(reshape(ghost_forces, [3, n, n_all / n]), 3)
        print '(4es12.3)', abs(ghost_energy - energy), maxval(abs(folded - forces)), maxval(abs(ghost_virial - virial)), &
            abs(sum(atomic_energies) - energy)
    end do
    call tinynet_free(other)

contains

    subroutine stop_at(status)
        integer(c_int), intent(in) :: status
        if (status /= tinynet_ok) then
            print '(a)', sentence(error)
            error stop 1
        end if
    end subroutine
end program
