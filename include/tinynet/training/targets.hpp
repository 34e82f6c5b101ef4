// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_TARGETS_HPP
#define TINYNET_TRAINING_TARGETS_HPP

/// \file
/// What a network is to learn from a labeled structure: numbers per atom, one column each.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <functional>
#include <span>

namespace tinynet {

/// Targets of a structure, one column per atom; the second argument is its number, for messages.
using target_function = std::function<Eigen::MatrixXd(const labeled_structure&, std::size_t)>;

/// The forces of a structure as targets, eV/Å.
/// \throws invalid_dataset  if it has none or one is not finite or above largest_label; the message names
///                          structure and atom.
inline Eigen::MatrixXd force_targets(const labeled_structure& labeled, std::size_t number) {
    if (!labeled.forces)
        throw invalid_dataset{detail::text("structure ", number, " has no forces to learn")};
    Eigen::MatrixXd targets{3, static_cast<Eigen::Index>(labeled.forces->size())};
    for (std::size_t i = 0; i < labeled.forces->size(); ++i) {
        const vector3& force = (*labeled.forces)[i];
        for (const double component : force)
            check_label(component, "a component of the force on atom ", i, " of structure ", number);
        targets.col(static_cast<Eigen::Index>(i)) = force;
    }
    return targets;
}

/// The LDOS of structures as targets, states/eV.
class ldos_targets {
public:
    /// \param grid  the energies that every structure must have.
    explicit ldos_targets(energy_grid grid) : grid_{std::move(grid)} {}

    /// \throws invalid_dataset  if the structure has no LDOS, one on other energies, or a number that is not
    ///                          finite or above largest_label; the message names structure and atom.
    Eigen::MatrixXd operator()(const labeled_structure& labeled, std::size_t number) const {
        if (!labeled.ldos)
            throw invalid_dataset{detail::text("structure ", number, " has no LDOS to learn")};
        if (labeled.ldos->grid != grid_)
            throw invalid_dataset{detail::text("the LDOS of structure ", number,
                                               " has other energies (first, step, number, broadening or "
                                               "reference) than that of the first structure")};
        const Eigen::MatrixXd& values = labeled.ldos->values;
        if (static_cast<std::size_t>(values.rows()) != grid_.count)
            throw invalid_dataset{detail::text("the LDOS of structure ", number, " has ", values.rows(),
                                               " rows, expected one for each of ", grid_.count, " energies")};
        for (Eigen::Index i = 0; i < values.cols(); ++i)
            for (const double value : values.col(i))
                check_label(value, "the LDOS of atom ", i, " of structure ", number);
        return values;
    }

private:
    energy_grid grid_;
};

/// Mean target of each site class over some structures: what a model that knows only the site would predict.
/// \param chosen  indices of the structures.
/// \returns one column per entry of `d.sites()`.
/// \throws invalid_dataset  if none is chosen; and what `target_of` throws.
/// \pre The structures have the atoms of the reference.
inline Eigen::MatrixXd mean_targets_of_sites(const descriptor& d,
                                             std::span<const labeled_structure> structures,
                                             std::span<const std::size_t> chosen,
                                             const target_function& target_of) {
    if (chosen.empty())
        throw invalid_dataset{"there is no structure to take means over"};
    const auto site_count = static_cast<Eigen::Index>(d.sites().size());
    Eigen::MatrixXd sums;
    Eigen::RowVectorXd counts = Eigen::RowVectorXd::Zero(site_count);
    for (const std::size_t index : chosen) {
        const Eigen::MatrixXd targets = target_of(structures[index], index);
        if (sums.size() == 0)
            sums = Eigen::MatrixXd::Zero(targets.rows(), site_count);
        for (Eigen::Index i = 0; i < targets.cols(); ++i) {
            const auto site =
                static_cast<Eigen::Index>(d.reference_topology().site_of(static_cast<std::size_t>(i)));
            sums.col(site) += targets.col(i);
            ++counts[site];
        }
    }
    return sums.array().rowwise() / counts.array().max(1.0);
}

} // namespace tinynet

#endif
