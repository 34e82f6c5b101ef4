// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_RANDOM_GRAPHS_HPP
#define TINYNET_TESTS_SUPPORT_RANDOM_GRAPHS_HPP

/// \file
/// Graphs of Boost to test with: random multigraphs, and the bonds of a molecule.

#include "support/random_structures.hpp"
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/boost_graph.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>
#include <boost/graph/adjacency_list.hpp>

#include <cstddef>

namespace tinynet::test {

using multigraph = boost::adjacency_list<boost::vecS, boost::vecS, boost::undirectedS>;

/// Edges between random ends: parallel ones, self loops, isolated vertices and separate parts occur.
inline multigraph random_multigraph(random_engine& rng, std::size_t vertex_count, std::size_t edge_count) {
    multigraph graph{vertex_count};
    const auto vertex = [&] {
        return static_cast<std::size_t>(random_integer(rng, 0, static_cast<int>(vertex_count) - 1));
    };
    for (std::size_t edge = 0; edge < edge_count; ++edge) {
        const std::size_t from = vertex();
        add_edge(from, vertex(), graph);
    }
    return graph;
}

/// A triangle with a tail, one of its edges doubled, a self loop at the tail's end, and an isolated vertex.
inline multigraph awkward_multigraph() {
    multigraph graph{5};
    add_edge(0, 1, graph);
    add_edge(1, 2, graph);
    add_edge(2, 0, graph);
    add_edge(0, 1, graph);
    add_edge(2, 3, graph);
    add_edge(3, 3, graph);
    return graph;
}

/// The bonds of a graph without images, each once.
inline multigraph to_multigraph(const bond_graph& bonds) {
    multigraph graph{bonds.atom_count()};
    for (std::size_t atom = 0; atom < bonds.atom_count(); ++atom)
        for (const bond_index bond : bonds.bonds(atom_index{atom}))
            if (bond < bonds.reverse(bond))
                add_edge(atom, bonds.target(bond), graph);
    return graph;
}

/// How often each vertex sees each other one; a self loop is seen twice.
inline Eigen::MatrixXd adjacency_matrix(const multigraph& graph) {
    const auto size = static_cast<Eigen::Index>(num_vertices(graph));
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(size, size);
    for (auto [edge, last] = edges(graph); edge != last; ++edge) {
        const auto from = static_cast<Eigen::Index>(source(*edge, graph));
        const auto to = static_cast<Eigen::Index>(target(*edge, graph));
        matrix(from, to) += 1.0;
        matrix(to, from) += 1.0;
    }
    return matrix;
}

} // namespace tinynet::test

#endif
