// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_SIMPLE_CYCLES_HPP
#define TINYNET_PATHS_SIMPLE_CYCLES_HPP

/// \file
/// Simple cycles: closed walks that visit nothing twice.

#include <tinynet/graph/concepts.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/detail/depth_first.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <concepts>
#include <cstddef>
#include <vector>

namespace tinynet {

/// Visits every simple cycle of exactly `hops` hops within an environment of at least hops/2 hops.
/// \param graph  the graph of the environment.
template <bonded_graph Graph, std::invocable<walk_view<Graph>> Visitor>
void for_each_simple_cycle(const Graph& graph, const environment<Graph>& around, hop_count hops,
                           Visitor&& visit) {
    std::vector<char> occupied(around.vertex_count(), 0);
    const auto allowed = [&](const auto& hop, std::size_t hops_left) {
        if (hops_left == 0)
            return hop.vertex == 0;
        return hop.vertex != 0 && occupied[hop.vertex] == 0 && around.distance(hop.vertex) <= hops_left;
    };
    const auto visit_cycle = [&](walk_view<Graph> walk) {
        // Two hops are a cycle only over one and the same bond; back by a parallel bond is a mere walk.
        if (hops != 2 || graph_access<Graph>::reverses(graph, walk[0].bond, walk[1].bond))
            visit(walk);
    };
    detail::depth_first(
        around, hops, allowed, visit_cycle, [&](const auto& hop) { occupied[hop.vertex] = 1; },
        [&](const auto& hop) { occupied[hop.vertex] = 0; });
}

/// Visits every simple cycle of exactly `hops` hops through an atom: a closed walk in which no (atom, shift)
/// repeats except the start. There and back over the same bond counts; both directions of a ring are visited.
///
/// Order: lexicographic in the bonds' order.
/// \param start  in [0, atom_count).
/// \param visit  called with the hops of the cycle, valid during the call only.
/// \throws unknown_atom  if start is not an atom of the graph.
/// \par Cost  O(d^hops) time at worst, d the number of bonds of an atom; branches that cannot return are cut.
template <bonded_graph Graph, std::invocable<walk_view<Graph>> Visitor>
void for_each_simple_cycle(const Graph& graph, atom_index start, hop_count hops, Visitor&& visit) {
    for_each_simple_cycle(graph, closed_walk_environment(graph, start, hops), hops, visit);
}

} // namespace tinynet

#endif
