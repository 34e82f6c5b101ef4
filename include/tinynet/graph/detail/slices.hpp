// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_DETAIL_SLICES_HPP
#define TINYNET_GRAPH_DETAIL_SLICES_HPP

/// \file
/// Where atoms are along an axis, for the search of neighbors.

#include <algorithm>
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
