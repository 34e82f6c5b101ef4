// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_PATH_FEATURES_HPP
#define TINYNET_DESCRIPTOR_PATH_FEATURES_HPP

/// \file
/// exp(-sum of bond lengths) of every path, sorted. Step time.

#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/sorting_network.hpp>
#include <tinynet/paths/walk_table.hpp>

#include <algorithm>
#include <cstddef>
#include <span>

namespace tinynet {

/// Writes the path features of atoms of one site into their columns: per walk length descending, then zeros.
/// \param bond_weights  exp(-length/Å) of each bond that paths are made of; one atom per lane.
/// \param half_walks    as many as the longest `walk_table::half_walk_count()`, to work on.
/// \param columns       of the layout; one atom per lane.
template <typename Real>
void write_path_features(const site& pattern, const column_layout& layout,
                         std::span<const detail::lanes<Real>> bond_weights,
                         std::span<detail::lanes<Real>> half_walks,
                         std::span<detail::lanes<Real>> columns) noexcept {
    for (std::size_t block = 0; block < pattern.paths.size(); ++block) {
        const walk_table& table = pattern.paths[block];
        const auto [first, width] = layout.paths()[block];
        const auto features = columns.subspan(first, table.size());
        table.products(bond_weights, half_walks, features);
        detail::sort_descending<Real>(features);
        std::ranges::fill(columns.subspan(first + table.size(), width - table.size()),
                          detail::lanes<Real>::zero());
    }
}

} // namespace tinynet

#endif
