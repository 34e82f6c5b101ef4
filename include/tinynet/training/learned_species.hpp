// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_LEARNED_SPECIES_HPP
#define TINYNET_TRAINING_LEARNED_SPECIES_HPP

/// \file
/// What a training changes: the orbitals and the network of the atoms of one species.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/moments/feature_statistics.hpp>
#include <tinynet/moments/orbitals.hpp>
#include <tinynet/moments/walk_sums.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/soap.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Orbitals and network, with all their numbers as one array: coefficients of the orbitals, then parameters
/// of the network.
template <typename Real>
class learned_species {
public:
    /// \param coefficients  of the orbitals.
    learned_species(const detail::walk_sums<Real>& walks, std::span<const Real> coefficients,
                    network<Real> net)
        : orbitals_{walks.make_orbitals()}, net_{std::move(net)},
          parameters_(coefficients.begin(), coefficients.end()) {
        parameters_.insert(parameters_.end(), net_.parameters().begin(), net_.parameters().end());
        orbitals_.set_coefficients(coefficients);
    }

    /// The orbitals.
    [[nodiscard]] const detail::orbitals<Real>& orbitals() const noexcept { return orbitals_; }
    /// The network.
    [[nodiscard]] const network<Real>& net() const noexcept { return net_; }
    /// All numbers.
    [[nodiscard]] std::span<const Real> parameters() const noexcept { return parameters_; }
    /// The part of such an array that belongs to the orbitals.
    template <typename Number>
    [[nodiscard]] std::span<Number> orbital_part(std::span<Number> all) const noexcept {
        return all.first(orbitals_.coefficient_count());
    }
    /// The part that belongs to the network.
    template <typename Number>
    [[nodiscard]] std::span<Number> network_part(std::span<Number> all) const noexcept {
        return all.subspan(orbitals_.coefficient_count());
    }

    /// Replaces all numbers.
    void set_parameters(std::span<const Real> all) {
        TINYNET_ASSERT(all.size() == parameters_.size());
        std::ranges::copy(all, parameters_.begin());
        take_over();
    }
    /// One update of all numbers.
    void update(soap<Real>& rule, std::span<const Real> gradient, double learning_rate) {
        rule.step(parameters_, gradient, learning_rate);
        take_over();
    }

    /// What the numbers are to the update rule.
    [[nodiscard]] std::vector<parameter_block> blocks() const {
        std::vector<parameter_block> blocks = blocks_of(net_);
        if (const std::size_t count = orbitals_.count(); count > 0)
            blocks.insert(blocks.begin(), {count, orbitals_.coefficient_count() / count});
        return blocks;
    }

private:
    void take_over() {
        const std::span<const Real> all{parameters_};
        orbitals_.set_coefficients(orbital_part(all));
        std::ranges::copy(network_part(all), net_.parameters().begin());
    }

    detail::orbitals<Real> orbitals_;
    network<Real> net_;
    aligned_vector<Real> parameters_;
};

/// Statistics of the features of the atoms of each species over some samples; of a species that no sample
/// has, those of constant features.
template <typename Real>
std::vector<feature_statistics> statistics_of(const detail::walk_sums<Real>& walks,
                                              std::span<const learned_species<Real>> kinds,
                                              std::span<const energy_sample<Real>> samples) {
    std::vector<feature_statistics> found;
    using lanes = detail::lanes<Real>;
    std::vector<lanes> sums(walks.bonds().size());
    std::vector<lanes> amplitudes(walks.make_orbitals().size());
    std::vector<lanes> features(walks.feature_count());
    batch_matrix<Real> columns(static_cast<Eigen::Index>(features.size()),
                               static_cast<Eigen::Index>(detail::lane_count));
    for (std::size_t kind = 0; kind < kinds.size(); ++kind) {
        feature_accumulator seen{walks.feature_count()};
        for (const energy_sample<Real>& sample : samples)
            for (const species_block& block : sample.blocks) {
                if (block.species != kind)
                    continue;
                sample.read_sums(block, sums);
                kinds[kind].orbitals().form(sums, amplitudes);
                walks.describe(sums, amplitudes, features);
                detail::write_columns<Real>(features, columns.data(), features.size(), block.count);
                for (std::size_t lane = 0; lane < block.count; ++lane)
                    seen.add(columns.col(static_cast<Eigen::Index>(lane)).template cast<double>());
            }
        found.push_back(seen.statistics());
    }
    return found;
}

} // namespace tinynet

#endif
