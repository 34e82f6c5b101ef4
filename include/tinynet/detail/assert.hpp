// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_ASSERT_HPP
#define TINYNET_DETAIL_ASSERT_HPP

/// \file
/// Preconditions on hot paths: checked in debug builds, free in release builds.

#include <cassert>

#define TINYNET_ASSERT(condition) assert(condition)

#endif
