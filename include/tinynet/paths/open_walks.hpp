// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_OPEN_WALKS_HPP
#define TINYNET_PATHS_OPEN_WALKS_HPP

/// \file
/// Open walks: whose ends are the neighbors of an atom, some hops away.

#include <tinynet/graph/concepts.hpp>
#include <tinynet/paths/detail/depth_first.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <concepts>
#include <cstddef>
#include <numeric>
#include <vector>

namespace tinynet {

/// Visits every open walk of exactly `hops` hops within an environment of at least that radius.
template <bonded_graph Graph, std::invocable<walk_view<Graph>> Visitor>
void for_each_open_walk(const environment<Graph>& around, hop_count hops, Visitor&& visit) {
    const auto does_not_close = [](const auto& hop, std::size_t hops_left) {
        return hops_left > 0 || hop.vertex != 0;
    };
    detail::depth_first(around, hops, does_not_close, visit);
}

/// Visits every walk of exactly `hops` hops that ends elsewhere than it started: on another atom, or on
/// another image of the same atom. Atoms and bonds may repeat on the way, the start included.
///
/// Order: lexicographic in the bonds' order.
/// \param start  in [0, atom_count).
/// \param visit  called with the hops of the walk, valid during the call only.
/// \throws unknown_atom  if start is not an atom of the graph.
/// \par Cost  O(d^hops) time, d the number of bonds of an atom.
template <bonded_graph Graph, std::invocable<walk_view<Graph>> Visitor>
void for_each_open_walk(const Graph& graph, atom_index start, hop_count hops, Visitor&& visit) {
    for_each_open_walk(environment<Graph>{graph, start, hops}, hops, visit);
}

/// How many open walks there are of each length, without visiting them.
/// \return element h is the number of open walks of h hops, h = 0..hops; exact below 2^53.
/// \par Cost  O(hops v d) for v vertices within `hops`, d bonds each.
template <bonded_graph Graph>
std::vector<double> open_walk_counts(const environment<Graph>& around, hop_count hops) {
    std::vector<double> counts;
    std::vector<double> reached(around.vertex_count(), 0.0);
    reached[0] = 1.0;
    for (std::size_t h = 0; h <= hops; ++h) {
        counts.push_back(std::accumulate(reached.begin() + 1, reached.end(), 0.0));
        reached = detail::one_hop_on(around, reached);
    }
    return counts;
}

} // namespace tinynet

#endif
