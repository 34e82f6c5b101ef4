// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_BRUTE_FORCE_WALKS_HPP
#define TINYNET_TESTS_SUPPORT_BRUTE_FORCE_WALKS_HPP

/// \file
/// Walks by their definitions: follow every bond, then keep what fits. And walks as the enumerators list
/// them.

#include <tinynet/graph/concepts.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/open_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tinynet::test {

/// A hop without the numbers of an environment.
template <bonded_graph Graph>
struct plain_hop {
    bond_type_of<Graph> bond;
    image_atom end;

    friend bool operator==(const plain_hop& left, const plain_hop& right) {
        return left.bond == right.bond && left.end == right.end;
    }
};

template <bonded_graph Graph>
using plain_walk = std::vector<plain_hop<Graph>>;

template <bonded_graph Graph>
using plain_walks = std::vector<plain_walk<Graph>>;

/// All walks of exactly so many hops, closed or not, in lexicographic order.
template <bonded_graph Graph>
plain_walks<Graph> brute_force_walks(const Graph& graph, atom_index start, std::size_t hops) {
    using access = graph_access<Graph>;
    plain_walks<Graph> walks{{}};
    for (std::size_t h = 0; h < hops; ++h) {
        plain_walks<Graph> longer;
        for (const plain_walk<Graph>& walk : walks) {
            const image_atom here = walk.empty() ? image_atom{start, {}} : walk.back().end;
            for (const auto bond : access::bonds(graph, here.atom)) {
                longer.push_back(walk);
                longer.back().push_back(
                    {bond, {access::target(graph, bond), here.shift + access::shift(graph, bond)}});
            }
        }
        walks = std::move(longer);
    }
    return walks;
}

/// Whether a walk ends where it started.
template <bonded_graph Graph>
bool is_closed(const plain_walk<Graph>& walk, atom_index start) {
    return walk.back().end == image_atom{start, {}};
}

/// Whether a closed walk meets no vertex twice but its start, and returns from two hops by the same bond.
template <bonded_graph Graph>
bool is_simple_cycle(const Graph& graph, const plain_walk<Graph>& walk, atom_index start) {
    std::vector<image_atom> met;
    for (const auto& hop : walk)
        met.push_back(hop.end);
    std::sort(met.begin(), met.end());
    return is_closed<Graph>(walk, start) && std::adjacent_find(met.begin(), met.end()) == met.end() &&
           (walk.size() != 2 || graph_access<Graph>::reverses(graph, walk[0].bond, walk[1].bond));
}

/// The walks of a list that satisfy a condition.
template <bonded_graph Graph, typename Condition>
plain_walks<Graph> filtered(plain_walks<Graph> walks, const Condition& condition) {
    std::erase_if(walks, [&](const plain_walk<Graph>& walk) { return !condition(walk); });
    return walks;
}

/// The same without what only an environment knows.
template <bonded_graph Graph>
plain_walk<Graph> plain(walk_view<Graph> walk) {
    plain_walk<Graph> result;
    for (const auto& hop : walk)
        result.push_back({hop.bond, hop.end});
    return result;
}

/// What for_each_closed_walk visits.
template <bonded_graph Graph>
plain_walks<Graph> closed_walks(const Graph& graph, atom_index start, std::size_t hops) {
    plain_walks<Graph> walks;
    for_each_closed_walk(graph, start, hop_count{hops},
                         [&](walk_view<Graph> walk) { walks.push_back(plain<Graph>(walk)); });
    return walks;
}

/// What for_each_simple_cycle visits.
template <bonded_graph Graph>
plain_walks<Graph> simple_cycles(const Graph& graph, atom_index start, std::size_t hops) {
    plain_walks<Graph> walks;
    for_each_simple_cycle(graph, start, hop_count{hops},
                          [&](walk_view<Graph> walk) { walks.push_back(plain<Graph>(walk)); });
    return walks;
}

/// What for_each_open_walk visits.
template <bonded_graph Graph>
plain_walks<Graph> open_walks(const Graph& graph, atom_index start, std::size_t hops) {
    plain_walks<Graph> walks;
    for_each_open_walk(graph, start, hop_count{hops},
                       [&](walk_view<Graph> walk) { walks.push_back(plain<Graph>(walk)); });
    return walks;
}

} // namespace tinynet::test

#endif
