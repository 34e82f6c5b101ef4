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
#include <tinynet/training/targets.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// The atoms of some structures that one network serves: scaled features and scaled targets.
template <typename Real>
struct network_dataset {
    regression_data<Real> training;   ///< fitted
    regression_data<Real> validation; ///< chooses the best epoch
    min_max_scaler features;          ///< fitted on the training structures
    output_scaling outputs;           ///< fitted on the training structures
};

namespace detail {

/// Writes the unscaled features of the atoms whose sites share a network, one column per atom.
class structure_features {
public:
    structure_features(const descriptor& d, std::span<const std::uint32_t> site_numbers)
        : descriptor_{&d}, layout_{layout_of(d, site_numbers)}, writer_{d.sites()}, block_(layout_.width()) {
        for (std::uint32_t i = 0; i < d.reference().atom_count(); ++i)
            if (std::ranges::find(site_numbers, d.reference_topology().site_of(i)) != site_numbers.end())
                atoms_.push_back(i);
        columns_.resize(static_cast<Eigen::Index>(layout_.width()), column_count());
    }

    /// The atoms, by index.
    [[nodiscard]] std::span<const std::uint32_t> atoms() const noexcept { return atoms_; }
    [[nodiscard]] Eigen::Index column_count() const noexcept {
        return static_cast<Eigen::Index>(atoms_.size());
    }

    /// \param number  of the structure, for the message.
    /// \throws topology_mismatch  if its atoms are not those of the reference.
    const Eigen::MatrixXd& operator()(const structure& geometry, std::size_t number) {
        const frozen_topology topology = checked_topology(geometry, number);
        bond_geometry<double> bonds{topology};
        bonds.update(topology, flat(geometry.positions()));
        for_each_block(topology, [&](const atom_group& group, std::size_t first) {
            if (serves(group))
                write(bonds, group, first);
        });
        return columns_;
    }

    /// How large the numbers are that a feature is a sum of, Å, by feature: of coordinates; 0 for others,
    /// which are no sums.
    [[nodiscard]] Eigen::VectorXd summands() const {
        Eigen::VectorXd sizes = Eigen::VectorXd::Constant(columns_.rows(), descriptor_->receptive_radius());
        for (const column_block& paths : layout_.paths())
            sizes.segment(static_cast<Eigen::Index>(paths.first), static_cast<Eigen::Index>(paths.width))
                .setZero();
        return sizes;
    }

private:
    [[nodiscard]] bool serves(const atom_group& group) const {
        return std::ranges::binary_search(atoms_, group.atoms.front());
    }

    void write(const bond_geometry<double>& bonds, const atom_group& group, std::size_t first) {
        writer_.write(bonds, group, first, descriptor_->sites()[group.site], layout_, block_);
        copy_atoms<double>(block_, group, first, [&](std::uint32_t atom) {
            return columns_.col(std::ranges::lower_bound(atoms_, atom) - atoms_.begin()).data();
        });
    }

    [[nodiscard]] frozen_topology checked_topology(const structure& geometry, std::size_t number) const {
        const std::size_t expected = descriptor_->reference().atom_count();
        if (geometry.atom_count() != expected)
            throw topology_mismatch{text("structure ", number, " has ", geometry.atom_count(),
                                         " atoms, the reference has ", expected)};
        try {
            frozen_topology topology = descriptor_->topology_of(geometry);
            for (std::size_t i = 0; i < expected; ++i)
                if (topology.site_of(i) != descriptor_->reference_topology().site_of(i))
                    throw topology_mismatch{text("atom ", i, " is at another site than in the reference")};
            return topology;
        } catch (const topology_mismatch& problem) {
            throw topology_mismatch{text("structure ", number, ": ", problem.what())};
        }
    }

    const descriptor* descriptor_;
    column_layout layout_;
    std::vector<std::uint32_t> atoms_;
    feature_writer<double> writer_;
    std::vector<feature_writer<double>::column> block_;
    Eigen::MatrixXd columns_;
};

/// Columns of a matrix, in the order they are listed.
/// \param number  of the structure, for the message.
/// \throws invalid_dataset  if the matrix does not have one column per atom.
inline Eigen::MatrixXd targets_of_atoms(const Eigen::MatrixXd& targets, std::span<const std::uint32_t> atoms,
                                        std::size_t atom_count, std::size_t number) {
    if (targets.cols() != static_cast<Eigen::Index>(atom_count))
        throw invalid_dataset{
            text("structure ", number, " has targets for ", targets.cols(), " of ", atom_count, " atoms")};
    Eigen::MatrixXd chosen{targets.rows(), static_cast<Eigen::Index>(atoms.size())};
    for (std::size_t c = 0; c < atoms.size(); ++c)
        chosen.col(static_cast<Eigen::Index>(c)) = targets.col(static_cast<Eigen::Index>(atoms[c]));
    return chosen;
}

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
    /// A range that is little more than rounding in `Real`, or than the smallest number there is, counts as
    /// none: scaled to [-1, 1] it would be noise, or infinite.
    /// \param summands  sizes of what features are sums of, by feature: their rounding is the sum's.
    template <typename Real>
    [[nodiscard]] min_max_scaler scaler(const Eigen::VectorXd& summands) const {
        constexpr double noise = 100.0 * std::numeric_limits<Real>::epsilon();
        constexpr double smallest = 1000.0 * std::numeric_limits<Real>::min();
        Eigen::VectorXd minima = minima_;
        Eigen::VectorXd maxima = maxima_;
        for (Eigen::Index k = 0; k < minima.size(); ++k)
            if (maxima[k] - minima[k] <=
                std::max(smallest, noise * std::max({std::abs(minima[k]), std::abs(maxima[k]), summands[k]})))
                minima[k] = maxima[k] = 0.5 * minima[k] + 0.5 * maxima[k];
        return {std::move(minima), std::move(maxima)};
    }

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
/// \param site_numbers   the sites.
/// \param scale_targets  false leaves the targets as they are: mean 0, width 1.
/// \throws topology_mismatch  if a structure does not have the atoms of the reference; the message names it.
/// \throws invalid_dataset    if there is no training structure or a target is missing or not finite.
template <typename Real>
network_dataset<Real> make_network_dataset(const descriptor& d, std::span<const std::uint32_t> site_numbers,
                                           const dataset_parts& parts, const target_function& target_of,
                                           bool scale_targets = true) {
    if (parts.training.empty())
        throw invalid_dataset{"there is no structure to train on"};
    detail::structure_features features{d, site_numbers};
    const Eigen::Index width = features.column_count();
    const auto features_of = [&](std::size_t index) -> const Eigen::MatrixXd& {
        return features(parts.structures[index].geometry, index);
    };
    Eigen::Index target_count = 0;
    const auto targets_of = [&](std::size_t index) {
        const labeled_structure& labeled = parts.structures[index];
        Eigen::MatrixXd targets = detail::targets_of_atoms(target_of(labeled, index), features.atoms(),
                                                           labeled.geometry.atom_count(), index);
        if (target_count != 0 && targets.rows() != target_count)
            throw invalid_dataset{detail::text("structure ", index, " has ", targets.rows(),
                                               " targets per atom, others have ", target_count)};
        target_count = targets.rows();
        return targets;
    };

    detail::row_ranges ranges;
    Eigen::MatrixXd training_targets;
    for (std::size_t k = 0; k < parts.training.size(); ++k) {
        ranges.add(features_of(parts.training[k]));
        const Eigen::MatrixXd targets = targets_of(parts.training[k]);
        if (k == 0)
            training_targets.resize(targets.rows(), width * static_cast<Eigen::Index>(parts.training.size()));
        training_targets.middleCols(static_cast<Eigen::Index>(k) * width, width) = targets;
    }
    network_dataset<Real> result;
    result.features = ranges.scaler<Real>(features.summands());
    result.outputs = scale_targets ? detail::fit_output_scaling(training_targets)
                                   : output_scaling{Eigen::VectorXd::Zero(training_targets.rows()),
                                                    Eigen::VectorXd::Ones(training_targets.rows())};

    const auto fill = [&](std::span<const std::size_t> indices, regression_data<Real>& data) {
        const Eigen::Index columns = width * static_cast<Eigen::Index>(indices.size());
        data.rows_per_structure = features.atoms().size();
        data.inputs.resize(result.features.size(), columns);
        data.targets.resize(training_targets.rows(), columns);
        for (std::size_t k = 0; k < indices.size(); ++k) {
            const Eigen::Index first = static_cast<Eigen::Index>(k) * width;
            Eigen::MatrixXd inputs = features_of(indices[k]);
            result.features.apply(inputs);
            data.inputs.middleCols(first, width) = inputs.cast<Real>();
            Eigen::MatrixXd targets = targets_of(indices[k]);
            targets.colwise() -= result.outputs.mean;
            targets.array().colwise() /= result.outputs.width.array();
            data.targets.middleCols(first, width) = targets.cast<Real>();
        }
    };
    fill(parts.training, result.training);
    fill(parts.validation, result.validation);
    return result;
}

} // namespace tinynet

#endif
