// SPDX-License-Identifier: MIT

/// \file
/// What a linear fit (ridge regression) on the moments reaches, on all of them: with an orbital for every sum
/// of bonds, every other choice of orbitals gives combinations of these features. The yardstick of the
/// networks in docs/moments.md.
///
///     tinynet_linear_fit DATA.extxyz TEST_COUNT TRAINING_COUNT
///
/// Trains on the first structures, tests on the last ones; the penalty is the one that is best for the test.

#include <tinynet/io/extxyz.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/learned_species.hpp>

#include <Eigen/Cholesky>

#include <cmath>
#include <cstdio>
#include <exception>
#include <iostream>
#include <limits>
#include <numeric>
#include <span>
#include <string>
#include <vector>

namespace {

using namespace tinynet;

/// Rows of a linear model of one structure: its energy, then its forces, as functions of the coefficients.
struct equations {
    Eigen::VectorXd energy_row; ///< sums of standardized features over the atoms of each species
    Eigen::MatrixXd force_rows; ///< a column per force component
    double energy;
    Eigen::VectorXd forces;
    double atoms;
};

/// Derivatives of all features of all atoms, added up by species.
equations equations_of(const detail::walk_sums<double>& walks, const energy_sample<double>& sample,
                       std::span<const learned_species<double>> learned,
                       std::span<const feature_statistics> statistics) {
    const auto width = static_cast<Eigen::Index>(walks.feature_count());
    const auto kinds = static_cast<Eigen::Index>(statistics.size());
    const auto atoms = static_cast<Eigen::Index>(sample.atom_count());
    equations made{Eigen::VectorXd::Zero(kinds * width), Eigen::MatrixXd::Zero(kinds * width, 3 * atoms),
                   *sample.energy, Eigen::Map<const Eigen::VectorXd>{sample.forces.data(), 3 * atoms},
                   static_cast<double>(atoms)};
    using lanes = detail::lanes<double>; // of features: one atom at a time, sixteen derivatives side by side
    std::vector<lanes> sums(walks.bonds().size());
    std::vector<lanes> amplitudes(walks.make_orbitals().size());
    std::vector<lanes> amplitude_gradient(amplitudes.size());
    std::vector<lanes> features(walks.feature_count());
    std::vector<lanes> sum_gradients(sums.size());
    std::vector<double> sum_gradient(sums.size());
    std::vector<detail::neighbor_vectors<double>> slopes;
    for (Eigen::Index kind = 0; kind < kinds; ++kind) {
        const auto [first, count] = sample.columns_of(static_cast<std::size_t>(kind));
        const detail::orbitals<double>& own = learned[static_cast<std::size_t>(kind)].orbitals();
        const Eigen::VectorXd& mean = statistics[static_cast<std::size_t>(kind)].mean;
        const Eigen::VectorXd factors = statistics[static_cast<std::size_t>(kind)].factors();
        for (Eigen::Index atom = first; atom < first + count; ++atom) {
            const auto& around = sample.around[static_cast<std::size_t>(atom)];
            const auto& partners = sample.partners[static_cast<std::size_t>(atom)];
            for (std::size_t k = 0; k < sums.size(); ++k)
                sums[k] = sample.sums(static_cast<Eigen::Index>(k), atom);
            own.form(sums, amplitudes);
            walks.describe(sums, amplitudes, features);
            for (Eigen::Index f = 0; f < width; ++f)
                made.energy_row[kind * width + f] +=
                    factors[f] * (features[static_cast<std::size_t>(f)][0] - mean[f]);
            slopes.resize(around.vectors().size());
            for (Eigen::Index f = 0; f < width; ++f) {
                const auto lane = static_cast<std::size_t>(f) % detail::lane_count;
                if (lane == 0) {
                    std::vector<lanes> unit(features.size(), lanes::zero());
                    for (Eigen::Index k = f; k < std::min(width, f + Eigen::Index{detail::lane_count}); ++k)
                        unit[static_cast<std::size_t>(k)][static_cast<std::size_t>(k - f)] = factors[k];
                    std::ranges::fill(sum_gradients, lanes::zero());
                    walks.add_sum_gradient(own, amplitudes, unit, amplitude_gradient, sum_gradients);
                }
                std::ranges::transform(sum_gradients, sum_gradient.begin(),
                                       [lane](const lanes& numbers) { return numbers[lane]; });
                walks.bonds().gradient(around, sum_gradient, slopes);
                for (std::size_t partner = 0; partner < partners.size(); ++partner) {
                    const auto& group = slopes[partner / detail::neighbor_lane_count];
                    const std::size_t at = partner % detail::neighbor_lane_count;
                    const vector3 slope{group.x[at], group.y[at], group.z[at]};
                    for (Eigen::Index axis = 0; axis < 3; ++axis) {
                        made.force_rows(kind * width + f, 3 * atom + axis) += slope[axis];
                        made.force_rows(kind * width + f, 3 * partners[partner] + axis) -= slope[axis];
                    }
                }
            }
        }
    }
    return made;
}

/// An orbital for every sum of bonds.
std::vector<learned_species<double>> plain_orbitals(const detail::walk_sums<double>& walks,
                                                    std::size_t species_count) {
    const auto count = static_cast<Eigen::Index>(walks.orbital_count());
    const Eigen::MatrixXd one = Eigen::MatrixXd::Identity(count, count);
    const std::vector<std::size_t> hidden{1};
    return std::vector<learned_species<double>>(species_count,
                                                {walks,
                                                 {one.data(), static_cast<std::size_t>(one.size())},
                                                 make_network<double>(walks.feature_count(), hidden, 1)});
}

void fit(const std::vector<labeled_structure>& structures, std::size_t test_count,
         std::size_t training_count) {
    if (training_count == 0 || test_count == 0 || training_count + test_count > structures.size())
        throw invalid_dataset{"fewer structures than asked for"};
    std::vector<std::size_t> training(training_count);
    std::iota(training.begin(), training.end(), std::size_t{0});
    const auto kinds = species_of(structures, training);
    moment_options options;
    options.orbital_count = kinds.size() * options.weight_count;
    const energy_sampler<double> sampler{options, kinds, fit_atom_energies(structures, training, kinds)};
    std::vector<energy_sample<double>> samples;
    for (std::size_t k = 0; k < training_count + test_count; ++k) {
        const std::size_t index =
            k < training_count ? k : structures.size() - test_count + k - training_count;
        samples.push_back(sampler(structures[index], index));
    }
    const detail::walk_sums<double>& walks = sampler.walks();
    const auto learned = plain_orbitals(walks, kinds.size());
    const auto statistics = statistics_of<double>(walks, learned, std::span{samples}.first(training_count));
    constexpr double energy_weight = 100.0; // as energy_loss_settings
    Eigen::MatrixXd matrix;
    Eigen::VectorXd right;
    std::vector<equations> test;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        equations one = equations_of(walks, samples[k], learned, statistics);
        if (k >= training_count) {
            test.push_back(std::move(one));
            continue;
        }
        if (k == 0) {
            matrix.setZero(one.energy_row.size(), one.energy_row.size());
            right.setZero(one.energy_row.size());
        }
        const double weight = 3.0 * energy_weight / one.atoms; // of the squared error of the energy
        matrix += one.force_rows * one.force_rows.transpose() +
                  weight * one.energy_row * one.energy_row.transpose();
        right += one.force_rows * one.forces + weight * one.energy * one.energy_row;
    }
    double best = std::numeric_limits<double>::infinity();
    for (double penalty = 1e-6; penalty < 1e3; penalty *= 10.0) {
        Eigen::MatrixXd penalized = matrix;
        penalized.diagonal().array() += penalty;
        const Eigen::VectorXd coefficients = penalized.ldlt().solve(right);
        double squares = 0.0;
        double absolute = 0.0;
        double energy_squares = 0.0;
        double components = 0.0;
        for (const equations& one : test) {
            const Eigen::VectorXd errors = one.force_rows.transpose() * coefficients - one.forces;
            squares += errors.squaredNorm();
            absolute += errors.cwiseAbs().sum();
            components += static_cast<double>(errors.size());
            const double error = (one.energy_row.dot(coefficients) - one.energy) / one.atoms;
            energy_squares += error * error;
        }
        const double rmse = std::sqrt(squares / components);
        std::printf("penalty %8.0e  RMSE %.4f eV/Å  MAE %.4f  energy %.3f meV/atom\n", penalty, rmse,
                    absolute / components,
                    1e3 * std::sqrt(energy_squares / static_cast<double>(test.size())));
        best = std::min(best, rmse);
    }
    std::printf("%zu features, %zu structures: best RMSE %.4f eV/Å\n", walks.feature_count(), training_count,
                best);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4) {
        std::cerr << "usage: tinynet_linear_fit DATA TEST_COUNT TRAINING_COUNT\n";
        return 2;
    }
    try {
        fit(read_extxyz(argv[1]), std::stoul(argv[2]), std::stoul(argv[3]));
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
