// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_REFERENCE_HPP
#define TINYNET_TRAINING_REFERENCE_HPP

/// \file
/// A reference structure made from training structures, for whoever has no ideal crystal at hand.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/short_vectors.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet {

namespace detail {

/// A structure and its number in the data set, for messages.
struct numbered_structure {
    const structure& geometry;
    std::size_t number;
};

inline void check_same_atoms(const numbered_structure& first, const numbered_structure& other) {
    constexpr std::string_view advice = "; all must have the same atoms in the same order";
    const auto expected = first.geometry.species();
    const auto found = other.geometry.species();
    if (expected.size() != found.size())
        throw topology_mismatch{text("structure ", other.number, " has ", found.size(), " atoms, structure ",
                                     first.number, " has ", expected.size(), advice)};
    for (std::size_t i = 0; i < expected.size(); ++i)
        if (expected[i] != found[i])
            throw topology_mismatch{text("atom ", i, " of structure ", other.number, " is ",
                                         found[i].symbol(), ", in structure ", first.number, " it is ",
                                         expected[i].symbol(), advice)};
}

} // namespace detail

/// The mean of structures with the same atoms, in the cell of the first, each atom followed from the first
/// structure to the others through cell boundaries; drift of the whole does not matter.
/// \param structures  a data set.
/// \param chosen      which of them, by index.
/// \throws invalid_dataset    if none is chosen.
/// \throws topology_mismatch  if the atoms or the lattice of one differ from those of the first; the message
///         names it.
inline structure mean_structure(std::span<const labeled_structure> structures,
                                std::span<const std::size_t> chosen) {
    if (chosen.empty())
        throw invalid_dataset{"there is no structure to take a reference from"};
    const structure& first = structures[chosen.front()].geometry;
    const cell lattice = by_short_vectors(first.cell());
    std::vector<vector3> mean(first.atom_count(), vector3::Zero());
    for (const std::size_t k : chosen) {
        const structure& other = structures[k].geometry;
        detail::check_same_atoms({first, chosen.front()}, {other, k});
        const std::optional<cell> strained = by_vectors_like(lattice, other.cell());
        if (!strained)
            throw topology_mismatch{detail::text("the cell of structure ", k, " is not that of structure ",
                                                 chosen.front(),
                                                 ", strained; all must have the same lattice")};
        const auto moved = [&](std::size_t i) -> vector3 {
            return strained->fractional(other.positions()[i]) - lattice.fractional(first.positions()[i]);
        };
        for (std::size_t i = 0; i < mean.size(); ++i) {
            const vector3 relative = moved(i) - moved(0);
            mean[i] += relative - nearest_lattice_vector(lattice, relative);
        }
    }
    const auto count = static_cast<double>(chosen.size());
    std::vector<vector3> positions;
    for (std::size_t i = 0; i < mean.size(); ++i)
        positions.push_back(first.positions()[i] + lattice.cartesian(mean[i] / count));
    return {first.cell(), {first.species().begin(), first.species().end()}, std::move(positions)};
}

} // namespace tinynet

#endif
