// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_NEIGHBOR_FEATURES_HPP
#define TINYNET_DESCRIPTOR_NEIGHBOR_FEATURES_HPP

/// \file
/// Relative coordinates of the neighbors up to N hops away. Step time.

#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <span>

namespace tinynet {

/// Places the vertices a site's neighbors need by summing bond vectors outward.
/// \param bond_vector  (bond of the site) -> its vector from the smaller to the larger vertex, Å.
/// \param places       one per vertex of the shape; those of other vertices are left alone.
template <typename BondVector>
void place_branches(const site& pattern, const BondVector& bond_vector, std::span<vector3> places) noexcept {
    places[0].setZero();
    for (const site_branch& branch : pattern.branches)
        places[branch.vertex] = places[pattern.shape[branch.vertex].parent] + bond_vector(branch.bond);
}

/// Writes species and relative coordinates (Å) of a site's neighbors into their columns, padding left alone.
/// \param places  of the vertices, from place_branches().
/// \param row     the columns of one atom.
template <typename Real>
void write_neighbor_features(const site& pattern, const column_layout& layout,
                             std::span<const vector3> places, std::span<Real> row) noexcept {
    for (std::size_t shell = 0; shell < pattern.shells.size(); ++shell) {
        const auto& vertices = pattern.shells[shell].vertices;
        for (std::size_t place = 0; place < vertices.size(); ++place) {
            const neighbor_columns& columns = layout.shells()[shell][place];
            const std::uint32_t vertex = vertices[place];
            if (columns.species)
                row[*columns.species] = static_cast<Real>(pattern.shape[vertex].kind.atomic_number());
            for (std::size_t axis = 0; axis < 3; ++axis)
                row[columns.coordinates + axis] =
                    static_cast<Real>(places[vertex][static_cast<Eigen::Index>(axis)]);
        }
    }
}

} // namespace tinynet

#endif
