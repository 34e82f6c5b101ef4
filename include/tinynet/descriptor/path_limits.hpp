// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_PATH_LIMITS_HPP
#define TINYNET_DESCRIPTOR_PATH_LIMITS_HPP

/// \file
/// Refuses enumerations that would not end or not fit, before they start where their size is known.

#include <tinynet/descriptor/options.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/open_walks.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string_view>

namespace tinynet {

/// Most walks of one atom that are ever enumerated.
inline constexpr double most_walks_per_atom = 2147483648.0;
/// Most memory the paths of one length around one atom may take, bytes.
inline constexpr std::size_t most_path_bytes = std::size_t{4} << 30U;

/// Refuses an atom whose walks are too many to enumerate.
/// \throws too_many_walks  if the closed walks around the atom, among which its cycles are found, or the
///         open walks that layout paper lists, are more than `most_walks_per_atom`; the message gives atom
///         and count.
inline void check_walk_counts(const structure& reference, const environment<bond_graph>& around,
                              const descriptor_options& options) {
    const auto refuse_above_limit = [&](double count, std::string_view what, std::size_t hops) {
        if (count > most_walks_per_atom) {
            const std::size_t atom = around.vertex(0).atom;
            throw too_many_walks{detail::text("atom ", atom, " (", reference.species()[atom].symbol(),
                                              ") has ", count, " ", what, " of up to ", hops,
                                              " hops; at most ", most_walks_per_atom,
                                              " can be listed, ask for fewer hops")};
        }
    };
    const auto closed = closed_walk_counts(around, options.max_walk_hops);
    refuse_above_limit(std::accumulate(closed.begin() + 1, closed.end(), 0.0), "closed walks",
                       options.max_walk_hops);
    if (options.layout == feature_layout::paper) {
        const auto open = open_walk_counts(around, options.max_neighbor_hops);
        refuse_above_limit(std::accumulate(open.begin() + 1, open.end(), 0.0), "open walks",
                           options.max_neighbor_hops);
    }
}

/// Refuses a table that would take too much memory.
/// \throws too_many_walks  if one more path would not fit into `most_path_bytes`.
inline void check_path_storage(std::size_t paths, std::size_t hops) {
    if ((paths + 1) * hops * sizeof(std::uint32_t) > most_path_bytes)
        throw too_many_walks{detail::text("more than ", paths, " paths of ", hops,
                                          " hops around one atom need over ", most_path_bytes >> 30U,
                                          " GiB; ask for fewer hops")};
}

/// Refuses a list of the ends of walks that would take too much memory, before it is made.
/// \throws too_many_walks  if so many numbers would not fit into `most_path_bytes`.
inline void check_walk_storage(double walks, std::size_t hops) {
    if (walks * sizeof(std::uint32_t) > static_cast<double>(most_path_bytes))
        throw too_many_walks{detail::text("the ends of ", walks, " walks of ", hops,
                                          " hops around one atom need over ", most_path_bytes >> 30U,
                                          " GiB; ask for fewer hops")};
}

} // namespace tinynet

#endif
