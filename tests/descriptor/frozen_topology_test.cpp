// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tinynet::test::frozen_topology_test {

namespace {

/// Coordinates of up to some 100 Å, taken apart and put together a few times.
constexpr double rounding = 1e-12;

/// The topology of a crystal with bonds within two hops of every atom.
frozen_topology freeze(const structure& crystal) {
    return descriptor{crystal, bond_rule{}, {}}.reference_topology();
}

std::vector<vector3> bond_vectors(const frozen_topology& topology, const structure& atoms) {
    std::vector<vector3> vectors;
    for (const frozen_bond& bond : topology.bonds())
        vectors.push_back(topology.bond_vector(bond, flat(atoms.positions())));
    return vectors;
}

void check_same_vectors(const std::vector<vector3>& vectors, const std::vector<vector3>& expected) {
    REQUIRE(vectors.size() == expected.size());
    for (std::size_t b = 0; b < vectors.size(); ++b)
        CHECK((vectors[b] - expected[b]).norm() < rounding);
}

} // namespace

TEST_CASE("a new topology has no atoms and no bonds") {
    const frozen_topology topology{cell{}};
    CHECK(topology.atom_count() == 0);
    CHECK(topology.bonds().empty());
    CHECK_NOTHROW(check_positions(topology, {}));
}

TEST_CASE("every bond of the crystal is stored once") {
    const structure crystal = perovskite(4.0);
    const bond_graph graph{crystal, bond_rule{}};
    CHECK(freeze(crystal).bonds().size() == graph.bond_count() / 2);
    CHECK(freeze(supercell(crystal, 2, 1, 2)).bonds().size() == 4 * graph.bond_count() / 2);
}

TEST_CASE("L_6^(4) of a large crystal takes less than a KiB per atom, bond records of a step included") {
    const descriptor d{supercell(perovskite(4.0), 2, 2, 2),
                       bond_rule{},
                       {path_kind::cycles, hop_count{6}, hop_count{4}, feature_layout::compact}};
    const structure crystal = supercell(perovskite(4.0), 8, 8, 8);
    const frozen_topology topology = d.topology_of(crystal);
    const auto bytes = [](const auto& numbers) { return numbers.size() * sizeof(numbers[0]); };
    std::size_t sum = bytes(topology.bonds()) + bytes(topology.references()) +
                      topology.atom_count() * sizeof(std::uint32_t) + // sites
                      topology.view_count() * detail::record_size * sizeof(double);
    for (const atom_group& group : topology.groups()) {
        sum += sizeof group + bytes(group.origins) + bytes(group.places) + bytes(group.atoms) +
               bytes(group.first_views);
        CHECK(group.atoms.capacity() == group.atoms.size()); // nothing kept beyond that
        CHECK(group.first_views.capacity() == group.first_views.size());
    }
    CHECK(sum < 1024 * crystal.atom_count());
}

TEST_CASE("a bond's views follow those of other bonds of the same atom, and no two bonds share one") {
    const structure crystal = supercell(perovskite(4.0), 1, 2, 1);
    const frozen_topology topology = freeze(crystal);
    const bond_graph graph{crystal, bond_rule{}};
    CHECK(topology.view_count() == graph.bond_count());
    std::vector<std::uint32_t> atom_of_view(topology.view_count(), 999);
    for (const frozen_bond& bond : topology.bonds())
        for (const auto& [view, atom] :
             {std::pair{bond.view, bond.from}, std::pair{bond.reverse_view, bond.to}}) {
            REQUIRE(view < topology.view_count());
            CHECK(atom_of_view[view] == 999);
            atom_of_view[view] = atom;
        }
    CHECK(std::is_sorted(atom_of_view.begin(), atom_of_view.end()));
}

TEST_CASE("property: wrapping, drift and lattice shifts of single atoms change no bond vector") {
    const structure crystal = reference_crystal("moo3");
    const frozen_topology topology = freeze(crystal);
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure moved = rattled(crystal, rng, 0.4);
        const auto expected = bond_vectors(topology, moved);
        check_same_vectors(bond_vectors(topology, translated(moved, {11.0, -7.0, 3.0})), expected);
        check_same_vectors(bond_vectors(topology, wrapped(translated(moved, {11.0, -7.0, 3.0}))), expected);
        check_same_vectors(bond_vectors(topology, with_lattice_shifts(moved, rng)), expected);
    }
}

TEST_CASE("bond vectors follow the positions") {
    random_engine rng{1};
    const structure crystal = supercell(perovskite(4.0), 2, 2, 2);
    const frozen_topology topology = freeze(crystal);
    const structure moved = rattled(crystal, rng, 0.3);
    const auto before = bond_vectors(topology, crystal);
    const auto after = bond_vectors(topology, moved);
    for (std::size_t b = 0; b < topology.bonds().size(); ++b) {
        const auto [from, to] = std::pair{topology.bonds()[b].from, topology.bonds()[b].to};
        const vector3 step = (moved.positions()[to] - crystal.positions()[to]) -
                             (moved.positions()[from] - crystal.positions()[from]);
        CHECK((after[b] - before[b] - step).norm() < rounding);
    }
}

TEST_CASE("another cell strains the reference: images are still the nearest") {
    const structure crystal = perovskite(4.0);
    matrix3 strain = matrix3::Identity();
    strain << 1.02, 0.01, 0, 0, 0.98, 0, 0.02, 0, 1.02;
    const structure strained = rotated(crystal, strain);
    const frozen_topology topology = freeze(crystal).in_cell(strained.cell());
    const auto before = bond_vectors(freeze(crystal), crystal);
    const auto after = bond_vectors(topology, strained);
    for (std::size_t b = 0; b < before.size(); ++b)
        CHECK((after[b] - strain * before[b]).norm() < rounding);
    CHECK(topology.cell() == strained.cell());
    CHECK_NOTHROW(check_positions(topology, flat(strained.positions())));
}

TEST_CASE("axes that are not periodic have no images: an atom may go as far as it likes") {
    const structure pair{cell{}, {species{"Ti"}, species{"O"}}, {{0, 0, 0}, {2, 0, 0}}};
    const frozen_topology topology = freeze(pair);
    const structure moved = with_positions(pair, {{0, 0, 0}, {5, 1, 0}});
    REQUIRE(topology.bonds().size() == 1);
    CHECK(topology.bond_vector(topology.bonds()[0], flat(moved.positions())) == vector3{5, 1, 0});
}

TEST_CASE("positions near the reference pass, wherever their images are") {
    random_engine rng{2};
    const structure crystal = reference_crystal("batio3");
    const structure moved = with_lattice_shifts(rattled(crystal, rng, 0.4), rng);
    CHECK_NOTHROW(check_positions(freeze(crystal), flat(moved.positions())));
}

TEST_CASE("exchanged atoms are refused, one of them named") {
    const structure crystal = reference_crystal("batio3");
    std::vector<vector3> positions{crystal.positions().begin(), crystal.positions().end()};
    std::swap(positions[20], positions[33]);
    CHECK_THROWS_WITH_AS(
        check_positions(freeze(crystal), flat(with_positions(crystal, positions).positions())),
        doctest::Contains("atom 20 has 6 bonds"), topology_mismatch);
}

} // namespace tinynet::test::frozen_topology_test
