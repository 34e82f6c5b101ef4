// SPDX-License-Identifier: MIT
#ifndef TINYNET_VERSION_HPP
#define TINYNET_VERSION_HPP

/// \file
/// The version of the library. CMake reads the three numbers from here.

/// First number of the version.
#define TINYNET_VERSION_MAJOR 0
/// Second number of the version.
#define TINYNET_VERSION_MINOR 1
/// Third number of the version.
#define TINYNET_VERSION_PATCH 0

#define TINYNET_DETAIL_TEXT(number) #number
#define TINYNET_DETAIL_VERSION(major, minor, patch)                                                          \
    TINYNET_DETAIL_TEXT(major) "." TINYNET_DETAIL_TEXT(minor) "." TINYNET_DETAIL_TEXT(patch)

namespace tinynet {

/// The version as text, `major.minor.patch`.
inline constexpr const char* version =
    TINYNET_DETAIL_VERSION(TINYNET_VERSION_MAJOR, TINYNET_VERSION_MINOR, TINYNET_VERSION_PATCH);

} // namespace tinynet

#undef TINYNET_DETAIL_VERSION
#undef TINYNET_DETAIL_TEXT

#endif
