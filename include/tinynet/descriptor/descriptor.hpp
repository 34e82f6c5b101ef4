// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_DESCRIPTOR_HPP
#define TINYNET_DESCRIPTOR_DESCRIPTOR_HPP

/// \file
/// The descriptor L_n^(N) of a reference crystal, and the topology of structures it can describe.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/mapping_progress.hpp>
#include <tinynet/descriptor/options.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/descriptor/site_classes.hpp>
#include <tinynet/descriptor/site_matching.hpp>
#include <tinynet/descriptor/topology_builder.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/bond_rule.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// L_n^(N) with bonds and paths frozen on a reference structure. Topology time; immutable once made.
///
/// In layout compact every class of sites of the reference is one site, and any structure whose atoms fit
/// those sites can be described. In layout paper every atom of the reference is a site of its own, because
/// the order of its neighbors depends on where the cell boundary lies; only structures like the reference can
/// be described.
class descriptor {
public:
    /// \param reference  fixes bonds, paths, site classes and the order of neighbors; best an ideal crystal.
    /// \throws invalid_option      if an option is out of range.
    /// \throws invalid_structure   if the reference has no atoms.
    /// \throws too_many_walks      if an atom has more walks than limits allow.
    descriptor(structure reference, bond_rule rule, const descriptor_options& options)
        : reference_{std::move(reference)}, rule_{std::move(rule)}, options_{options},
          reference_topology_{reference_.cell()} {
        check(options_);
        if (reference_.atom_count() == 0)
            throw invalid_structure{"the reference structure has no atoms"};
        const bond_graph graph{reference_, rule_};
        const site_classes classes = classify_sites(reference_, graph, options_.reach());
        class_of_atom_ = classes.class_of_atom;
        class_count_ = classes.representatives.size();
        if (options_.layout != feature_layout::paper)
            add_one_site_per_class(graph, classes);
        else
            add_one_site_per_atom(graph);
        for (const site& s : sites_)
            for (const site_vertex& vertex : s.shape)
                receptive_radius_ = std::max(receptive_radius_, vertex.displacement.norm());
    }

    /// The reference.
    [[nodiscard]] const structure& reference() const noexcept { return reference_; }
    /// The bond rule.
    [[nodiscard]] const bond_rule& rule() const noexcept { return rule_; }
    /// n, N and layout.
    [[nodiscard]] const descriptor_options& options() const noexcept { return options_; }
    /// The sites, by number.
    [[nodiscard]] std::span<const site> sites() const noexcept { return sites_; }
    /// Number of classes of the reference's atoms.
    [[nodiscard]] std::size_t class_count() const noexcept { return class_count_; }
    /// The class of a site.
    [[nodiscard]] std::uint32_t class_of_site(std::size_t site_number) const {
        return options_.layout == feature_layout::paper ? class_of_atom_[site_number]
                                                        : static_cast<std::uint32_t>(site_number);
    }
    /// The class of an atom of the reference.
    [[nodiscard]] std::uint32_t class_of_reference_atom(std::size_t atom) const {
        return class_of_atom_[atom];
    }
    /// How far from an atom its features look in the reference, Å.
    [[nodiscard]] double receptive_radius() const noexcept { return receptive_radius_; }

    /// The topology of the reference itself.
    [[nodiscard]] const frozen_topology& reference_topology() const noexcept { return reference_topology_; }

    /// The topology of a structure: that of the reference, if the structure has as many atoms in a similar
    /// cell, and then they must stand in the same order; otherwise every atom is mapped to the site it fits.
    /// \throws topology_mismatch  if the atoms stand in another order than the reference's; if an atom fits
    ///         no site (the first such atom is named); in layout paper, if the structure has another size
    ///         than the reference.
    [[nodiscard]] frozen_topology topology_of(const structure& geometry,
                                              const mapping_progress& progress = {}) const {
        const std::optional<cell> lattice = cell_like_reference(geometry);
        if (!lattice) {
            if (options_.layout != feature_layout::compact)
                throw topology_mismatch{detail::text(
                    "the structure has ", geometry.atom_count(),
                    " atoms in another cell than the reference with ", reference_.atom_count(), "; layout ",
                    name_of(options_.layout), " describes its reference cell only, use layout compact")};
            return mapped_topology(geometry, progress);
        }
        check_species_order(geometry);
        frozen_topology topology = reference_topology_.in_cell(*lattice);
        check_positions(topology, flat(geometry.positions()));
        return topology;
    }

private:
    /// Lattice vectors count as the reference's when they differ by less than this share of their length.
    static constexpr double cell_tolerance = 0.1;
    /// How far from its expected place, relative to its neighbor, an atom may be to be mapped to a site, Å.
    static constexpr double mapping_tolerance = 1.0;

    void add_one_site_per_class(const bond_graph& graph, const site_classes& classes) {
        for (const atom_index atom : classes.representatives)
            sites_.push_back(make_site(reference_, graph, {graph, atom, options_.reach()}, options_));
        topology_builder builder{reference_.cell(), sites_};
        for (std::size_t i = 0; i < reference_.atom_count(); ++i)
            builder.add_atom(class_of_atom_[i], classes.vertices[i]);
        reference_topology_ =
            builder.build([&](std::uint32_t atom) { return std::span{classes.vertices[atom]}; });
    }

    void add_one_site_per_atom(const bond_graph& graph) {
        std::vector<std::vector<image_atom>> vertices(reference_.atom_count());
        for (std::size_t i = 0; i < reference_.atom_count(); ++i) {
            const environment<bond_graph> around{graph, atom_index{i}, options_.reach()};
            sites_.push_back(make_site(reference_, graph, around, options_));
            for (std::size_t v = 0; v < around.vertex_count(); ++v)
                vertices[i].push_back(around.vertex(v));
        }
        topology_builder builder{reference_.cell(), sites_};
        for (std::size_t i = 0; i < reference_.atom_count(); ++i)
            builder.add_atom(static_cast<std::uint32_t>(i), vertices[i]);
        reference_topology_ = builder.build([&](std::uint32_t atom) { return std::span{vertices[atom]}; });
    }

    /// The cell of a structure by vectors like those of the reference; nothing if it is another structure.
    [[nodiscard]] std::optional<cell> cell_like_reference(const structure& geometry) const {
        const cell& expected = reference_topology_.cell();
        const std::optional<cell> found = by_vectors_like(expected, geometry.cell());
        if (!found || geometry.atom_count() != reference_.atom_count())
            return std::nullopt;
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            if (!((found->rows().row(axis) - expected.rows().row(axis)).norm() <
                  cell_tolerance * expected.rows().row(axis).norm()))
                return std::nullopt;
        return found;
    }

    void check_species_order(const structure& geometry) const {
        for (std::size_t i = 0; i < geometry.atom_count(); ++i)
            if (geometry.species()[i] != reference_.species()[i])
                throw topology_mismatch{detail::text("atom ", i, " is ", geometry.species()[i].symbol(),
                                                     " where the reference has ",
                                                     reference_.species()[i].symbol(),
                                                     "; the atoms must stand in the order of the reference")};
    }

    [[nodiscard]] frozen_topology mapped_topology(const structure& geometry,
                                                  const mapping_progress& progress) const {
        const neighbor_list pairs{geometry, rule_.cutoff() + mapping_tolerance};
        const auto nearby = [&](atom_index atom, auto&& visit) {
            for (const neighbor& pair : pairs.neighbors(atom))
                visit(pair.atom, pair.shift, pair.vector);
        };
        const auto match = [&](std::size_t atom, std::uint32_t candidate) {
            return match_site(sites_[candidate].shape, atom_index{atom}, nearby, geometry.species(),
                              mapping_tolerance);
        };
        detail::mapping_steps step{progress, (1 + topology_builder::pass_count) * geometry.atom_count()};
        topology_builder builder{geometry.cell(), sites_};
        std::vector<std::uint32_t> site_of_atom;
        std::vector<std::vector<image_atom>> neighbors;
        for (std::size_t i = 0; i < geometry.atom_count(); ++i) {
            std::optional<site_match> best;
            std::uint32_t best_site = 0;
            for (std::uint32_t candidate = 0; candidate < sites_.size(); ++candidate) {
                auto found = match(i, candidate);
                if (found && (!best || misfit(*found) < misfit(*best))) {
                    best = std::move(found);
                    best_site = candidate;
                }
            }
            if (!best)
                throw topology_mismatch{
                    detail::text("atom ", i, " (", geometry.species()[i].symbol(),
                                 ") fits no site of the reference: its neighbors do not stand "
                                 "where those of any atom of the reference stand")};
            builder.add_atom(best_site, best->vertices);
            site_of_atom.push_back(best_site);
            neighbors.push_back(first_neighbors(sites_[best_site].shape, best->vertices));
            step();
        }
        check_mutual(neighbors, geometry);
        return builder.build([&](std::uint32_t atom) { return match(atom, site_of_atom[atom])->vertices; },
                             step);
    }

    /// The smaller, the better the site. A vertex with its atom at the largest deviation allowed counts as
    /// much as a missing vertex, so that an atom in the bulk is not taken for one at a surface, with less to
    /// match.
    static double misfit(const site_match& match) {
        const auto vertices = static_cast<double>(match.vertices.size());
        return match.sum_of_squares - vertices * mapping_tolerance * mapping_tolerance;
    }

    static std::vector<image_atom> first_neighbors(const site_shape& shape,
                                                   std::span<const image_atom> vertices) {
        std::vector<image_atom> result;
        for (std::size_t v = 0; v < shape.size(); ++v)
            if (shape[v].distance == 1)
                result.push_back(vertices[v]);
        return result;
    }

    /// Refuses an atom too many: its neighbors may all stand where they should and yet have, in its place,
    /// another neighbor.
    static void check_mutual(std::span<const std::vector<image_atom>> neighbors, const structure& geometry) {
        for (std::size_t i = 0; i < neighbors.size(); ++i) {
            const auto returned = std::ranges::count_if(neighbors[i], [&](const image_atom& other) {
                const image_atom back{atom_index{i}, -other.shift};
                return std::ranges::find(neighbors[other.atom], back) != neighbors[other.atom].end();
            });
            if (!neighbors[i].empty() && 2 * static_cast<std::size_t>(returned) <= neighbors[i].size())
                throw topology_mismatch{detail::text("atom ", i, " (", geometry.species()[i].symbol(),
                                                     ") fits no site of the reference: most of its neighbors "
                                                     "have another atom in its place")};
        }
    }

    structure reference_;
    bond_rule rule_;
    descriptor_options options_;
    std::vector<site> sites_;
    std::vector<std::uint32_t> class_of_atom_;
    std::size_t class_count_ = 0;
    frozen_topology reference_topology_;
    double receptive_radius_ = 0.0;
};

} // namespace tinynet

#endif
