// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tinynet::test::bond_geometry_test {

TEST_CASE("vectors and weights are those of the bonds at the positions of the last update") {
    const structure crystal = supercell(perovskite(4.0), 2, 1, 1);
    const descriptor d{crystal, bond_rule{}, {}};
    const frozen_topology& topology = d.reference_topology();
    bond_geometry geometry{topology};
    random_engine rng{4};
    for (int step = 0; step < 3; ++step) {
        const structure moved = with_lattice_shifts(rattled(crystal, rng, 0.2), rng);
        geometry.update(topology, flat(moved.positions()));
        for (std::size_t b = 0; b < topology.bonds().size(); ++b) {
            const vector3 expected = topology.bond_vector(topology.bonds()[b], flat(moved.positions()));
            CHECK(geometry.vector(b) == expected);
            CHECK(geometry.weight(b) == std::exp(-expected.norm()));
        }
    }
}

TEST_CASE("the bonds of a displaced crystal are those that its bond graph finds") {
    random_engine rng{7};
    const structure crystal = perovskite(4.0);
    const structure moved = rattled(crystal, rng, 0.1);
    const descriptor d{crystal, bond_rule{}, {}};
    bond_geometry geometry{d.reference_topology()};
    geometry.update(d.reference_topology(), flat(moved.positions()));
    std::vector<double> lengths;
    for (std::size_t b = 0; b < d.reference_topology().bonds().size(); ++b)
        lengths.push_back(geometry.vector(b).norm());
    std::vector<double> expected;
    const bond_graph graph{moved, bond_rule{3.3}};
    for (std::size_t b = 0; b < graph.bond_count(); ++b)
        if (bond_index{b} < graph.reverse(bond_index{b}))
            expected.push_back(graph.length(bond_index{b}));
    std::sort(lengths.begin(), lengths.end());
    std::sort(expected.begin(), expected.end());
    REQUIRE(lengths.size() == expected.size());
    for (std::size_t b = 0; b < lengths.size(); ++b)
        CHECK(std::abs(lengths[b] - expected[b]) < 1e-13);
}

TEST_CASE("a structure without bonds has no geometry to update") {
    const structure atom{cell{}, {species{"O"}}, {vector3{1, 2, 3}}};
    const descriptor d{atom, bond_rule{}, {}};
    bond_geometry geometry{d.reference_topology()};
    CHECK_NOTHROW(geometry.update(d.reference_topology(), flat(atom.positions())));
}

} // namespace tinynet::test::bond_geometry_test
