// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ATOMIC_TRAINER_HPP
#define TINYNET_TRAINING_ATOMIC_TRAINER_HPP

/// \file
/// Trains the networks of an atomic model side by side, epoch by epoch.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/error.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/atomic_dataset.hpp>
#include <tinynet/training/epoch.hpp>
#include <tinynet/training/regression.hpp>
#include <tinynet/training/targets.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// How an atomic model is trained.
struct atomic_training_settings {
    network_choice networks = network_choice::site; ///< which sites share a network
    std::vector<std::size_t> hidden{16, 32};        ///< widths of the hidden layers
    regression_settings regression;                 ///< epochs, batches, learning rate, seed
    /// Of every network, in place of the one in `regression`; suggested_weight_decay() if not given.
    std::optional<double> weight_decay;
    bool scale_targets = true; ///< false trains on the targets as they are
};

/// A weight decay for the learning rate of schedule_settings: the more parameters per training sample, the
/// stronger. Measured in docs/results.md.
[[nodiscard]] constexpr double suggested_weight_decay(std::size_t parameter_count,
                                                      std::size_t sample_count) noexcept {
    const double per_sample = static_cast<double>(parameter_count) / static_cast<double>(sample_count);
    return std::clamp(0.05 * per_sample, 0.1, 0.5);
}

/// Trains one network per entry of sites_of_networks(). Each keeps the parameters of its own best epoch.
template <typename Real>
class atomic_trainer {
public:
    using real = Real; ///< precision of the networks

    /// \throws as make_network_dataset() and regression_trainer.
    atomic_trainer(std::shared_ptr<const descriptor> d, const dataset_parts& parts,
                   const target_function& target_of, const atomic_training_settings& settings);

    /// One pass over the training structures by every network.
    /// \throws invalid_dataset  if the training diverged.
    epoch_errors run_epoch(worker_pool& pool);

    /// Finished epochs.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return trainers_.front().epoch(); }
    /// Changes how many epochs the training has, and with it the learning rate schedule.
    void set_epochs(std::size_t epochs) noexcept {
        for (auto& trainer : trainers_)
            trainer.set_epochs(epochs);
    }
    /// The epoch each network's best parameters are from.
    [[nodiscard]] std::vector<std::size_t> best_epochs() const {
        std::vector<std::size_t> epochs;
        for (const auto& trainer : trainers_)
            epochs.push_back(trainer.best_epoch());
        return epochs;
    }
    /// Error of the best networks on what chose them, in units of the target.
    [[nodiscard]] double best_rmse() const {
        mean_square best;
        for (std::size_t k = 0; k < trainers_.size(); ++k) {
            const network_dataset<Real>& data = *datasets_[k];
            best.add(trainers_[k].best_loss(), data,
                     data.validation.targets.cols() > 0 ? data.validation : data.training);
        }
        return best.root();
    }
    /// Whether the epochs of the settings have been run.
    [[nodiscard]] bool is_finished() const noexcept { return trainers_.front().is_finished(); }

    /// What restore() needs to go on from here, network by network.
    [[nodiscard]] std::vector<training_state<Real>> state() const {
        std::vector<training_state<Real>> states;
        for (const auto& trainer : trainers_)
            states.push_back(trainer.state());
        return states;
    }

    /// Goes on from where a trainer with the same data and settings was.
    /// \throws invalid_option  if the state belongs to other networks.
    void restore(std::span<const training_state<Real>> states) {
        if (states.size() != trainers_.size())
            throw invalid_option{detail::text("the state is of ", states.size(),
                                              " networks; the training has ", trainers_.size())};
        for (std::size_t k = 0; k < trainers_.size(); ++k)
            trainers_[k].restore(states[k]);
    }

    /// The model with the best parameters of every network.
    [[nodiscard]] atomic_model<Real> model() const;

private:
    /// Losses of scaled targets, put back into the units of the target and averaged over atoms.
    struct mean_square {
        double sum = 0.0;
        double count = 0.0;

        void add(double loss, const network_dataset<Real>& data, const regression_data<Real>& part) {
            const double width = data.outputs.width[0];
            const auto atoms = static_cast<double>(part.targets.cols());
            sum += loss * width * width * atoms;
            count += atoms;
        }
        [[nodiscard]] double root() const { return std::sqrt(sum / count); }
    };

    std::shared_ptr<const descriptor> descriptor_;
    atomic_training_settings settings_;
    std::vector<std::unique_ptr<network_dataset<Real>>> datasets_;
    std::vector<regression_trainer<Real>> trainers_;
};

template <typename Real>
atomic_trainer<Real>::atomic_trainer(std::shared_ptr<const descriptor> d, const dataset_parts& parts,
                                     const target_function& target_of,
                                     const atomic_training_settings& settings)
    : descriptor_{std::move(d)}, settings_{settings} {
    if (!descriptor_)
        throw invalid_option{"there is no descriptor"};
    const auto networks = sites_of_networks(*descriptor_, settings_.networks);
    datasets_.reserve(networks.size());
    for (std::size_t k = 0; k < networks.size(); ++k) {
        datasets_.push_back(std::make_unique<network_dataset<Real>>(make_network_dataset<Real>(
            *descriptor_, networks[k], parts, target_of, settings_.scale_targets)));
        const network_dataset<Real>& data = *datasets_.back();
        if (data.training.inputs.rows() == 0)
            throw invalid_option{detail::text("network ", k,
                                              " would have no inputs: its atoms have no bonds; "
                                              "expected longer bonds, or other pairs that are bonded")};
        network<Real> start =
            make_network<Real>(static_cast<std::size_t>(data.training.inputs.rows()), settings_.hidden,
                               static_cast<std::size_t>(data.training.targets.rows()));
        initialize(start, {.seed = detail::seed_of_network(settings_.regression.seed, k)});
        regression_settings regression = settings_.regression;
        regression.adam.weight_decay = settings_.weight_decay.value_or(suggested_weight_decay(
            start.parameter_count(), static_cast<std::size_t>(data.training.inputs.cols())));
        trainers_.emplace_back(std::move(start), data.training, data.validation, regression);
    }
}

template <typename Real>
epoch_errors atomic_trainer<Real>::run_epoch(worker_pool& pool) {
    epoch_errors result;
    mean_square training;
    mean_square validation;
    for (std::size_t k = 0; k < trainers_.size(); ++k) {
        const epoch_report report = trainers_[k].run_epoch(pool);
        const network_dataset<Real>& data = *datasets_[k];
        result.epoch = report.epoch;
        result.learning_rate = report.learning_rate;
        training.add(report.training_loss, data, data.training);
        if (report.validation_loss)
            validation.add(*report.validation_loss, data, data.validation);
    }
    result.training_rmse = training.root();
    if (validation.count > 0.0)
        result.validation_rmse = validation.root();
    return result;
}

template <typename Real>
atomic_model<Real> atomic_trainer<Real>::model() const {
    std::vector<trained_network<Real>> networks;
    for (std::size_t k = 0; k < trainers_.size(); ++k)
        networks.push_back({trainers_[k].best(), datasets_[k]->features, datasets_[k]->outputs});
    return {descriptor_, settings_.networks, std::move(networks)};
}

TINYNET_PRECOMPILED(class atomic_trainer<float>);
TINYNET_PRECOMPILED(class atomic_trainer<double>);

} // namespace tinynet

#endif
