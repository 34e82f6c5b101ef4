# Fails when clang-format 14 would change a source.
# cmake -D ROOT=<checkout> -D CLANG_FORMAT=<program> -P tests/check_format.cmake
cmake_minimum_required(VERSION 3.23)

if(NOT CLANG_FORMAT)
    message("skipped: clang-format is not installed")
    return()
endif()
execute_process(COMMAND ${CLANG_FORMAT} --version OUTPUT_VARIABLE version COMMAND_ERROR_IS_FATAL ANY)
if(NOT version MATCHES "version 14[.]")
    message("skipped: other versions than 14 format differently; this is ${version}")
    return()
endif()
file(GLOB_RECURSE sources RELATIVE ${ROOT} ${ROOT}/include/*.h* ${ROOT}/tests/*.[hc]pp ${ROOT}/benchmarks/*.[hc]pp
     ${ROOT}/examples/*.[hc]pp
)
if(NOT sources)
    message(FATAL_ERROR "no source found in ${ROOT}")
endif()
execute_process(
    COMMAND ${CLANG_FORMAT} --dry-run -Werror ${sources} WORKING_DIRECTORY ${ROOT} COMMAND_ERROR_IS_FATAL ANY
)
