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

find_program(TINYNET_LAMMPS lmp)
find_program(TINYNET_MPIRUN mpirun)
find_package(KIM-API-ITEMS 2.2 QUIET CONFIG)
if(TINYNET_LAMMPS AND TINYNET_MPIRUN AND KIM-API-ITEMS_FOUND)
    set(driver ${engine_scratch}/kim_drivers/tinynet_model_driver)
    add_test(
        NAME engines.kim_driver
        COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${PROJECT_SOURCE_DIR}/examples/engines/kim/driver ${driver}
                --build-noclean --build-generator ${CMAKE_GENERATOR} --build-options -DCMAKE_PREFIX_PATH=${stage}
                -DCMAKE_CXX_FLAGS=-O1
    )
    set_tests_properties(
        engines.kim_driver PROPERTIES LABELS engines COST 50 FIXTURES_REQUIRED stage FIXTURES_SETUP kim_driver
    )
    add_engine_test(kim ${Python3_EXECUTABLE} ${driver})
    set_tests_properties(engines.kim PROPERTIES FIXTURES_REQUIRED kim_driver)
endif()

find_package(MPI QUIET COMPONENTS CXX)
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND AND MPI_CXX_FOUND AND TINYNET_MPIRUN)
    pkg_check_modules(liblammps QUIET liblammps)
endif()
if(liblammps_FOUND)
    set(build ${engine_scratch}/tinynet_lammps)
    add_test(
        NAME engines.tinynet_lammps
        COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${PROJECT_SOURCE_DIR}/examples/engines/lammps ${build}
                --build-noclean --build-generator ${CMAKE_GENERATOR} --build-options -DCMAKE_PREFIX_PATH=${stage}
                -DCMAKE_BUILD_TYPE=Release -DCMAKE_CXX_FLAGS_RELEASE=-O1
    )
    set_tests_properties(
        engines.tinynet_lammps PROPERTIES LABELS engines COST 50 FIXTURES_REQUIRED stage FIXTURES_SETUP tinynet_lammps
    )
    add_engine_test(fix_external ${Python3_EXECUTABLE} ${build}/tinynet_lammps)
    set_tests_properties(engines.fix_external PROPERTIES FIXTURES_REQUIRED tinynet_lammps)
endif()
