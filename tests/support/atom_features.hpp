// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_ATOM_FEATURES_HPP
#define TINYNET_TESTS_SUPPORT_ATOM_FEATURES_HPP

/// \file
/// The features of single atoms, taken out of the blocks in which they are computed.

#include <tinynet/descriptor/features.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tinynet::test {

/// The unscaled columns of one atom.
inline Eigen::VectorXd atom_features(const descriptor& d, const structure& geometry,
                                     const column_layout& layout, std::size_t atom) {
    const frozen_topology topology = d.topology_of(geometry);
    bond_geometry<double> bonds{topology};
    bonds.update(topology, flat(geometry.positions()));
    feature_writer<double> writer{d.sites()};
    std::vector<feature_writer<double>::column> columns(layout.width());
    Eigen::VectorXd features{static_cast<Eigen::Index>(layout.width())};
    for (const atom_group& group : topology.groups()) {
        const auto found = std::ranges::find(group.atoms, atom);
        if (found == group.atoms.end())
            continue;
        const auto place = static_cast<std::size_t>(found - group.atoms.begin());
        const std::size_t lane = place % detail::lane_count;
        writer.write(bonds, group, place - lane, d.sites()[group.site], layout, columns);
        for (std::size_t k = 0; k < columns.size(); ++k)
            features[static_cast<Eigen::Index>(k)] = columns[k][static_cast<Eigen::Index>(lane)];
    }
    return features;
}

} // namespace tinynet::test

#endif
