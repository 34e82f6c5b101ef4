! SPDX-License-Identifier: MIT

!> Energy and forces from Fortran: one cell of BaTiO3 with an energy model.
!>
!>     gfortran tinynet.f90 energy.f90 -L FOLDER -ltinynet_c -Wl,-rpath,FOLDER -o fortran_energy
!>     ./fortran_energy MODEL
program energy_of_cell
    use, intrinsic :: iso_c_binding
    use tinynet
    implicit none

    real(c_double), parameter :: side = 4.005_c_double, half = side / 2 ! Angstrom
    real(c_double) :: cell(3, 3) = 0, positions(3, 5), energy, forces(3, 5), virial(3, 3)
    character(len=4096) :: path
    type(tinynet_error) :: error
    type(c_ptr) :: model
    integer :: i, status

    call get_command_argument(1, path)
    model = tinynet_load(trim(path) // c_null_char, error)
    if (.not. c_associated(model)) then
        print '(a)', sentence(error)
        stop 1
    end if
    do i = 1, 3
        cell(i, i) = side
    end do
    positions(:, 1) = 0 ! Ba
    positions(:, 2) = [half, half, half + 0.1_c_double] ! Ti
    positions(:, 3) = [half, half, 0.0_c_double] ! O
    positions(:, 4) = [half, 0.0_c_double, half]
    positions(:, 5) = [0.0_c_double, half, half]
    status = tinynet_evaluate_cell(model, 5_c_int64_t, positions, [56, 22, 8, 8, 8], cell, [1, 1, 1], energy, forces, virial, &
                                   error)
    if (status /= tinynet_ok) then
        print '(a)', sentence(error)
        stop 1
    end if
    print '(f0.12, a)', energy, ' eV'
    print '(3(f0.12, 1x), a)', (forces(:, i), 'eV/A', i = 1, 5)
    call tinynet_free(model)
end program
