# Fails when README.md does not show the part of example 05 that is marked for it.
# cmake -D ROOT=<checkout> -P tests/check_readme.cmake
cmake_minimum_required(VERSION 3.23)

file(READ ${ROOT}/examples/05_your_own_loop.cpp example)
file(READ ${ROOT}/README.md readme)
string(FIND "${example}" "// [engine\n" begin)
string(FIND "${example}" "// engine]" end)
math(EXPR begin "${begin} + 11")
math(EXPR length "${end} - ${begin}")
if(length LESS 1)
    message(FATAL_ERROR "examples/05_your_own_loop.cpp: expected the lines '// [engine' and '// engine]'")
endif()
string(SUBSTRING "${example}" ${begin} ${length} shown)
string(FIND "${readme}" "${shown}" place)
if(place EQUAL -1)
    message(FATAL_ERROR "README.md: expected what stands between '// [engine' and '// engine]' in examples/05_your_own_loop.cpp")
endif()
