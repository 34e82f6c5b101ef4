// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_REFERENCE_HPP
#define TINYNET_TRAINING_REFERENCE_HPP

/// \file
/// A reference structure made from training structures, for whoever has no ideal crystal at hand.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/types.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

namespace detail {

/// The lattice vector that is to be subtracted from a difference to make it as short as possible, fractional.
inline vector3 nearest_image(const cell& lattice, const vector3& fractional_difference) {
    vector3 images = vector3::Zero();
    for (Eigen::Index axis = 0; axis < 3; ++axis)
        if (lattice.periodic()[static_cast<std::size_t>(axis)])
            images[axis] = std::round(fractional_difference[axis]);
    return images;
}

inline void check_same_atoms(const structure& first, const structure& other, std::size_t number) {
    if (first.atom_count() != other.atom_count())
        throw topology_mismatch{detail::text("structure ", number, " has ", other.atom_count(),
                                             " atoms, structure 0 has ", first.atom_count(),
                                             "; all must have the same atoms in the same order")};
    for (std::size_t i = 0; i < first.atom_count(); ++i)
        if (first.species()[i] != other.species()[i])
            throw topology_mismatch{detail::text("atom ", i, " of structure ", number, " is ",
                                                 other.species()[i].symbol(), ", in structure 0 it is ",
                                                 first.species()[i].symbol(),
                                                 "; all must have the same atoms in the same order")};
}

} // namespace detail

/// The mean of structures with the same atoms, in the cell of the first, each atom followed from the first
/// structure to the others through cell boundaries; drift of the whole does not matter.
/// \throws invalid_dataset    if there is no structure.
/// \throws topology_mismatch  if the atoms of one differ from those of the first; the message names it.
inline structure mean_structure(std::span<const labeled_structure> structures) {
    if (structures.empty())
        throw invalid_dataset{"there is no structure to take a reference from"};
    const structure& first = structures.front().geometry;
    const cell& lattice = first.cell();
    std::vector<vector3> mean(first.atom_count(), vector3::Zero());
    for (std::size_t k = 0; k < structures.size(); ++k) {
        const structure& other = structures[k].geometry;
        detail::check_same_atoms(first, other, k);
        const auto moved = [&](std::size_t i) -> vector3 {
            return other.cell().fractional(other.positions()[i]) - lattice.fractional(first.positions()[i]);
        };
        for (std::size_t i = 0; i < mean.size(); ++i) {
            const vector3 relative = moved(i) - moved(0);
            mean[i] += relative - detail::nearest_image(lattice, relative);
        }
    }
    const auto count = static_cast<double>(structures.size());
    std::vector<vector3> positions;
    for (std::size_t i = 0; i < mean.size(); ++i)
        positions.push_back(first.positions()[i] + lattice.cartesian(mean[i] / count));
    return {lattice, {first.species().begin(), first.species().end()}, std::move(positions)};
}

} // namespace tinynet

#endif
