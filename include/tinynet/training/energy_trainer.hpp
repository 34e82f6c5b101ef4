// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_TRAINER_HPP
#define TINYNET_TRAINING_ENERGY_TRAINER_HPP

/// \file
/// Fits an energy model to energies, forces and stresses. Derivation of the gradient: docs/moments.md.

#include <tinynet/detail/index_range.hpp>
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
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Trains the networks of all species together, and the members of a committee side by side, each from its
/// own starting weights and in its own order of structures. They learn from the training and the validation
/// structures, to the end of the learning rate schedule. Where there are validation structures, one more
/// member, the control, does the same without them and shows what the training is worth
/// (docs/decisions/0023-validation-by-a-control.md).
///
/// Results have the same bits for any number of threads: the gradient of each structure is computed in one
/// task, and gradients are added up in the order of the structures in the batch.
template <typename Real>
class energy_trainer {
public:
    using real = Real; ///< precision of the networks

    /// \param structures  of training and validation; may differ in cell and atoms.
    /// \param training    indices.
    /// \param validation  indices; without any there is no control.
    /// \param pool        computes the features.
    /// \throws invalid_option   if a setting is out of range.
    /// \throws invalid_dataset  if there is no training structure or a label is missing or not finite.
    energy_trainer(std::span<const labeled_structure> structures, std::span<const std::size_t> training,
                   std::span<const std::size_t> validation, const energy_training_settings& settings,
                   worker_pool& pool)
        : energy_trainer{what_networks_learn(structures, settings.moments.repulsion_cutoff), training,
                         validation, settings, pool} {}

    // Parts of it know each other by their places.
    energy_trainer(const energy_trainer&) = delete;
    energy_trainer& operator=(const energy_trainer&) = delete;

    /// One pass of every member over its structures, then a look of the control at the validation structures.
    /// The errors are those of the forces, or of the energies per atom where there are no forces; in training
    /// over all members, the control included.
    /// \throws invalid_dataset  if the training diverged: a loss is not finite.
    epoch_errors run_epoch(worker_pool& pool);

    /// Finished epochs.
    [[nodiscard]] std::uint64_t epoch() const noexcept { return epoch_; }
    /// Changes how many epochs the training has, and with it the learning rate schedule.
    void set_epochs(std::size_t epochs) noexcept { settings_.epochs = epochs; }
    /// Whether the epochs of the settings have been run.
    [[nodiscard]] bool is_finished() const noexcept { return epoch_ >= settings_.epochs; }
    /// Whether some training structure has forces, so that errors are theirs (eV/Å, otherwise eV per atom).
    [[nodiscard]] bool learns_forces() const noexcept { return learns_forces_; }

    /// What restore() needs to go on from here, member by member, species by species.
    [[nodiscard]] std::vector<training_state<Real>> state() const;
    /// Goes on from where a trainer with the same data and settings was.
    /// \throws invalid_option  if the state belongs to other networks.
    void restore(std::span<const training_state<Real>> states);

    /// The model as it is after the last epoch.
    [[nodiscard]] moment_model<Real> model() const {
        return model_of(std::span{members_}.first(settings_.committee));
    }
    /// What has not learned from the validation structures: a model of one member; model() if there are none.
    [[nodiscard]] moment_model<Real> control() const {
        return has_control() ? model_of(std::span{members_}.last(1)) : model();
    }

private:
    using gradient_type = std::vector<aligned_vector<Real>>; ///< by species

    static std::vector<std::size_t> all_of(std::span<const std::size_t> training,
                                           std::span<const std::size_t> validation) {
        std::vector<std::size_t> all(training.begin(), training.end());
        all.insert(all.end(), validation.begin(), validation.end());
        return all;
    }
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
            try {
                check_labels(learned.bare.back());
            } catch (const invalid_dataset& problem) {
                throw invalid_dataset{
                    detail::text("structure ", k, ", without the repulsion: ", problem.what())};
            }
        }
        learned.all = learned.bare;
        return learned;
    }
    energy_trainer(const learned_structures& structures, std::span<const std::size_t> training,
                   std::span<const std::size_t> validation, const energy_training_settings& settings,
                   worker_pool& pool);

    /// One of the committee, or the control; its vectors are by species.
    struct member {
        std::uint64_t seed;
        std::size_t sample_count; ///< it learns from so many, the first ones
        std::vector<learned_species<Real>> learned;
        std::vector<soap<Real>> optimizers;
    };

    void prepare(std::size_t training_count);
    void set_scale();
    void add_member(std::uint64_t seed, std::size_t sample_count);
    [[nodiscard]] bool has_control() const noexcept { return members_.size() > settings_.committee; }
    [[nodiscard]] moment_model<Real> model_of(std::span<const member> chosen) const;
    /// Returns the errors, each batch before its update.
    energy_errors run_epoch(member& m, worker_pool& pool);
    void choose_samples(std::size_t first, std::size_t last);
    /// Errors over the listed samples; `WithGradient` leaves the gradient of each in its place.
    template <bool WithGradient>
    energy_errors evaluate(std::span<const learned_species<Real>> kinds, std::span<const std::size_t> chosen,
                           worker_pool& pool);
    void update(member& m, std::size_t count, double rate, worker_pool& pool);
    [[nodiscard]] double rate_of_update(const member& m, std::uint64_t number) const {
        const std::size_t batches = detail::block_count(m.sample_count, settings_.batch_structures);
        return learning_rate(settings_.schedule, {number, settings_.epochs * batches});
    }

    energy_training_settings settings_;
    std::vector<species> kinds_;
    Eigen::VectorXd atom_energies_;
    energy_sampler<Real> sampler_;
    std::vector<feature_statistics> statistics_;
    std::vector<energy_sample<Real>> samples_; ///< of training, then of validation
    bool learns_forces_ = false;
    double scale_ = 1.0;          ///< of the outputs, eV
    std::vector<member> members_; ///< the committee, then the control
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
    : settings_{settings}, kinds_{species_of(structures.all, all_of(training, validation))},
      atom_energies_{fit_atom_energies(structures.all, all_of(training, validation), kinds_)},
      sampler_{settings.moments, kinds_, atom_energies_} {
    detail::check(settings);
    if (training.empty())
        throw invalid_dataset{"there is no structure to train on"};
    settings_.batch_structures = std::min(settings.batch_structures, training.size());
    const std::vector<std::size_t> chosen = all_of(training, validation);
    samples_.resize(chosen.size());
    pool.run(chosen.size(), [&](std::size_t k, std::size_t) {
        samples_[k] = sampler_(structures.all[chosen[k]], chosen[k]);
    });
    set_scale();
    prepare(training.size());
}

template <typename Real>
void energy_trainer<Real>::set_scale() {
    double squares = 0.0;
    double count = 0.0;
    for (const energy_sample<Real>& sample : samples_) {
        squares += sample.forces.squaredNorm();
        count += static_cast<double>(sample.forces.size());
    }
    learns_forces_ = count > 0.0;
    scale_ = squares > 0.0 ? std::sqrt(squares / count) : 1.0;
}

template <typename Real>
void energy_trainer<Real>::prepare(std::size_t training_count) {
    double label_count = 0.0;
    for (const energy_sample<Real>& sample : samples_)
        label_count += static_cast<double>(sample.forces.size()) + (sample.energy ? 1.0 : 0.0);
    for (std::size_t number = 0; number < settings_.committee; ++number)
        add_member(detail::seed_of_network(settings_.seed, number * kinds_.size()), samples_.size());
    if (training_count < samples_.size())
        add_member(settings_.seed, training_count);
    const std::vector<learned_species<Real>>& learned = members_.front().learned;
    statistics_ = statistics_of<Real>(sampler_.walks(), learned, samples_);
    settings_.soap.weight_decay = settings_.weight_decay.value_or(
        suggested_energy_weight_decay(kinds_.size() * learned.front().parameters().size(),
                                      static_cast<std::size_t>(std::max(1.0, label_count))));
    for (member& m : members_)
        for (const learned_species<Real>& own : m.learned)
            m.optimizers.emplace_back(own.blocks(), settings_.soap);
    gradient_type gradient;
    for (const learned_species<Real>& own : learned)
        gradient.emplace_back(own.parameters().size());
    gradients_.assign(settings_.batch_structures, gradient);
    errors_.resize(std::max(settings_.batch_structures, samples_.size() - training_count));
}

/// All members start from the same orbitals, by which features are standardized.
template <typename Real>
void energy_trainer<Real>::add_member(std::uint64_t seed, std::size_t sample_count) {
    const detail::walk_sums<Real>& walks = sampler_.walks();
    member& m = members_.emplace_back(member{seed, sample_count, {}, {}});
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        network<Real> net = make_network<Real>(walks.feature_count(), settings_.hidden, 1);
        initialize(net, {.seed = detail::seed_of_network(seed, kind)});
        const std::vector<Real> coefficients = detail::random_coefficients<Real>(
            walks.orbital_count(), walks.bonds().count(), settings_.seed, kind);
        m.learned.emplace_back(walks, coefficients, std::move(net));
    }
}

template <typename Real>
template <bool WithGradient>
energy_errors energy_trainer<Real>::evaluate(std::span<const learned_species<Real>> kinds,
                                             std::span<const std::size_t> chosen, worker_pool& pool) {
    pool.run(chosen.size(), [&](std::size_t place, std::size_t worker) {
        energy_loss<Real>& loss = losses_[worker];
        const energy_sample<Real>& sample = samples_[chosen[place]];
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
epoch_errors energy_trainer<Real>::run_epoch(worker_pool& pool) {
    epoch_errors report;
    report.epoch = epoch_ + 1;
    while (losses_.size() < pool.thread_count())
        losses_.emplace_back(sampler_.walks(), statistics_, settings_.loss, scale_);
    energy_errors training;
    for (member& m : members_)
        training += run_epoch(m, pool);
    const member& first = members_.front();
    report.learning_rate = rate_of_update(first, first.optimizers.front().step_count() - 1);
    report.training_rmse = training.rmse(learns_forces_);
    if (has_control()) {
        const member& control = members_.back();
        choose_samples(control.sample_count, samples_.size());
        const energy_errors validation = evaluate<false>(control.learned, order_, pool);
        detail::check_loss(validation.loss, epoch_ + 1, settings_.schedule.peak_rate);
        if (validation.has(learns_forces_))
            report.validation_rmse = validation.rmse(learns_forces_);
    }
    ++epoch_;
    return report;
}

template <typename Real>
void energy_trainer<Real>::choose_samples(std::size_t first, std::size_t last) {
    order_.resize(last - first);
    std::iota(order_.begin(), order_.end(), first);
}

template <typename Real>
energy_errors energy_trainer<Real>::run_epoch(member& m, worker_pool& pool) {
    choose_samples(0, m.sample_count);
    detail::random_source{{.seed = m.seed, .stream = epoch_}}.shuffle(std::span{order_});
    energy_errors errors;
    const std::span<const std::size_t> order{order_};
    for (std::size_t first = 0; first < order.size(); first += settings_.batch_structures) {
        const auto chosen = order.subspan(first, std::min(settings_.batch_structures, order.size() - first));
        errors += evaluate<true>(m.learned, chosen, pool);
        detail::check_loss(errors.loss, epoch_ + 1, settings_.schedule.peak_rate);
        update(m, chosen.size(), rate_of_update(m, m.optimizers.front().step_count()), pool);
    }
    return errors;
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
std::vector<training_state<Real>> energy_trainer<Real>::state() const {
    std::vector<training_state<Real>> states;
    for (const member& m : members_)
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
            const auto parameters = m.learned[kind].parameters();
            states.push_back(
                {{parameters.begin(), parameters.end()}, {}, m.optimizers[kind].state(), epoch_});
        }
    return states;
}

template <typename Real>
void energy_trainer<Real>::restore(std::span<const training_state<Real>> states) {
    if (states.size() != members_.size() * kinds_.size())
        throw invalid_option{detail::text("the state is of ", states.size(), " networks; the training has ",
                                          members_.size() * kinds_.size())};
    for (std::size_t k = 0; k < states.size(); ++k) {
        const training_state<Real>& state = states[k];
        member& m = members_[k / kinds_.size()];
        const std::size_t kind = k % kinds_.size();
        const std::size_t count = m.learned[kind].parameters().size();
        if (state.parameters.size() != count)
            throw invalid_option{detail::text("the state is for ", state.parameters.size(),
                                              " parameters, orbitals and network of ", kinds_[kind].symbol(),
                                              " have ", count)};
        m.optimizers[kind].restore(state.optimizer);
        m.learned[kind].set_parameters(state.parameters);
    }
    epoch_ = states.front().epoch;
}

template <typename Real>
moment_model<Real> energy_trainer<Real>::model_of(std::span<const member> chosen) const {
    const std::span<const energy_sample<Real>> seen = std::span{samples_}.first(chosen.front().sample_count);
    const auto ranges = statistics_of<Real>(sampler_.walks(), chosen.front().learned, seen);
    const auto sums = static_cast<Eigen::Index>(sampler_.walks().bonds().count());
    const auto orbitals = static_cast<Eigen::Index>(sampler_.walks().orbital_count());
    std::vector<species_network<Real>> networks;
    for (std::size_t kind = 0; kind < kinds_.size(); ++kind) {
        species_network<Real>& own = networks.emplace_back(species_network<Real>{
            kinds_[kind], {}, {}, statistics_[kind], atom_energies_[static_cast<Eigen::Index>(kind)], {}});
        own.features.minima = ranges[kind].minima;
        own.features.maxima = ranges[kind].maxima;
        own.shortest_distances =
            shortest_distances<Real>(kind, kinds_.size(), seen, settings_.moments.cutoff);
        for (const member& m : chosen) {
            const learned_species<Real>& one = m.learned[kind];
            own.nets.push_back(one.net());
            own.orbitals.push_back(Eigen::Map<const batch_matrix<Real>>{
                one.orbital_part(one.parameters()).data(), orbitals, sums});
        }
    }
    return {settings_.moments, std::move(networks), scale_};
}

TINYNET_PRECOMPILED(class energy_trainer<float>);
TINYNET_PRECOMPILED(class energy_trainer<double>);

} // namespace tinynet

#endif
