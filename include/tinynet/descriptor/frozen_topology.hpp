// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_FROZEN_TOPOLOGY_HPP
#define TINYNET_DESCRIPTOR_FROZEN_TOPOLOGY_HPP

/// \file
/// The bonds of a structure, found once and kept: what step time needs to know of the graph.

#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/short_vectors.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// A bond of a structure, stored once. Each of its two atoms has a view of it, from itself to the other; the
/// views of an atom follow each other.
struct frozen_bond {
    std::uint32_t from;         ///< atom
    std::uint32_t to;           ///< atom
    std::uint32_t reference;    ///< number of the vector that the reference has in this place
    std::uint32_t view;         ///< number of the view of `from`
    std::uint32_t reverse_view; ///< number of the view of `to`
};

/// Where a bond of a site is found: so many views after the first one of the atom at a vertex.
struct bond_place {
    std::uint32_t origin; ///< place of the vertex among `atom_group::origins`
    std::uint32_t rank;   ///< among the views of the atom there

    friend bool operator==(const bond_place&, const bond_place&) = default;
};

/// Atoms of one site whose surroundings are put together from the bonds of their neighbors in one way. In a
/// crystal without defects every site is one group, so that most of what is known is known per site.
struct atom_group {
    std::uint32_t site;                 ///< number
    std::vector<std::uint32_t> origins; ///< vertices of the site where its bonds begin, the center first
    std::vector<bond_place> places;     ///< one per bond of the site
    std::vector<std::uint32_t> atoms;   ///< by index
    std::vector<std::uint32_t>
        first_views; ///< of the atoms at the origins; see `frozen_topology::first_views`
};

/// Bonds of a structure and how the sites of its atoms are made of them. Made at topology time by a
/// `topology_builder`, read at step time.
class frozen_topology {
public:
    /// No atoms.
    /// \param cell  of the structure.
    explicit frozen_topology(const tinynet::cell& cell) : cell_{by_short_vectors(cell)} {}

    /// The same bonds in another cell, which strains the reference with it along the periodic axes.
    /// \param other  by vectors like those of cell(): see by_vectors_like().
    [[nodiscard]] frozen_topology in_cell(const tinynet::cell& other) const {
        frozen_topology result = *this;
        result.cell_ = other;
        return result;
    }

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return sites_.size(); }
    /// Which site an atom is.
    [[nodiscard]] std::uint32_t site_of(std::size_t atom) const { return sites_[atom]; }
    /// Every bond, stored once.
    [[nodiscard]] std::span<const frozen_bond> bonds() const noexcept { return bonds_; }
    /// Number of views of bonds.
    [[nodiscard]] std::size_t view_count() const noexcept { return view_count_; }
    /// The lattice of the structure, by short vectors.
    [[nodiscard]] const tinynet::cell& cell() const noexcept { return cell_; }
    /// Vectors of the reference from atom to atom, in fractional coordinates of `cell()`.
    [[nodiscard]] std::span<const vector3> references() const noexcept { return references_; }
    /// All atoms, each in one group.
    [[nodiscard]] std::span<const atom_group> groups() const noexcept { return groups_; }

    /// Where the views begin of the atoms at an origin, for one block of a group's atoms.
    /// \param first   of the atoms in the group; a multiple of `detail::lane_count`.
    /// \param origin  place among `atom_group::origins`.
    /// \return one number per lane; the group's last atom stands for those that are missing.
    [[nodiscard]] static const std::uint32_t* first_views(const atom_group& group, std::size_t first,
                                                          std::size_t origin) noexcept {
        return group.first_views.data() + first * group.origins.size() + origin * detail::lane_count;
    }

    /// The vector of a bond (Å) for positions that may be wrapped into the cell or not: of all images the one
    /// nearest to the reference.
    /// \param positions  x0 y0 z0 x1 ..., Å.
    [[nodiscard]] vector3 bond_vector(const frozen_bond& bond,
                                      std::span<const double> positions) const noexcept {
        const auto position = [&](std::size_t atom) {
            return Eigen::Map<const vector3>{&positions[3 * atom]};
        };
        const vector3 difference = position(bond.to) - position(bond.from);
        const vector3 drift = cell_.fractional(difference) - references_[bond.reference];
        return difference - cell_.cartesian(nearest_lattice_vector(cell_, drift));
    }

private:
    friend class topology_builder;

    tinynet::cell cell_;
    std::vector<std::uint32_t> sites_;
    std::vector<frozen_bond> bonds_;
    std::size_t view_count_ = 0;
    std::vector<vector3> references_;
    std::vector<atom_group> groups_;
};

/// How far (Å) a bonded atom may be from where the reference expects it, relative to its partner, before
/// atoms must have been exchanged or the bond broken.
inline constexpr double largest_bond_deviation = 1.5;

/// Refuses positions that cannot be those of the same atoms in the same order.
/// \throws topology_mismatch  if some bond deviates from the reference by more than `largest_bond_deviation`;
///         the message names the atom with the most bonds that do.
inline void check_positions(const frozen_topology& topology, std::span<const double> positions) {
    std::vector<std::size_t> deviating(topology.atom_count(), 0);
    double worst = 0.0;
    for (const frozen_bond& bond : topology.bonds()) {
        const vector3 expected = topology.cell().cartesian(topology.references()[bond.reference]);
        const double deviation = (topology.bond_vector(bond, positions) - expected).norm();
        if (deviation > largest_bond_deviation) {
            ++deviating[bond.from];
            ++deviating[bond.to];
            worst = std::max(worst, deviation);
        }
    }
    const auto culprit = std::ranges::max_element(deviating);
    if (culprit != deviating.end() && *culprit > 0)
        throw topology_mismatch{detail::text("atom ", culprit - deviating.begin(), " has ", *culprit,
                                             " bonds that differ from the reference by up to ", worst,
                                             " Å; was the order of the atoms changed?")};
}

} // namespace tinynet

#endif
