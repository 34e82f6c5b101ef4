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

TEST_CASE("atoms of one site whose neighbors are known by other bonds are in groups of their own") {
    // Two pairs Ti-O; for the second one the oxygen names another bond first, so that Ti is its second one.
    const structure pair{cell{}, {species{"Ti"}, species{"O"}}, {{0, 0, 0}, {2, 0, 0}}};
    const descriptor d{pair, bond_rule{}, {.max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{1}}};
    const auto seen_from = [](std::size_t center, std::size_t neighbor) {
        return std::vector<image_atom>{{atom_index{center}, {}}, {atom_index{neighbor}, {}}};
    };
    const std::vector<std::vector<image_atom>> vertices{seen_from(0, 1), seen_from(1, 0), seen_from(2, 3),
                                                        seen_from(3, 4), seen_from(4, 3)};
    topology_builder builder{cell{}, d.sites()};
    for (const std::uint32_t i : {0U, 1U, 2U, 3U, 4U})
        builder.add_atom(d.reference_topology().site_of(i % 2), vertices[i]);
    const frozen_topology topology = builder.build([&](std::uint32_t atom) { return vertices[atom]; });
    CHECK(topology.atom_count() == 5);
    std::size_t atoms = 0;
    for (const atom_group& group : topology.groups())
        atoms += group.atoms.size();
    CHECK(atoms == 5);
    CHECK(topology.bonds().size() == 3);
    const auto lonely = std::ranges::count_if(topology.bonds(), [&](const frozen_bond& bond) {
        return bond.reverse_view == topology.view_count();
    });
    CHECK(lonely == 1); // 2 sees 3, which sees 4
}

} // namespace tinynet::test::topology_builder_test
