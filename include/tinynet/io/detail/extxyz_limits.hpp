// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_EXTXYZ_LIMITS_HPP
#define TINYNET_IO_DETAIL_EXTXYZ_LIMITS_HPP

/// \file
/// What a frame may hold, read or written: a word of two bytes takes up to 64 in memory.

#include <cstddef>

namespace tinynet::detail {

/// Most keys and words of a comment line, `Properties` not counted.
inline constexpr std::size_t comment_entry_limit = 10000;
/// Most properties of a frame.
inline constexpr std::size_t property_limit = 10000;
/// Most words of an atom line.
inline constexpr std::size_t row_width_limit = 1000000;

} // namespace tinynet::detail

#endif
