// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_OPTIONS_HPP
#define TINYNET_DESCRIPTOR_OPTIONS_HPP

/// \file
/// Which member of the family L_n^(N) is meant.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace tinynet {

/// What the path features are taken over.
enum class path_kind {
    walks, ///< closed walks
    cycles ///< simple cycles
};

/// How features are listed; docs/descriptor.md compares the two.
enum class feature_layout {
    paper,   ///< as published: every walk and its reverse, neighbors once per walk that reaches them
    compact, ///< the same information once, neighbors in an order fixed by the reference geometry
    folded   ///< what a model of layout paper is evaluated with: as compact, but walks with their reverses
};

/// The name used in files and options.
constexpr std::string_view name_of(path_kind kind) noexcept {
    return kind == path_kind::walks ? "walks" : "cycles";
}
/// The name used in files and options.
constexpr std::string_view name_of(feature_layout layout) noexcept {
    switch (layout) {
    case feature_layout::paper:
        return "paper";
    case feature_layout::folded:
        return "folded";
    case feature_layout::compact:
        break;
    }
    return "compact";
}

/// The descriptor L_n^(N) of arXiv:2306.08285: n = max_walk_hops, N = max_neighbor_hops.
struct descriptor_options {
    path_kind paths = path_kind::walks;              ///< walks or cycles
    hop_count max_walk_hops{4};                      ///< n, 0 to 20; 0 means no path features
    hop_count max_neighbor_hops{2};                  ///< N, 0 to 8; 0 means no neighbor coordinates
    feature_layout layout = feature_layout::compact; ///< how features are listed

    /// How many hops away from an atom its features look.
    [[nodiscard]] hop_count reach() const {
        return hop_count{std::max<std::size_t>(max_walk_hops / 2, max_neighbor_hops)};
    }
    /// Whether walks of so many hops have a block of features: every length from 2 on in layout compact, the
    /// even ones in the others.
    [[nodiscard]] bool has_paths_of(std::size_t hops) const {
        return hops >= 2 && hops <= max_walk_hops && (layout == feature_layout::compact || hops % 2 == 0);
    }

    /// Whether a path and its reverse have a feature each. A cycle and its reverse stand next to each other
    /// when sorted, so that layout folded needs one of them; walks that are their own reverse stand between.
    [[nodiscard]] bool lists_reverses() const {
        return layout == feature_layout::paper ||
               (layout == feature_layout::folded && paths == path_kind::walks);
    }

    friend bool operator==(const descriptor_options&, const descriptor_options&) = default;
};

/// Refuses options outside their ranges.
/// \throws invalid_option  if a hop count is out of range, or if both are 0.
inline void check(const descriptor_options& options) {
    constexpr std::size_t most_walk_hops = 20;
    constexpr std::size_t most_neighbor_hops = 8;
    const std::size_t n = options.max_walk_hops;
    const std::size_t neighbors = options.max_neighbor_hops;
    if (n > most_walk_hops)
        throw invalid_option{detail::text("walks of ", n, " hops were asked for; at most ", most_walk_hops)};
    if (neighbors > most_neighbor_hops)
        throw invalid_option{
            detail::text("neighbors ", neighbors, " hops away were asked for; at most ", most_neighbor_hops)};
    if (n < 2 && neighbors == 0)
        throw invalid_option{
            "a descriptor needs walks of at least 2 hops or neighbors; both were switched off"};
}

} // namespace tinynet

#endif
