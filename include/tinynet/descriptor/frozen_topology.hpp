// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_FROZEN_TOPOLOGY_HPP
#define TINYNET_DESCRIPTOR_FROZEN_TOPOLOGY_HPP

/// \file
/// The bonds of a structure, found once and kept: what step time needs to know of the graph.

#include <tinynet/descriptor/site.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tinynet {

/// A bond of a structure, stored once.
struct frozen_bond {
    std::uint32_t from; ///< atom
    std::uint32_t to;   ///< atom
    image_shift shift;  ///< image of `to`, for the positions the topology was made from
    vector3
        reference; ///< from `from` to `to` in the reference, fractional coordinates of the structure's cell
};

/// A bond of a site as found in the structure: which one, and whether it is stored the other way round.
struct oriented_bond {
    std::uint32_t bond : 31;    ///< number of the frozen bond
    std::uint32_t reversed : 1; ///< whether the site sees it from `to`
};

/// Bonds of a structure and, for each atom, which of them are the bonds of its site. Made at topology time,
/// read at step time.
class frozen_topology {
public:
    /// \param cell  of the structure.
    explicit frozen_topology(tinynet::cell cell) : cell_{std::move(cell)} {}

    /// Adds the next atom.
    /// \param site_number  which site it is.
    /// \param pattern      that site.
    /// \param vertices     the atoms of the structure at the vertices of the site's shape, seen from the
    /// atom.
    void add_atom(std::uint32_t site_number, const site& pattern, std::span<const image_atom> vertices) {
        for (const site_bond& bond : pattern.bonds) {
            const vector3 step = pattern.shape[bond.to].displacement - pattern.shape[bond.from].displacement;
            bonds_of_sites_.push_back(find_or_add(vertices[bond.from], vertices[bond.to], step));
        }
        offsets_.push_back(bonds_of_sites_.size());
        sites_.push_back(site_number);
    }

    /// The same bonds in another cell, which strains the reference with it.
    [[nodiscard]] frozen_topology in_cell(const tinynet::cell& other) const {
        frozen_topology result = *this;
        result.cell_ = other;
        return result;
    }

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return sites_.size(); }
    /// Which site an atom is.
    [[nodiscard]] std::uint32_t site_of(std::size_t atom) const { return sites_[atom]; }
    /// The bonds of an atom's site, in the order of `site::bonds`.
    [[nodiscard]] std::span<const oriented_bond> bonds_of(std::size_t atom) const {
        return std::span{bonds_of_sites_}.subspan(offsets_[atom], offsets_[atom + 1] - offsets_[atom]);
    }
    /// Every bond, stored once.
    [[nodiscard]] std::span<const frozen_bond> bonds() const noexcept { return bonds_; }
    /// The lattice.
    [[nodiscard]] const tinynet::cell& cell() const noexcept { return cell_; }

    /// The vector of a bond (Å) for positions that may be wrapped into the cell or not: of all images the one
    /// nearest to the reference. Step time.
    /// \param positions  x0 y0 z0 x1 ..., Å.
    [[nodiscard]] vector3 bond_vector(const frozen_bond& bond,
                                      std::span<const double> positions) const noexcept {
        const auto position = [&](std::size_t atom) {
            return Eigen::Map<const vector3>{&positions[3 * atom]};
        };
        const vector3 difference = position(bond.to) - position(bond.from);
        const vector3 shift = bond.shift.fractional();
        const vector3 drift = cell_.fractional(difference) + shift - bond.reference;
        vector3 images;
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            images[axis] = cell_.periodic()[static_cast<std::size_t>(axis)] ? std::round(drift[axis]) : 0.0;
        return difference + cell_.cartesian(shift - images);
    }

private:
    struct bond_key {
        image_atom end;
        std::uint32_t from;
        friend bool operator==(const bond_key&, const bond_key&) = default;
    };
    struct bond_key_hash {
        std::size_t operator()(const bond_key& key) const noexcept {
            return std::hash<image_atom>{}(key.end) * 31U + key.from;
        }
    };

    oriented_bond find_or_add(const image_atom& from, const image_atom& to, const vector3& step) {
        const image_shift shift = to.shift - from.shift;
        const bool reversed = std::pair{to.atom, image_shift{}} < std::pair{from.atom, shift};
        const atom_index first = reversed ? to.atom : from.atom;
        const image_atom end = reversed ? image_atom{from.atom, -shift} : image_atom{to.atom, shift};
        const std::uint32_t start{static_cast<std::uint32_t>(first)};
        const auto [known, is_new] =
            numbers_.try_emplace({end, start}, static_cast<std::uint32_t>(bonds_.size()));
        if (is_new)
            bonds_.push_back({start, static_cast<std::uint32_t>(end.atom), end.shift,
                              cell_.fractional(reversed ? vector3{-step} : step)});
        return {known->second & 0x7fffffffU, reversed ? 1U : 0U};
    }

    tinynet::cell cell_;
    std::vector<frozen_bond> bonds_;
    std::vector<std::uint32_t> sites_;
    std::vector<std::size_t> offsets_{0};
    std::vector<oriented_bond> bonds_of_sites_;
    std::unordered_map<bond_key, std::uint32_t, bond_key_hash> numbers_;
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
        const vector3 expected = topology.cell().cartesian(bond.reference);
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
