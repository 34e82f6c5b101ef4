// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_SITE_MATCHING_HPP
#define TINYNET_DESCRIPTOR_SITE_MATCHING_HPP

/// \file
/// Recognizes a known site around an atom of another structure, or of the same one.

#include <tinynet/descriptor/site.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <unordered_set>
#include <vector>

namespace tinynet {

/// Which atoms of a structure stand for the vertices of a site.
struct site_match {
    std::vector<image_atom> vertices;  ///< one per vertex of the shape, relative to the image of the center
    double largest_displacement = 0.0; ///< largest distance between a vertex and its atom, centers aligned, Å
    double sum_of_squares = 0.0;       ///< of the deviations of the steps from parent to vertex, Å^2
};

/// Follows the shape vertex by vertex: of the atoms of the right species seen from the parent's atom, takes
/// the one nearest to where the shape expects it.
/// \param partners   (atom, f) calls f(atom, shift, vector in Å) for every atom that may be a neighbor.
/// \param kinds      species of the structure's atoms.
/// \param tolerance  how far from its expected place, relative to its parent, an atom may be, Å.
/// \return nothing if some vertex finds no atom, or two vertices find the same one.
/// \par Cost  O(v d), v vertices, d partners of an atom.
template <typename Partners>
std::optional<site_match> match_site(const site_shape& shape, atom_index center, const Partners& partners,
                                     std::span<const species> kinds, double tolerance) {
    if (kinds[center] != shape.front().kind)
        return std::nullopt;
    site_match match{{{center, {}}}};
    std::vector<vector3> places{vector3::Zero()};
    std::unordered_set<image_atom> taken{match.vertices.front()};
    for (std::size_t v = 1; v < shape.size(); ++v) {
        const site_vertex& vertex = shape[v];
        const image_atom from = match.vertices[vertex.parent];
        const vector3 expected = vertex.displacement - shape[vertex.parent].displacement;
        double nearest = tolerance;
        std::optional<image_atom> found;
        vector3 step = vector3::Zero();
        partners(from.atom, [&](atom_index atom, image_shift shift, const vector3& vector) {
            if (kinds[atom] != vertex.kind)
                return;
            if (const double deviation = (vector - expected).norm(); deviation < nearest) {
                nearest = deviation;
                found = image_atom{atom, from.shift + shift};
                step = vector;
            }
        });
        if (!found || !taken.insert(*found).second)
            return std::nullopt;
        match.vertices.push_back(*found);
        places.push_back(places[vertex.parent] + step);
        match.largest_displacement =
            std::max(match.largest_displacement, (places.back() - vertex.displacement).norm());
        match.sum_of_squares += nearest * nearest;
    }
    return match;
}

} // namespace tinynet

#endif
