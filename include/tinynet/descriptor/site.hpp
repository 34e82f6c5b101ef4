// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_SITE_HPP
#define TINYNET_DESCRIPTOR_SITE_HPP

/// \file
/// What an atom sees of the reference crystal, in numbers of its own: atoms with the same surroundings share
/// it.

#include <tinynet/descriptor/options.hpp>
#include <tinynet/descriptor/path_limits.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/open_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>
#include <tinynet/paths/walk_table.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <iterator>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>
#include <vector>

namespace tinynet {

/// A vertex of a site: an atom of the surroundings, reached from its parent over one bond.
struct site_vertex {
    species kind;         ///< what stands there
    vector3 displacement; ///< from the center, Å, in the reference
    std::size_t distance; ///< hops from the center
    std::uint32_t parent; ///< vertex one hop nearer; the center is its own parent
};

/// The surroundings of an atom in the reference: the vertices within the descriptor's reach, center first,
/// parents before their children.
using site_shape = std::vector<site_vertex>;

/// A bond of a site, between two of its vertices, the smaller number first.
struct site_bond {
    std::uint32_t from; ///< vertex
    std::uint32_t to;   ///< vertex
};

/// The way to a vertex whose coordinates are features: one bond on from its parent.
struct site_branch {
    std::uint32_t vertex; ///< number in the shape, larger than the parent's
    std::uint32_t bond;   ///< bond of the site from the parent to the vertex
};

/// The neighbors listed for one number of hops, in the order of their features.
struct neighbor_shell {
    std::size_t hops;                    ///< length of the walks that reach them
    std::vector<std::uint32_t> vertices; ///< numbers in the shape; layout paper lists one once per walk
};

/// Everything needed to compute the features of an atom from the lengths and vectors of the bonds around it.
struct site {
    site_shape shape;                   ///< the surroundings
    std::vector<site_bond> bonds;       ///< the bonds that features depend on, those of paths first
    std::size_t path_bond_count;        ///< number of bonds that paths are made of
    std::vector<std::uint32_t> chords;  ///< those bonds of paths that no branch goes over
    std::vector<walk_table> paths;      ///< one table per block of path features, in numbers of `bonds`
    std::vector<neighbor_shell> shells; ///< 1 to N hops
    std::vector<site_branch> branches;  ///< every vertex that `shells` needs, parents first
};

/// The shape of an environment of the reference.
inline site_shape make_site_shape(const structure& reference, const bond_graph& graph,
                                  const environment<bond_graph>& around) {
    const auto kind = [&](std::size_t v) { return reference.species()[around.vertex(v).atom]; };
    site_shape shape{{kind(0), vector3::Zero(), 0, 0}};
    for (std::uint32_t parent = 0; parent < around.vertex_count(); ++parent)
        for (const auto& hop : around.hops(parent))
            if (hop.vertex == shape.size()) {
                const vector3 displacement = shape[parent].displacement + graph.vector(hop.bond);
                shape.push_back({kind(hop.vertex), displacement, around.distance(hop.vertex), parent});
            }
    return shape;
}

namespace detail {

/// Numbers the bonds of a site in the order they are first asked for.
class site_bond_numbers {
public:
    std::uint32_t operator()(std::uint32_t one, std::uint32_t other) {
        const std::pair<std::uint32_t, std::uint32_t> ends = std::minmax(one, other);
        const auto [known, is_new] = numbers_.try_emplace(ends, static_cast<std::uint32_t>(bonds_.size()));
        if (is_new)
            bonds_.push_back({ends.first, ends.second});
        return known->second;
    }

    [[nodiscard]] std::size_t count() const noexcept { return bonds_.size(); }
    [[nodiscard]] std::vector<site_bond> take() { return std::move(bonds_); }

private:
    std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> numbers_;
    std::vector<site_bond> bonds_;
};

/// Of a closed walk and its reverse, layout compact keeps the one that reads smaller (both, if it is its own
/// reverse, are one).
inline bool reads_no_larger_than_its_reverse(const std::vector<std::uint32_t>& bonds) {
    return !std::lexicographical_compare(bonds.rbegin(), bonds.rend(), bonds.begin(), bonds.end());
}

inline walk_table make_path_table(const bond_graph& graph, const environment<bond_graph>& around,
                                  hop_count hops, const descriptor_options& options,
                                  site_bond_numbers& number) {
    std::vector<std::uint32_t> walks;
    std::vector<std::uint32_t> bonds(hops);
    const auto add = [&](walk_view<bond_graph> walk) {
        std::uint32_t here = 0;
        for (std::size_t h = 0; h < hops; here = walk[h++].vertex)
            bonds[h] = number(here, walk[h].vertex);
        if (options.lists_reverses() || reads_no_larger_than_its_reverse(bonds)) {
            check_path_storage(walks.size() / hops, hops);
            walks.insert(walks.end(), bonds.begin(), bonds.end());
        }
    };
    if (options.paths == path_kind::walks)
        for_each_closed_walk(around, hops, add);
    else
        for_each_simple_cycle(graph, around, hops, add);
    return {hops, walks};
}

/// Layout paper: the ends of all open walks, depth first.
inline neighbor_shell ends_of_walks(const environment<bond_graph>& around, hop_count hops) {
    neighbor_shell shell{hops, {}};
    for_each_open_walk(around, hops,
                       [&](walk_view<bond_graph> walk) { shell.vertices.push_back(walk.back().vertex); });
    return shell;
}

/// Coordinates (Å) closer than this have one place in the canonical order: far above rounding errors, so that
/// neighbors in one plane of an ideal crystal stand in the same order whatever the processor and compiler.
inline constexpr double order_tolerance = 1e-4;

/// For every vertex, how many distinct coordinates along an axis are smaller than its own.
inline std::vector<std::size_t> coordinate_ranks(const site_shape& shape, Eigen::Index axis) {
    std::vector<std::uint32_t> order(shape.size());
    std::iota(order.begin(), order.end(), 0U);
    const auto coordinate = [&](std::uint32_t v) { return shape[v].displacement[axis]; };
    std::ranges::sort(order, {}, coordinate);
    std::vector<std::size_t> ranks(shape.size(), 0);
    for (std::size_t k = 1; k < order.size(); ++k) {
        const bool differs = coordinate(order[k]) - coordinate(order[k - 1]) > order_tolerance;
        ranks[order[k]] = ranks[order[k - 1]] + (differs ? 1 : 0);
    }
    return ranks;
}

/// Layouts compact and folded: every vertex at that distance once, by species, then by reference coordinates.
inline neighbor_shell vertices_at_distance(const site_shape& shape, hop_count hops) {
    neighbor_shell shell{hops, {}};
    for (std::uint32_t v = 1; v < shape.size(); ++v)
        if (shape[v].distance == hops)
            shell.vertices.push_back(v);
    const std::array ranks{coordinate_ranks(shape, 0), coordinate_ranks(shape, 1),
                           coordinate_ranks(shape, 2)};
    const auto key = [&](std::uint32_t v) {
        return std::tuple{shape[v].kind, ranks[0][v], ranks[1][v], ranks[2][v], v};
    };
    std::ranges::sort(shell.vertices, {}, key);
    return shell;
}

} // namespace detail

/// The neighbor shells of a site in the order of its layout.
/// \throws too_many_walks  if layout paper would list an atom more often than limits allow.
inline std::vector<neighbor_shell> make_neighbor_shells(const site_shape& shape,
                                                        const environment<bond_graph>& around,
                                                        const descriptor_options& options) {
    if (options.layout == feature_layout::paper) {
        const auto counts = open_walk_counts(around, options.max_neighbor_hops);
        for (std::size_t h = 1; h < counts.size(); ++h)
            check_walk_storage(counts[h], h);
    }
    std::vector<neighbor_shell> shells;
    for (std::size_t h = 1; h <= options.max_neighbor_hops; ++h)
        shells.push_back(options.layout == feature_layout::paper
                             ? detail::ends_of_walks(around, hop_count{h})
                             : detail::vertices_at_distance(shape, hop_count{h}));
    return shells;
}

/// Enumerates the paths and neighbors of an atom of the reference. Topology time.
/// \param around  environment of the atom, of radius `options.reach()`.
/// \throws too_many_walks  if there are more than limits allow.
inline site make_site(const structure& reference, const bond_graph& graph,
                      const environment<bond_graph>& around, const descriptor_options& options) {
    check_walk_counts(reference, around, options);
    site result{};
    result.shape = make_site_shape(reference, graph, around);
    detail::site_bond_numbers number;
    for (std::size_t h = 2; h <= options.max_walk_hops; ++h)
        if (options.has_paths_of(h))
            result.paths.push_back(detail::make_path_table(graph, around, hop_count{h}, options, number));
    result.path_bond_count = number.count();
    result.shells = make_neighbor_shells(result.shape, around, options);
    for (std::uint32_t v = 1; v < result.shape.size(); ++v)
        if (result.shape[v].distance <= options.max_neighbor_hops)
            result.branches.push_back({v, number(result.shape[v].parent, v)});
    std::vector<bool> has_branch(number.count(), false);
    for (const site_branch& branch : result.branches)
        has_branch[branch.bond] = true;
    for (std::uint32_t b = 0; b < result.path_bond_count; ++b)
        if (!has_branch[b])
            result.chords.push_back(b);
    result.bonds = number.take();
    return result;
}

} // namespace tinynet

#endif
