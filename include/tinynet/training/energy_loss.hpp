// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_LOSS_HPP
#define TINYNET_TRAINING_ENERGY_LOSS_HPP

/// \file
/// The loss of an energy model on one structure, and its gradient with respect to all weights. Derivation:
/// docs/moments.md.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/precompiled.hpp>
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
    double stress_weight = 100.0; ///< of the components of the stress times the volume per atom, Å^-2
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
    using feature_vector = Eigen::Matrix<Real, Eigen::Dynamic, 1>;

    static std::span<const Real> column(const batch_matrix<Real>& numbers, Eigen::Index at) noexcept {
        return {numbers.col(at).data(), static_cast<std::size_t>(numbers.rows())};
    }
    static std::span<Real> column(batch_matrix<Real>& numbers, Eigen::Index at) noexcept {
        return {numbers.col(at).data(), static_cast<std::size_t>(numbers.rows())};
    }
    /// The part of the buffer that holds features.
    [[nodiscard]] Eigen::Map<feature_vector> buffered_features() noexcept {
        return {feature_buffer_.data(), static_cast<Eigen::Index>(walks_->feature_count())};
    }
    /// Amplitudes and standardized features of all atoms.
    void describe(std::span<const learned_species<Real>> kinds, const energy_sample<Real>& sample);
    /// Adds what the energy of an atom contributes to forces and to dE/dstrain, given its derivatives with
    /// respect to the sums of bonds in their buffer.
    void add_forces(const energy_sample<Real>& sample, Eigen::Index at);
    /// Judges energy, forces and strain derivative; leaves the derivatives of the loss in their place.
    energy_errors judge(const energy_sample<Real>& sample);
    /// How the vectors to the neighbors of an atom change in the direction in which the loss looks.
    void set_changes(const energy_sample<Real>& sample, Eigen::Index at);
    /// Adds what the atoms of a species say about their orbitals.
    void add_orbital_gradient(const learned_species<Real>& own, const energy_sample<Real>& sample,
                              std::size_t kind, std::span<Real> gradient);

    const detail::walk_sums<Real>* walks_;
    energy_loss_settings settings_;
    double scale_;
    typename detail::walk_sums<Real>::scratch scratch_;
    std::vector<energy_pass<Real>> passes_; ///< by species
    std::vector<feature_vector> means_;     ///< of features, by species
    std::vector<feature_vector> factors_;   ///< likewise
    batch_matrix<Real> amplitudes_;         ///< a column per atom
    batch_matrix<Real> features_;           ///< standardized, likewise
    batch_matrix<Real> sum_changes_;        ///< likewise
    batch_matrix<Real> amplitude_changes_;  ///< likewise
    batch_matrix<Real> directions_;         ///< changes of standardized features times the scale
    std::vector<Real> feature_buffer_;      ///< of one atom
    std::vector<Real> sum_buffer_;          ///< of one atom
    std::vector<vectors> vectors_;
    double energy_ = 0.0;                         ///< then the derivative of the loss
    Eigen::Matrix3Xd forces_;                     ///< then minus the derivative of the loss
    matrix3 strain_derivative_ = matrix3::Zero(); ///< then the derivative of the loss
};

template <typename Real>
energy_loss<Real>::energy_loss(const detail::walk_sums<Real>& walks,
                               std::span<const feature_statistics> statistics,
                               const energy_loss_settings& settings, double scale)
    : walks_{&walks}, settings_{settings}, scale_{scale}, scratch_{walks.make_scratch()},
      passes_(statistics.size()), feature_buffer_(walks.feature_stride()), sum_buffer_(walks.bonds().size()) {
    for (const feature_statistics& own : statistics) {
        means_.push_back(own.mean.template cast<Real>());
        factors_.push_back(own.factors().template cast<Real>());
    }
}

template <typename Real>
void energy_loss<Real>::describe(std::span<const learned_species<Real>> kinds,
                                 const energy_sample<Real>& sample) {
    const auto atoms = static_cast<Eigen::Index>(sample.atom_count());
    amplitudes_.setZero(static_cast<Eigen::Index>(kinds.front().orbitals().size()), atoms);
    features_.resize(static_cast<Eigen::Index>(walks_->feature_count()), atoms);
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        const auto [first, count] = sample.columns_of(kind);
        for (Eigen::Index at = first; at < first + count; ++at) {
            kinds[kind].orbitals().form(column(sample.sums, at), column(amplitudes_, at));
            walks_->describe(column(sample.sums, at), column(amplitudes_, at), feature_buffer_);
            features_.col(at) = (buffered_features() - means_[kind]).cwiseProduct(factors_[kind]);
        }
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
        energy_pass<Real>& pass = passes_[kind];
        pass.run(kinds[kind].net(), features_.middleCols(first, count));
        energy_ += scale_ * pass.outputs().template cast<double>().sum();
        for (Eigen::Index k = 0; sample.learns_gradient() && k < count; ++k) {
            buffered_features() =
                static_cast<Real>(scale_) * factors_[kind].cwiseProduct(pass.input_gradient().col(k));
            std::ranges::fill(sum_buffer_, Real{0});
            walks_->add_sum_gradient(kinds[kind].orbitals(), column(amplitudes_, first + k), feature_buffer_,
                                     scratch_, sum_buffer_);
            add_forces(sample, first + k);
        }
    }
    return judge(sample);
}

template <typename Real>
void energy_loss<Real>::add_forces(const energy_sample<Real>& sample, Eigen::Index at) {
    const auto& around = sample.around[static_cast<std::size_t>(at)];
    const auto& partners = sample.partners[static_cast<std::size_t>(at)];
    vectors_.resize(std::max(vectors_.size(), around.vectors().size()));
    walks_->bonds().gradient(around, sum_buffer_, vectors_);
    for (std::size_t group = 0; group < around.vectors().size(); ++group) {
        const vectors& slope = vectors_[group];
        const vectors& place = around.vectors()[group];
        for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane) {
            const vector3 g = Eigen::Matrix<Real, 3, 1>{slope.x[lane], slope.y[lane], slope.z[lane]}
                                  .template cast<double>();
            forces_.col(at) += g;
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
void energy_loss<Real>::set_changes(const energy_sample<Real>& sample, Eigen::Index at) {
    const auto& around = sample.around[static_cast<std::size_t>(at)];
    const auto& partners = sample.partners[static_cast<std::size_t>(at)];
    for (std::size_t group = 0; group < around.vectors().size(); ++group) {
        const vectors& place = around.vectors()[group];
        for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane) {
            vector3 change =
                forces_.col(partners[group * detail::neighbor_lane_count + lane]) - forces_.col(at);
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
void energy_loss<Real>::add_gradient(std::span<const learned_species<Real>> kinds,
                                     const energy_sample<Real>& sample,
                                     std::vector<aligned_vector<Real>>& gradient) {
    sum_changes_.setZero(sample.sums.rows(), sample.sums.cols());
    amplitude_changes_.setZero(amplitudes_.rows(), amplitudes_.cols());
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        const auto [first, count] = sample.columns_of(kind);
        if (count == 0)
            continue;
        const learned_species<Real>& own = kinds[kind];
        directions_.setZero(features_.rows(), count);
        for (Eigen::Index at = first; sample.learns_gradient() && at < first + count; ++at) {
            set_changes(sample, at);
            walks_->bonds().tangent(sample.around[static_cast<std::size_t>(at)], vectors_,
                                    column(sum_changes_, at));
            own.orbitals().form(column(sum_changes_, at), column(amplitude_changes_, at));
            walks_->tangent(column(amplitudes_, at), column(sum_changes_, at), column(amplitude_changes_, at),
                            feature_buffer_);
            directions_.col(at - first) =
                static_cast<Real>(scale_) * factors_[kind].cwiseProduct(buffered_features());
        }
        passes_[kind].add_parameter_gradient(own.net(), features_.middleCols(first, count),
                                             static_cast<Real>(scale_ * energy_), directions_,
                                             own.network_part(std::span{gradient[kind]}));
        add_orbital_gradient(own, sample, kind, own.orbital_part(std::span{gradient[kind]}));
    }
}

template <typename Real>
void energy_loss<Real>::add_orbital_gradient(const learned_species<Real>& own,
                                             const energy_sample<Real>& sample, std::size_t kind,
                                             std::span<Real> gradient) {
    const auto [first, count] = sample.columns_of(kind);
    const energy_pass<Real>& pass = passes_[kind];
    for (Eigen::Index k = 0; k < count; ++k) {
        const auto amplitudes = column(amplitudes_, first + k);
        const auto changes = column(amplitude_changes_, first + k);
        const auto add_products = [&](std::span<const Real> factors) {
            walks_->add_amplitude_gradient(factors, feature_buffer_, scratch_.coupling,
                                           scratch_.amplitude_gradient);
        };
        std::ranges::fill(scratch_.amplitude_gradient, Real{0});
        buffered_features() = factors_[kind].cwiseProduct(pass.adjoints().col(k));
        add_products(amplitudes);
        buffered_features() =
            static_cast<Real>(scale_) * factors_[kind].cwiseProduct(pass.input_gradient().col(k));
        add_products(changes);
        own.orbitals().add_coefficient_gradient(column(sample.sums, first + k), scratch_.amplitude_gradient,
                                                gradient);
        std::ranges::fill(scratch_.amplitude_gradient, Real{0});
        add_products(amplitudes);
        own.orbitals().add_coefficient_gradient(column(sum_changes_, first + k), scratch_.amplitude_gradient,
                                                gradient);
    }
}

TINYNET_PRECOMPILED(class energy_loss<float>);
TINYNET_PRECOMPILED(class energy_loss<double>);

} // namespace tinynet

#endif
