// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_REPULSION_HPP
#define TINYNET_MOMENTS_REPULSION_HPP

/// \file
/// Repulsion of nuclei at distances that no training structure shows.

#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace tinynet {

/// Energy of a pair and its derivative with respect to the distance.
struct pair_energy {
    double value; ///< eV
    double slope; ///< eV/Å
};

/// Screened repulsion of nuclei (J. F. Ziegler, J. P. Biersack, U. Littmark, The Stopping and Range of Ions
/// in Matter, 1985), as it is up to half of the cutoff, then brought to zero with two continuous derivatives.
/// \param cutoff    Å.
/// \param distance  Å, above 0.
inline pair_energy zbl_repulsion(species one, species other, double cutoff, double distance) {
    if (distance >= cutoff)
        return {0.0, 0.0};
    constexpr double coulomb = 14.399645;           // e^2 / (4 pi epsilon_0), eV Å
    constexpr double screening = 0.8854 * 0.529177; // Å
    constexpr std::array amplitudes{0.18175, 0.50986, 0.28022, 0.02817};
    constexpr std::array rates{3.19980, 0.94229, 0.40290, 0.20162};
    const double length =
        screening / (std::pow(one.atomic_number(), 0.23) + std::pow(other.atomic_number(), 0.23));
    double screened = 0.0;
    double screened_slope = 0.0;
    for (std::size_t k = 0; k < rates.size(); ++k) {
        const double term = amplitudes[k] * std::exp(-rates[k] * distance / length);
        screened += term;
        screened_slope -= rates[k] / length * term;
    }
    const double charge = coulomb * one.atomic_number() * other.atomic_number() / distance;
    const double value = charge * screened;
    const double slope = charge * (screened_slope - screened / distance);
    const double width = 0.5 * cutoff;
    const double u = (distance - width) / width;
    if (u <= 0.0)
        return {value, slope};
    const double rest = 1.0 - u * u * u * (10.0 - 15.0 * u + 6.0 * u * u);
    const double rest_slope = -30.0 * u * u * (1.0 - u) * (1.0 - u) / width;
    return {value * rest, slope * rest + value * rest_slope};
}

/// Repulsion of atoms that are closer to each other than any of a training set: 1 eV a quarter of an Å
/// further in, rising with the cube, so that two derivatives are continuous. Chosen in docs/moments.md.
/// \param start     the shortest distance of such a pair in the training set, Å; 0 for no repulsion.
/// \param distance  Å.
inline pair_energy wall_repulsion(double start, double distance) noexcept {
    if (distance >= start)
        return {0.0, 0.0};
    constexpr double height = 1.0; // eV
    constexpr double depth = 0.25; // Å
    const double inside = (start - distance) / depth;
    return {height * inside * inside * inside, -3.0 * height * inside * inside / depth};
}

/// The structure with the repulsion of its nuclei taken off its energy, forces and stress: what is left for
/// networks to learn.
/// \param cutoff  Å, above 0.
/// \throws invalid_dataset  if there are forces of more or fewer atoms than there are.
inline labeled_structure without_repulsion(labeled_structure labeled, double cutoff) {
    check_label_counts(labeled);
    const structure& atoms = labeled.geometry;
    const neighbor_list pairs{atoms, cutoff};
    double energy = 0.0;
    matrix3 strain_derivative = matrix3::Zero();
    for (std::size_t i = 0; i < atoms.atom_count(); ++i)
        for (const neighbor& pair : pairs.neighbors(atom_index{i})) { // every pair twice
            const double distance = std::max(pair.vector.norm(), shortest_distance);
            const pair_energy found =
                zbl_repulsion(atoms.species()[i], atoms.species()[pair.atom], cutoff, distance);
            const vector3 slope = found.slope / distance * pair.vector;
            energy += 0.5 * found.value;
            strain_derivative += 0.5 * slope * pair.vector.transpose();
            if (labeled.forces)
                (*labeled.forces)[i] -= slope;
        }
    if (labeled.energy)
        *labeled.energy -= energy;
    if (labeled.stress && atoms.cell().repeats_everywhere())
        *labeled.stress -= strain_derivative / atoms.cell().volume();
    return labeled;
}

} // namespace tinynet

#endif
