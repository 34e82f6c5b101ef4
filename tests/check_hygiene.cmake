# Fails on marks of unfinished work, paths of somebody's machine, stray white space and missing license lines.
# cmake -D ROOT=<checkout> -P tests/check_hygiene.cmake
cmake_minimum_required(VERSION 3.23)

file(GLOB_RECURSE sources RELATIVE ${ROOT}
     ${ROOT}/include/*.h* ${ROOT}/tests/*.[hc]pp ${ROOT}/benchmarks/*.[hc]pp ${ROOT}/examples/*.[hc]pp
)
file(GLOB_RECURSE others RELATIVE ${ROOT}
     ${ROOT}/*/CMakeLists.txt ${ROOT}/cmake/* ${ROOT}/tests/*.cmake* ${ROOT}/tests/*.sh ${ROOT}/tests/*.md
     ${ROOT}/examples/*.sh ${ROOT}/examples/*.py ${ROOT}/examples/*.md ${ROOT}/docs/*.md
)
list(FILTER others EXCLUDE REGEX "^build/")
if(NOT sources)
    message(FATAL_ERROR "no source found in ${ROOT}")
endif()

# The brackets keep the patterns from finding themselves.
set(refused_1 "TO[D]O|FIX[M]E|not implemente[d]|placeholde[r]|dumm[y]")
set(refused_2 "/(home|root|tmp)/[a-z]")
set(refused_3 "[ \t]$")
set(reason_1 "unfinished")
set(reason_2 "a path of some machine")
set(reason_3 "white space at the end of a line")
set(violations 0)
foreach(source IN LISTS sources others)
    foreach(rule IN ITEMS 1 2 3)
        file(STRINGS ${ROOT}/${source} lines ENCODING UTF-8 REGEX "${refused_${rule}}")
        if(lines)
            message("${source}: ${reason_${rule}}: ${lines}")
            math(EXPR violations "${violations} + 1")
        endif()
    endforeach()
endforeach()
foreach(source IN LISTS sources)
    file(STRINGS ${ROOT}/${source} first ENCODING UTF-8 LIMIT_COUNT 1)
    if(NOT first STREQUAL "// SPDX-License-Identifier: MIT")
        message("${source}: the first line must be // SPDX-License-Identifier: MIT")
        math(EXPR violations "${violations} + 1")
    endif()
endforeach()
if(violations)
    message(FATAL_ERROR "${violations} violations")
endif()
