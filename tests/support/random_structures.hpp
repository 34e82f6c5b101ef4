// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_RANDOM_STRUCTURES_HPP
#define TINYNET_TESTS_SUPPORT_RANDOM_STRUCTURES_HPP

/// \file
/// Structures to test with: seeded random ones, transformed ones, and crystals by name.

#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Geometry>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <utility>
#include <vector>

namespace tinynet::test {

using random_engine = std::mt19937_64;

/// A real number in [low, high).
inline double random_real(random_engine& rng, double low, double high) {
    return std::uniform_real_distribution<double>{low, high}(rng);
}

/// An integer in [low, high].
inline int random_integer(random_engine& rng, int low, int high) {
    return std::uniform_int_distribution<int>{low, high}(rng);
}

/// A uniformly distributed proper rotation.
inline matrix3 random_rotation(random_engine& rng) {
    std::normal_distribution<double> normal;
    Eigen::Quaterniond quaternion;
    for (double& coefficient : quaternion.coeffs())
        coefficient = normal(rng);
    return quaternion.normalized().toRotationMatrix();
}

/// A triclinic cell with edges of 3 to 8 Å, right- or left-handed, at least a fifth as voluminous as a box.
inline cell random_cell(random_engine& rng, periodic_axes periodic = {true, true, true}) {
    matrix3 rows;
    do
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            rows.row(axis) = random_real(rng, 3.0, 8.0) * random_rotation(rng).row(0);
    while (std::abs(rows.determinant()) < 0.2 * rows.rowwise().norm().prod());
    return cell{rows, periodic};
}

/// The same lattice by vectors of up to some 10^3 Å; vectors that are not periodic are tilted, too.
inline cell skewed_cell(const cell& lattice, random_engine& rng) {
    matrix3 rows = lattice.rows();
    for (int step = 0; step < 3; ++step) {
        const int target = random_integer(rng, 0, 2);
        const int source = (target + random_integer(rng, 1, 2)) % 3;
        if (lattice.periodic()[static_cast<std::size_t>(source)])
            rows.row(target) += random_integer(rng, -5, 5) * rows.row(source);
    }
    return cell{rows, lattice.periodic()};
}

/// Calls visit(translation) for the lattice translations of up to `reach` cells along each periodic axis.
template <typename Visitor>
void for_each_translation(const cell& lattice, std::int32_t reach, Visitor&& visit) {
    const auto [a, b, c] = lattice.periodic();
    for (std::int32_t i = a ? -reach : 0; i <= (a ? reach : 0); ++i)
        for (std::int32_t j = b ? -reach : 0; j <= (b ? reach : 0); ++j)
            for (std::int32_t k = c ? -reach : 0; k <= (c ? reach : 0); ++k)
                visit(lattice.translation({i, j, k}));
}

/// The distance (Å) from a position to the nearest image of another; of its own images if they are the same.
inline double nearest_image_distance(const cell& lattice, const vector3& from, const vector3& to) {
    double nearest = std::numeric_limits<double>::infinity();
    for_each_translation(lattice, 2, [&](const vector3& translation) {
        if (from != to || !translation.isZero(0.0))
            nearest = std::min(nearest, (to + translation - from).norm());
    });
    return nearest;
}

/// Atoms at random places in a random cell of 10 Å^3 per atom, or more if the distances ask for it.
///
/// \param choices           species to draw from, not empty.
/// \param minimal_distance  Å, between any two atoms and between images of one.
inline structure random_structure(random_engine& rng, std::size_t atom_count,
                                  std::span<const species> choices,
                                  periodic_axes periodic = {true, true, true},
                                  double minimal_distance = 0.0) {
    const double volume = static_cast<double>(std::max<std::size_t>(atom_count, 1)) *
                          std::max(10.0, 2.5 * std::pow(minimal_distance, 3));
    cell lattice;
    do {
        lattice = random_cell(rng, periodic);
        lattice = cell{lattice.rows() * std::cbrt(volume / lattice.volume()), periodic};
    } while (nearest_image_distance(lattice, vector3::Zero(), vector3::Zero()) < minimal_distance);

    std::vector<vector3> positions;
    while (positions.size() < atom_count) {
        const vector3 fractional = {random_real(rng, 0, 1), random_real(rng, 0, 1), random_real(rng, 0, 1)};
        const vector3 position = lattice.cartesian(fractional);
        if (std::all_of(positions.begin(), positions.end(), [&](const vector3& other) {
                return nearest_image_distance(lattice, position, other) >= minimal_distance;
            }))
            positions.push_back(position);
    }
    std::vector<species> kinds;
    while (kinds.size() < atom_count)
        kinds.push_back(
            choices[static_cast<std::size_t>(random_integer(rng, 0, static_cast<int>(choices.size()) - 1))]);
    return {lattice, kinds, positions};
}

/// Cell and positions rotated about the origin; an improper rotation, such as the inversion, will do.
inline structure rotated(const structure& atoms, const matrix3& rotation) {
    std::vector<vector3> positions;
    for (const vector3& position : atoms.positions())
        positions.emplace_back(rotation * position);
    return {cell{atoms.cell().rows() * rotation.transpose(), atoms.cell().periodic()},
            {atoms.species().begin(), atoms.species().end()},
            positions};
}

/// All positions moved by one vector, Å.
inline structure translated(const structure& atoms, const vector3& by) {
    std::vector<vector3> positions;
    for (const vector3& position : atoms.positions())
        positions.emplace_back(position + by);
    return with_positions(atoms, positions);
}

/// All positions brought into the cell.
inline structure wrapped(const structure& atoms) {
    std::vector<vector3> positions;
    for (const vector3& position : atoms.positions())
        positions.emplace_back(position + atoms.cell().translation(atoms.cell().wrapping_shift(position)));
    return with_positions(atoms, positions);
}

/// Every atom moved by its own random lattice translation of up to three cells along each periodic axis.
inline structure with_lattice_shifts(const structure& atoms, random_engine& rng) {
    const auto along = [&](std::size_t axis) {
        return atoms.cell().periodic()[axis] ? random_integer(rng, -3, 3) : 0;
    };
    std::vector<vector3> positions;
    for (const vector3& position : atoms.positions()) {
        const image_shift shift = {along(0), along(1), along(2)};
        positions.emplace_back(position + atoms.cell().translation(shift));
    }
    return with_positions(atoms, positions);
}

/// The structure repeated along its axes: image after image, the last axis fastest, atoms in order in each.
inline structure supercell(const structure& atoms, int a, int b, int c) {
    std::vector<species> kinds;
    std::vector<vector3> positions;
    for (int i = 0; i < a; ++i)
        for (int j = 0; j < b; ++j)
            for (int k = 0; k < c; ++k)
                for (std::size_t atom = 0; atom < atoms.atom_count(); ++atom) {
                    kinds.push_back(atoms.species()[atom]);
                    positions.emplace_back(atoms.positions()[atom] + atoms.cell().translation({i, j, k}));
                }
    const matrix3 rows = image_shift{a, b, c}.fractional().asDiagonal() * atoms.cell().rows();
    return {cell{rows, atoms.cell().periodic()}, kinds, positions};
}

/// The same atoms in another order: atom k of the result is atom order[k] of the structure.
inline structure permuted(const structure& atoms, std::span<const std::size_t> order) {
    std::vector<species> kinds;
    std::vector<vector3> positions;
    for (const std::size_t atom : order) {
        kinds.push_back(atoms.species()[atom]);
        positions.push_back(atoms.positions()[atom]);
    }
    return {atoms.cell(), kinds, positions};
}

/// One atom (Po) in a cube with edge a, Å.
inline structure simple_cubic(double a) {
    return {cell{a * matrix3::Identity()}, {species{"Po"}}, {vector3::Zero()}};
}

/// Four Na, then four Cl, in a cube with edge a, Å; nearest neighbors at a/2.
inline structure rock_salt(double a) {
    const std::vector<vector3> face_centered = {{0, 0, 0}, {0, .5, .5}, {.5, 0, .5}, {.5, .5, 0}};
    std::vector<species> kinds(4, species{"Na"});
    kinds.resize(8, species{"Cl"});
    std::vector<vector3> positions;
    for (const vector3& origin : {vector3{0, 0, 0}, vector3{.5, .5, .5}})
        for (const vector3& fractional : face_centered)
            positions.emplace_back(a * (origin + fractional));
    return {cell{a * matrix3::Identity()}, kinds, positions};
}

/// Cubic BaTiO3 with edge a, Å: Ba, Ti, then the three O.
inline structure perovskite(double a) {
    const std::vector<species> kinds = {species{"Ba"}, species{"Ti"}, species{"O"}, species{"O"},
                                        species{"O"}};
    std::vector<vector3> positions = {{0, 0, 0}, {.5, .5, .5}, {.5, .5, 0}, {.5, 0, .5}, {0, .5, .5}};
    for (vector3& position : positions)
        position *= a;
    return {cell{a * matrix3::Identity()}, kinds, positions};
}

} // namespace tinynet::test

#endif
