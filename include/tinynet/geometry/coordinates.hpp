// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_COORDINATES_HPP
#define TINYNET_GEOMETRY_COORDINATES_HPP

/// \file
/// Which positions make sense, and which results.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <string>

namespace tinynet {

/// Largest coordinate of an atom, Å; beyond it double precision does not resolve bond lengths to 1e-7 Å.
inline constexpr double largest_coordinate = 1e9;

/// What messages call an atom.
/// \param ids  what an engine calls its atoms; or none, and then they are called by their places, from 0.
inline std::string name_of_atom(std::size_t place, std::span<const std::int32_t> ids = {}) {
    return ids.empty() ? detail::text("atom ", place) : detail::text("the atom with the id ", ids[place]);
}

/// \param positions  x0 y0 z0 x1 ..., Å.
/// \param ids        one per atom, or none.
/// \throws invalid_structure  if a coordinate is not finite or too large; the message names the atom.
inline void check_coordinates(std::span<const double> positions, std::span<const std::int32_t> ids = {}) {
    std::int64_t room = 0; // negative if a coordinate is too large; no branch, so that this is vectorized
    for (const double x : positions)
        room |= detail::room_below(largest_coordinate, x);
    if (room >= 0)
        return;
    const auto bad = std::ranges::find_if(
        positions, [](double x) { return detail::room_below(largest_coordinate, x) < 0; });
    const std::string atom = name_of_atom(static_cast<std::size_t>(bad - positions.begin()) / 3, ids);
    if (!detail::is_finite(*bad))
        throw invalid_structure{detail::text("the position of ", atom, " is not finite")};
    throw invalid_structure{detail::text("the position of ", atom, " has a coordinate of ", *bad,
                                         " Å, expected at most ", largest_coordinate)};
}

/// \param what  the results are, for the message.
/// \throws invalid_structure  if a result is not finite.
inline void check_results(std::span<const double> results, const char* what) {
    std::int64_t room = 0; // as above
    for (const double x : results)
        room |= detail::room_below(std::numeric_limits<double>::max(), x);
    if (room < 0)
        throw invalid_structure{
            detail::text(what, " of these atoms overflowed: parameters of the model are too large")};
}

} // namespace tinynet

#endif
