// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_DETAIL_SLICES_HPP
#define TINYNET_GRAPH_DETAIL_SLICES_HPP

/// \file
/// Where atoms are along an axis, for the search of neighbors.

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace tinynet::detail {

/// Slices of equal thickness across one lattice vector: of the cell if the axis is periodic, else of the
/// range that the atoms occupy.
struct slices {
    bool periodic = false;
    double first = 0.0;     ///< fractional coordinate where slice 0 starts
    double length = 0.0;    ///< of all slices together, fractional
    double thickness = 0.0; ///< of all slices together, Å
    std::int64_t count = 1;
    std::int64_t reach = 0; ///< slices to look at on either side

    /// Slices as thick as a radius, or little more, however far the atoms are apart.
    void divide(double radius) {
        constexpr double most_slices = 0x1p30;
        constexpr double thicker_by_rounding = 1.0 + 1e-6; // of places among so many slices
        const double number =
            std::clamp(std::floor(thickness / (radius * thicker_by_rounding)), 1.0, most_slices);
        const double within_reach = std::ceil(radius / thickness * number);
        count = static_cast<std::int64_t>(number);
        reach = static_cast<std::int64_t>(periodic ? within_reach : std::min(within_reach, number));
    }

    [[nodiscard]] std::int64_t slice_of(double fractional) const {
        const double slice = (fractional - first) / length * static_cast<double>(count);
        return slice > 0.0 ? static_cast<std::int64_t>(std::min(slice, static_cast<double>(count - 1))) : 0;
    }
};

/// Consecutive slices in one image of the cell.
struct slice_range {
    std::int32_t image;
    std::int64_t first;
    std::int64_t last;
};

} // namespace tinynet::detail

#endif
