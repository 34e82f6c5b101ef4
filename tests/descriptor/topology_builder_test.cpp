// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/topology_builder.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinynet::test::topology_builder_test {

namespace {

/// Checks that every atom is in one group, and that the places of its group lead to the bonds of its site,
/// which differ from those of the site's shape by no more than a deviation (Å).
void check_groups(const descriptor& d, const frozen_topology& topology, const structure& geometry,
                  double deviation) {
    bond_geometry<double> bonds{topology};
    bonds.update(topology, flat(geometry.positions()));
    std::vector<int> seen(topology.atom_count(), 0);
    for (const atom_group& group : topology.groups()) {
        const site& pattern = d.sites()[group.site];
        REQUIRE(group.places.size() == pattern.bonds.size());
        CHECK(group.first_views.size() == group.origins.size() * detail::filled_lanes(group.atoms.size()));
        for (std::size_t k = 0; k < group.atoms.size(); ++k) {
            ++seen[group.atoms[k]];
            CHECK(topology.site_of(group.atoms[k]) == group.site);
            const std::size_t lane = k % detail::lane_count;
            for (std::size_t b = 0; b < group.places.size(); ++b) {
                const auto [origin, rank] = group.places[b];
                const std::uint32_t first = frozen_topology::first_views(group, k - lane, origin)[lane];
                const vector3 expected = pattern.shape[pattern.bonds[b].to].displacement -
                                         pattern.shape[pattern.bonds[b].from].displacement;
                CHECK((bonds.vector(first + rank) - expected).norm() <= deviation);
            }
        }
    }
    CHECK(std::ranges::all_of(seen, [](int count) { return count == 1; }));
}

structure with_vacancy(const structure& crystal, std::size_t missing) {
    std::vector<species> kinds{crystal.species().begin(), crystal.species().end()};
    std::vector<vector3> positions{crystal.positions().begin(), crystal.positions().end()};
    kinds.erase(kinds.begin() + static_cast<std::ptrdiff_t>(missing));
    positions.erase(positions.begin() + static_cast<std::ptrdiff_t>(missing));
    return {crystal.cell(), kinds, positions};
}

} // namespace

TEST_CASE("in an ideal crystal every site is one group, however large the crystal") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    const structure large = supercell(perovskite(4.0), 3, 2, 3);
    const frozen_topology topology = d.topology_of(large);
    CHECK(topology.groups().size() == 5);
    check_groups(d, topology, large, 1e-12);
}

TEST_CASE("property: groups lead to the bonds of the sites, in rattled references and their supercells") {
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure reference = rattled(supercell(perovskite(4.0), 2, 2, 1), rng, 0.15);
        const descriptor d{reference, bond_rule{3.3}, {}};
        check_groups(d, d.reference_topology(), reference, 1.0);
        const structure large = rattled(supercell(reference, 1, 2, 2), rng, 0.05);
        check_groups(d, d.topology_of(large), large, 1.0);
    }
}

TEST_CASE("atoms around a vacancy are put together from bonds of their own") {
    const structure reference = with_vacancy(supercell(perovskite(4.0), 2, 2, 2), 12);
    const descriptor d{reference, bond_rule{}, {}};
    check_groups(d, d.reference_topology(), reference, 1e-12);
    const structure large = supercell(reference, 2, 1, 1);
    check_groups(d, d.topology_of(large), large, 1e-12);
}

TEST_CASE("a bond that an atom needs and neither end lists is found all the same") {
    // A chain of three atoms and a pair: oxygen with two neighbors, and oxygen with one.
    const structure reference{cell{},
                              {species{"Ti"}, species{"O"}, species{"Ti"}, species{"Ti"}, species{"O"}},
                              {{0, 0, 0}, {2, 0, 0}, {4, 0, 0}, {0, 20, 0}, {2, 20, 0}}};
    const descriptor d{
        reference, bond_rule{}, {.max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{2}}};
    const auto site_of = [&](std::size_t atom) { return d.reference_topology().site_of(atom); };
    const auto atom = [](std::size_t index) { return image_atom{atom_index{index}, {}}; };
    // The oxygen of the chain is taken for that of the pair, which lists one neighbor only.
    const std::vector<std::vector<image_atom>> vertices{{atom(0), atom(1), atom(2)}, {atom(1), atom(0)}};
    topology_builder builder{cell{}, d.sites()};
    builder.add_atom(site_of(0), vertices[0]);
    builder.add_atom(site_of(4), vertices[1]);
    builder.add_atom(site_of(4), std::vector{atom(2), atom(1)});
    const frozen_topology topology = builder.build([&](std::uint32_t i) {
        return i < 2 ? vertices[i] : std::vector{atom(2), atom(1)};
    });
    CHECK(topology.bonds().size() == 2);
    CHECK(topology.view_count() == 4);
    bond_geometry<double> bonds{topology};
    bonds.update(topology, flat(reference.positions()).first(9));
    const auto chain = std::ranges::find(topology.groups(), site_of(0), &atom_group::site);
    REQUIRE(chain != topology.groups().end());
    const site& pattern = d.sites()[site_of(0)];
    for (std::size_t b = 0; b < pattern.bonds.size(); ++b) {
        const auto [origin, rank] = chain->places[b];
        const std::uint32_t view = frozen_topology::first_views(*chain, 0, origin)[0] + rank;
        CHECK(bonds.vector(view) == vector3{2, 0, 0});
    }
}

TEST_CASE("a bond that only one of its atoms lists gets a view of the other one") {
    const structure pair{cell{}, {species{"Ti"}, species{"O"}}, {{0, 0, 0}, {2, 0, 0}}};
    const descriptor d{pair, bond_rule{}, {.max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{1}}};
    const auto seen_from = [](std::size_t center, std::size_t neighbor) {
        return std::vector<image_atom>{{atom_index{center}, {}}, {atom_index{neighbor}, {}}};
    };
    // Atom 2 sees 3, which sees 4 instead.
    const std::vector<std::vector<image_atom>> vertices{seen_from(0, 1), seen_from(1, 0), seen_from(2, 3),
                                                        seen_from(3, 4), seen_from(4, 3)};
    topology_builder builder{cell{}, d.sites()};
    for (const std::uint32_t i : {0U, 1U, 2U, 3U, 4U})
        builder.add_atom(d.reference_topology().site_of(i % 2), vertices[i]);
    const frozen_topology topology = builder.build([&](std::uint32_t atom) { return vertices[atom]; });
    CHECK(topology.bonds().size() == 3);
    CHECK(topology.view_count() == 6);
    for (const frozen_bond& bond : topology.bonds()) {
        CHECK(bond.view < topology.view_count());
        CHECK(bond.reverse_view < topology.view_count());
    }
}

} // namespace tinynet::test::topology_builder_test
