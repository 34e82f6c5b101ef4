// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_FEATURE_COUNT_HPP
#define TINYNET_DESCRIPTOR_FEATURE_COUNT_HPP

/// \file
/// How many features a descriptor has, without listing them.

#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/options.hpp>
#include <tinynet/descriptor/path_limits.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/descriptor/site_classes.hpp>
#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/bond_rule.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/open_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

namespace tinynet {

namespace detail {

inline void refuse_above(double most, double count) {
    if (count > most)
        throw too_many_walks{text("a descriptor with more than ", most, " features, expected no more")};
}

/// Walks that are their own reverse: any walk of half the length, there and back.
inline double palindrome_count(const environment<bond_graph>& around, std::size_t hops) {
    if (hops % 2 != 0)
        return 0.0;
    const auto open = open_walk_counts(around, hop_count{hops / 2});
    const auto closed = closed_walk_counts(around, hop_count{hops / 2});
    return open.back() + closed.back();
}

/// \param most  no more cycles than twice that are counted.
inline double path_count(const bond_graph& graph, const environment<bond_graph>& around, std::size_t hops,
                         const descriptor_options& options, double most) {
    double all = 0.0;
    double own_reverses = 0.0;
    if (options.paths == path_kind::walks) {
        all = closed_walk_counts(around, hop_count{hops}).back();
        own_reverses = palindrome_count(around, hops);
    } else {
        for_each_simple_cycle(graph, around, hop_count{hops}, [&](walk_view<bond_graph>) {
            all += 1.0;
            refuse_above(most, 0.5 * all);
        });
        own_reverses = hops == 2 ? all : 0.0;
    }
    return options.lists_reverses() ? all : 0.5 * (all + own_reverses);
}

/// Refuses atoms with more features than a limit before the surroundings of all atoms are compared as far as
/// the descriptor reaches. Each bond is a feature, as a path there and back or as a neighbor, and so is each
/// atom within reach of such paths or neighbors: counted hop by hop. Of cycles those of four hops are
/// counted.
inline void refuse_atoms_above(double most, const structure& reference, const bond_graph& graph,
                               const descriptor_options& options) {
    const bool has_walks = options.paths == path_kind::walks;
    const std::size_t reach = has_walks ? options.reach() : options.max_neighbor_hops;
    constexpr hop_count cycle{4};
    const index_range<atom_index> atoms{0, reference.atom_count()};
    for (const atom_index atom : atoms)
        refuse_above(most, static_cast<double>(graph_access<bond_graph>::bonds(graph, atom).size()));
    for (const atom_index atom : atoms) {
        for (std::size_t radius = 2; radius <= reach; ++radius)
            refuse_above(most,
                         static_cast<double>(
                             environment<bond_graph>{graph, atom, hop_count{radius}}.vertex_count() - 1));
        if (!has_walks && options.max_walk_hops >= cycle)
            path_count(graph, environment<bond_graph>{graph, atom, hop_count{cycle / 2}}, cycle, options,
                       most);
    }
}

} // namespace detail

/// How many features a descriptor may have.
struct feature_limits {
    double all = std::numeric_limits<double>::infinity();      ///< columns of describe()
    double per_atom = std::numeric_limits<double>::infinity(); ///< features of any one atom
};

/// The number of columns of describe(): shared_layout().feature_count() of the descriptor, computed without
/// storing a path.
/// \param limits  asked for is only whether there are more; then the time is that of counting so many.
/// \throws as the constructor of descriptor; too_many_walks  if there are more than the limits.
inline std::size_t feature_count(const structure& reference, const bond_rule& rule,
                                 const descriptor_options& options, const feature_limits& limits = {}) {
    check(options);
    if (reference.atom_count() == 0)
        throw invalid_structure{"the reference structure has no atoms"};
    const bond_graph graph{reference, rule};
    if (detail::is_finite(limits.per_atom))
        detail::refuse_atoms_above(limits.per_atom, reference, graph, options);
    std::vector<double> longest_paths(options.max_walk_hops + 1, 0.0);
    std::vector<double> longest_shells(options.max_neighbor_hops + 1, 0.0);
    std::vector<site> sites;
    for (const atom_index atom : classify_sites(reference, graph, options.reach()).representatives) {
        const environment<bond_graph> around{graph, atom, options.reach()};
        check_walk_counts(reference, around, options);
        for (std::size_t h = 2; h <= options.max_walk_hops; ++h)
            if (options.has_paths_of(h))
                longest_paths[h] =
                    std::max(longest_paths[h], detail::path_count(graph, around, h, options, limits.all));
        detail::refuse_above(limits.all, std::accumulate(longest_paths.begin(), longest_paths.end(), 0.0));
        const auto open = open_walk_counts(around, options.max_neighbor_hops);
        for (std::size_t h = 1; h <= options.max_neighbor_hops; ++h)
            longest_shells[h] = std::max(longest_shells[h], open[h]);
        if (options.layout != feature_layout::paper) {
            site& s = sites.emplace_back();
            s.shape = make_site_shape(reference, graph, around);
            s.shells = make_neighbor_shells(s.shape, around, options);
        }
    }
    double count = std::accumulate(longest_paths.begin(), longest_paths.end(), 0.0);
    if (options.layout == feature_layout::paper) {
        constexpr double columns_per_neighbor = 4.0;
        for (const double neighbors : longest_shells)
            count += columns_per_neighbor * neighbors;
        detail::refuse_above(limits.all, count);
        return static_cast<std::size_t>(count);
    }
    std::vector<const site*> all;
    for (const site& s : sites)
        all.push_back(&s);
    count += static_cast<double>(column_layout{all, options}.feature_count());
    detail::refuse_above(limits.all, count);
    return static_cast<std::size_t>(count);
}

} // namespace tinynet

#endif
