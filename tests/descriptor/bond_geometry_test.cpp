// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <type_traits>
#include <vector>

namespace tinynet::test::bond_geometry_test {

TEST_CASE_TEMPLATE("vectors and weights are those of the bonds at the positions of the last update", Real,
                   float, double) {
    const double rounding = std::is_same_v<Real, float> ? 1e-6 : 1e-14;
    const structure orthogonal = supercell(perovskite(4.0), 2, 1, 1);
    for (const structure& crystal : {orthogonal, reference_crystal("moo3")}) {
        const descriptor d{crystal, bond_rule{}, {}};
        const frozen_topology& topology = d.reference_topology();
        bond_geometry<Real> geometry{topology};
        random_engine rng{4};
        for (int step = 0; step < 3; ++step) {
            const structure moved = with_lattice_shifts(rattled(crystal, rng, 0.2), rng);
            geometry.update(topology, flat(moved.positions()));
            for (const frozen_bond& bond : topology.bonds()) {
                const vector3 expected = topology.bond_vector(bond, flat(moved.positions()));
                const double weight = std::exp(-expected.norm());
                const auto vector = [&](std::uint32_t view) -> vector3 {
                    return geometry.vector(view).template cast<double>();
                };
                CHECK((vector(bond.view) - expected).norm() < 10 * rounding);
                CHECK((vector(bond.reverse_view) + expected).norm() < 10 * rounding);
                CHECK(std::abs(static_cast<double>(geometry.weight(bond.view)) - weight) < rounding);
                CHECK(std::abs(static_cast<double>(geometry.weight(bond.reverse_view)) - weight) < rounding);
            }
        }
    }
}

TEST_CASE("single precision loses nothing where coordinates are large: differences are taken in double") {
    const structure crystal = supercell(perovskite(4.0), 2, 1, 1);
    const descriptor d{crystal, bond_rule{}, {}};
    const frozen_topology& topology = d.reference_topology();
    const structure far = translated(crystal, {1e5, -3e5, 2e5});
    bond_geometry<float> geometry{topology};
    geometry.update(topology, flat(far.positions()));
    for (const frozen_bond& bond : topology.bonds()) {
        const vector3 expected = topology.bond_vector(bond, flat(crystal.positions()));
        CHECK((geometry.vector(bond.view).cast<double>() - expected).norm() < 1e-6);
    }
}

TEST_CASE("the bonds of a displaced crystal are those that its bond graph finds") {
    random_engine rng{7};
    const structure crystal = perovskite(4.0);
    const structure moved = rattled(crystal, rng, 0.1);
    const descriptor d{crystal, bond_rule{}, {}};
    bond_geometry<double> geometry{d.reference_topology()};
    geometry.update(d.reference_topology(), flat(moved.positions()));
    std::vector<double> lengths;
    for (const frozen_bond& bond : d.reference_topology().bonds())
        lengths.push_back(geometry.vector(bond.view).norm());
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
    bond_geometry<double> geometry{d.reference_topology()};
    CHECK_NOTHROW(geometry.update(d.reference_topology(), flat(atom.positions())));
}

} // namespace tinynet::test::bond_geometry_test
