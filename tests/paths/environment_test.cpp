// SPDX-License-Identifier: MIT
#include "support/random_graphs.hpp"
#include "support/random_structures.hpp"
#include <tinynet/paths/environment.hpp>

#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/visitors.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <vector>

namespace tinynet::test::environment_test {

namespace {

const std::array choices = {species{"O"}, species{"Ti"}};

/// One atom with so many bonds to itself.
struct hedgehog {
    using bond_type = std::size_t;

    std::size_t size;

    [[nodiscard]] std::size_t atom_count() const { return 1; }
    [[nodiscard]] detail::index_range<std::size_t> bonds(atom_index) const { return {0, size}; }
    [[nodiscard]] atom_index target(std::size_t) const { return atom_index{0}; }
    [[nodiscard]] image_shift shift(std::size_t) const { return {}; }
    [[nodiscard]] std::size_t reverse(std::size_t bond) const { return bond; }
};

/// Fewest hops to every vertex within a radius, shell by shell.
std::map<image_atom, std::size_t> shells(const bond_graph& graph, atom_index start, std::size_t radius) {
    std::map<image_atom, std::size_t> distances{{{start, {}}, 0}};
    for (std::size_t hops = 1; hops <= radius; ++hops)
        for (const auto& [vertex, distance] : std::map{distances})
            for (const bond_index bond : graph.bonds(vertex.atom))
                distances.emplace(image_atom{graph.target(bond), vertex.shift + graph.shift(bond)}, hops);
    return distances;
}

} // namespace

TEST_CASE("an environment without radius is the atom itself") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    const environment<bond_graph> around{graph, atom_index{2}, hop_count{0}};
    REQUIRE(around.vertex_count() == 1);
    CHECK(around.vertex(0) == image_atom{atom_index{2}, {}});
    CHECK(around.distance(0) == 0);
    CHECK(around.hops(0).empty());
}

TEST_CASE("an isolated atom is alone at any radius") {
    const environment<multigraph> around{awkward_multigraph(), atom_index{4}, hop_count{7}};
    CHECK(around.vertex_count() == 1);
    CHECK(around.hops(0).empty());
}

TEST_CASE("images of one atom are different vertices") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    const environment<bond_graph> around{graph, atom_index{0}, hop_count{3}};
    CHECK(around.vertex_count() == 1 + 6 + 18 + 38);
}

TEST_CASE("hops beyond the radius are left out, hops within the outermost shell are kept") {
    multigraph triangle{3};
    add_edge(0, 1, triangle);
    add_edge(1, 2, triangle);
    add_edge(2, 0, triangle);
    const environment<multigraph> around{triangle, atom_index{0}, hop_count{1}};
    REQUIRE(around.vertex_count() == 3);
    CHECK(around.hops(1).size() == 2);
    CHECK(around.hops(2).size() == 2);
}

TEST_CASE("parallel bonds and self loops are hops of their own") {
    const environment<multigraph> around{awkward_multigraph(), atom_index{0}, hop_count{3}};
    REQUIRE(around.vertex_count() == 4);
    CHECK(around.hops(0).size() == 3);
    CHECK(around.vertex(3).atom == atom_index{3});
    CHECK(around.hops(3).size() == 3);
}

TEST_CASE("property: vertices come breadth first, at their smallest number of hops, with all their bonds") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_structure(rng, 1 + seed % 6, choices),
                               bond_rule{2.6, bond_partners::all}};
        const atom_index start{seed % graph.atom_count()};
        const std::size_t radius = seed % 4;
        const environment<bond_graph> around{graph, start, hop_count{radius}};
        const auto expected = shells(graph, start, radius);
        REQUIRE(around.vertex_count() == expected.size());
        CHECK(around.vertex(0) == image_atom{start, {}});
        for (std::size_t v = 0; v < around.vertex_count(); ++v) {
            CHECK(around.distance(v) == expected.at(around.vertex(v)));
            CHECK((v == 0 || around.distance(v - 1) <= around.distance(v)));
            std::vector<bond_index> bonds;
            for (const auto& hop : around.hops(v)) {
                CHECK(around.vertex(hop.vertex) == hop.end);
                bonds.push_back(hop.bond);
            }
            std::vector<bond_index> within;
            for (const bond_index bond : graph.bonds(around.vertex(v).atom))
                if (expected.contains({graph.target(bond), around.vertex(v).shift + graph.shift(bond)}))
                    within.push_back(bond);
            CHECK(bonds == within);
        }
    }
}

TEST_CASE("property: distances in a molecule are those of Boost's breadth-first search") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_structure(rng, 12, choices, {false, false, false}),
                               bond_rule{2.3, bond_partners::all}};
        constexpr std::size_t unreached = std::numeric_limits<std::size_t>::max();
        std::vector<std::size_t> hops(graph.atom_count(), unreached);
        hops[0] = 0;
        boost::breadth_first_search(graph, std::size_t{0},
                                    boost::visitor(boost::make_bfs_visitor(
                                        boost::record_distances(hops.data(), boost::on_tree_edge{}))));
        const environment<bond_graph> around{graph, atom_index{0}, hop_count{12}};
        for (std::size_t v = 0; v < around.vertex_count(); ++v)
            CHECK(around.distance(v) == hops[around.vertex(v).atom]);
        CHECK(around.vertex_count() ==
              hops.size() - static_cast<std::size_t>(std::count(hops.begin(), hops.end(), unreached)));
    }
}

TEST_CASE("an atom beyond the last is refused") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    CHECK_THROWS_WITH_AS((environment<bond_graph>{graph, atom_index{5}, hop_count{1}}),
                         "there is no atom 5; the graph has 5", unknown_atom);
    CHECK_THROWS_AS((environment<bond_graph>{bond_graph{}, atom_index{0}, hop_count{1}}), unknown_atom);
    CHECK_THROWS_AS((environment<multigraph>{multigraph{}, atom_index{0}, hop_count{1}}), unknown_atom);
}

TEST_CASE("surroundings with more bonds than memory should hold are refused") {
    const hedgehog graph{environment<hedgehog>::most_hops + 1};
    CHECK_THROWS_WITH_AS((environment<hedgehog>{graph, atom_index{0}, hop_count{1}}),
                         doctest::Contains("hold over 16777216 bonds"), too_many_walks);
}

} // namespace tinynet::test::environment_test
