// SPDX-License-Identifier: MIT
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/model/block_schedule.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace tinynet::test::block_schedule_test {

namespace {

descriptor two_hops() {
    return {perovskite(4.0),
            bond_rule{},
            {.max_walk_hops = hop_count{4},
             .max_neighbor_hops = hop_count{2},
             .layout = feature_layout::compact}};
}

/// The views that a block of atoms is made of.
std::set<std::uint32_t> views_of(const frozen_topology& topology, const block_schedule::block& block) {
    const atom_group& group = topology.groups()[block.group];
    std::set<std::uint32_t> views;
    for (const auto& [origin, rank] : group.places)
        for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
            views.insert(frozen_topology::first_views(group, block.first, origin)[lane] + rank);
    return views;
}

/// The views that are known when so many blocks of bonds are.
std::set<std::uint32_t> known_views(const frozen_topology& topology, const block_schedule& schedule,
                                    std::size_t count) {
    std::set<std::uint32_t> views;
    for (const std::uint32_t bond_block : schedule.bond_blocks().first(count))
        for (std::size_t k = bond_block * detail::lane_count;
             k < std::min((bond_block + 1) * detail::lane_count, topology.bonds().size()); ++k) {
            views.insert(topology.bonds()[k].view);
            views.insert(topology.bonds()[k].reverse_view);
        }
    return views;
}

std::size_t atoms_in_blocks(const frozen_topology& topology, const block_schedule& schedule) {
    std::set<std::uint32_t> atoms;
    for (const block_schedule::block& block : schedule.blocks()) {
        const atom_group& group = topology.groups()[block.group];
        const std::size_t last = std::min(block.first + detail::lane_count, group.atoms.size());
        atoms.insert(&group.atoms[block.first], group.atoms.data() + last);
    }
    return atoms.size();
}

} // namespace

TEST_CASE("every atom is in a block, and all its bonds are known before") {
    const structure crystal = supercell(perovskite(4.0), 11, 10, 10);
    const frozen_topology topology = two_hops().topology_of(crystal);
    const block_schedule schedule{topology, std::vector<bool>(crystal.atom_count(), true)};
    CHECK(atoms_in_blocks(topology, schedule) == crystal.atom_count());
    CHECK(std::ranges::is_sorted(schedule.blocks(), {}, &block_schedule::block::bonds));
    CHECK(schedule.blocks().front().bonds < schedule.bond_blocks().size()); // atoms follow chunk by chunk
    std::size_t known_count = 0;
    std::set<std::uint32_t> known;
    for (const block_schedule::block& block : schedule.blocks()) {
        if (block.bonds != known_count)
            known = known_views(topology, schedule, known_count = block.bonds);
        CHECK(std::ranges::includes(known, views_of(topology, block)));
    }
}

TEST_CASE("for some atoms, only blocks that they are in and bonds that they are made of are worked on") {
    const structure crystal = supercell(perovskite(4.0), 8, 8, 8);
    const frozen_topology topology = two_hops().topology_of(crystal);
    std::vector<bool> is_wanted(crystal.atom_count());
    is_wanted[7] = true;
    const block_schedule schedule{topology, is_wanted};
    REQUIRE(schedule.blocks().size() == 1);
    const block_schedule::block& block = schedule.blocks().front();
    CHECK(std::ranges::includes(known_views(topology, schedule, block.bonds), views_of(topology, block)));
    CHECK(schedule.bond_blocks().size() < topology.bonds().size() / detail::lane_count / 4);
    const block_schedule nothing{topology, std::vector<bool>(crystal.atom_count())};
    CHECK(nothing.blocks().empty());
    CHECK(nothing.bond_blocks().empty());
}

TEST_CASE("atoms around one are those within two bonds of it") {
    const structure crystal = supercell(perovskite(4.0), 5, 5, 5);
    const descriptor d = two_hops();
    const frozen_topology topology = d.topology_of(crystal);
    for (const std::uint32_t center : {0U, 1U, 2U, 124U}) {
        CAPTURE(center);
        std::set<std::uint32_t> expected{center};
        for (int hop = 0; hop < 2; ++hop) {
            const std::set<std::uint32_t> reached = expected;
            for (const frozen_bond& bond : topology.bonds()) {
                if (reached.contains(bond.from))
                    expected.insert(bond.to);
                if (reached.contains(bond.to))
                    expected.insert(bond.from);
            }
        }
        std::vector<bool> is_wanted(crystal.atom_count());
        is_wanted[center] = true;
        const auto around = block_schedule::atoms_around(topology, is_wanted);
        CHECK(std::ranges::equal(around, expected));
    }
}

TEST_CASE("atoms without bonds need none") {
    const structure apart{cell{}, {species{"O"}, species{"O"}}, {{0, 0, 0}, {50, 0, 0}}};
    const descriptor d{apart, bond_rule{}, {}};
    const block_schedule schedule{d.reference_topology(), {true, true}};
    CHECK(atoms_in_blocks(d.reference_topology(), schedule) == 2);
    CHECK(schedule.bond_blocks().empty());
    CHECK(block_schedule::atoms_around(d.reference_topology(), {false, true}) ==
          std::vector<std::uint32_t>{1});
}

} // namespace tinynet::test::block_schedule_test
