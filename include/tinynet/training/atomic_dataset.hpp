// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ATOMIC_DATASET_HPP
#define TINYNET_TRAINING_ATOMIC_DATASET_HPP

/// \file
/// Features and targets of the atoms of labeled structures, ready for the networks of an atomic model.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/scaler.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/training/regression.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// The forces of a structure as targets, eV/Å.
/// \throws invalid_dataset  if it has none or one is not finite; the message names structure and atom.
inline Eigen::MatrixXd force_targets(const labeled_structure& labeled, std::size_t number) {
    if (!labeled.forces)
        throw invalid_dataset{detail::text("structure ", number, " has no forces to learn")};
    Eigen::MatrixXd targets{3, static_cast<Eigen::Index>(labeled.forces->size())};
    for (std::size_t i = 0; i < labeled.forces->size(); ++i) {
        const vector3& force = (*labeled.forces)[i];
        if (!force.array().isFinite().all())
            throw invalid_dataset{
                detail::text("the force on atom ", i, " of structure ", number, " is not finite")};
        targets.col(static_cast<Eigen::Index>(i)) = force;
    }
    return targets;
}

/// The atoms of some structures that one network serves: scaled features and scaled targets.
template <typename Real>
struct network_dataset {
    regression_data<Real> training;   ///< fitted
    regression_data<Real> validation; ///< chooses the best epoch
    min_max_scaler features;          ///< fitted on the training structures
    output_scaling outputs;           ///< fitted on the training structures
};

namespace detail {

/// Writes the unscaled features of chosen atoms of one structure, one column per atom.
class structure_features {
public:
    structure_features(const descriptor& d, std::vector<std::uint32_t> atoms, const column_layout& layout)
        : descriptor_{&d}, atoms_{std::move(atoms)}, layout_{&layout}, writer_{d.sites()},
          columns_{static_cast<Eigen::Index>(layout.width()), static_cast<Eigen::Index>(atoms_.size())} {}

    const Eigen::MatrixXd& operator()(const structure& geometry) {
        const frozen_topology topology = descriptor_->topology_of(geometry);
        bond_geometry bonds{topology};
        bonds.update(topology, flat(geometry.positions()));
        for (std::size_t c = 0; c < atoms_.size(); ++c)
            writer_.write(topology, bonds, atoms_[c], descriptor_->sites()[topology.site_of(atoms_[c])],
                          *layout_, {columns_.col(static_cast<Eigen::Index>(c)).data(), layout_->width()});
        return columns_;
    }

private:
    const descriptor* descriptor_;
    std::vector<std::uint32_t> atoms_;
    const column_layout* layout_;
    feature_writer<double> writer_;
    Eigen::MatrixXd columns_;
};

/// Smallest and largest value of each row over all columns ever seen.
class row_ranges {
public:
    void add(const Eigen::MatrixXd& columns) {
        if (minima_.size() == 0) {
            minima_ = columns.rowwise().minCoeff();
            maxima_ = columns.rowwise().maxCoeff();
        }
        minima_ = minima_.cwiseMin(columns.rowwise().minCoeff());
        maxima_ = maxima_.cwiseMax(columns.rowwise().maxCoeff());
    }
    [[nodiscard]] min_max_scaler scaler() const { return {minima_, maxima_}; }

private:
    Eigen::VectorXd minima_;
    Eigen::VectorXd maxima_;
};

/// Mean of each target, and one common width: the root of the mean squared deviation over all of them.
inline output_scaling fit_output_scaling(const Eigen::MatrixXd& targets) {
    output_scaling scaling;
    scaling.mean = targets.rowwise().mean();
    const double variance = (targets.colwise() - scaling.mean).array().square().mean();
    scaling.width = Eigen::VectorXd::Constant(targets.rows(), variance > 0.0 ? std::sqrt(variance) : 1.0);
    return scaling;
}

} // namespace detail

/// Which structures serve what, by index into the whole set.
struct dataset_parts {
    std::span<const labeled_structure> structures; ///< the whole set, all with the atoms of the reference
    std::span<const std::size_t> training;         ///< indices
    std::span<const std::size_t> validation;       ///< indices
};

/// Features and targets of the atoms whose sites share a network.
/// \param site_numbers  the sites.
/// \param target_of     (labeled_structure, its index) -> targets, one column per atom.
/// \throws topology_mismatch  if a structure is not like the reference; the message names it.
/// \throws invalid_dataset    if there is no training structure or a target is missing or not finite.
template <typename Real, typename TargetOf>
network_dataset<Real> make_network_dataset(const descriptor& d, std::span<const std::uint32_t> site_numbers,
                                           const dataset_parts& parts, const TargetOf& target_of) {
    if (parts.training.empty())
        throw invalid_dataset{"there is no structure to train on"};
    std::vector<std::uint32_t> atoms;
    for (std::uint32_t i = 0; i < d.reference().atom_count(); ++i)
        if (std::ranges::find(site_numbers, d.reference_topology().site_of(i)) != site_numbers.end())
            atoms.push_back(i);
    const column_layout layout = layout_of(d, site_numbers);
    detail::structure_features features{d, atoms, layout};
    const auto width = static_cast<Eigen::Index>(atoms.size());

    const auto targets_of = [&](std::span<const std::size_t> indices) {
        Eigen::MatrixXd all;
        for (std::size_t k = 0; k < indices.size(); ++k) {
            const Eigen::MatrixXd targets = target_of(parts.structures[indices[k]], indices[k]);
            if (k == 0)
                all.resize(targets.rows(), width * static_cast<Eigen::Index>(indices.size()));
            for (Eigen::Index c = 0; c < width; ++c)
                all.col(static_cast<Eigen::Index>(k) * width + c) =
                    targets.col(static_cast<Eigen::Index>(atoms[static_cast<std::size_t>(c)]));
        }
        return all;
    };
    const Eigen::MatrixXd training_targets = targets_of(parts.training);
    detail::row_ranges ranges;
    for (const std::size_t index : parts.training)
        ranges.add(features(parts.structures[index].geometry));

    network_dataset<Real> result;
    result.features = ranges.scaler();
    result.outputs = detail::fit_output_scaling(training_targets);
    const auto fill = [&](std::span<const std::size_t> indices, Eigen::MatrixXd targets,
                          regression_data<Real>& data) {
        data.rows_per_structure = atoms.size();
        data.inputs.resize(static_cast<Eigen::Index>(layout.width()),
                           width * static_cast<Eigen::Index>(indices.size()));
        for (std::size_t k = 0; k < indices.size(); ++k) {
            Eigen::MatrixXd columns = features(parts.structures[indices[k]].geometry);
            result.features.apply(columns);
            data.inputs.middleCols(static_cast<Eigen::Index>(k) * width, width) = columns.cast<Real>();
        }
        if (indices.empty())
            targets.resize(training_targets.rows(), 0);
        targets.colwise() -= result.outputs.mean;
        targets.array().colwise() /= result.outputs.width.array();
        data.targets = targets.cast<Real>();
    };
    fill(parts.training, training_targets, result.training);
    fill(parts.validation, targets_of(parts.validation), result.validation);
    return result;
}

} // namespace tinynet

#endif
