// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_SHORT_VECTORS_HPP
#define TINYNET_GEOMETRY_SHORT_VECTORS_HPP

/// \file
/// Of all lattice vectors the one nearest to another vector: rounding fractional coordinates finds it where
/// the vectors of the cell are short, whatever cell a lattice is given by.

#include <tinynet/geometry/cell.hpp>
#include <tinynet/types.hpp>

#include <Eigen/LU>

#include <cmath>
#include <cstddef>
#include <optional>

namespace tinynet {

namespace detail {

/// Rows of whole numbers, determinant 1 or -1: which sums of the periodic vectors of a cell make the same
/// lattice by vectors none of which becomes shorter when others are added or subtracted (Minkowski). The
/// identity, if the vectors are short already.
inline matrix3 shortening_of(const cell& lattice) {
    matrix3 rows = lattice.rows();
    matrix3 sums = matrix3::Identity();
    const auto repeats = [&](Eigen::Index axis) {
        return lattice.periodic()[static_cast<std::size_t>(axis)];
    };
    // Subtracts the multiple of a vector, itself a sum of others, that makes a row shortest.
    const auto shorten = [&](Eigen::Index axis, const Eigen::RowVector3d& whole_numbers) {
        constexpr double shorter = 1.0 - 1e-9;
        const Eigen::RowVector3d other = whole_numbers * rows;
        const double multiple = std::rint(rows.row(axis).dot(other) / other.squaredNorm());
        const Eigen::RowVector3d candidate = rows.row(axis) - multiple * other;
        if (!(candidate.squaredNorm() < shorter * rows.row(axis).squaredNorm()))
            return false;
        rows.row(axis) = candidate;
        sums.row(axis) -= multiple * whole_numbers * sums;
        return true;
    };
    for (bool changed = true; changed;) {
        changed = false;
        for (Eigen::Index axis = 0; axis < 3; ++axis) {
            const Eigen::Index second = (axis + 1) % 3;
            const Eigen::Index third = (axis + 2) % 3;
            if (!repeats(axis))
                continue;
            const Eigen::RowVector3d along_second = vector3::Unit(second);
            const Eigen::RowVector3d along_third = vector3::Unit(third);
            if (repeats(second))
                changed |= shorten(axis, along_second);
            if (repeats(third))
                changed |= shorten(axis, along_third);
            if (repeats(second) && repeats(third)) {
                changed |= shorten(axis, along_second + along_third);
                changed |= shorten(axis, along_second - along_third);
            }
        }
    }
    return sums;
}

} // namespace detail

/// The lattice of a cell by the shortest vectors that make it; those that are not periodic become unit
/// vectors normal to the periodic ones.
/// \throws invalid_cell  if a vector on the way to them is above largest_coordinate.
inline cell by_short_vectors(const cell& lattice) {
    matrix3 rows = detail::shortening_of(lattice) * lattice.rows();
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (!lattice.periodic()[axis])
            rows.row(static_cast<Eigen::Index>(axis)).setZero();
    return cell{rows, lattice.periodic()};
}

/// The lattice vector nearest to another one, if that is short, both in fractional coordinates.
/// \param lattice  of short vectors. A vector is short enough if it is below half of the distances between
///                 faces that repeat.
inline vector3 nearest_lattice_vector(const cell& lattice, const vector3& fractional) {
    vector3 nearest = vector3::Zero();
    for (Eigen::Index axis = 0; axis < 3; ++axis)
        if (lattice.periodic()[static_cast<std::size_t>(axis)])
            nearest[axis] = std::rint(fractional[axis]);
    return nearest;
}

/// The lattice of a cell by the vectors nearest to those of another cell, such as that of the same crystal
/// without a strain; those that are not periodic become those of the other cell.
/// \param other  by short vectors.
/// \return nothing if these vectors do not make the lattice, or other axes are periodic.
inline std::optional<cell> by_vectors_like(const cell& other, const cell& lattice) {
    if (lattice.periodic() != other.periodic())
        return std::nullopt;
    const cell own = by_short_vectors(lattice);
    matrix3 sums = matrix3::Identity();
    matrix3 rows = other.rows();
    for (Eigen::Index axis = 0; axis < 3; ++axis) {
        if (!other.periodic()[static_cast<std::size_t>(axis)])
            continue;
        sums.row(axis) = nearest_lattice_vector(own, own.fractional(other.rows().row(axis).transpose()));
        rows.row(axis) = sums.row(axis) * own.rows();
    }
    if (std::rint(std::abs(sums.determinant())) != 1.0)
        return std::nullopt;
    return cell{rows, other.periodic()};
}

} // namespace tinynet

#endif
