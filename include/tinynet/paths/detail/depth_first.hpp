// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_DETAIL_DEPTH_FIRST_HPP
#define TINYNET_PATHS_DETAIL_DEPTH_FIRST_HPP

/// \file
/// What all enumerators share: one recursion, and one step of counting.

#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <span>
#include <vector>

namespace tinynet::detail {

/// Visits, in lexicographic order, the walks of exactly `hops` hops from the center of an environment whose
/// every hop is allowed.
/// \param allowed  (hop, hops left after it) -> whether the walk may take it.
/// \param visit    (walk_view) of a finished walk.
/// \param taken    (hop) before the walk continues behind a hop.
/// \param left     (hop) after it came back.
template <typename Graph, typename Allowed, typename Visitor, typename Taken, typename Left>
void depth_first(const environment<Graph>& around, hop_count hops, Allowed&& allowed, Visitor&& visit,
                 Taken&& taken, Left&& left) {
    using hop_type = typename environment<Graph>::hop_type;
    if (hops == 0)
        return;
    std::vector<hop_type> walk(hops);
    const auto continue_from = [&](const auto& self, std::size_t vertex, std::size_t depth) -> void {
        const std::size_t hops_left = hops - depth - 1;
        for (const hop_type& hop : around.hops(vertex)) {
            if (!allowed(hop, hops_left))
                continue;
            walk[depth] = hop;
            if (hops_left == 0) {
                visit(std::span<const hop_type>{walk});
                continue;
            }
            taken(hop);
            self(self, hop.vertex, depth + 1);
            left(hop);
        }
    };
    continue_from(continue_from, 0, 0);
}

/// The same for walks that need no memory of where they have been.
template <typename Graph, typename Allowed, typename Visitor>
void depth_first(const environment<Graph>& around, hop_count hops, Allowed&& allowed, Visitor&& visit) {
    const auto nothing = [](const auto&) {};
    depth_first(around, hops, allowed, visit, nothing, nothing);
}

/// Given how many walks reach each vertex, how many do so one hop later: the adjacency matrix times a vector.
template <typename Graph>
std::vector<double> one_hop_on(const environment<Graph>& around, const std::vector<double>& reached) {
    std::vector<double> next(around.vertex_count(), 0.0);
    for (std::size_t v = 0; v < around.vertex_count(); ++v)
        for (const auto& hop : around.hops(v))
            next[hop.vertex] += reached[v];
    return next;
}

} // namespace tinynet::detail

#endif
