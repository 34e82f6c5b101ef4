# Copies include/ into a project that has no build system for it, as an engine would, and compiles there.
cmake_minimum_required(VERSION 3.23)
file(REMOVE_RECURSE ${SCRATCH})
file(COPY ${CHECKOUT}/include DESTINATION ${SCRATCH}/engine)
execute_process(
    COMMAND ${CXX} -std=c++20 -I engine/include -isystem ${EIGEN} ${CMAKE_CURRENT_LIST_DIR}/main.cpp
            ${CMAKE_CURRENT_LIST_DIR}/../second.cpp -o consumer
    WORKING_DIRECTORY ${SCRATCH} COMMAND_ECHO STDOUT COMMAND_ERROR_IS_FATAL ANY
)
execute_process(COMMAND ${SCRATCH}/consumer COMMAND_ERROR_IS_FATAL ANY)
