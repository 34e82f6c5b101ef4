// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_PATH_FEATURES_HPP
#define TINYNET_DESCRIPTOR_PATH_FEATURES_HPP

/// \file
/// exp(-sum of bond lengths) of every path, sorted. Step time.

#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/paths/walk_table.hpp>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <span>

namespace tinynet {

/// Writes the path features of a site into their columns: per walk length descending, padding left alone.
/// \param bond_weights  exp(-length/Å) of each bond of the site.
/// \param row           the columns of one atom.
template <typename Real>
void write_path_features(const site& pattern, const column_layout& layout, std::span<const Real> bond_weights,
                         std::span<Real> row) noexcept {
    for (std::size_t block = 0; block < pattern.paths.size(); ++block) {
        const walk_table& table = pattern.paths[block];
        const std::span<Real> features = row.subspan(layout.paths()[block].first, table.size());
        table.products(bond_weights, features);
        std::ranges::sort(features, std::greater{});
    }
}

} // namespace tinynet

#endif
