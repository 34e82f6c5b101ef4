// SPDX-License-Identifier: MIT
#include "support/brute_force_walks.hpp"
#include "support/random_graphs.hpp"
#include "support/random_structures.hpp"
#include <tinynet/paths/simple_cycles.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>

namespace tinynet::test::simple_cycles_test {

namespace {

const std::array choices = {species{"O"}, species{"Ti"}};

/// The simple cycles of a graph by their definition.
template <bonded_graph Graph>
plain_walks<Graph> brute_force_cycles(const Graph& graph, atom_index start, std::size_t hops) {
    return filtered<Graph>(brute_force_walks(graph, start, hops),
                           [&](const auto& walk) { return is_simple_cycle(graph, walk, start); });
}

} // namespace

TEST_CASE("there and back over one bond is a cycle, back by a parallel bond is not") {
    multigraph pair{2};
    add_edge(0, 1, pair);
    add_edge(0, 1, pair);
    const auto cycles = simple_cycles(pair, atom_index{0}, 2);
    REQUIRE(cycles.size() == 2);
    for (const auto& cycle : cycles)
        CHECK(cycle[0].bond == cycle[1].bond);
}

TEST_CASE("both directions of a ring are cycles, once around only") {
    multigraph ring{5};
    for (std::size_t v = 0; v < 5; ++v)
        add_edge(v, (v + 1) % 5, ring);
    CHECK(simple_cycles(ring, atom_index{0}, 2).size() == 2);
    CHECK(simple_cycles(ring, atom_index{0}, 3).empty());
    CHECK(simple_cycles(ring, atom_index{0}, 4).empty());
    CHECK(simple_cycles(ring, atom_index{0}, 5).size() == 2);
    CHECK(simple_cycles(ring, atom_index{0}, 10).empty());
}

TEST_CASE("a doubled bond makes two rings of each, and a self loop is a cycle of one hop") {
    const multigraph graph = awkward_multigraph();
    CHECK(simple_cycles(graph, atom_index{0}, 3).size() == 4);
    CHECK(simple_cycles(graph, atom_index{3}, 1).size() == 2);
    CHECK(simple_cycles(graph, atom_index{3}, 2).size() == 1);
    CHECK(simple_cycles(graph, atom_index{4}, 2).empty());
    CHECK(simple_cycles(graph, atom_index{0}, 0).empty());
}

TEST_CASE("a ring through images is no cycle unless it returns to its own image") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    CHECK(simple_cycles(graph, atom_index{0}, 1).empty());
    CHECK(simple_cycles(graph, atom_index{0}, 2).size() == 6);
    CHECK(simple_cycles(graph, atom_index{0}, 4).size() == 24);
}

TEST_CASE("property: cycles of a crystal are the closed walks that meet nothing twice") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_structure(rng, 1 + seed % 4, choices),
                               bond_rule{2.4, bond_partners::all}};
        const atom_index start{seed % graph.atom_count()};
        for (std::size_t h = 1; h <= 4; ++h)
            CHECK(simple_cycles(graph, start, h) == brute_force_cycles(graph, start, h));
    }
}

TEST_CASE("property: cycles of a multigraph are the closed walks that meet nothing twice") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const multigraph graph = random_multigraph(rng, 2 + seed % 6, seed % 10);
        for (std::size_t v = 0; v < num_vertices(graph); ++v)
            for (std::size_t h = 1; h <= 5; ++h)
                CHECK(simple_cycles(graph, atom_index{v}, h) == brute_force_cycles(graph, atom_index{v}, h));
    }
}

TEST_CASE("property: a molecule and the adjacency_list made of it have the same cycles") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph molecule{random_structure(rng, 7, choices, {false, false, false}),
                                  bond_rule{2.6, bond_partners::all}};
        const multigraph equal = to_multigraph(molecule);
        for (std::size_t i = 0; i < 7; ++i)
            for (std::size_t h = 2; h <= 6; ++h)
                CHECK(simple_cycles(molecule, atom_index{i}, h).size() ==
                      simple_cycles(equal, atom_index{i}, h).size());
    }
}

TEST_CASE("an atom beyond the last is refused") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    CHECK_THROWS_AS(simple_cycles(graph, atom_index{5}, 2), unknown_atom);
}

} // namespace tinynet::test::simple_cycles_test
