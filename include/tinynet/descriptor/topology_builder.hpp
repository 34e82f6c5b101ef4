// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_TOPOLOGY_BUILDER_HPP
#define TINYNET_DESCRIPTOR_TOPOLOGY_BUILDER_HPP

/// \file
/// Puts the topology of a structure together from the first neighbors of its atoms. Topology time.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Builds a frozen_topology: add_atom() for every atom in order, then build().
///
/// Only the first neighbors of every atom are kept. Who stands farther away follows from them: the neighbors
/// of an atom's neighbors are found as they were for another atom of the same site, and compared with the
/// reference. Memory and time are linear in the number of atoms.
class topology_builder {
public:
    /// \param cell   of the structure.
    /// \param sites  every site that will be named; must outlive the builder.
    topology_builder(tinynet::cell cell, std::span<const site> sites)
        : topology_{std::move(cell)}, sites_{sites}, patterns_(sites.size()) {
        for (const site& s : sites) {
            first_references_.push_back(static_cast<std::uint32_t>(topology_.references_.size()));
            for (std::size_t v = 1; v <= first_neighbor_count(s.shape); ++v)
                add_reference(s.shape[v].displacement);
        }
    }

    /// Adds the next atom.
    /// \param vertices  the atoms at the vertices of the site's shape, seen from the atom; only the first
    ///                  neighbors are looked at.
    void add_atom(std::uint32_t site_number, std::span<const image_atom> vertices) {
        const std::size_t count = first_neighbor_count(sites_[site_number].shape);
        auto& views = views_of_atom_.emplace_back();
        for (std::size_t k = 0; k < count; ++k)
            views.push_back(
                {vertices[k + 1], first_references_[site_number] + static_cast<std::uint32_t>(k)});
        topology_.sites_.push_back(site_number);
    }

    /// How often build() goes over all atoms.
    static constexpr std::size_t pass_count = 4;

    /// \param vertices_of  (atom) -> the atoms at all vertices of its site's shape. It is asked for the first
    ///                     atom of a site and for those near defects.
    /// \param step         () -> nothing, called for every atom of every pass.
    template <typename VerticesOf, typename Step>
    [[nodiscard]] frozen_topology build(const VerticesOf& vertices_of, Step& step) {
        const auto atom_count = static_cast<std::uint32_t>(topology_.atom_count());
        std::vector<std::uint32_t> pattern_of_atom;
        for (std::uint32_t i = 0; i < atom_count; ++i, step())
            pattern_of_atom.push_back(find_pattern(i, vertices_of));
        for (std::uint32_t i = 0; i < atom_count; ++i, step())
            pair_views(i);
        count_views();
        for (std::uint32_t i = 0; i < atom_count; ++i, step())
            number_bonds(i);
        for (std::uint32_t i = 0; i < atom_count; ++i, step())
            add_to_group(i, patterns_[topology_.site_of(i)][pattern_of_atom[i]]);
        for (atom_group& group : topology_.groups_) {
            fill_lanes(group);
            group.atoms.shrink_to_fit();
            group.first_views.shrink_to_fit();
        }
        topology_.bonds_.shrink_to_fit();
        topology_.sites_.shrink_to_fit();
        topology_.references_.shrink_to_fit();
        return std::move(topology_);
    }
    /// The same, and nobody is told how far it is.
    /// \param vertices_of  likewise.
    template <typename VerticesOf>
    [[nodiscard]] frozen_topology build(const VerticesOf& vertices_of) {
        const auto untold = [] {};
        return build(vertices_of, untold);
    }

private:
    struct bond_view {
        image_atom end;
        std::uint32_t reference;
    };

    /// How the vertices and bonds of a site are found from first neighbors.
    struct pattern {
        std::vector<bond_place> steps; ///< per vertex but the center: place from its parent, in vertices
        std::vector<std::uint32_t> references; ///< the vectors of these steps
        std::vector<bond_place> places;        ///< per bond of the site, in vertices
        std::uint32_t group;
    };

    static std::size_t first_neighbor_count(const site_shape& shape) {
        return static_cast<std::size_t>(
            std::ranges::count(shape, std::size_t{1}, [](const site_vertex& v) { return v.distance; }));
    }

    std::uint32_t add_reference(const vector3& step) {
        topology_.references_.push_back(topology_.cell().fractional(step));
        return static_cast<std::uint32_t>(topology_.references_.size() - 1);
    }

    template <typename VerticesOf>
    std::uint32_t find_pattern(std::uint32_t atom, const VerticesOf& vertices_of) {
        const std::uint32_t site_number = topology_.site_of(atom);
        auto& known = patterns_[site_number];
        for (std::uint32_t p = 0; p < known.size(); ++p)
            if (follows(known[p], sites_[site_number], atom))
                return p;
        pattern found = make_pattern(sites_[site_number], vertices_of(atom));
        const auto same = std::ranges::find_if(known, [&](const pattern& other) {
            return other.steps == found.steps && other.places == found.places;
        });
        if (same != known.end())
            return static_cast<std::uint32_t>(same - known.begin());
        found.group = static_cast<std::uint32_t>(topology_.groups_.size());
        topology_.groups_.push_back(make_group(site_number, found));
        known.push_back(std::move(found));
        return static_cast<std::uint32_t>(known.size() - 1);
    }

    /// Whether the steps of a pattern, taken from an atom, lead over the bonds that the pattern expects. If
    /// so, `vertices_` are the atoms at the site's vertices.
    bool follows(const pattern& p, const site& s, std::uint32_t atom) {
        vertices_.assign(1, {atom_index{atom}, {}});
        for (std::size_t k = 0; k < p.steps.size(); ++k) {
            const image_atom parent = vertices_[p.steps[k].origin];
            const auto& views = views_of_atom_[parent.atom];
            if (p.steps[k].rank >= views.size() || views[p.steps[k].rank].reference != p.references[k])
                return false;
            const image_atom& end = views[p.steps[k].rank].end;
            vertices_.push_back({end.atom, parent.shift + end.shift});
        }
        for (std::size_t b = 0; b < s.bonds.size(); ++b) {
            const image_atom& from = vertices_[s.bonds[b].from];
            const auto& views = views_of_atom_[from.atom];
            const image_atom& to = vertices_[s.bonds[b].to];
            if (p.places[b].rank >= views.size() ||
                views[p.places[b].rank].end != image_atom{to.atom, to.shift - from.shift})
                return false;
        }
        return true;
    }

    pattern make_pattern(const site& s, std::span<const image_atom> vertices) {
        pattern result;
        const auto place = [&](std::uint32_t from, std::uint32_t to) {
            const image_atom end{vertices[to].atom, vertices[to].shift - vertices[from].shift};
            auto& views = views_of_atom_[vertices[from].atom];
            const auto known = std::ranges::find(views, end, &bond_view::end);
            const auto rank = static_cast<std::uint32_t>(known - views.begin());
            if (known == views.end())
                views.push_back({end, add_reference(s.shape[to].displacement - s.shape[from].displacement)});
            return bond_place{from, rank};
        };
        for (std::uint32_t v = 1; v < s.shape.size(); ++v) {
            result.steps.push_back(place(s.shape[v].parent, v));
            const auto& views = views_of_atom_[vertices[s.shape[v].parent].atom];
            result.references.push_back(views[result.steps.back().rank].reference);
        }
        for (const site_bond& bond : s.bonds)
            result.places.push_back(place(bond.from, bond.to));
        return result;
    }

    static atom_group make_group(std::uint32_t site_number, const pattern& p) {
        atom_group group{site_number, {0}, p.places, {}, {}};
        for (bond_place& place : group.places) {
            const auto known = std::ranges::find(group.origins, place.origin);
            const auto number = static_cast<std::uint32_t>(known - group.origins.begin());
            if (known == group.origins.end())
                group.origins.push_back(place.origin);
            place.origin = number;
        }
        return group;
    }

    /// Near defects an atom may see a bond that its partner does not: the partner gets a view of it, too.
    void pair_views(std::uint32_t atom) {
        for (std::size_t k = 0; k < views_of_atom_[atom].size(); ++k) {
            const bond_view view = views_of_atom_[atom][k];
            if (auto& others = views_of_atom_[view.end.atom]; reverse_of(atom, view) == others.end()) {
                topology_.references_.push_back(-topology_.references_[view.reference]);
                others.push_back({{atom_index{atom}, -view.end.shift},
                                  static_cast<std::uint32_t>(topology_.references_.size() - 1)});
            }
        }
    }

    void count_views() {
        for (const auto& views : views_of_atom_) {
            first_views_.push_back(static_cast<std::uint32_t>(topology_.view_count_));
            topology_.view_count_ += views.size();
        }
    }

    void number_bonds(std::uint32_t atom) {
        for (std::uint32_t k = 0; k < views_of_atom_[atom].size(); ++k) {
            const bond_view& view = views_of_atom_[atom][k];
            const auto other = static_cast<std::uint32_t>(view.end.atom);
            const std::uint32_t number = first_views_[atom] + k;
            const std::uint32_t reverse =
                first_views_[other] +
                static_cast<std::uint32_t>(reverse_of(atom, view) - views_of_atom_[other].begin());
            if (number < reverse)
                topology_.bonds_.push_back({atom, other, view.reference, number, reverse});
        }
    }

    /// The view that the other atom has of a bond, or the end of its views.
    [[nodiscard]] std::vector<bond_view>::const_iterator reverse_of(std::uint32_t atom,
                                                                    const bond_view& view) const {
        return std::ranges::find(views_of_atom_[view.end.atom], image_atom{atom_index{atom}, -view.end.shift},
                                 &bond_view::end);
    }

    void add_to_group(std::uint32_t atom, const pattern& p) {
        atom_group& group = topology_.groups_[p.group];
        vertices_.assign(1, {atom_index{atom}, {}});
        for (std::size_t k = 0; k < std::ranges::max(group.origins); ++k) {
            const image_atom parent = vertices_[p.steps[k].origin];
            vertices_.push_back({views_of_atom_[parent.atom][p.steps[k].rank].end.atom, {}});
        }
        const std::size_t lane = group.atoms.size() % detail::lane_count;
        if (lane == 0)
            group.first_views.resize(group.first_views.size() + group.origins.size() * detail::lane_count);
        std::uint32_t* const block =
            group.first_views.data() + group.first_views.size() - group.origins.size() * detail::lane_count;
        for (std::size_t o = 0; o < group.origins.size(); ++o)
            block[o * detail::lane_count + lane] = first_views_[vertices_[group.origins[o]].atom];
        group.atoms.push_back(atom);
    }

    /// The last atom stands for those that are missing in the last block.
    static void fill_lanes(atom_group& group) {
        const std::size_t last = (group.atoms.size() - 1) % detail::lane_count;
        std::uint32_t* const block =
            group.first_views.data() + group.first_views.size() - group.origins.size() * detail::lane_count;
        for (std::size_t o = 0; o < group.origins.size(); ++o)
            std::fill(block + o * detail::lane_count + last + 1, block + (o + 1) * detail::lane_count,
                      block[o * detail::lane_count + last]);
    }

    frozen_topology topology_;
    std::span<const site> sites_;
    std::vector<std::vector<pattern>> patterns_;  ///< by site
    std::vector<std::uint32_t> first_references_; ///< by site
    std::vector<std::vector<bond_view>> views_of_atom_;
    std::vector<std::uint32_t> first_views_; ///< by atom
    std::vector<image_atom> vertices_;
};

} // namespace tinynet

#endif
