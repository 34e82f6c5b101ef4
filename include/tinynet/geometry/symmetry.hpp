// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_SYMMETRY_HPP
#define TINYNET_GEOMETRY_SYMMETRY_HPP

/// \file
/// Operations that map a crystal on itself, and what they make of a structure and its labels.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>
#include <Eigen/LU>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace tinynet {

/// x -> rotation * x + translation maps the lattice on itself, and every atom i next to a lattice image of
/// atom image_of[i].
struct symmetry_operation {
    matrix3 rotation = matrix3::Identity();   ///< orthogonal, determinant 1 or -1
    vector3 translation = vector3::Zero();    ///< Å
    std::vector<std::uint32_t> image_of = {}; ///< one per atom
};

namespace detail {

[[noreturn]] inline void refuse_shape() {
    throw invalid_structure{"the cell is too far from a cube for its symmetry operations to be found: one "
                            "vector is a thousand times longer than another, or the cell nearly flat"};
}

/// Whole-number combinations of the rows of a lattice that are as long as one of the rows.
/// \throws invalid_structure  if there are more than ten million to look at.
inline std::vector<vector3> lattice_vectors_of_length(const cell& lattice, double length, double tolerance) {
    std::array<int, 3> most{};
    double to_look_at = 1.0;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double repeats = std::floor(length / lattice.face_distance(axis) + 1e-6);
        to_look_at *= 2.0 * repeats + 1.0;
        if (!(to_look_at <= 1e7))
            refuse_shape();
        most[axis] = static_cast<int>(repeats);
    }
    std::vector<vector3> found;
    for (int a = -most[0]; a <= most[0]; ++a)
        for (int b = -most[1]; b <= most[1]; ++b)
            for (int c = -most[2]; c <= most[2]; ++c) {
                const vector3 candidate = lattice.cartesian({double(a), double(b), double(c)});
                if (std::abs(candidate.norm() - length) < tolerance)
                    found.push_back(candidate);
            }
    return found;
}

/// The orthogonal maps of a lattice on itself, the identity among them.
inline std::vector<matrix3> lattice_rotations(const cell& lattice) {
    const matrix3& rows = lattice.rows();
    const vector3 lengths = rows.rowwise().norm();
    constexpr double tolerance = 1e-6; // relative
    if (lengths.maxCoeff() >= 1000.0 * lengths.minCoeff())
        refuse_shape();
    const matrix3 metric = rows * rows.transpose();
    std::array<std::vector<vector3>, 3> candidates;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        const double length = lengths[static_cast<Eigen::Index>(axis)];
        candidates[axis] = lattice_vectors_of_length(lattice, length, tolerance * length);
    }
    const auto fits = [&](const vector3& left, const vector3& right, Eigen::Index i, Eigen::Index j) {
        return std::abs(left.dot(right) - metric(i, j)) < tolerance * lengths[i] * lengths[j];
    };
    std::vector<matrix3> rotations;
    for (const vector3& a : candidates[0])
        for (const vector3& b : candidates[1]) {
            if (!fits(a, b, 0, 1))
                continue;
            for (const vector3& c : candidates[2])
                if (fits(a, c, 0, 2) && fits(b, c, 1, 2)) {
                    matrix3 images;
                    images << a, b, c;
                    rotations.push_back(images * rows.transpose().inverse());
                }
        }
    return rotations;
}

/// Whether a rotation turns every lattice vector into a whole-number combination of them.
inline bool maps_on_itself(const cell& lattice, const matrix3& rotation) {
    const matrix3 images = lattice.rows() * rotation.transpose() * lattice.rows().inverse();
    return (images - images.array().round().matrix()).cwiseAbs().maxCoeff() < 1e-4;
}

/// The atom of the same species of which a lattice image is closest to a place, if one is close enough.
inline std::optional<std::uint32_t> atom_at(const structure& crystal, species kind, const vector3& place,
                                            double tolerance) {
    std::optional<std::uint32_t> found;
    double closest = tolerance;
    for (std::uint32_t j = 0; j < crystal.atom_count(); ++j) {
        if (crystal.species()[j] != kind)
            continue;
        vector3 apart = crystal.cell().fractional(place - crystal.positions()[j]);
        apart.array() -= apart.array().round();
        if (const double distance = crystal.cell().cartesian(apart).norm(); distance < closest) {
            closest = distance;
            found = j;
        }
    }
    return found;
}

/// Where each atom goes; nothing if one meets no atom, or two the same.
inline std::optional<std::vector<std::uint32_t>> images_under(const structure& crystal,
                                                              const matrix3& rotation,
                                                              const vector3& translation, double tolerance) {
    std::vector<std::uint32_t> images;
    std::vector<bool> taken(crystal.atom_count());
    for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
        const auto image = atom_at(crystal, crystal.species()[i],
                                   rotation * crystal.positions()[i] + translation, tolerance);
        if (!image || taken[*image])
            return std::nullopt;
        taken[*image] = true;
        images.push_back(*image);
    }
    return images;
}

/// The atoms of the species with the fewest of them.
inline std::vector<std::uint32_t> atoms_of_rarest_species(const structure& crystal) {
    std::map<species, std::vector<std::uint32_t>> atoms;
    for (std::uint32_t i = 0; i < crystal.atom_count(); ++i)
        atoms[crystal.species()[i]].push_back(i);
    return std::ranges::min_element(atoms, {}, [](const auto& entry) { return entry.second.size(); })->second;
}

} // namespace detail

/// The operations that map a crystal on itself, one for each rotation: others differ from them by a lattice
/// translation of the crystal, which a descriptor does not see. The first is the identity.
/// \param tolerance  how far from its image an atom may arrive, Å. The lattice must be mapped exactly.
/// \throws invalid_option     if the tolerance is not positive and finite.
/// \throws invalid_structure  if there is no atom, not all three axes are periodic, or one lattice vector is
///                            a thousand times longer than another.
inline std::vector<symmetry_operation> symmetry_operations(const structure& crystal, double tolerance = 0.1) {
    if (!(detail::is_finite(tolerance) && tolerance > 0.0))
        throw invalid_option{detail::text("the tolerance is ", tolerance, " Å, it must be positive")};
    if (crystal.atom_count() == 0)
        throw invalid_structure{"a structure without atoms has no symmetry"};
    if (crystal.cell().periodic() != periodic_axes{true, true, true})
        throw invalid_structure{"the symmetry of a structure is found only if all three axes are periodic"};
    const auto anchors = detail::atoms_of_rarest_species(crystal);
    std::vector<symmetry_operation> operations;
    for (const matrix3& rotation : detail::lattice_rotations(crystal.cell())) {
        const vector3 start = rotation * crystal.positions()[anchors.front()];
        for (const std::uint32_t end : anchors) {
            const vector3 translation = crystal.positions()[end] - start;
            if (auto images = detail::images_under(crystal, rotation, translation, tolerance)) {
                operations.push_back({rotation, translation, std::move(*images)});
                break;
            }
        }
    }
    const auto is_identity = [](const symmetry_operation& operation) {
        return operation.rotation.isIdentity(1e-6);
    };
    std::stable_partition(operations.begin(), operations.end(), is_identity);
    return operations;
}

/// The same structure in the eyes of the operation: turned and moved, atoms renamed so that atom image_of[i]
/// is where atom i went. Energies stay, forces and stress turn, the LDOS moves along.
/// \throws invalid_structure  if the operation does not map the cell of the structure on itself, or its
///                            crystal has another number of atoms.
/// \throws invalid_dataset    if labels are of another number of atoms.
inline labeled_structure transformed(const labeled_structure& labeled, const symmetry_operation& operation) {
    const structure& geometry = labeled.geometry;
    const std::size_t count = geometry.atom_count();
    check_label_counts(labeled);
    if (operation.image_of.size() != count ||
        std::ranges::any_of(operation.image_of, [&](std::uint32_t image) { return image >= count; }))
        throw invalid_structure{detail::text(
            "the structure has ", count, " atoms, the crystal of the operation ", operation.image_of.size())};
    if (!detail::maps_on_itself(geometry.cell(), operation.rotation))
        throw invalid_structure{
            "the cell of the structure is not that of the crystal: the operation would turn it"};
    labeled_structure result = labeled;
    std::vector<vector3> positions(count);
    for (std::size_t i = 0; i < count; ++i)
        positions[operation.image_of[i]] =
            operation.rotation * geometry.positions()[i] + operation.translation;
    result.geometry = {
        geometry.cell(), {geometry.species().begin(), geometry.species().end()}, std::move(positions)};
    if (labeled.forces)
        for (std::size_t i = 0; i < count; ++i)
            (*result.forces)[operation.image_of[i]] = operation.rotation * (*labeled.forces)[i];
    if (labeled.stress)
        result.stress = operation.rotation * *labeled.stress * operation.rotation.transpose();
    if (labeled.ldos)
        for (std::size_t i = 0; i < count; ++i)
            result.ldos->values.col(operation.image_of[i]) =
                labeled.ldos->values.col(static_cast<Eigen::Index>(i));
    return result;
}

} // namespace tinynet

#endif
