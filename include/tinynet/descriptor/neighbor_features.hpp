// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_NEIGHBOR_FEATURES_HPP
#define TINYNET_DESCRIPTOR_NEIGHBOR_FEATURES_HPP

/// \file
/// Relative coordinates of the neighbors up to N hops away. Step time.

#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/detail/lanes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tinynet {

/// Writes species and relative coordinates (Å) of a site's neighbors into their columns, zeros behind them. A
/// neighbor stands where its parent stands plus a bond vector.
/// \param add_bond  (bond of the site, from, to): makes three lanes `to` of three lanes `from` and the vector
///                  of the bond from its smaller to its larger vertex.
/// \param places    one number per vertex of the shape, to work on.
/// \param columns   of the layout; one atom per lane.
template <typename Real, typename AddBond>
void write_neighbor_features(const site& pattern, const column_layout& layout, const AddBond& add_bond,
                             std::span<std::size_t> places, std::span<detail::lanes<Real>> columns) noexcept {
    using lanes = detail::lanes<Real>;
    const std::array<lanes, 3> nowhere{lanes::zero(), lanes::zero(), lanes::zero()};
    const auto for_each_listed = [&](const auto& visit) {
        for (std::size_t shell = 0; shell < pattern.shells.size(); ++shell)
            for (std::size_t k = 0; k < pattern.shells[shell].vertices.size(); ++k)
                visit(pattern.shells[shell].vertices[k], layout.shells()[shell][k]);
    };
    for_each_listed([&](std::uint32_t vertex, const neighbor_columns& listed) {
        places[vertex] = listed.coordinates;
        if (listed.species)
            columns[*listed.species] = static_cast<Real>(pattern.shape[vertex].kind.atomic_number());
    });
    for (const site_branch& branch : pattern.branches) {
        const std::uint32_t parent = pattern.shape[branch.vertex].parent;
        add_bond(branch.bond, parent == 0 ? nowhere.data() : &columns[places[parent]],
                 &columns[places[branch.vertex]]);
    }
    // layout paper lists some again
    for_each_listed([&](std::uint32_t vertex, const neighbor_columns& listed) {
        if (listed.coordinates != places[vertex])
            std::copy_n(&columns[places[vertex]], 3, &columns[listed.coordinates]);
    });
    for (std::size_t shell = 0; shell < pattern.shells.size(); ++shell)
        for (const neighbor_columns& missing :
             std::span{layout.shells()[shell]}.subspan(pattern.shells[shell].vertices.size())) {
            if (missing.species)
                columns[*missing.species] = lanes::zero();
            std::copy_n(nowhere.data(), 3, &columns[missing.coordinates]);
        }
}

} // namespace tinynet

#endif
