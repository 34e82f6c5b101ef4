// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_LOSS_HPP
#define TINYNET_TRAINING_ENERGY_LOSS_HPP

/// \file
/// The loss of an energy model on one structure, and its gradient with respect to all weights. Derivation:
/// docs/moments.md.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/moments/feature_statistics.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/walk_sums.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/energy_pass.hpp>
#include <tinynet/training/learned_species.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet {

/// Weights of the mean squared errors of a structure, all of them divided by the mean square of the forces.
struct energy_loss_settings {
    double force_weight = 1.0;    ///< of force components
    double energy_weight = 100.0; ///< of the energy per atom, Å^-2
    double stress_weight = 1.0;   ///< of the components of the stress times the volume per atom, Å^-2
};

namespace detail {

/// \throws invalid_option  if a weight is negative or not finite, or all are zero.
inline void check(const energy_loss_settings& settings) {
    for (const double weight : {settings.force_weight, settings.energy_weight, settings.stress_weight})
        if (!(weight >= 0.0 && detail::is_finite(weight)))
            throw invalid_option{text("a weight of the loss is ", weight, ", it must not be negative")};
    if (settings.force_weight == 0.0 && settings.energy_weight == 0.0)
        throw invalid_option{"the weights of energies and forces are both 0, one must be positive"};
}

} // namespace detail

/// Sums of squared errors over structures.
struct energy_errors {
    double loss = 0.0;           ///< what is minimized
    double force_squares = 0.0;  ///< (eV/Å)^2
    double force_count = 0.0;    ///< components
    double energy_squares = 0.0; ///< of the energy per atom, eV^2
    double energy_count = 0.0;   ///< structures with an energy

    /// Adds those of other structures.
    energy_errors& operator+=(const energy_errors& other) noexcept {
        loss += other.loss;
        force_squares += other.force_squares;
        force_count += other.force_count;
        energy_squares += other.energy_squares;
        energy_count += other.energy_count;
        return *this;
    }
    /// Whether there were any to have an error.
    [[nodiscard]] bool has(bool forces) const noexcept { return (forces ? force_count : energy_count) > 0.0; }
    /// Root mean squared error of the forces (eV/Å), or of the energies per atom (eV).
    [[nodiscard]] double rmse(bool of_forces) const noexcept {
        return of_forces ? std::sqrt(force_squares / force_count) : std::sqrt(energy_squares / energy_count);
    }
};

/// Evaluates the loss of structures one by one. For one thread.
template <typename Real>
class energy_loss {
public:
    /// \param walks       must outlive the object.
    /// \param statistics  by which features are standardized, by species.
    /// \param scale       of the outputs of the networks, eV.
    energy_loss(const detail::walk_sums<Real>& walks, std::span<const feature_statistics> statistics,
                const energy_loss_settings& settings, double scale);

    /// Errors of a structure.
    energy_errors evaluate(std::span<const learned_species<Real>> kinds, const energy_sample<Real>& sample);

    /// Adds the gradient of the loss of the structure of the last evaluate().
    /// \param gradient  by species, in the order of learned_species::parameters().
    void add_gradient(std::span<const learned_species<Real>> kinds, const energy_sample<Real>& sample,
                      std::vector<aligned_vector<Real>>& gradient);

private:
    using vectors = detail::neighbor_vectors<Real>;
    using lanes = detail::lanes<Real>;
    using feature_vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

    static std::span<Real> column(batch_matrix<Real>& numbers, std::size_t at) noexcept {
        return {numbers.col(static_cast<Eigen::Index>(at)).data(), static_cast<std::size_t>(numbers.rows())};
    }
    /// The numbers of a block in an array of those of all.
    [[nodiscard]] std::span<lanes> part(std::vector<lanes>& all, std::size_t block) const noexcept {
        const std::size_t size = all.size() / block_count_;
        return std::span{all}.subspan(block * size, size);
    }
    /// Reads features of the atoms of a block, or their derivatives, from columns by atom of the species;
    /// multiplied by the factors of the species and another one.
    void read_features(const energy_sample<Real>& sample, const species_block& block,
                       const batch_matrix<Real>& columns, double factor, std::span<lanes> into) const;
    /// Amplitudes and standardized features of all atoms.
    void describe(std::span<const learned_species<Real>> kinds, const energy_sample<Real>& sample);
    /// Adds what the energy of the atoms of a block contributes to forces and to dE/dstrain.
    void add_forces(const learned_species<Real>& own, const energy_sample<Real>& sample, std::size_t number);
    /// The same of one atom, given its derivatives with respect to the sums of bonds.
    void add_forces(const energy_sample<Real>& sample, std::size_t at, std::span<const Real> sum_gradient);
    /// Judges energy, forces and strain derivative; leaves the derivatives of the loss in their place.
    energy_errors judge(const energy_sample<Real>& sample);
    /// How the vectors to the neighbors of an atom change in the direction in which the loss looks.
    void set_changes(const energy_sample<Real>& sample, std::size_t at);
    /// How sums, amplitudes and features of the atoms of a block change in that direction.
    void add_changes(const learned_species<Real>& own, const energy_sample<Real>& sample, std::size_t number);
    /// Adds what the atoms of a block say about their orbitals.
    void add_orbital_gradient(const learned_species<Real>& own, const energy_sample<Real>& sample,
                              std::size_t number, std::span<Real> gradient);

    const detail::walk_sums<Real>* walks_;
    energy_loss_settings settings_;
    double scale_;
    std::vector<energy_pass<Real>> passes_; ///< by species
    std::vector<feature_vector> means_;     ///< of features, by species
    std::vector<feature_vector> factors_;   ///< likewise
    batch_matrix<Real> features_;           ///< standardized, a column per atom
    batch_matrix<Real> directions_;         ///< changes of standardized features times the scale, likewise
    std::size_t block_count_ = 0;
    std::vector<lanes> amplitudes_;               ///< by block
    std::vector<lanes> sum_changes_;              ///< likewise
    std::vector<lanes> amplitude_changes_;        ///< likewise
    std::vector<lanes> block_sums_;               ///< of one block, or derivatives with respect to them
    std::vector<lanes> block_features_;           ///< likewise
    std::vector<lanes> block_slopes_;             ///< derivatives of one block with respect to features
    std::vector<lanes> amplitude_gradient_;       ///< of one block
    batch_matrix<Real> sum_columns_;              ///< of one block
    std::vector<vectors> vectors_;                ///< of one atom
    double energy_ = 0.0;                         ///< then the derivative of the loss
    Eigen::Matrix3Xd forces_;                     ///< then minus the derivative of the loss
    matrix3 strain_derivative_ = matrix3::Zero(); ///< then the derivative of the loss
};

template <typename Real>
energy_loss<Real>::energy_loss(const detail::walk_sums<Real>& walks,
                               std::span<const feature_statistics> statistics,
                               const energy_loss_settings& settings, double scale)
    : walks_{&walks}, settings_{settings}, scale_{scale}, passes_(statistics.size()),
      block_sums_(walks.bonds().size()), block_features_(walks.feature_count()),
      block_slopes_(walks.feature_count()), amplitude_gradient_(walks.make_orbitals().size()) {
    sum_columns_.resize(static_cast<Eigen::Index>(walks.bonds().size()),
                        static_cast<Eigen::Index>(detail::lane_count));
    for (const feature_statistics& own : statistics) {
        means_.push_back(own.mean.template cast<Real>());
        factors_.push_back(own.factors().template cast<Real>());
    }
}

template <typename Real>
void energy_loss<Real>::read_features(const energy_sample<Real>& sample, const species_block& block,
                                      const batch_matrix<Real>& columns, double factor,
                                      std::span<lanes> into) const {
    const Eigen::Index first =
        static_cast<Eigen::Index>(block.first) - sample.columns_of(block.species).first;
    detail::read_columns<Real>(columns.col(first).data(), into.size(), block.count, into);
    for (std::size_t k = 0; k < into.size(); ++k)
        into[k] *= static_cast<Real>(factor) * factors_[block.species][static_cast<Eigen::Index>(k)];
}

template <typename Real>
void energy_loss<Real>::describe(std::span<const learned_species<Real>> kinds,
                                 const energy_sample<Real>& sample) {
    block_count_ = sample.blocks.size();
    amplitudes_.resize(block_count_ * amplitude_gradient_.size());
    features_.resize(static_cast<Eigen::Index>(walks_->feature_count()),
                     static_cast<Eigen::Index>(sample.atom_count()));
    for (std::size_t number = 0; number < block_count_; ++number) {
        const species_block& block = sample.blocks[number];
        sample.read_sums(block, block_sums_);
        kinds[block.species].orbitals().form(block_sums_, part(amplitudes_, number));
        walks_->describe(block_sums_, part(amplitudes_, number), block_features_);
        for (std::size_t k = 0; k < block_features_.size(); ++k) {
            const auto row = static_cast<Eigen::Index>(k);
            block_features_[k] =
                (block_features_[k] - means_[block.species][row]) * factors_[block.species][row];
        }
        detail::write_columns<Real>(block_features_, column(features_, block.first).data(),
                                    block_features_.size(), block.count);
    }
}

template <typename Real>
energy_errors energy_loss<Real>::evaluate(std::span<const learned_species<Real>> kinds,
                                          const energy_sample<Real>& sample) {
    energy_ = 0.0;
    forces_.setZero(3, static_cast<Eigen::Index>(sample.atom_count()));
    strain_derivative_.setZero();
    describe(kinds, sample);
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        const auto [first, count] = sample.columns_of(kind);
        if (count == 0)
            continue;
        passes_[kind].run(kinds[kind].net(), features_.middleCols(first, count));
        energy_ += scale_ * passes_[kind].outputs().template cast<double>().sum();
    }
    for (std::size_t number = 0; sample.learns_gradient() && number < block_count_; ++number)
        add_forces(kinds[sample.blocks[number].species], sample, number);
    return judge(sample);
}

template <typename Real>
void energy_loss<Real>::add_forces(const learned_species<Real>& own, const energy_sample<Real>& sample,
                                   std::size_t number) {
    const species_block& block = sample.blocks[number];
    read_features(sample, block, passes_[block.species].input_gradient(), scale_, block_slopes_);
    std::ranges::fill(block_sums_, lanes::zero());
    walks_->add_sum_gradient(own.orbitals(), part(amplitudes_, number), block_slopes_, amplitude_gradient_,
                             block_sums_);
    detail::write_columns<Real>(block_sums_, sum_columns_.data(), block_sums_.size(), block.count);
    for (std::size_t lane = 0; lane < block.count; ++lane)
        add_forces(sample, block.first + lane, column(sum_columns_, lane));
}

template <typename Real>
void energy_loss<Real>::add_forces(const energy_sample<Real>& sample, std::size_t at,
                                   std::span<const Real> sum_gradient) {
    const auto& around = sample.around[at];
    const auto& partners = sample.partners[at];
    vectors_.resize(std::max(vectors_.size(), around.vectors().size()));
    walks_->bonds().gradient(around, sum_gradient, vectors_);
    for (std::size_t group = 0; group < around.vectors().size(); ++group) {
        const vectors& slope = vectors_[group];
        const vectors& place = around.vectors()[group];
        for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane) {
            const vector3 g = Eigen::Matrix<Real, 3, 1>{slope.x[lane], slope.y[lane], slope.z[lane]}
                                  .template cast<double>();
            forces_.col(static_cast<Eigen::Index>(at)) += g;
            forces_.col(partners[group * detail::neighbor_lane_count + lane]) -= g;
            if (sample.strain_derivative)
                strain_derivative_ +=
                    g * Eigen::Matrix<Real, 3, 1>{place.x[lane], place.y[lane], place.z[lane]}
                            .template cast<double>()
                            .transpose();
        }
    }
}

template <typename Real>
energy_errors energy_loss<Real>::judge(const energy_sample<Real>& sample) {
    energy_errors errors;
    const auto atoms = static_cast<double>(sample.atom_count());
    const double unit = 1.0 / (scale_ * scale_);
    if (sample.energy) {
        const double error = (energy_ - *sample.energy) / atoms;
        errors.energy_squares = error * error;
        errors.energy_count = 1.0;
        errors.loss += settings_.energy_weight * unit * error * error;
        energy_ = 2.0 * settings_.energy_weight * unit * error / atoms;
    } else {
        energy_ = 0.0;
    }
    if (sample.forces.cols() > 0) {
        forces_ -= sample.forces;
        errors.force_squares = forces_.squaredNorm();
        errors.force_count = 3.0 * atoms;
        errors.loss += settings_.force_weight * unit * errors.force_squares / errors.force_count;
        forces_ *= -2.0 * settings_.force_weight * unit / errors.force_count;
    } else {
        forces_.setZero();
    }
    if (sample.strain_derivative) {
        strain_derivative_ = (strain_derivative_ - *sample.strain_derivative) / atoms;
        errors.loss += settings_.stress_weight * unit * strain_derivative_.squaredNorm() / 9.0;
        strain_derivative_ *= 2.0 * settings_.stress_weight * unit / (9.0 * atoms);
    }
    return errors;
}

template <typename Real>
void energy_loss<Real>::set_changes(const energy_sample<Real>& sample, std::size_t at) {
    const auto& around = sample.around[at];
    const auto& partners = sample.partners[at];
    for (std::size_t group = 0; group < around.vectors().size(); ++group) {
        const vectors& place = around.vectors()[group];
        for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane) {
            vector3 change = forces_.col(partners[group * detail::neighbor_lane_count + lane]) -
                             forces_.col(static_cast<Eigen::Index>(at));
            if (sample.strain_derivative)
                change += strain_derivative_ *
                          Eigen::Matrix<Real, 3, 1>{place.x[lane], place.y[lane], place.z[lane]}
                              .template cast<double>();
            vectors_[group].x[lane] = static_cast<Real>(change.x());
            vectors_[group].y[lane] = static_cast<Real>(change.y());
            vectors_[group].z[lane] = static_cast<Real>(change.z());
        }
    }
}

template <typename Real>
void energy_loss<Real>::add_changes(const learned_species<Real>& own, const energy_sample<Real>& sample,
                                    std::size_t number) {
    const species_block& block = sample.blocks[number];
    for (std::size_t lane = 0; lane < block.count; ++lane) {
        set_changes(sample, block.first + lane);
        walks_->bonds().tangent(sample.around[block.first + lane], vectors_, column(sum_columns_, lane));
    }
    const std::span<lanes> sum_changes = part(sum_changes_, number);
    detail::read_columns<Real>(sum_columns_.data(), sum_changes.size(), block.count, sum_changes);
    own.orbitals().form(sum_changes, part(amplitude_changes_, number));
    walks_->tangent(part(amplitudes_, number), sum_changes, part(amplitude_changes_, number),
                    block_features_);
    for (std::size_t k = 0; k < block_features_.size(); ++k)
        block_features_[k] *=
            static_cast<Real>(scale_) * factors_[block.species][static_cast<Eigen::Index>(k)];
    detail::write_columns<Real>(block_features_, column(directions_, block.first).data(),
                                block_features_.size(), block.count);
}

template <typename Real>
void energy_loss<Real>::add_gradient(std::span<const learned_species<Real>> kinds,
                                     const energy_sample<Real>& sample,
                                     std::vector<aligned_vector<Real>>& gradient) {
    sum_changes_.assign(block_count_ * block_sums_.size(), lanes::zero());
    amplitude_changes_.assign(amplitudes_.size(), lanes::zero());
    directions_.setZero(features_.rows(), features_.cols());
    for (std::size_t number = 0; sample.learns_gradient() && number < block_count_; ++number)
        add_changes(kinds[sample.blocks[number].species], sample, number);
    for (std::size_t kind = 0; kind < kinds.size(); ++kind)
        if (const auto [first, count] = sample.columns_of(kind); count > 0)
            passes_[kind].add_parameter_gradient(
                kinds[kind].net(), features_.middleCols(first, count), static_cast<Real>(scale_ * energy_),
                directions_.middleCols(first, count), kinds[kind].network_part(std::span{gradient[kind]}));
    for (std::size_t number = 0; number < block_count_; ++number) {
        const std::size_t kind = sample.blocks[number].species;
        add_orbital_gradient(kinds[kind], sample, number,
                             kinds[kind].orbital_part(std::span{gradient[kind]}));
    }
}

template <typename Real>
void energy_loss<Real>::add_orbital_gradient(const learned_species<Real>& own,
                                             const energy_sample<Real>& sample, std::size_t number,
                                             std::span<Real> gradient) {
    const species_block& block = sample.blocks[number];
    const energy_pass<Real>& pass = passes_[block.species];
    read_features(sample, block, pass.adjoints(), 1.0, block_features_);
    read_features(sample, block, pass.input_gradient(), scale_, block_slopes_);
    std::ranges::fill(amplitude_gradient_, lanes::zero());
    walks_->add_amplitude_gradient(part(amplitudes_, number), block_features_, amplitude_gradient_);
    walks_->add_amplitude_gradient(part(amplitude_changes_, number), block_slopes_, amplitude_gradient_);
    sample.read_sums(block, block_sums_);
    own.orbitals().add_coefficient_gradient(block_sums_, amplitude_gradient_, gradient);
    std::ranges::fill(amplitude_gradient_, lanes::zero());
    walks_->add_amplitude_gradient(part(amplitudes_, number), block_slopes_, amplitude_gradient_);
    own.orbitals().add_coefficient_gradient(part(sum_changes_, number), amplitude_gradient_, gradient);
}

TINYNET_PRECOMPILED(class energy_loss<float>);
TINYNET_PRECOMPILED(class energy_loss<double>);

} // namespace tinynet

#endif
