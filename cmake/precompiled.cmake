# Models, and their training, compiled once for the many executables of this build that use them: most of the time of
# each, and the only part that is worth optimizing in a build for every day. With the options of this build only, on
# which depends what Eigen aligns; hence neither installed nor exported.
function(add_precompiled target source)
    add_library(${target} STATIC EXCLUDE_FROM_ALL ${CMAKE_CURRENT_FUNCTION_LIST_DIR}/precompiled/${source})
    target_link_libraries(
        ${target} PUBLIC tinynet $<TARGET_NAME_IF_EXISTS:nlohmann_json::nlohmann_json> PRIVATE tinynet.warnings
    )
    target_compile_definitions(${target} INTERFACE TINYNET_LINKS_PRECOMPILED)
    set_target_properties(
        ${target} PROPERTIES UNITY_BUILD OFF POSITION_INDEPENDENT_CODE ON CXX_VISIBILITY_PRESET hidden
                             VISIBILITY_INLINES_HIDDEN ON
    )
    target_compile_options(${target} PRIVATE $<$<CONFIG:RelWithDebInfo>:-O2>)
endfunction()

add_precompiled(tinynet.precompiled_models models.cpp)
add_precompiled(tinynet.precompiled training.cpp)
target_link_libraries(tinynet.precompiled PUBLIC tinynet.precompiled_models)
