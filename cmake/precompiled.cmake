# Models and their training compiled once for the many executables of this build that use them: most of the time of
# each, and the only part that is worth optimizing in a build for every day. With the options of this build only, on
# which depends what Eigen aligns; hence neither installed nor exported.
add_library(
    tinynet.precompiled STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/precompiled/models.cpp
                                                ${CMAKE_CURRENT_LIST_DIR}/precompiled/training.cpp
)
target_link_libraries(
    tinynet.precompiled PUBLIC tinynet $<TARGET_NAME_IF_EXISTS:nlohmann_json::nlohmann_json> PRIVATE tinynet.warnings
)
target_compile_definitions(tinynet.precompiled INTERFACE TINYNET_LINKS_PRECOMPILED)
set_target_properties(
    tinynet.precompiled PROPERTIES UNITY_BUILD OFF POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                   VISIBILITY_INLINES_HIDDEN ON
)
target_compile_options(tinynet.precompiled PRIVATE $<$<CONFIG:RelWithDebInfo>:-O2>)
