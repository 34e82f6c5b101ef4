// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_NEIGHBOR_FEATURES_HPP
#define TINYNET_DESCRIPTOR_NEIGHBOR_FEATURES_HPP

/// \file
/// Relative coordinates of the neighbors up to N hops away. Step time.

#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/detail/lanes.hpp>

#include <array>
#include <cstddef>
#include <span>

namespace tinynet {

/// A place for each lane: x, y and z, Å.
template <typename Real>
using lane_places = std::array<detail::lanes<Real>, 3>;

/// Places the vertices a site's neighbors need by summing bond vectors outward.
/// \param bond_vector  (bond of the site) -> three lanes, from the smaller to the larger vertex.
/// \param places       one per vertex of the shape; those of other vertices are left alone.
template <typename Real, typename BondVector>
void place_branches(const site& pattern, const BondVector& bond_vector,
                    std::span<lane_places<Real>> places) noexcept {
    places[0].fill(detail::lanes<Real>::Zero());
    for (const site_branch& branch : pattern.branches) {
        const auto& vector = bond_vector(branch.bond);
        for (std::size_t axis = 0; axis < 3; ++axis)
            places[branch.vertex][axis] = places[pattern.shape[branch.vertex].parent][axis] + vector[axis];
    }
}

/// Writes species and relative coordinates (Å) of a site's neighbors into their columns, zeros behind them.
/// \param places   of the vertices, from place_branches().
/// \param columns  of the layout; one atom per lane.
template <typename Real>
void write_neighbor_features(const site& pattern, const column_layout& layout,
                             std::span<const lane_places<Real>> places,
                             std::span<detail::lanes<Real>> columns) noexcept {
    const auto write = [&](const neighbor_columns& neighbor, int atomic_number,
                           const lane_places<Real>& place) {
        if (neighbor.species)
            columns[*neighbor.species].setConstant(static_cast<Real>(atomic_number));
        for (std::size_t axis = 0; axis < 3; ++axis)
            columns[neighbor.coordinates + axis] = place[axis];
    };
    lane_places<Real> nowhere;
    nowhere.fill(detail::lanes<Real>::Zero());
    for (std::size_t shell = 0; shell < pattern.shells.size(); ++shell) {
        const auto& vertices = pattern.shells[shell].vertices;
        const auto& listed = layout.shells()[shell];
        for (std::size_t k = 0; k < vertices.size(); ++k)
            write(listed[k], pattern.shape[vertices[k]].kind.atomic_number(), places[vertices[k]]);
        for (std::size_t k = vertices.size(); k < listed.size(); ++k)
            write(listed[k], 0, nowhere);
    }
}

} // namespace tinynet

#endif
