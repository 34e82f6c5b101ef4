# Tries check_layers.cmake on small trees with one violation each.
# cmake -D SCRATCH=<directory> -P tests/check_layers_test.cmake
cmake_minimum_required(VERSION 3.23)

function(write_header path content)
    string(TOUPPER "TINYNET_${path}" guard)
    string(REGEX REPLACE "[/.]" "_" guard ${guard})
    file(WRITE ${SCRATCH}/include/tinynet/${path}
         "// SPDX-License-Identifier: MIT\n#ifndef ${guard}\n#define ${guard}\n${content}\n#endif\n"
    )
endfunction()

function(write_good_tree)
    file(REMOVE_RECURSE ${SCRATCH})
    write_header(types.hpp "#include <Eigen/Core>\n#include <span>")
    write_header(nn/dense.hpp "#include <tinynet/types.hpp>")
    write_header(io/model_file.hpp "#include <tinynet/nn/dense.hpp>\n#include <nlohmann/json.hpp>\n#include <fstream>")
    write_header(graph/boost_graph.hpp "#include <boost/graph/graph_traits.hpp>")
    write_header(training/checkpoint.hpp "#include <tinynet/io/model_file.hpp>")
    write_header(tinynet.hpp "#include <tinynet/nn/dense.hpp>\n#include <tinynet/io/model_file.hpp>
#include <tinynet/training/checkpoint.hpp>"
    )
    foreach(name IN ITEMS nn/dense io/model_file graph/boost_graph training/checkpoint)
        file(WRITE ${SCRATCH}/tests/${name}_test.cpp "")
    endforeach()
endfunction()

function(check expectation)
    execute_process(
        COMMAND ${CMAKE_COMMAND} -D ROOT=${SCRATCH} -P ${CMAKE_CURRENT_LIST_DIR}/check_layers.cmake
        RESULT_VARIABLE status OUTPUT_VARIABLE output ERROR_VARIABLE output
    )
    if(expectation STREQUAL "good" AND NOT status EQUAL 0)
        message(SEND_ERROR "a good tree was refused:\n${output}")
    elseif(NOT expectation STREQUAL "good" AND (status EQUAL 0 OR NOT output MATCHES "${expectation}"))
        message(SEND_ERROR "expected '${expectation}', status ${status}:\n${output}")
    endif()
endfunction()

function(expect message path content)
    write_good_tree()
    write_header(${path} "${content}")
    check("${message}")
endfunction()

write_good_tree()
check(good)
expect("nn/dense.hpp: may not include <tinynet/graph" nn/dense.hpp "#include <tinynet/graph/bond_graph.hpp>")
expect("io/model_file.hpp: may not include <tinynet/training" io/model_file.hpp "#include <tinynet/training/adam.hpp>")
expect("types.hpp: may not include <tinynet/nn" types.hpp "#include <tinynet/nn/dense.hpp>")
expect("nn/dense.hpp: may not include <tinynet/tinynet.hpp>" nn/dense.hpp "#include <tinynet/tinynet.hpp>")
expect("inference.hpp: may not include <tinynet/io" inference.hpp "#include <tinynet/io/model_file.hpp>")
expect("Boost is for graph" nn/dense.hpp "#include <boost/range.hpp>")
expect("is opt-in" tinynet.hpp "#include <tinynet/graph/boost_graph.hpp>")
expect("files are for io" nn/dense.hpp "#include <fstream>")
expect("files are for io" nn/dense.hpp "#include <sys/stat.h>")
expect("printing for examples" io/model_file.hpp "#include <iostream>")
expect("not a dependency" nn/dense.hpp "#include <fmt/format.h>")
expect("unknown module" utilities/strings.hpp "")
expect("io/extxyz.hpp: has no test file tests/io/extxyz_test.cpp" io/extxyz.hpp "")
expect("io/extxyz.hpp: is missing in tinynet.hpp" io/extxyz.hpp "")
string(REPEAT "\n" 401 lines)
expect("40[0-9] lines; 400 are allowed" nn/dense.hpp "${lines}")
expect("prints" nn/dense.hpp "inline void log() { std::cout << 1; }")
expect("includes with quotes" nn/dense.hpp "#include \"types.hpp\"")

write_good_tree()
file(WRITE ${SCRATCH}/include/tinynet/nn/dense.hpp "#pragma once\n")
check("include guard TINYNET_NN_DENSE_HPP")
file(REMOVE_RECURSE ${SCRATCH}/include)
check("no header found")
