# Runs PROGRAM ARGUMENT; it must succeed and, where the file EXPECTED exists, print its content.
cmake_minimum_required(VERSION 3.23)
execute_process(COMMAND ${PROGRAM} ${ARGUMENT} OUTPUT_VARIABLE output COMMAND_ERROR_IS_FATAL ANY)
if(EXISTS ${EXPECTED})
    file(READ ${EXPECTED} expected)
    if(NOT output STREQUAL expected)
        message(FATAL_ERROR "printed:\n${output}\nexpected:\n${expected}")
    endif()
endif()
