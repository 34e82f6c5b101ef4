// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_CONCEPTS_HPP
#define TINYNET_GRAPH_CONCEPTS_HPP

/// \file
/// What the enumerators ask of a graph, in words of the crystal.

#include <tinynet/types.hpp>

#include <concepts>
#include <cstddef>
#include <ranges>

namespace tinynet {

/// How the library reads a graph: specialize it for yours (graph/boost_graph.hpp does so for
/// `boost::adjacency_list`), or give the graph members of the same names.
template <typename Graph>
struct graph_access;

/// A graph with a `bond_type` and these members is read through them.
template <typename Graph>
requires requires(const Graph& graph, atom_index atom, typename Graph::bond_type bond) {
    graph.atom_count();
    graph.bonds(atom);
    graph.target(bond);
    graph.shift(bond);
    graph.reverse(bond);
}
struct graph_access<Graph> {
    /// A bond as seen from one of its two ends.
    using bond_type = typename Graph::bond_type;

    /// Number of atoms.
    static std::size_t atom_count(const Graph& graph) { return graph.atom_count(); }
    /// The bonds of an atom, seen from it, always in the same order.
    static auto bonds(const Graph& graph, atom_index atom) { return graph.bonds(atom); }
    /// The atom at the far end.
    static atom_index target(const Graph& graph, bond_type bond) { return graph.target(bond); }
    /// In which image of the cell that atom lies, relative to the near end; zero in a graph without images.
    static image_shift shift(const Graph& graph, bond_type bond) { return graph.shift(bond); }
    /// Whether `back` is `out` seen from its other end.
    static bool reverses(const Graph& graph, bond_type out, bond_type back) {
        return graph.reverse(out) == back;
    }
};

/// A graph of atoms and bonds, possibly periodic.
///
/// Promises the compiler cannot check: every bond is seen from both of its ends, with opposite shifts (an
/// atom bonded to itself sees the bond twice); indices run from 0 to atom_count; the order of an atom's bonds
/// is fixed. Parallel bonds are allowed.
template <typename Graph>
concept bonded_graph = requires(const Graph& graph, atom_index atom,
                                typename graph_access<Graph>::bond_type bond) {
    { graph_access<Graph>::atom_count(graph) } -> std::convertible_to<std::size_t>;
    { graph_access<Graph>::bonds(graph, atom) } -> std::ranges::input_range;
    { graph_access<Graph>::target(graph, bond) } -> std::convertible_to<atom_index>;
    { graph_access<Graph>::shift(graph, bond) } -> std::convertible_to<image_shift>;
    { graph_access<Graph>::reverses(graph, bond, bond) } -> std::convertible_to<bool>;
};

/// The bond type of a graph.
template <bonded_graph Graph>
using bond_type_of = typename graph_access<Graph>::bond_type;

static_assert(!bonded_graph<int>, "a number is no graph");

} // namespace tinynet

#endif
