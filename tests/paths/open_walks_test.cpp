// SPDX-License-Identifier: MIT
#include "support/brute_force_walks.hpp"
#include "support/random_graphs.hpp"
#include "support/random_structures.hpp"
#include <tinynet/paths/open_walks.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinynet::test::open_walks_test {

namespace {

const std::array choices = {species{"O"}, species{"Ti"}};

} // namespace

TEST_CASE("open walks may pass their start but not end there") {
    multigraph chain{3};
    add_edge(0, 1, chain);
    add_edge(1, 2, chain);
    CHECK(open_walks(chain, atom_index{0}, 1).size() == 1);
    CHECK(open_walks(chain, atom_index{0}, 2).size() == 1);
    CHECK(open_walks(chain, atom_index{0}, 3).size() == 2); // 0101 and 0121
}

TEST_CASE("another image of the start is elsewhere") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    CHECK(open_walks(graph, atom_index{0}, 1).size() == 6);
    CHECK(open_walks(graph, atom_index{0}, 2).size() == 30);
}

TEST_CASE("an isolated atom has no open walks, and no walk has no hops") {
    CHECK(open_walks(awkward_multigraph(), atom_index{4}, 2).empty());
    CHECK(open_walks(awkward_multigraph(), atom_index{0}, 0).empty());
}

TEST_CASE("property: open walks are the walks that do not return, in lexicographic order") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_structure(rng, 1 + seed % 4, choices),
                               bond_rule{2.4, bond_partners::all}};
        const atom_index start{seed % graph.atom_count()};
        const environment<bond_graph> around{graph, start, hop_count{3}};
        const auto counts = open_walk_counts(around, hop_count{3});
        CHECK(counts[0] == 0.0);
        for (std::size_t h = 1; h <= 3; ++h) {
            const auto walks = open_walks(graph, start, h);
            CHECK(walks == filtered<bond_graph>(brute_force_walks(graph, start, h), [&](const auto& walk) {
                      return !is_closed<bond_graph>(walk, start);
                  }));
            CHECK(counts[h] == static_cast<double>(walks.size()));
        }
    }
}

TEST_CASE("property: in a multigraph, open walks are counted by powers of the adjacency matrix") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const multigraph graph = random_multigraph(rng, 1 + seed % 7, seed % 10);
        const Eigen::MatrixXd adjacency = adjacency_matrix(graph);
        Eigen::MatrixXd power = Eigen::MatrixXd::Identity(adjacency.rows(), adjacency.cols());
        for (std::size_t h = 1; h <= 4; ++h) {
            power = (power * adjacency).eval();
            for (std::size_t v = 0; v < num_vertices(graph); ++v) {
                const auto row = static_cast<Eigen::Index>(v);
                const double expected = power.row(row).sum() - power(row, row);
                const environment<multigraph> around{graph, atom_index{v}, hop_count{h}};
                CHECK(static_cast<double>(open_walks(graph, atom_index{v}, h).size()) == expected);
                CHECK(open_walk_counts(around, hop_count{h}).back() == expected);
            }
        }
    }
}

TEST_CASE("an atom beyond the last is refused") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    CHECK_THROWS_AS(open_walks(graph, atom_index{5}, 2), unknown_atom);
}

} // namespace tinynet::test::open_walks_test
