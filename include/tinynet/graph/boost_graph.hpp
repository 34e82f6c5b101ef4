// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_BOOST_GRAPH_HPP
#define TINYNET_GRAPH_BOOST_GRAPH_HPP

/// \file
/// Opt-in bridge to Boost.Graph, both ways: `bond_graph` models VertexListGraph, IncidenceGraph,
/// AdjacencyGraph and EdgeListGraph, so that Boost's algorithms run on it; and an undirected
/// `boost::adjacency_list` is a `bonded_graph`, so that our enumerators run on it.

#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/concepts.hpp>
#include <tinynet/types.hpp>

#include <boost/graph/adjacency_list.hpp>
#include <boost/graph/graph_traits.hpp>
#include <boost/graph/properties.hpp>
#include <boost/iterator/counting_iterator.hpp>
#include <boost/iterator/filter_iterator.hpp>
#include <boost/iterator/transform_iterator.hpp>
#include <boost/property_map/property_map.hpp>
#include <boost/range/iterator_range.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>

namespace tinynet {

/// An edge of `bond_graph` for Boost: a bond with the end it is seen from. Both views of one bond compare
/// equal.
struct bond_edge {
    std::size_t source = 0; ///< vertex from which the bond is seen
    std::size_t target = 0; ///< vertex at the far end
    bond_index bond;        ///< the view of the bond from `source`
    bond_index identity;    ///< the smaller index of its two views

    friend bool operator==(const bond_edge& left, const bond_edge& right) noexcept {
        return left.identity == right.identity;
    }
    friend auto operator<=>(const bond_edge& left, const bond_edge& right) noexcept {
        return left.identity <=> right.identity;
    }
};

namespace detail {

struct bond_to_edge {
    const bond_graph* graph = nullptr;
    bond_edge operator()(std::size_t index) const {
        const bond_index bond{index};
        return {graph->source(bond), graph->target(bond), bond, std::min(bond, graph->reverse(bond))};
    }
};

struct bond_to_target {
    const bond_graph* graph = nullptr;
    std::size_t operator()(std::size_t index) const { return graph->target(bond_index{index}); }
};

struct is_first_view {
    const bond_graph* graph = nullptr;
    bool operator()(std::size_t index) const { return index <= graph->reverse(bond_index{index}); }
};

using index_iterator = boost::counting_iterator<std::size_t>;

struct bond_graph_traversal_category : boost::incidence_graph_tag,
                                       boost::adjacency_graph_tag,
                                       boost::vertex_list_graph_tag,
                                       boost::edge_list_graph_tag {};

} // namespace detail

/// Lengths (Å) of bonds as a Boost property map over edges.
struct bond_length_map {
    using key_type = bond_edge;                        ///< edges
    using value_type = double;                         ///< Å
    using reference = double;                          ///< by value
    using category = boost::readable_property_map_tag; ///< read only

    const bond_graph* graph = nullptr; ///< whose lengths

    /// Length of an edge, Å.
    friend double get(const bond_length_map& map, const bond_edge& edge) {
        return map.graph->length(edge.bond);
    }
};

} // namespace tinynet

namespace boost {

/// `tinynet::bond_graph` as an undirected multigraph of Boost.
template <>
struct graph_traits<tinynet::bond_graph> {
    using vertex_descriptor = std::size_t;                                     ///< atom index
    using edge_descriptor = tinynet::bond_edge;                                ///< bond with a direction
    using directed_category = undirected_tag;                                  ///< bonds have no direction
    using edge_parallel_category = allow_parallel_edge_tag;                    ///< several images
    using traversal_category = tinynet::detail::bond_graph_traversal_category; ///< concepts modeled
    using vertices_size_type = std::size_t;                                    ///< number of atoms
    using edges_size_type = std::size_t;                                       ///< number of bonds
    using degree_size_type = std::size_t;                                      ///< bonds of an atom
    using vertex_iterator = tinynet::detail::index_iterator;                   ///< over atoms
    using adjacency_iterator = transform_iterator<tinynet::detail::bond_to_target,
                                                  tinynet::detail::index_iterator>; ///< over bonded atoms
    using out_edge_iterator = transform_iterator<tinynet::detail::bond_to_edge,
                                                 tinynet::detail::index_iterator>; ///< over an atom's bonds
    using edge_iterator =
        transform_iterator<tinynet::detail::bond_to_edge,
                           filter_iterator<tinynet::detail::is_first_view,
                                           tinynet::detail::index_iterator>>; ///< every bond once

    /// The vertex that is none.
    static vertex_descriptor null_vertex() { return static_cast<vertex_descriptor>(-1); }
};

/// Atoms are their own indices.
template <>
struct property_map<tinynet::bond_graph, vertex_index_t> {
    using type = identity_property_map; ///< identity
    using const_type = type;            ///< the same
};

/// The weight of an edge is its length.
template <>
struct property_map<tinynet::bond_graph, edge_weight_t> {
    using type = tinynet::bond_length_map; ///< lengths, Å
    using const_type = type;               ///< the same
};

} // namespace boost

namespace tinynet {

/// Number of atoms.
inline std::size_t num_vertices(const bond_graph& graph) { return graph.atom_count(); }
/// Number of bonds, each counted once.
inline std::size_t num_edges(const bond_graph& graph) { return graph.bond_count() / 2; }
/// All atoms.
inline std::pair<detail::index_iterator, detail::index_iterator> vertices(const bond_graph& graph) {
    return {detail::index_iterator{0}, detail::index_iterator{graph.atom_count()}};
}
/// The bonds of an atom.
inline auto out_edges(std::size_t vertex, const bond_graph& graph) {
    using iterator = boost::graph_traits<bond_graph>::out_edge_iterator;
    const auto row = graph.bonds(atom_index{vertex});
    const detail::bond_to_edge edge{&graph};
    return std::pair{iterator{detail::index_iterator{*row.begin()}, edge},
                     iterator{detail::index_iterator{*row.end()}, edge}};
}
/// Number of bonds of an atom.
inline std::size_t out_degree(std::size_t vertex, const bond_graph& graph) {
    return static_cast<std::size_t>(graph.bonds(atom_index{vertex}).size());
}
/// The atoms bonded to an atom, once per bond.
inline auto adjacent_vertices(std::size_t vertex, const bond_graph& graph) {
    using iterator = boost::graph_traits<bond_graph>::adjacency_iterator;
    const auto row = graph.bonds(atom_index{vertex});
    const detail::bond_to_target target{&graph};
    return std::pair{iterator{detail::index_iterator{*row.begin()}, target},
                     iterator{detail::index_iterator{*row.end()}, target}};
}
/// Every bond once.
inline auto edges(const bond_graph& graph) {
    using iterator = boost::graph_traits<bond_graph>::edge_iterator;
    const detail::index_iterator first{0};
    const detail::index_iterator last{graph.bond_count()};
    const detail::is_first_view once{&graph};
    const detail::bond_to_edge edge{&graph};
    return std::pair{iterator{boost::make_filter_iterator(once, first, last), edge},
                     iterator{boost::make_filter_iterator(once, last, last), edge}};
}
/// The atom from which an edge is seen.
inline std::size_t source(const bond_edge& edge, const bond_graph&) { return edge.source; }
/// The atom at the far end of an edge.
inline std::size_t target(const bond_edge& edge, const bond_graph&) { return edge.target; }
/// The index map of the atoms.
inline boost::identity_property_map get(boost::vertex_index_t, const bond_graph&) { return {}; }
/// The index of an atom.
inline std::size_t get(boost::vertex_index_t, const bond_graph&, std::size_t vertex) { return vertex; }
/// The lengths of the bonds, Å.
inline bond_length_map get(boost::edge_weight_t, const bond_graph& graph) { return {&graph}; }
/// The length of a bond, Å.
inline double get(boost::edge_weight_t, const bond_graph& graph, const bond_edge& edge) {
    return graph.length(edge.bond);
}

/// An undirected `boost::adjacency_list` with indexed vertices, read as a graph without images.
template <typename OutEdgeList, typename... Properties>
struct graph_access<boost::adjacency_list<OutEdgeList, boost::vecS, boost::undirectedS, Properties...>> {
    using graph_type =
        boost::adjacency_list<OutEdgeList, boost::vecS, boost::undirectedS, Properties...>; ///< the graph
    using bond_type = typename boost::graph_traits<graph_type>::edge_descriptor;            ///< its edges

    /// Number of vertices.
    static std::size_t atom_count(const graph_type& graph) { return num_vertices(graph); }
    /// The edges of a vertex.
    static auto bonds(const graph_type& graph, atom_index atom) {
        return boost::make_iterator_range(out_edges(atom, graph));
    }
    /// The vertex at the far end.
    static atom_index target(const graph_type& graph, bond_type bond) {
        return atom_index{static_cast<std::size_t>(boost::target(bond, graph))};
    }
    /// Zero: there are no images.
    static image_shift shift(const graph_type&, bond_type) { return {}; }
    /// Whether two descriptors name one edge.
    static bool reverses(const graph_type&, bond_type out, bond_type back) { return out == back; }
};

} // namespace tinynet

#endif
