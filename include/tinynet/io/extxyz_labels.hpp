// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_EXTXYZ_LABELS_HPP
#define TINYNET_IO_EXTXYZ_LABELS_HPP

/// \file
/// What the keys and columns of an extended XYZ frame mean: structure, energy, forces, stress, LDOS.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/io/detail/extxyz_values.hpp>
#include <tinynet/io/detail/line_reader.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/extxyz_frame.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <array>
#include <cmath>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace tinynet {

/// The structure and the labels of a frame.
///
/// - `Lattice` (Å, rows), `pbc` (all three axes if absent); without `Lattice` no axis is periodic.
/// - columns `pos` (Å), `species` (symbols) or `Z` (atomic numbers), `forces` or `force` (eV/Å).
/// - `energy` (eV), `stress` (eV/Å^3, +dE/dstrain / volume) or `virial` (eV, -volume * stress); 9 numbers or
///   xx yy zz yz xz xy. With both, the stress counts.
/// - column `ldos` (states/eV) with the keys `ldos_e0` and `ldos_de` (eV), and where known `ldos_n`,
///   `ldos_sigma` (eV), `ldos_ref`.
///
/// What is not there stays absent; other keys and columns are not looked at.
/// \throws file_error  if something of the above is missing, malformed or contradicts itself; the message
/// names file and line.
inline labeled_structure to_labeled_structure(const extxyz_frame& frame);

/// A frame that to_labeled_structure() turns into an equal structure with equal labels.
inline extxyz_frame to_extxyz_frame(const labeled_structure& labeled);

namespace detail {

inline cell cell_of(const extxyz_frame& frame) {
    const auto lattice = numbers_of(frame, "Lattice");
    const auto periodic = periodic_axes_of(frame, lattice.has_value());
    if (!lattice)
        return cell{};
    if (lattice->size() != 9)
        comment_place(frame).fail("Lattice has ", lattice->size(), " numbers, expected 9");
    try {
        return cell{row_major_matrix(*lattice), periodic};
    } catch (const invalid_cell& problem) {
        comment_place(frame).fail("Lattice: ", problem.what());
    }
}

/// \throws unknown_species  if no element has the atomic number.
inline species species_of_number(double atomic_number) {
    if (!(atomic_number >= 1.0 && atomic_number < static_cast<double>(element_symbols.size())))
        throw unknown_species{
            text("no element has the atomic number ", atomic_number, "; expected 1 to 118")};
    return species{static_cast<int>(atomic_number)};
}

inline std::vector<species> species_of(const extxyz_frame& frame) {
    const auto* const symbols = typed_column(frame, "species", 'S', 1);
    const auto* const numbers = typed_column(frame, "Z", 'I', 1);
    if (symbols == nullptr && numbers == nullptr)
        comment_place(frame).fail("found neither of the properties 'species' and 'Z', expected one of them");
    std::vector<species> result;
    for (std::size_t i = 0; i < frame.atom_count; ++i) {
        try {
            result.push_back(symbols == nullptr ? species_of_number(numbers->numbers()[i])
                                                : species{symbols->texts()[i]});
            if (numbers != nullptr && numbers->numbers()[i] != result.back().atomic_number())
                throw unknown_species{
                    text("species ", symbols->texts()[i], " contradicts Z ", numbers->numbers()[i])};
        } catch (const unknown_species& problem) {
            atom_place(frame, i).fail("atom ", i, ": ", problem.what());
        }
    }
    return result;
}

inline std::optional<std::vector<vector3>> forces_of(const extxyz_frame& frame) {
    auto forces = vectors_of(frame, "forces");
    auto force = vectors_of(frame, "force");
    if (forces && force)
        comment_place(frame).fail("found both of the properties 'forces' and 'force', expected one of them");
    return forces ? std::move(forces) : std::move(force);
}

/// Stress from `stress` or `virial`. Where both are given they must agree within 0.1 % of the largest
/// component plus the rounding of a stress to six decimals.
inline std::optional<matrix3> stress_of(const extxyz_frame& frame, const cell& lattice) {
    const auto stress = symmetric_matrix_of(frame, "stress");
    const auto virial = symmetric_matrix_of(frame, "virial");
    if (!virial)
        return stress;
    if (!lattice.repeats_everywhere())
        comment_place(frame).fail("found a virial, expected one only where all three axes are periodic");
    const matrix3 from_virial = *virial / -lattice.volume();
    if (!are_finite(from_virial))
        comment_place(frame).fail("found a virial too large for a volume of ", lattice.volume(),
                                  " Å^3, expected a finite stress");
    if (!stress)
        return from_virial;
    const double tolerance = 1e-3 * from_virial.cwiseAbs().maxCoeff() + 1e-6;
    const double difference = (*stress - from_virial).cwiseAbs().maxCoeff();
    if (difference > tolerance)
        comment_place(frame).fail("stress and virial disagree by ", difference,
                                  " eV/Å^3, expected virial = -volume * stress");
    return stress;
}

inline energy_grid energy_grid_of(const extxyz_frame& frame, std::size_t width) {
    const auto place = comment_place(frame);
    const auto first = number_of(frame, "ldos_e0");
    const auto step = number_of(frame, "ldos_de");
    if (!first || !step)
        place.fail("found a property 'ldos' without the key '", first ? "ldos_de" : "ldos_e0", "'");
    if (*step <= 0.0)
        place.fail("ldos_de is ", *step, ", expected a positive number of eV");
    if (const auto count = number_of(frame, "ldos_n"); count && *count != static_cast<double>(width))
        place.fail("the property 'ldos' has ", width, " columns, expected ldos_n=", *count);
    const auto broadening = number_of(frame, "ldos_sigma").value_or(0.0);
    if (broadening < 0.0)
        place.fail("ldos_sigma is ", broadening, ", expected 0 or a positive number of eV");
    constexpr double largest_energy = 1e6; // eV; no electron is bound so strongly
    if (std::abs(*first) > largest_energy || *step > largest_energy / static_cast<double>(width))
        place.fail("ldos_e0 is ", *first, " and ldos_de ", *step, " for ", width,
                   " energies, expected a magnitude of ", largest_energy, " eV at most");
    const auto* const reference = frame.find_info("ldos_ref");
    if (reference != nullptr && !is_utf8(*reference))
        place.fail("ldos_ref is no UTF-8 text, expected a name such as 'VBM'"); // models cannot store it
    return {*first, *step, width, broadening, reference == nullptr ? std::string{} : *reference};
}

inline std::optional<ldos_labels> ldos_of(const extxyz_frame& frame) {
    const auto* const found = frame.find_column("ldos");
    if (found == nullptr)
        return std::nullopt;
    const auto& column = *typed_column(frame, "ldos", 'R', found->width);
    return ldos_labels{energy_grid_of(frame, column.width),
                       Eigen::Map<const Eigen::MatrixXd>(column.numbers().data(),
                                                         static_cast<Eigen::Index>(column.width),
                                                         static_cast<Eigen::Index>(frame.atom_count))};
}

} // namespace detail

/// Writes an LDOS and its energies into a frame, in place of those that are there.
inline void set_ldos(extxyz_frame& frame, const ldos_labels& ldos) {
    frame.set_info("ldos_e0", detail::number_text(ldos.grid.first));
    frame.set_info("ldos_de", detail::number_text(ldos.grid.step));
    frame.set_info("ldos_n", std::to_string(ldos.grid.count));
    frame.set_info("ldos_sigma", detail::number_text(ldos.grid.broadening));
    if (ldos.grid.reference.empty())
        std::erase_if(frame.info, [](const auto& one) { return one.first == "ldos_ref"; });
    else
        frame.set_info("ldos_ref", ldos.grid.reference);
    const auto* const first = ldos.values.data();
    frame.set_column({"ldos", 'R', ldos.grid.count, std::vector<double>(first, first + ldos.values.size())});
}

inline labeled_structure to_labeled_structure(const extxyz_frame& frame) {
    auto positions = detail::vectors_of(frame, "pos");
    if (!positions)
        detail::comment_place(frame).fail("found no property 'pos', expected pos:R:3 in Properties");
    labeled_structure result;
    try {
        result.geometry = structure{detail::cell_of(frame), detail::species_of(frame), std::move(*positions)};
    } catch (const invalid_structure& problem) {
        detail::comment_place(frame).fail(problem.what());
    }
    result.energy = detail::number_of(frame, "energy");
    result.forces = detail::forces_of(frame);
    result.stress = detail::stress_of(frame, result.geometry.cell());
    result.ldos = detail::ldos_of(frame);
    return result;
}

inline extxyz_frame to_extxyz_frame(const labeled_structure& labeled) {
    const auto& geometry = labeled.geometry;
    extxyz_frame frame;
    frame.atom_count = geometry.atom_count();
    if (geometry.cell() != cell{}) {
        const auto& periodic = geometry.cell().periodic();
        frame.set_info("Lattice", detail::matrix_text(geometry.cell().rows()));
        frame.set_info("pbc", detail::text(periodic[0] ? "T " : "F ", periodic[1] ? "T " : "F ",
                                           periodic[2] ? "T" : "F"));
    }
    std::vector<std::string> symbols;
    for (const auto kind : geometry.species())
        symbols.emplace_back(kind.symbol());
    frame.set_column({"species", 'S', 1, std::move(symbols)});
    frame.set_column(detail::vector_column("pos", geometry.positions()));
    if (labeled.energy)
        frame.set_info("energy", detail::number_text(*labeled.energy));
    if (labeled.forces)
        frame.set_column(detail::vector_column("forces", *labeled.forces));
    if (labeled.stress)
        frame.set_info("stress", detail::matrix_text(*labeled.stress));
    if (labeled.ldos)
        set_ldos(frame, *labeled.ldos);
    return frame;
}

} // namespace tinynet

#endif
