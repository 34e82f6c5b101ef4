// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_SITE_CLASSES_HPP
#define TINYNET_DESCRIPTOR_SITE_CLASSES_HPP

/// \file
/// Sorts the atoms of the reference into classes with the same surroundings.

#include <tinynet/descriptor/site.hpp>
#include <tinynet/descriptor/site_matching.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

namespace tinynet {

/// How far apart (Å) two corresponding neighbors of two atoms of one class may be in the reference.
inline constexpr double site_class_tolerance = 0.5;

/// The classes of the atoms of a reference. Two atoms are of one class if a translation maps species, all
/// neighbors within reach and the bonds between these onto each other, positions within
/// `site_class_tolerance`.
struct site_classes {
    std::vector<std::uint32_t> class_of_atom; ///< one per atom; classes are numbered by first appearance
    std::vector<atom_index> representatives;  ///< the first atom of each class
    std::vector<std::vector<image_atom>>
        vertices; ///< per atom: the atoms at the vertices of its class's shape
};

namespace detail {

/// Whether the hops of one environment are those of another.
/// \param vertices  those of the other that correspond to the vertices of the one.
inline bool has_same_hops(const environment<bond_graph>& one, const environment<bond_graph>& other,
                          const std::vector<image_atom>& vertices) {
    for (std::size_t v = 0; v < one.vertex_count(); ++v) {
        const std::optional<std::size_t> found = other.find(vertices[v]);
        if (!found)
            return false;
        std::vector<image_atom> expected;
        std::vector<image_atom> ends;
        for (const auto& hop : one.hops(v))
            expected.push_back(vertices[hop.vertex]);
        for (const auto& hop : other.hops(*found))
            ends.push_back(hop.end);
        std::ranges::sort(expected);
        std::ranges::sort(ends);
        if (ends != expected)
            return false;
    }
    return true;
}

} // namespace detail

/// Sorts the atoms of a reference into classes.
/// \param reach  how many hops the surroundings extend.
/// \par Cost  O(atoms * classes * vertices).
inline site_classes classify_sites(const structure& reference, const bond_graph& graph, hop_count reach) {
    const auto bonded = [&](atom_index atom, auto&& visit) {
        for (const bond_index bond : graph.bonds(atom))
            visit(graph.target(bond), graph.shift(bond), graph.vector(bond));
    };
    site_classes result;
    std::vector<site_shape> shapes;
    std::vector<environment<bond_graph>> surroundings; // of the representatives
    const auto find_class = [&](const environment<bond_graph>& around) -> std::optional<std::uint32_t> {
        for (std::uint32_t known = 0; known < shapes.size(); ++known) {
            if (shapes[known].size() != around.vertex_count())
                continue;
            auto match = match_site(shapes[known], around.vertex(0).atom, bonded, reference.species(),
                                    site_class_tolerance);
            if (match && match->largest_displacement < site_class_tolerance &&
                detail::has_same_hops(surroundings[known], around, match->vertices)) {
                result.vertices.push_back(std::move(match->vertices));
                return known;
            }
        }
        return std::nullopt;
    };
    for (std::size_t i = 0; i < reference.atom_count(); ++i) {
        const environment<bond_graph> around{graph, atom_index{i}, reach};
        if (const auto known = find_class(around)) {
            result.class_of_atom.push_back(*known);
            continue;
        }
        result.class_of_atom.push_back(static_cast<std::uint32_t>(shapes.size()));
        result.representatives.emplace_back(i);
        shapes.push_back(make_site_shape(reference, graph, around));
        surroundings.push_back(around);
        auto& vertices = result.vertices.emplace_back();
        for (std::size_t v = 0; v < around.vertex_count(); ++v)
            vertices.push_back(around.vertex(v));
    }
    return result;
}

} // namespace tinynet

#endif
