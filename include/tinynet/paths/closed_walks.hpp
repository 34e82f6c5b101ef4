// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_CLOSED_WALKS_HPP
#define TINYNET_PATHS_CLOSED_WALKS_HPP

/// \file
/// Closed walks: the terms of the moments theorem.

#include <tinynet/graph/concepts.hpp>
#include <tinynet/paths/detail/depth_first.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <concepts>
#include <cstddef>
#include <vector>

namespace tinynet {

/// The environment that holds every closed walk of up to `hops` hops: none leads farther than half of them.
/// \throws unknown_atom  if start is not an atom of the graph.
template <bonded_graph Graph>
environment<Graph> closed_walk_environment(const Graph& graph, atom_index start, hop_count hops) {
    return {graph, start, hop_count{hops / 2}};
}

/// Visits every closed walk of exactly `hops` hops within an environment of at least hops/2 hops.
template <bonded_graph Graph, std::invocable<walk_view<Graph>> Visitor>
void for_each_closed_walk(const environment<Graph>& around, hop_count hops, Visitor&& visit) {
    const auto can_return = [&](const auto& hop, std::size_t hops_left) {
        return around.distance(hop.vertex) <= hops_left;
    };
    detail::depth_first(around, hops, can_return, visit);
}

/// Visits every walk of exactly `hops` hops that starts on an atom and returns to it in the same image.
///
/// Atoms and bonds may repeat; a walk and its reverse are two walks.
/// Order: lexicographic in the bonds' order.
/// \param start  in [0, atom_count).
/// \param visit  called with the hops of the walk, valid during the call only.
/// \throws unknown_atom  if start is not an atom of the graph.
/// \par Cost  O(d^hops) time at worst, d the number of bonds of an atom; branches that cannot return are cut.
/// \see docs/descriptor.md, closed walks (arXiv:2306.08285)
template <bonded_graph Graph, std::invocable<walk_view<Graph>> Visitor>
void for_each_closed_walk(const Graph& graph, atom_index start, hop_count hops, Visitor&& visit) {
    for_each_closed_walk(closed_walk_environment(graph, start, hops), hops, visit);
}

/// How many closed walks there are of each length, without visiting them.
/// \return element h is the number of closed walks of h hops, h = 0..hops; exact below 2^53.
/// \par Cost  O(hops v d) for v vertices within hops/2.
template <bonded_graph Graph>
std::vector<double> closed_walk_counts(const environment<Graph>& around, hop_count hops) {
    std::vector<double> counts;
    std::vector<double> reached(around.vertex_count(), 0.0);
    reached[0] = 1.0;
    for (std::size_t h = 0; h <= hops; ++h) {
        counts.push_back(reached[0]);
        reached = detail::one_hop_on(around, reached);
    }
    return counts;
}

} // namespace tinynet

#endif
