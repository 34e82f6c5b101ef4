// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_LANES_HPP
#define TINYNET_DETAIL_LANES_HPP

/// \file
/// Numbers of several atoms side by side, so that one instruction serves them all.

#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/lane_array.hpp>

#include <algorithm>
#include <cstddef>

namespace tinynet::detail {

/// Atoms (or bonds) worked on together, whatever the processor: the order of sums never depends on its
/// vectors.
inline constexpr std::size_t lane_count = 16;

/// One number of each lane.
template <typename Real>
using lanes = lane_array<Real, lane_count>;

/// Some of these numbers, as many as fill two registers: four sums of them, and what they are made of, stay
/// in the processor.
template <typename Real>
using lane_part = lane_array<Real, std::min(lane_count, 2 * lanes<Real>::register_lanes)>;

/// Entries of a list that is filled up to whole groups of lanes.
[[nodiscard]] constexpr std::size_t filled_lanes(std::size_t count) noexcept {
    return block_count(count, lane_count) * lane_count;
}

} // namespace tinynet::detail

#endif
