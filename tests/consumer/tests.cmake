# Every way in which another project may take in tinynet, tried with two translation units that are linked.
set(consumer ${CMAKE_CURRENT_SOURCE_DIR}/consumer)
set(scratch ${CMAKE_CURRENT_BINARY_DIR}/consumer)
set(stage ${scratch}/stage)
get_target_property(eigen_directories Eigen3::Eigen INTERFACE_INCLUDE_DIRECTORIES)
list(GET eigen_directories 0 eigen)

add_test(NAME consumer.stage COMMAND ${CMAKE_COMMAND} -D STAGE=${stage} -D BUILD=${PROJECT_BINARY_DIR} -D
                                     CHECKOUT=${PROJECT_SOURCE_DIR} -P ${consumer}/stage.cmake
)
set_tests_properties(consumer.stage PROPERTIES FIXTURES_SETUP stage LABELS consumer COST 50)

function(add_consumer name)
    add_test(
        NAME consumer.${name}
        COMMAND ${CMAKE_CTEST_COMMAND} --build-and-test ${consumer}/${name} ${scratch}/${name} --build-noclean
                --build-generator ${CMAKE_GENERATOR} --build-options -DCMAKE_CXX_COMPILER=${CMAKE_CXX_COMPILER}
                ${ARGN} --test-command ${scratch}/${name}/consumer
    )
    set_tests_properties(consumer.${name} PROPERTIES LABELS consumer COST 50)
endfunction()

add_consumer(find_package -DCMAKE_PREFIX_PATH=${stage})
set_tests_properties(consumer.find_package PROPERTIES FIXTURES_REQUIRED stage)
if(TARGET tinynet_c)
    add_consumer(c -DCMAKE_PREFIX_PATH=${stage})
    set_tests_properties(consumer.c PROPERTIES FIXTURES_REQUIRED stage LABELS engines)
endif()
add_consumer(fetch_content -DTINYNET_CHECKOUT=${PROJECT_SOURCE_DIR})
find_package(PkgConfig QUIET)
if(PkgConfig_FOUND)
    add_consumer(pkg_config -DPKG_CONFIG_USE_CMAKE_PREFIX_PATH=ON -DCMAKE_PREFIX_PATH=${stage})
    set_tests_properties(consumer.pkg_config PROPERTIES FIXTURES_REQUIRED stage)
endif()
add_test(NAME consumer.copy COMMAND ${CMAKE_COMMAND} -D SCRATCH=${scratch}/copy -D CHECKOUT=${PROJECT_SOURCE_DIR} -D
                                    CXX=${CMAKE_CXX_COMPILER} -D EIGEN=${eigen} -P ${consumer}/copy/build.cmake
)
set_tests_properties(consumer.copy PROPERTIES LABELS consumer COST 50)
