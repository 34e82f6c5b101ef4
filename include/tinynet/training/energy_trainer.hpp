// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_TRAINER_HPP
#define TINYNET_TRAINING_ENERGY_TRAINER_HPP

/// \file
/// Fits an energy model to energies, forces and stresses. Derivation of the gradient: docs/moments.md.

#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/model/moment_model.hpp>
#include <tinynet/moments/orbitals.hpp>
#include <tinynet/moments/repulsion.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/energy_loss.hpp>
#include <tinynet/training/energy_settings.hpp>
#include <tinynet/training/epoch.hpp>
#include <tinynet/training/learned_species.hpp>
#include <tinynet/training/regression.hpp>
#include <tinynet/training/schedule.hpp>
#include <tinynet/training/soap.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <limits>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Trains the networks of all species together, and the members of a committee side by side, each from its
/// own starting weights and in its own order of structures. Every member keeps the parameters of its best
/// epoch: the lowest loss on the validation structures, or on the training structures where there are none.
///
/// Results have the same bits for any number of threads: the gradient of each structure is computed in one
/// task, and gradients are added up in the order of the structures in the batch.
template <typename Real>
class energy_trainer {
public:
    using real = Real; ///< precision of the networks

    /// \param structures  of training and validation; may differ in cell and atoms.
    /// \param training    indices.
    /// \param validation  indices.
    /// \param pool        computes the features.
    /// \throws invalid_option   if a setting is out of range.
    /// \throws invalid_dataset  if there is no training structure or a label is missing or not finite.
    energy_trainer(std::span<const labeled_structure> structures, std::span<const std::size_t> training,
                   std::span<const std::size_t> validation, const energy_training_settings& settings,
                   worker_pool& pool)
        : energy_trainer{what_networks_learn(structures, settings.moments.repulsion_cutoff), training,
                         validation, settings, pool} {}

    /// One pass over the training structures, then a look at the validation structures. The errors are those
    /// of the forces, or of the energies per atom where there are no forces; of a committee, over all
    /// members. \throws invalid_dataset  if the training diverged: a loss is not finite.
    atomic_epoch run_epoch(worker_pool& pool);

    /// Finished epochs.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
    /// Changes how many epochs the training has, and with it the learning rate schedule.
    void set_epochs(std::size_t epochs) noexcept { settings_.epochs = epochs; }
    /// Whether the epochs of the settings have been run.
    [[nodiscard]] bool is_finished() const noexcept { return epoch_ >= settings_.epochs; }
    /// The epoch of each member's best parameters, from 1; 0 before the first epoch.
    [[nodiscard]] std::vector<std::size_t> best_epochs() const {
        std::vector<std::size_t> epochs;
        for (const member& m : members_)
            epochs.push_back(m.best_epoch);
        return epochs;
    }
    /// Whether some training structure has forces, so that errors are theirs (eV/Å, otherwise eV per atom).
    [[nodiscard]] bool learns_forces() const noexcept { return learns_forces_; }

    /// What restore() needs to go on from here, member by member, species by species.
    [[nodiscard]] std::vector<regression_state<Real>> state() const;
    /// Goes on from where a trainer with the same data and settings was.
    /// \throws invalid_option  if the state belongs to other networks.
    void restore(std::span<const regression_state<Real>> states);

    /// The model with the best parameters.
    [[nodiscard]] moment_model<Real> model() const;

private:
    using gradient_type = std::vector<aligned_vector<Real>>; ///< by species

    /// Structures with the labels that networks learn.
    struct learned_structures {
        std::vector<labeled_structure> bare; ///< without repulsion; empty if there is none
        std::span<const labeled_structure> all;
    };
    static learned_structures what_networks_learn(std::span<const labeled_structure> structures,
                                                  double repulsion_cutoff) {
        learned_structures learned{{}, structures};
        if (!(repulsion_cutoff > 0.0))
            return learned;
        for (std::size_t k = 0; k < structures.size(); ++k) {
            check_energy_labels(structures[k], k);
            learned.bare.push_back(without_repulsion(structures[k], repulsion_cutoff));
        }
        learned.all = learned.bare;
        return learned;
    }
    energy_trainer(const learned_structures& structures, std::span<const std::size_t> training,
                   std::span<const std::size_t> validation, const energy_training_settings& settings,
                   worker_pool& pool);

    /// One of the committee; its vectors are by species.
    struct member {
        std::uint64_t seed;
        std::vector<learned_species<Real>> learned;
        std::vector<soap<Real>> optimizers;
        std::vector<std::vector<Real>> best_parameters;
        double best_loss = std::numeric_limits<double>::infinity();
        std::uint64_t best_epoch = 0;
    };
    /// What an epoch of a member came to.
    struct member_epoch {
        double learning_rate;
        energy_errors training;
        energy_errors validation;
    };

    void prepare(worker_pool& pool);
    void set_scale();
    void add_member(std::uint64_t seed);
    member_epoch run_epoch(member& m, worker_pool& pool);
    /// Errors over the listed samples; `WithGradient` leaves the gradient of each in its place.
    template <bool WithGradient>
    energy_errors evaluate(std::span<const learned_species<Real>> kinds,
                           std::span<const energy_sample<Real>> samples, std::span<const std::size_t> chosen,
                           worker_pool& pool);
    void update(member& m, std::size_t count, double rate, worker_pool& pool);
    [[nodiscard]] std::size_t batch_count() const noexcept {
        return (training_.size() + settings_.batch_structures - 1) / settings_.batch_structures;
    }

    energy_training_settings settings_;
    std::vector<species> kinds_;
    Eigen::VectorXd atom_energies_;
    energy_sampler<Real> sampler_;
    std::vector<feature_statistics> statistics_;
    std::vector<energy_sample<Real>> training_;
    std::vector<energy_sample<Real>> validation_;
    bool learns_forces_ = false;
    double scale_ = 1.0; ///< of the outputs, eV
    std::vector<member> members_;
    std::uint64_t epoch_ = 0;
    std::vector<energy_loss<Real>> losses_; ///< by thread
    std::vector<gradient_type> gradients_;  ///< by place in the batch
    std::vector<energy_errors> errors_;     ///< by place
    std::vector<std::size_t> order_;
};

template <typename Real>
energy_trainer<Real>::energy_trainer(const learned_structures& structures,
                                     std::span<const std::size_t> training,
                                     std::span<const std::size_t> validation,
                                     const energy_training_settings& settings, worker_pool& pool)
    : settings_{settings}, kinds_{species_of(structures.all)},
      atom_energies_{fit_atom_energies(structures.all, training, kinds_)}, sampler_{settings.moments, kinds_,
                                                                                    atom_energies_} {
    detail::check(settings);
    if (training.empty())
        throw invalid_dataset{"there is no structure to train on"};
    settings_.batch_structures = std::min(settings.batch_structures, training.size());
    const auto sample_all = [&](std::span<const std::size_t> chosen, auto& samples) {
        samples.resize(chosen.size());
        pool.run(chosen.size(), [&](std::size_t k, std::size_t) {
            samples[k] = sampler_(structures.all[chosen[k]], chosen[k]);
        });
    };
    sample_all(training, training_);
    sample_all(validation, validation_);
    set_scale();
    prepare(pool);
}

template <typename Real>
void energy_trainer<Real>::set_scale() {
    double squares = 0.0;
    double count = 0.0;
    for (const energy_sample<Real>& sample : training_) {
        squares += sample.forces.squaredNorm();
        count += static_cast<double>(sample.forces.size());
    }
    learns_forces_ = count > 0.0;
    scale_ = squares > 0.0 ? std::sqrt(squares / count) : 1.0;
}

template <typename Real>
void energy_trainer<Real>::prepare(worker_pool& pool) {
    double label_count = 0.0;
    for (const energy_sample<Real>& sample : training_)
        label_count += static_cast<double>(sample.forces.size()) + (sample.energy ? 1.0 : 0.0);
    for (std::size_t number = 0; number < settings_.committee; ++number)
        add_member(detail::seed_of_network(settings_.seed, number * kinds_.size()));
    const std::vector<learned_species<Real>>& learned = members_.front().learned;
    statistics_ = statistics_of<Real>(sampler_.walks(), learned, training_);
    settings_.soap.weight_decay = settings_.weight_decay.value_or(
        suggested_energy_weight_decay(kinds_.size() * learned.front().parameters().size(),
                                      static_cast<std::size_t>(std::max(1.0, label_count))));
    for (member& m : members_)
        for (const learned_species<Real>& own : m.learned)
            m.optimizers.emplace_back(own.blocks(), settings_.soap);
    for (std::size_t thread = 0; thread < pool.thread_count(); ++thread)
        losses_.emplace_back(sampler_.walks(), statistics_, settings_.loss, scale_);
    gradient_type gradient;
    for (const learned_species<Real>& own : learned)
        gradient.emplace_back(own.parameters().size());
    gradients_.assign(settings_.batch_structures, gradient);
    errors_.resize(std::max(settings_.batch_structures, validation_.size()));
}

/// All members start from the same orbitals, by which features are standardized.
template <typename Real>
void energy_trainer<Real>::add_member(std::uint64_t seed) {
    const detail::walk_sums<Real>& walks = sampler_.walks();
    member& m = members_.emplace_back();
    m.seed = seed;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        network<Real> net = make_network<Real>(walks.feature_count(), settings_.hidden, 1);
        initialize(net, {.seed = detail::seed_of_network(seed, kind)});
        const std::vector<Real> coefficients = detail::random_coefficients<Real>(
            walks.orbital_count(), walks.bonds().count(), settings_.seed, kind);
        const learned_species<Real>& own = m.learned.emplace_back(walks, coefficients, std::move(net));
        m.best_parameters.emplace_back(own.parameters().begin(), own.parameters().end());
    }
}

template <typename Real>
template <bool WithGradient>
energy_errors energy_trainer<Real>::evaluate(std::span<const learned_species<Real>> kinds,
                                             std::span<const energy_sample<Real>> samples,
                                             std::span<const std::size_t> chosen, worker_pool& pool) {
    pool.run(chosen.size(), [&](std::size_t place, std::size_t worker) {
        energy_loss<Real>& loss = losses_[worker];
        const energy_sample<Real>& sample = samples[chosen[place]];
        errors_[place] = loss.evaluate(kinds, sample);
        if constexpr (WithGradient) {
            for (auto& part : gradients_[place])
                std::ranges::fill(part, Real{0});
            loss.add_gradient(kinds, sample, gradients_[place]);
        }
    });
    energy_errors sum;
    for (std::size_t place = 0; place < chosen.size(); ++place)
        sum += errors_[place];
    return sum;
}

template <typename Real>
atomic_epoch energy_trainer<Real>::run_epoch(worker_pool& pool) {
    atomic_epoch report;
    report.epoch = epoch_ + 1;
    energy_errors training;
    energy_errors validation;
    for (member& m : members_) {
        const member_epoch own = run_epoch(m, pool);
        report.learning_rate = own.learning_rate;
        training += own.training;
        validation += own.validation;
    }
    report.training_rmse = training.rmse(learns_forces_);
    if (!validation_.empty())
        report.validation_rmse = validation.rmse(learns_forces_);
    ++epoch_;
    return report;
}

template <typename Real>
typename energy_trainer<Real>::member_epoch energy_trainer<Real>::run_epoch(member& m, worker_pool& pool) {
    order_.resize(training_.size());
    std::iota(order_.begin(), order_.end(), std::size_t{0});
    detail::random_source{{.seed = m.seed, .stream = epoch_}}.shuffle(std::span{order_});
    member_epoch report{};
    const std::span<const std::size_t> order{order_};
    for (std::size_t first = 0; first < order.size(); first += settings_.batch_structures) {
        const auto chosen = order.subspan(first, std::min(settings_.batch_structures, order.size() - first));
        report.training += evaluate<true>(m.learned, training_, chosen, pool);
        detail::check_loss(report.training.loss, epoch_ + 1, settings_.schedule.peak_rate);
        report.learning_rate = learning_rate(
            settings_.schedule, {m.optimizers.front().step_count(), settings_.epochs * batch_count()});
        update(m, chosen.size(), report.learning_rate, pool);
    }
    double loss = report.training.loss / static_cast<double>(training_.size());
    if (!validation_.empty()) {
        order_.resize(validation_.size());
        std::iota(order_.begin(), order_.end(), std::size_t{0});
        report.validation = evaluate<false>(m.learned, validation_, order_, pool);
        detail::check_loss(report.validation.loss, epoch_ + 1, settings_.schedule.peak_rate);
        loss = report.validation.loss / static_cast<double>(validation_.size());
    }
    if (loss < m.best_loss) {
        m.best_loss = loss;
        m.best_epoch = epoch_ + 1;
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
            std::ranges::copy(m.learned[kind].parameters(), m.best_parameters[kind].begin());
    }
    return report;
}

template <typename Real>
void energy_trainer<Real>::update(member& m, std::size_t count, double rate, worker_pool& pool) {
    const auto share = static_cast<Real>(1.0 / static_cast<double>(count));
    pool.run(kinds_.size(), [&](std::size_t kind, std::size_t) {
        aligned_vector<Real>& sum = gradients_.front()[kind];
        for (std::size_t place = 1; place < count; ++place)
            std::ranges::transform(sum, gradients_[place][kind], sum.begin(), std::plus<>{});
        for (Real& slope : sum)
            slope *= share;
        m.learned[kind].update(m.optimizers[kind], sum, rate);
    });
}

template <typename Real>
std::vector<regression_state<Real>> energy_trainer<Real>::state() const {
    std::vector<regression_state<Real>> states;
    for (const member& m : members_)
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
            const auto parameters = m.learned[kind].parameters();
            states.push_back({{parameters.begin(), parameters.end()},
                              m.best_parameters[kind],
                              m.optimizers[kind].state(),
                              epoch_,
                              m.best_loss,
                              m.best_epoch});
        }
    return states;
}

template <typename Real>
void energy_trainer<Real>::restore(std::span<const regression_state<Real>> states) {
    if (states.size() != members_.size() * kinds_.size())
        throw invalid_option{detail::text("the state is of ", states.size(), " networks; the training has ",
                                          members_.size() * kinds_.size())};
    for (std::size_t k = 0; k < states.size(); ++k) {
        const regression_state<Real>& state = states[k];
        member& m = members_[k / kinds_.size()];
        const std::size_t kind = k % kinds_.size();
        const std::size_t count = m.learned[kind].parameters().size();
        if (state.parameters.size() != count || state.best_parameters.size() != count)
            throw invalid_option{detail::text("the state is for ", state.parameters.size(),
                                              " parameters, orbitals and network of ", kinds_[kind].symbol(),
                                              " have ", count)};
        m.optimizers[kind].restore(state.optimizer);
        m.learned[kind].set_parameters(state.parameters);
        m.best_parameters[kind] = state.best_parameters;
        m.best_loss = state.best_loss;
        m.best_epoch = state.best_epoch;
    }
    epoch_ = states.front().epoch;
}

template <typename Real>
moment_model<Real> energy_trainer<Real>::model() const {
    std::vector<std::vector<learned_species<Real>>> best; // by member
    for (const member& m : members_) {
        best.push_back(m.learned);
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
            best.back()[kind].set_parameters(m.best_parameters[kind]);
    }
    const auto ranges = statistics_of<Real>(sampler_.walks(), best.front(), training_);
    const auto sums = static_cast<Eigen::Index>(sampler_.walks().bonds().count());
    const auto orbitals = static_cast<Eigen::Index>(sampler_.walks().orbital_count());
    std::vector<species_network<Real>> networks;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        species_network<Real>& own = networks.emplace_back(species_network<Real>{
            kinds_[kind], {}, {}, statistics_[kind], atom_energies_[static_cast<Eigen::Index>(kind)], {}});
        own.features.minima = ranges[kind].minima;
        own.features.maxima = ranges[kind].maxima;
        own.shortest_distances = shortest_distances<Real>(kind, kinds_.size(), {training_, validation_});
        for (const auto& one : best) {
            own.nets.push_back(one[kind].net());
            own.orbitals.push_back(Eigen::Map<const batch_matrix<Real>>{
                one[kind].orbital_part(one[kind].parameters()).data(), orbitals, sums});
        }
    }
    return {settings_.moments, std::move(networks), scale_};
}

TINYNET_PRECOMPILED(class energy_trainer<float>);
TINYNET_PRECOMPILED(class energy_trainer<double>);

} // namespace tinynet

#endif
