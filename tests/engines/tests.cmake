# Every engine whose programs are present; .ci/run installs them.
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

add_engine_test(ipi ${Python3_EXECUTABLE})
if(TINYNET_PYTHON_WITH_NUMPY)
    add_engine_test(interop ${TINYNET_PYTHON_WITH_NUMPY})
endif()
if(TINYNET_PYTHON_WITH_ASE)
    add_engine_test(ase ${TINYNET_PYTHON_WITH_ASE})
endif()

if(TARGET tinynet_c)
    add_engine_test(c_interface ${Python3_EXECUTABLE} $<TARGET_FILE:tinynet_c> $<TARGET_FILE:tinynet.example.c>)
endif()

# Runs the commands of a section on LAMMPS in docs/md_engines.md, in a copy of the checkout that these sections share.
set(page ${engine_scratch}/page)
function(add_page_test name section)
    add_test(NAME engines.page.${name} COMMAND ${Python3_EXECUTABLE} ${engines}/page_test.py ${PROJECT_SOURCE_DIR}
                                               ${page} ${section} ${CMAKE_GENERATOR}
    )
    set_tests_properties(engines.page.${name} PROPERTIES LABELS engines COST 50 ${ARGN})
endfunction()

add_test(NAME engines.page.clean COMMAND ${CMAKE_COMMAND} -E rm -rf ${page})
set_tests_properties(engines.page.clean PROPERTIES LABELS engines FIXTURES_SETUP page)
add_page_test(library "Before LAMMPS" FIXTURES_REQUIRED page FIXTURES_SETUP page_library)

find_program(TINYNET_LAMMPS lmp)
find_program(TINYNET_MPIRUN mpirun)
find_package(KIM-API-ITEMS 2.2 QUIET CONFIG)
if(TINYNET_LAMMPS AND TINYNET_MPIRUN AND KIM-API-ITEMS_FOUND)
    add_page_test(kim "LAMMPS through the KIM-API" FIXTURES_REQUIRED page_library FIXTURES_SETUP page_kim)
    add_engine_test(kim ${Python3_EXECUTABLE} ${page}/build/kim_drivers/tinynet_model_driver)
    set_tests_properties(engines.kim PROPERTIES FIXTURES_REQUIRED page_kim)
endif()

# Not FindMPI, which ends the configuration where Open MPI's programs are installed without its headers.
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND AND TINYNET_MPIRUN)
    pkg_check_modules(lammps_over_mpi QUIET liblammps ompi-cxx)
endif()
if(lammps_over_mpi_FOUND)
    add_page_test(fix_external "LAMMPS through fix external" FIXTURES_REQUIRED page_library FIXTURES_SETUP page_fix_external)
    add_engine_test(fix_external ${Python3_EXECUTABLE} ${page}/build/lammps/tinynet_lammps)
    set_tests_properties(engines.fix_external PROPERTIES FIXTURES_REQUIRED page_fix_external)
endif()
