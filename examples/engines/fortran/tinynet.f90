! SPDX-License-Identifier: MIT

!> What include/tinynet/tinynet.h declares, for Fortran 2003; there stand units and meanings.
module tinynet
    use, intrinsic :: iso_c_binding, only: c_char, c_double, c_int, c_int32_t, c_int64_t, c_null_char, c_ptr
    implicit none

    integer(c_int), parameter :: tinynet_ok = 0

    !> What went wrong.
    type, bind(c) :: tinynet_error
        integer(c_int32_t) :: status
        character(kind=c_char) :: message(512)
    end type

    !> Full neighbor lists: addresses (c_loc) of integer(c_size_t) :: first(n_local + 1), the first one 0, and of
    !> integer(c_int32_t) :: atoms(:), in which atoms count from 0.
    type, bind(c) :: tinynet_neighbors
        type(c_ptr) :: first
        type(c_ptr) :: atoms
    end type

    interface
        !> A null pointer on error. The path ends with c_null_char.
        function tinynet_load(path, error) result(model) bind(c)
            import :: c_char, c_ptr, tinynet_error
            character(kind=c_char), intent(in) :: path(*)
            type(tinynet_error), intent(out) :: error
            type(c_ptr) :: model
        end function

        function tinynet_share(model, error) result(other) bind(c)
            import :: c_ptr, tinynet_error
            type(c_ptr), value :: model
            type(tinynet_error), intent(out) :: error
            type(c_ptr) :: other
        end function

        subroutine tinynet_free(model) bind(c)
            import :: c_ptr
            type(c_ptr), value :: model
        end subroutine

        function tinynet_cutoff(model) result(cutoff) bind(c)
            import :: c_double, c_ptr
            type(c_ptr), value :: model
            real(c_double) :: cutoff
        end function

        !> Number of species that the model knows; writes the first `room` of their atomic numbers.
        function tinynet_species(model, room, atomic_numbers) result(count) bind(c)
            import :: c_int32_t, c_ptr
            type(c_ptr), value :: model
            integer(c_int32_t), value :: room
            integer(c_int32_t), intent(inout) :: atomic_numbers(room)
            integer(c_int32_t) :: count
        end function

        !> `neighbors` is c_null_ptr, or c_loc of a tinynet_neighbors.
        function tinynet_evaluate(model, n_local, n_all, positions, atomic_numbers, neighbors, energy, forces, virial, error) &
            result(status) bind(c)
            import :: c_double, c_int, c_int32_t, c_int64_t, c_ptr, tinynet_error
            type(c_ptr), value :: model
            integer(c_int64_t), value :: n_local, n_all
            real(c_double), intent(in) :: positions(3, n_all)
            integer(c_int32_t), intent(in) :: atomic_numbers(n_all)
            type(c_ptr), value :: neighbors
            real(c_double), intent(out) :: energy, forces(3, n_all), virial(3, 3)
            type(tinynet_error), intent(out) :: error
            integer(c_int) :: status
        end function

        !> Columns of `cell` are lattice vectors; `virial` is symmetric.
        function tinynet_evaluate_cell(model, n, positions, atomic_numbers, cell, periodic, energy, forces, virial, error) &
            result(status) bind(c)
            import :: c_double, c_int, c_int32_t, c_int64_t, c_ptr, tinynet_error
            type(c_ptr), value :: model
            integer(c_int64_t), value :: n
            real(c_double), intent(in) :: positions(3, n), cell(3, 3)
            integer(c_int32_t), intent(in) :: atomic_numbers(n), periodic(3)
            real(c_double), intent(out) :: energy, forces(3, n), virial(3, 3)
            type(tinynet_error), intent(out) :: error
            integer(c_int) :: status
        end function

        !> An address for c_f_pointer: real(c_double) of the local atoms in the last call, until the next one. A null pointer
        !> before the first call and after one that failed.
        function tinynet_atomic_energies(model) result(energies) bind(c)
            import :: c_ptr
            type(c_ptr), value :: model
            type(c_ptr) :: energies
        end function
    end interface

contains

    !> The sentence of an error.
    function sentence(error) result(text)
        type(tinynet_error), intent(in) :: error
        character(len=:), allocatable :: text
        integer :: k
        text = ''
        do k = 1, size(error%message)
            if (error%message(k) == c_null_char) exit
            text = text // error%message(k)
        end do
    end function
end module
