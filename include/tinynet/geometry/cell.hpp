// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_CELL_HPP
#define TINYNET_GEOMETRY_CELL_HPP

/// \file
/// The lattice of a structure: rows, periodic axes, fractional coordinates. Conventions: docs/conventions.md.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Geometry>
#include <Eigen/LU>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>

namespace tinynet {

/// Which of the three lattice vectors repeat the structure.
using periodic_axes = std::array<bool, 3>;

/// Three lattice vectors, one per row (Å), some or all of them periodic.
///
/// The rows need not be right-handed or orthogonal. A row that is not periodic only serves to write
/// fractional coordinates; where such rows do not complete a basis (a molecule without a cell, a slab with a
/// zero row) unit vectors normal to the other rows take their place.
class cell {
public:
    /// No periodic axis: the cell of a molecule.
    cell() : cell{matrix3::Zero(), periodic_axes{false, false, false}} {}

    /// \param rows      lattice vectors as rows, Å.
    /// \param periodic  which of them repeat the structure.
    /// \throws invalid_cell  if a number is not finite or above largest_coordinate, or the periodic rows are
    /// linearly dependent or next to nothing.
    explicit cell(const matrix3& rows, periodic_axes periodic = {true, true, true})
        : rows_{rows}, periodic_{periodic} {
        if (!detail::are_finite(rows_))
            throw invalid_cell{"the lattice has a number that is not finite"};
        if (const double largest = rows_.cwiseAbs().maxCoeff(); largest > largest_coordinate)
            throw invalid_cell{detail::text("the lattice has a component of ", largest,
                                            " Å, expected at most ", largest_coordinate)};
        complete_basis();
        inverse_ = rows_.inverse();
        if (!detail::are_finite(inverse_))
            throw invalid_cell{"the lattice vectors are so short that their inverse is not finite"};
    }

    /// Lattice vectors as rows, Å; missing non-periodic rows completed.
    [[nodiscard]] const matrix3& rows() const noexcept { return rows_; }
    /// Inverse of rows(), 1/Å: its columns are the reciprocal lattice vectors.
    [[nodiscard]] const matrix3& inverse() const noexcept { return inverse_; }
    /// Which rows repeat the structure.
    [[nodiscard]] const periodic_axes& periodic() const noexcept { return periodic_; }
    /// Whether all of them do, so that there is a volume, and with it a stress.
    [[nodiscard]] bool repeats_everywhere() const noexcept {
        return periodic_[0] && periodic_[1] && periodic_[2];
    }
    /// Volume of the parallelepiped of the rows, Å^3; meaningful when all three axes are periodic.
    [[nodiscard]] double volume() const { return std::abs(rows_.determinant()); }

    /// Fractional coordinates of a Cartesian vector: x = rows^T f.
    [[nodiscard]] vector3 fractional(const vector3& cartesian) const {
        return inverse_.transpose() * cartesian;
    }
    /// Cartesian vector (Å) of fractional coordinates.
    [[nodiscard]] vector3 cartesian(const vector3& fractional) const {
        return rows_.transpose() * fractional;
    }
    /// Cartesian vector (Å) of an image shift.
    [[nodiscard]] vector3 translation(image_shift shift) const { return cartesian(shift.fractional()); }

    /// Distance (Å) between the two faces of the cell that the given lattice vector connects.
    [[nodiscard]] double face_distance(std::size_t axis) const {
        return 1.0 / inverse_.col(static_cast<Eigen::Index>(axis)).norm();
    }

    /// The shift that brings a position into the cell: up to rounding, `position + translation(shift)` has
    /// fractional coordinates in [0, 1) along every periodic axis. Zero along the others.
    /// \throws invalid_structure  if the shift does not fit 32 bits.
    [[nodiscard]] image_shift wrapping_shift(const vector3& position) const {
        const vector3 f = fractional(position);
        const auto along = [&](std::size_t axis) {
            if (!periodic_[axis])
                return std::int32_t{0};
            const double shift = -std::floor(f[static_cast<Eigen::Index>(axis)]);
            if (!(detail::is_finite(shift) && std::abs(shift) <= std::numeric_limits<std::int32_t>::max()))
                throw invalid_structure{detail::text(
                    "a position is ", shift, " cells away from the cell; expected at most 2147483647")};
            return static_cast<std::int32_t>(shift);
        };
        return {along(0), along(1), along(2)};
    }

    friend bool operator==(const cell& left, const cell& right) {
        return left.periodic_ == right.periodic_ && left.rows_ == right.rows_;
    }

private:
    /// Below this ratio of volume to edge lengths three vectors count as linearly dependent.
    static constexpr double flatness_limit = 1e-8;

    [[nodiscard]] bool spans_space() const {
        const double edges = rows_.rowwise().norm().prod();
        return edges > 0.0 && std::abs(rows_.determinant()) > flatness_limit * edges;
    }

    void complete_basis() {
        for (int axis = 0; axis < 3 && !spans_space(); ++axis)
            if (!periodic_[static_cast<std::size_t>(axis)])
                rows_.row(axis).setZero();
        for (int axis = 0; axis < 3; ++axis)
            if (!periodic_[static_cast<std::size_t>(axis)] && rows_.row(axis).isZero(0.0))
                rows_.row(axis) = unit_vector_normal_to(rows_.row((axis + 1) % 3), rows_.row((axis + 2) % 3));
        if (!spans_space())
            throw invalid_cell{
                detail::text("the lattice vectors are linearly dependent or zero: determinant ",
                             rows_.determinant(), " Å^3")};
    }

    static vector3 unit_vector_normal_to(const vector3& first, const vector3& second) {
        if (const vector3 normal = first.cross(second); normal.norm() > 0.0)
            return normal.normalized();
        if (const vector3& given = first.isZero(0.0) ? second : first; !given.isZero(0.0))
            return given.unitOrthogonal();
        return vector3::UnitX();
    }

    matrix3 rows_;
    matrix3 inverse_;
    periodic_axes periodic_;
};

/// The lattice vectors of a cell along its periodic axes, and those of another along the open ones, which
/// only serve to write fractional coordinates: so that these mean the same in both.
inline cell with_open_axes_of(const cell& lattice, const cell& other) {
    matrix3 rows = lattice.rows();
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (!lattice.periodic()[axis])
            rows.row(static_cast<Eigen::Index>(axis)) = other.rows().row(static_cast<Eigen::Index>(axis));
    return cell{rows, lattice.periodic()};
}

} // namespace tinynet

#endif
