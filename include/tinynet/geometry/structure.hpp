// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_STRUCTURE_HPP
#define TINYNET_GEOMETRY_STRUCTURE_HPP

/// \file
/// Atoms in a cell.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Positions (Å) and species of the atoms of one cell. Positions may lie outside the cell.
class structure {
public:
    /// No atoms, no periodic axis.
    structure() = default;

    /// \param cell       lattice.
    /// \param kinds      species, one per atom.
    /// \param positions  Cartesian, Å, one per atom, wrapped into the cell or not.
    /// \throws invalid_structure  if the sizes differ or check_coordinates() refuses one.
    structure(tinynet::cell cell, std::vector<tinynet::species> kinds, std::vector<vector3> positions)
        : cell_{std::move(cell)}, species_{std::move(kinds)}, positions_{std::move(positions)} {
        if (species_.size() != positions_.size())
            throw invalid_structure{
                detail::text(species_.size(), " species for ", positions_.size(), " positions")};
        check_coordinates(flat(std::span<const vector3>{positions_}));
    }

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return positions_.size(); }
    /// The lattice.
    [[nodiscard]] const tinynet::cell& cell() const noexcept { return cell_; }
    /// Species, one per atom.
    [[nodiscard]] std::span<const tinynet::species> species() const noexcept { return species_; }
    /// Cartesian positions, Å, one per atom.
    [[nodiscard]] std::span<const vector3> positions() const noexcept { return positions_; }

    /// Takes the atoms to other places, in another cell; allocates nothing.
    /// \param positions  x0 y0 z0 x1 ..., Å.
    /// \throws invalid_structure  if their number differs or check_coordinates() refuses one.
    void move_to(const tinynet::cell& lattice, std::span<const double> positions) {
        if (positions.size() != 3 * atom_count())
            throw invalid_structure{
                detail::text(positions.size(), " coordinates for ", atom_count(), " atoms")};
        check_coordinates(positions);
        cell_ = lattice;
        std::ranges::copy(positions, flat(positions_).begin());
    }

private:
    tinynet::cell cell_;
    std::vector<tinynet::species> species_;
    std::vector<vector3> positions_;
};

/// The same atoms in the same cell at other places.
/// \param positions  Cartesian, Å, one per atom.
/// \throws invalid_structure  if their number differs or check_coordinates() refuses one.
inline structure with_positions(const structure& atoms, std::vector<vector3> positions) {
    return {atoms.cell(), {atoms.species().begin(), atoms.species().end()}, std::move(positions)};
}

} // namespace tinynet

#endif
