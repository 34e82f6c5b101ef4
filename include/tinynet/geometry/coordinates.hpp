// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_COORDINATES_HPP
#define TINYNET_GEOMETRY_COORDINATES_HPP

/// \file
/// Which positions make sense.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <cmath>
#include <cstddef>
#include <span>

namespace tinynet {

/// Largest coordinate of an atom, Å; beyond it double precision does not resolve bond lengths to 1e-7 Å.
inline constexpr double largest_coordinate = 1e9;

/// \param positions  x0 y0 z0 x1 ..., Å.
/// \throws invalid_structure  if a coordinate is not finite or too large; the message names the atom.
inline void check_coordinates(std::span<const double> positions) {
    for (std::size_t k = 0; k < positions.size(); ++k) {
        if (!detail::is_finite(positions[k]))
            throw invalid_structure{detail::text("the position of atom ", k / 3, " is not finite")};
        if (std::abs(positions[k]) > largest_coordinate)
            throw invalid_structure{detail::text("the position of atom ", k / 3, " has a coordinate of ",
                                                 positions[k], " Å, expected at most ", largest_coordinate)};
    }
}

} // namespace tinynet

#endif
