// SPDX-License-Identifier: MIT
#include "support/random_graphs.hpp"
#include "support/random_structures.hpp"
#include <tinynet/graph/boost_graph.hpp>

#include <boost/concept/assert.hpp>
#include <boost/graph/breadth_first_search.hpp>
#include <boost/graph/connected_components.hpp>
#include <boost/graph/dijkstra_shortest_paths.hpp>
#include <boost/graph/graph_concepts.hpp>
#include <boost/graph/visitors.hpp>
#include <boost/property_map/property_map.hpp>
#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

namespace tinynet::test::boost_graph_test {

BOOST_CONCEPT_ASSERT((boost::concepts::VertexListGraphConcept<bond_graph>));
BOOST_CONCEPT_ASSERT((boost::concepts::IncidenceGraphConcept<bond_graph>));
BOOST_CONCEPT_ASSERT((boost::concepts::AdjacencyGraphConcept<bond_graph>));
BOOST_CONCEPT_ASSERT((boost::concepts::EdgeListGraphConcept<bond_graph>));
BOOST_CONCEPT_ASSERT(
    (boost::concepts::ReadablePropertyGraphConcept<bond_graph, bond_edge, boost::edge_weight_t>));
BOOST_CONCEPT_ASSERT(
    (boost::concepts::ReadablePropertyGraphConcept<bond_graph, std::size_t, boost::vertex_index_t>));

static_assert(boost::is_undirected_graph<bond_graph>::value);
static_assert(boost::is_multigraph<bond_graph>::value);
static_assert(bonded_graph<multigraph>);
static_assert(
    bonded_graph<boost::adjacency_list<boost::listS, boost::vecS, boost::undirectedS, int, double>>);
static_assert(!bonded_graph<boost::adjacency_list<boost::vecS, boost::vecS, boost::directedS>>,
              "a bond is seen from both ends");

namespace {

const std::array choices = {species{"O"}, species{"Ti"}};

structure random_molecule(random_engine& rng, std::size_t atom_count) {
    return random_structure(rng, atom_count, choices, {false, false, false});
}

/// Lengths of the shortest ways from an atom to all others, found by relaxing every bond atom_count times.
std::vector<double> relaxed_distances(const bond_graph& graph, std::size_t start) {
    std::vector<double> distances(graph.atom_count(), std::numeric_limits<double>::max());
    distances[start] = 0.0;
    for (std::size_t round = 0; round < graph.atom_count(); ++round)
        for (std::size_t b = 0; b < graph.bond_count(); ++b) {
            const bond_index bond{b};
            const double candidate = distances[graph.source(bond)] + graph.length(bond);
            distances[graph.target(bond)] = std::min(distances[graph.target(bond)], candidate);
        }
    return distances;
}

} // namespace

TEST_CASE("vertices are the atoms") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    const auto [first, last] = vertices(graph);
    CHECK(num_vertices(graph) == 5);
    CHECK(std::vector<std::size_t>(first, last) == std::vector<std::size_t>{0, 1, 2, 3, 4});
    CHECK(get(boost::vertex_index, graph, 3) == 3);
    CHECK(get(boost::vertex_index, graph)[4] == 4);
    CHECK(boost::graph_traits<bond_graph>::null_vertex() > graph.atom_count());
}

TEST_CASE("edges lists every bond once, out_edges and adjacent_vertices every bond of an atom") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    CHECK(num_edges(graph) == 18);
    const auto [first, last] = edges(graph);
    const std::vector<bond_edge> all(first, last);
    CHECK(all.size() == 18);
    for (std::size_t i = 0; i < 5; ++i) {
        CHECK(out_degree(i, graph) == graph.bonds(atom_index{i}).size());
        std::vector<std::size_t> targets;
        const auto [edge, last_edge] = out_edges(i, graph);
        for (const bond_edge& out : std::vector<bond_edge>(edge, last_edge)) {
            CHECK(source(out, graph) == i);
            CHECK(std::count(all.begin(), all.end(), out) == 1);
            CHECK(get(boost::edge_weight, graph, out) == graph.length(out.bond));
            CHECK(get(get(boost::edge_weight, graph), out) == graph.length(out.bond));
            targets.push_back(target(out, graph));
        }
        const auto [adjacent, last_adjacent] = adjacent_vertices(i, graph);
        CHECK(std::vector<std::size_t>(adjacent, last_adjacent) == targets);
    }
}

TEST_CASE("the two views of a bond are one edge, parallel bonds and bonds to two own images are not") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    CHECK(num_edges(graph) == 3);
    CHECK(out_degree(0, graph) == 6);
    const auto [first, last] = out_edges(0, graph);
    const std::vector<bond_edge> out(first, last);
    for (const bond_edge& one : out)
        for (const bond_edge& other : out) {
            const bool same_bond = one.bond == other.bond || graph.reverse(one.bond) == other.bond;
            CHECK((one == other) == same_bond);
            CHECK((one < other || other < one) == !same_bond);
        }
}

TEST_CASE("an empty graph has neither vertices nor edges") {
    const bond_graph graph;
    CHECK(num_vertices(graph) == 0);
    CHECK(num_edges(graph) == 0);
    CHECK(vertices(graph).first == vertices(graph).second);
    CHECK(edges(graph).first == edges(graph).second);
}

TEST_CASE("connected_components finds the Ti-O network and the lone Ba atoms of a perovskite") {
    bond_rule rule;
    rule.set_pair_cutoff(species{"Ba"}, species{"O"}, 0.0);
    const bond_graph graph{perovskite(4.0), rule};
    std::vector<int> component(5);
    CHECK(boost::connected_components(graph, component.data()) == 2);
    CHECK(component == std::vector<int>{0, 1, 1, 1, 1});
}

TEST_CASE("property: connected_components counts as on the equal adjacency_list") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_molecule(rng, 1 + seed % 12), bond_rule{2.2, bond_partners::all}};
        const multigraph equal = to_multigraph(graph);
        std::vector<std::size_t> ours(graph.atom_count());
        std::vector<std::size_t> theirs(graph.atom_count());
        CHECK(boost::connected_components(graph, ours.data()) ==
              boost::connected_components(equal, theirs.data()));
        CHECK(ours == theirs);
    }
}

TEST_CASE("property: dijkstra_shortest_paths runs on bond lengths, in molecules and in crystals") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bool periodic = seed % 2 == 0;
        const bond_graph graph{random_structure(rng, 8, choices, {periodic, periodic, false}),
                               bond_rule{2.5, bond_partners::all}};
        std::vector<double> distances(graph.atom_count());
        boost::dijkstra_shortest_paths(graph, std::size_t{0},
                                       boost::distance_map(boost::make_iterator_property_map(
                                           distances.begin(), get(boost::vertex_index, graph))));
        const auto expected = relaxed_distances(graph, 0);
        for (std::size_t i = 0; i < graph.atom_count(); ++i)
            CHECK(distances[i] == doctest::Approx(expected[i]).epsilon(1e-14));
    }
}

TEST_CASE("breadth_first_search counts hops") {
    const structure chain{cell{},
                          {species{"O"}, species{"Ti"}, species{"O"}, species{"Ti"}},
                          {{0, 0, 0}, {2, 0, 0}, {4, 0, 0}, {6, 0, 0}}};
    const bond_graph graph{chain, bond_rule{}};
    std::vector<std::size_t> hops(4, 0);
    boost::breadth_first_search(
        graph, std::size_t{0},
        boost::visitor(boost::make_bfs_visitor(boost::record_distances(hops.data(), boost::on_tree_edge{}))));
    CHECK(hops == std::vector<std::size_t>{0, 1, 2, 3});
}

TEST_CASE("an adjacency_list is read as a graph without images") {
    using access = graph_access<multigraph>;
    const multigraph graph = awkward_multigraph();
    CHECK(access::atom_count(graph) == 5);
    std::vector<std::size_t> targets;
    for (const auto bond : access::bonds(graph, atom_index{2})) {
        CHECK(access::shift(graph, bond) == image_shift{});
        targets.push_back(access::target(graph, bond));
    }
    CHECK(targets == std::vector<std::size_t>{1, 0, 3});
    CHECK(access::bonds(graph, atom_index{3}).size() == 3); // the self loop is seen twice
    CHECK(access::bonds(graph, atom_index{4}).empty());
}

TEST_CASE("an edge of an adjacency_list reverses itself, seen from its other end, but no parallel one") {
    using access = graph_access<multigraph>;
    const multigraph graph = awkward_multigraph();
    std::size_t reversed = 0;
    std::size_t parallel = 0;
    for (const auto out : access::bonds(graph, atom_index{0}))
        for (const auto back : access::bonds(graph, atom_index{1}))
            if (access::target(graph, out) == 1 && access::target(graph, back) == 0)
                ++(access::reverses(graph, out, back) ? reversed : parallel);
    CHECK(reversed == 2);
    CHECK(parallel == 2);
}

} // namespace tinynet::test::boost_graph_test
