// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_LABELED_STRUCTURE_HPP
#define TINYNET_GEOMETRY_LABELED_STRUCTURE_HPP

/// \file
/// A structure with what a reference calculation says about it: the currency between files and training.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tinynet {

/// The equidistant energies at which an LDOS is tabulated.
struct energy_grid {
    double first = 0.0;    ///< lowest energy, eV
    double step = 0.0;     ///< spacing, eV
    std::size_t count = 0; ///< number of energies
    double broadening =
        0.0;               ///< standard deviation of the Gaussian that broadened the levels, eV; 0 if unknown
    std::string reference; ///< what the zero of energy is, such as `VBM`; empty if unknown

    friend bool operator==(const energy_grid&, const energy_grid&) = default;
};

/// Local densities of states of the atoms of a structure.
struct ldos_labels {
    energy_grid grid;       ///< the energies of the rows
    Eigen::MatrixXd values; ///< states/eV, grid.count rows x one column per atom
};

/// A structure and its labels; a label that is not known is absent, never zero.
struct labeled_structure {
    structure geometry;                         ///< positions, species, cell
    std::optional<double> energy;               ///< eV
    std::optional<std::vector<vector3>> forces; ///< eV/Å, one per atom
    std::optional<matrix3> stress;              ///< eV/Å^3, +dE/dstrain / volume, symmetric
    std::optional<ldos_labels> ldos;            ///< states/eV per atom
};

/// Largest label, in its unit, that makes sense: sums of squared errors stay numbers, also in single
/// precision.
inline constexpr double largest_label = 1e15;

/// \param name  of the label, for the message, in parts.
/// \throws invalid_dataset  if the label is not finite or too large.
template <typename... Parts>
void check_label(double label, const Parts&... name) {
    if (detail::room_below(largest_label, label) < 0)
        throw invalid_dataset{detail::text(name..., " is ", label, ", expected a number of magnitude ",
                                           largest_label, " at most")};
}

/// \throws invalid_dataset  if there are forces or an LDOS of more or fewer atoms than there are.
inline void check_label_counts(const labeled_structure& labeled) {
    const std::size_t atoms = labeled.geometry.atom_count();
    const std::size_t forces = labeled.forces ? labeled.forces->size() : atoms;
    const std::size_t ldos = labeled.ldos ? static_cast<std::size_t>(labeled.ldos->values.cols()) : atoms;
    if (forces != atoms || ldos != atoms)
        throw invalid_dataset{detail::text("there are ", atoms, " atoms, forces of ", forces,
                                           " and densities of states of ", ldos)};
}

/// \throws invalid_dataset  as check_label_counts(), or if a label is not finite or too large; the message
///                          names it and its atom.
inline void check_labels(const labeled_structure& labeled) {
    check_label_counts(labeled);
    if (labeled.energy)
        check_label(*labeled.energy, "the energy");
    if (labeled.stress)
        for (const double component : labeled.stress->reshaped())
            check_label(component, "a component of the stress");
    for (std::size_t i = 0; labeled.forces && i < labeled.forces->size(); ++i)
        for (const double component : (*labeled.forces)[i])
            check_label(component, "a component of the force on atom ", i);
    for (Eigen::Index i = 0; labeled.ldos && i < labeled.ldos->values.cols(); ++i)
        for (const double number : labeled.ldos->values.col(i))
            check_label(number, "the LDOS of atom ", i);
}

} // namespace tinynet

#endif
