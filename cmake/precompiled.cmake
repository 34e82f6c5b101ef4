# The models compiled once for the many executables of this build that use them: half the time of each. With the
# options of this build only, on which depends what Eigen aligns; hence neither installed nor exported.
add_library(tinynet.precompiled STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_LIST_DIR}/precompiled.cpp)
target_link_libraries(
    tinynet.precompiled PUBLIC tinynet $<TARGET_NAME_IF_EXISTS:nlohmann_json::nlohmann_json> PRIVATE tinynet.warnings
)
target_compile_definitions(tinynet.precompiled INTERFACE TINYNET_LINKS_PRECOMPILED)
set_target_properties(
    tinynet.precompiled PROPERTIES POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                                   VISIBILITY_INLINES_HIDDEN ON
)
