include(CMakePackageConfigHelpers)
include(GNUInstallDirs)
set(package_directory share/cmake/tinynet)

install(TARGETS tinynet EXPORT tinynet FILE_SET HEADERS DESTINATION ${CMAKE_INSTALL_INCLUDEDIR})
install(EXPORT tinynet NAMESPACE tinynet:: FILE tinynet-targets.cmake DESTINATION ${package_directory})
configure_package_config_file(
    cmake/tinynet-config.cmake.in cmake/tinynet-config.cmake INSTALL_DESTINATION ${package_directory}
    NO_SET_AND_CHECK_MACRO
)
write_basic_package_version_file(
    cmake/tinynet-config-version.cmake COMPATIBILITY SameMinorVersion ARCH_INDEPENDENT
)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cmake/tinynet-config.cmake
              ${CMAKE_CURRENT_BINARY_DIR}/cmake/tinynet-config-version.cmake
        DESTINATION ${package_directory}
)

set(pkg_config_requires eigen3)
if(TINYNET_WITH_MODEL_FILES)
    string(APPEND pkg_config_requires ", nlohmann_json")
endif()
cmake_path(APPEND pkg_config_includedir "\${prefix}" "${CMAKE_INSTALL_INCLUDEDIR}") # which may be absolute
configure_file(cmake/tinynet.pc.in cmake/tinynet.pc @ONLY)
install(FILES ${CMAKE_CURRENT_BINARY_DIR}/cmake/tinynet.pc DESTINATION share/pkgconfig)

install(FILES LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR})
if(TARGET tinynet_c)
    install(TARGETS tinynet_c EXPORT tinynet LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
endif()
if(TARGET tinynet.program)
    install(TARGETS tinynet.program RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
endif()
