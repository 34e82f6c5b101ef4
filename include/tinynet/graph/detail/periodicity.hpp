// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_DETAIL_PERIODICITY_HPP
#define TINYNET_GRAPH_DETAIL_PERIODICITY_HPP

/// \file
/// How far the images of a cell are from each other.

#include <tinynet/geometry/cell.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>
#include <Eigen/LU>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numbers>

namespace tinynet::detail {

/// A generous bound on the rounding errors of wrapping and fractional coordinates, per Å of coordinate.
inline double wrapping_error(const cell& lattice) {
    double skewness = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
        skewness = std::max(skewness, lattice.rows().row(static_cast<Eigen::Index>(axis)).norm() /
                                          lattice.face_distance(axis));
    return 64.0 * std::numeric_limits<double>::epsilon() * skewness;
}

/// Smallest distance between faces that repeat, Å; infinite without a periodic axis.
inline double smallest_period(const cell& lattice) {
    double smallest = std::numeric_limits<double>::infinity();
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (lattice.periodic()[axis])
            smallest = std::min(smallest, lattice.face_distance(axis));
    return smallest;
}

/// Lattice points in a ball, on average: of as many dimensions as there are periodic axes.
inline double images_within(const cell& lattice, double radius) {
    constexpr std::array<double, 4> unit_ball = {1.0, 2.0, std::numbers::pi, 4.0 / 3.0 * std::numbers::pi};
    matrix3 gram = lattice.rows() * lattice.rows().transpose();
    int dimensions = 3;
    for (Eigen::Index axis = 0; axis < 3; ++axis)
        if (!lattice.periodic()[static_cast<std::size_t>(axis)]) {
            gram.row(axis) = vector3::Unit(axis).transpose();
            gram.col(axis) = vector3::Unit(axis);
            --dimensions;
        }
    return unit_ball[static_cast<std::size_t>(dimensions)] * std::pow(radius, dimensions) /
           std::sqrt(gram.determinant());
}

} // namespace tinynet::detail

#endif
