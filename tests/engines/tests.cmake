# Every engine whose programs are present; .ci/run installs them and requires all.
option(TINYNET_REQUIRE_ENGINES "Refuse to leave out tests of engines whose programs are missing" OFF)
set(engines ${CMAKE_CURRENT_SOURCE_DIR}/engines)
set(engine_scratch ${CMAKE_CURRENT_BINARY_DIR}/engines)

# Runs NAME_test.py by an interpreter.
function(add_engine_test name python)
    add_test(NAME engines.${name} COMMAND ${python} ${engines}/${name}_test.py
                                          $<TARGET_FILE:tinynet.program> ${PROJECT_SOURCE_DIR} ${ARGN}
                                          ${engine_scratch}/${name}
    )
    set_tests_properties(engines.${name} PROPERTIES LABELS engines)
endfunction()

# Notes a package of Debian that is missing unless a variable is true.
macro(requires package variable)
    if(NOT ${variable})
        list(APPEND missing_engines "${package}")
    endif()
endmacro()

# Not every interpreter on a machine has Debian's packages: the first one that imports a module.
function(imports_module result program)
    execute_process(COMMAND ${program} -c "import ${module}" RESULT_VARIABLE missing OUTPUT_QUIET ERROR_QUIET)
    if(missing)
        set(${result} FALSE PARENT_SCOPE)
    endif()
endfunction()

set(module numpy)
find_program(TINYNET_PYTHON_WITH_NUMPY python3 VALIDATOR imports_module)
set(module ase)
find_program(TINYNET_PYTHON_WITH_ASE python3 VALIDATOR imports_module)

requires(python3-numpy TINYNET_PYTHON_WITH_NUMPY)
requires(python3-ase TINYNET_PYTHON_WITH_ASE)

add_engine_test(ipi ${Python3_EXECUTABLE})
if(TINYNET_PYTHON_WITH_NUMPY)
    add_engine_test(interop ${TINYNET_PYTHON_WITH_NUMPY})
endif()
if(TINYNET_PYTHON_WITH_ASE)
    add_engine_test(ase ${TINYNET_PYTHON_WITH_ASE} $<$<TARGET_EXISTS:tinynet_c>:$<TARGET_FILE:tinynet_c>>)
endif()

find_program(TINYNET_GFORTRAN gfortran)
requires(gfortran TINYNET_GFORTRAN)
requires("the C interface (TINYNET_BUILD_C_INTERFACE)" TINYNET_BUILD_C_INTERFACE)
if(TARGET tinynet_c)
    set(fortran ${TINYNET_GFORTRAN})
    if(NOT TINYNET_GFORTRAN)
        set(fortran)
    endif()
    add_engine_test(
        c_interface ${Python3_EXECUTABLE} $<TARGET_FILE:tinynet_c> $<TARGET_FILE:tinynet.example.c> ${fortran}
    )
endif()

# Runs what stands in a section of docs/md_engines.md, in a copy of the checkout that the sections share: its commands
# by a generator, or its Python by an interpreter with the program.
set(page ${engine_scratch}/page)
function(add_page_test name section tools)
    add_test(NAME engines.page.${name} COMMAND ${Python3_EXECUTABLE} ${engines}/page_test.py ${PROJECT_SOURCE_DIR}
                                               ${page} ${section} ${tools}
    )
    set_tests_properties(engines.page.${name} PROPERTIES LABELS engines COST 50 ${ARGN})
endfunction()

add_test(NAME engines.page.clean COMMAND ${CMAKE_COMMAND} -E rm -rf ${page})
set_tests_properties(engines.page.clean PROPERTIES LABELS engines FIXTURES_SETUP page)
set(program build/program/bin/tinynet=$<TARGET_FILE:tinynet.program>)
add_page_test(library "Before LAMMPS" ${CMAKE_GENERATOR} FIXTURES_REQUIRED page FIXTURES_SETUP page_library)
if(TINYNET_PYTHON_WITH_ASE)
    add_page_test(other_codes "From other codes" ${TINYNET_PYTHON_WITH_ASE} FIXTURES_REQUIRED page_library)
    add_page_test(
        ase "ASE and i-PI" "${TINYNET_PYTHON_WITH_ASE};${program}" FIXTURES_REQUIRED page_library RESOURCE_LOCK ase_socket
    )
    set_tests_properties(engines.ase PROPERTIES RESOURCE_LOCK ase_socket)
endif()

if(TARGET tinynet_c)
    add_page_test(
        c_library "C, Fortran, Python" ${CMAKE_GENERATOR} FIXTURES_REQUIRED page_library FIXTURES_SETUP page_c
    )
    add_page_test(c "C, Fortran, Python" ${Python3_EXECUTABLE} FIXTURES_REQUIRED page_c)
    if(TINYNET_PYTHON_WITH_ASE)
        add_page_test(ase_in_one_process "ASE in one process" ${TINYNET_PYTHON_WITH_ASE} FIXTURES_REQUIRED page_c)
    endif()
endif()

find_program(TINYNET_LAMMPS lmp)
find_program(TINYNET_MPIRUN mpirun)
find_package(KIM-API-ITEMS 2.2 QUIET CONFIG)
requires(lammps TINYNET_LAMMPS)
requires(openmpi-bin TINYNET_MPIRUN)
requires(libkim-api-dev KIM-API-ITEMS_FOUND)
if(TINYNET_LAMMPS AND TINYNET_MPIRUN AND KIM-API-ITEMS_FOUND)
    add_page_test(
        kim "LAMMPS through the KIM-API" ${CMAKE_GENERATOR} FIXTURES_REQUIRED page_library FIXTURES_SETUP page_kim
    )
    add_engine_test(kim ${Python3_EXECUTABLE} ${page}/build/kim_drivers/tinynet_model_driver)
    set_tests_properties(engines.kim PROPERTIES FIXTURES_REQUIRED page_kim)
endif()

# Not FindMPI, which ends the configuration where Open MPI's programs are installed without its headers.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND AND TINYNET_MPIRUN)
    pkg_check_modules(lammps_over_mpi QUIET liblammps ompi-cxx)
endif()
requires("liblammps-dev, libopenmpi-dev, pkg-config" lammps_over_mpi_FOUND)
if(lammps_over_mpi_FOUND)
    add_page_test(
        fix_external "LAMMPS through fix external" "${CMAKE_GENERATOR};${program}" FIXTURES_REQUIRED page_library
        FIXTURES_SETUP page_fix_external
    )
    add_engine_test(fix_external ${Python3_EXECUTABLE} ${page}/build/lammps/tinynet_lammps)
    set_tests_properties(engines.fix_external PROPERTIES FIXTURES_REQUIRED page_fix_external)
endif()

if(TINYNET_REQUIRE_ENGINES AND missing_engines)
    list(JOIN missing_engines "\n  " lines)
    message(FATAL_ERROR "TINYNET_REQUIRE_ENGINES is on; missing are\n  ${lines}")
endif()

# With the KIM-API hidden, a configuration that requires everything must fail and name it.
add_test(NAME engines.absence_is_noticed
         COMMAND ${CMAKE_COMMAND} -S ${PROJECT_SOURCE_DIR} -B ${engine_scratch}/absence -G ${CMAKE_GENERATOR} -D
                 CMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER} -D TINYNET_REQUIRE_ENGINES=ON -D
                 CMAKE_DISABLE_FIND_PACKAGE_KIM-API-ITEMS=ON
)
set_tests_properties(engines.absence_is_noticed PROPERTIES LABELS engines PASS_REGULAR_EXPRESSION "missing are.*libkim-api-dev")
