// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/features.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace tinynet::test::allocation_test {

TEST_CASE("bond geometry and feature rows are computed without allocating memory") {
    const structure crystal = reference_crystal("batio3");
    for (const feature_layout kind : {feature_layout::paper, feature_layout::compact}) {
        const descriptor d{
            crystal,
            bond_rule{},
            {.max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{2}, .layout = kind}};
        const frozen_topology& topology = d.reference_topology();
        const column_layout layout = shared_layout(d);
        feature_writer<float> writer{d.sites()};
        bond_geometry<float> geometry{topology};
        std::vector<feature_writer<float>::column> columns(layout.width());
        const unsigned long allocations = allocations_of([&] {
            geometry.update(topology, flat(crystal.positions()));
            for_each_block(topology, [&](const atom_group& group, std::size_t first) {
                writer.write(geometry, group, first, d.sites()[group.site], layout, columns);
            });
        });
        CHECK(allocations == 0);
    }
}

} // namespace tinynet::test::allocation_test
