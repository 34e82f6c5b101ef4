// SPDX-License-Identifier: MIT

/// \file
/// What a linear fit (ridge regression) on the features of the energy model reaches: the yardstick of its
/// networks in docs/moments.md.
///
///     tinynet_linear_fit DATA.extxyz TEST_COUNT TRAINING_COUNT [ORBITAL_COUNT MAX_L ORBITAL_CUTOFF]
///
/// Trains on the first structures, tests on the last ones; the penalty is the one that is best for the test.

#include <tinynet/io/extxyz.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/linear_energy.hpp>

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

void fit(const std::vector<labeled_structure>& structures, std::size_t test_count, std::size_t training_count,
         const moment_options& options) {
    if (training_count == 0 || test_count == 0 || training_count + test_count > structures.size())
        throw invalid_dataset{"fewer structures than asked for"};
    std::vector<std::size_t> training(training_count);
    std::iota(training.begin(), training.end(), std::size_t{0});
    const auto kinds = species_of(structures);
    const energy_sampler<double> sampler{options, kinds, fit_atom_energies(structures, training, kinds)};
    std::vector<energy_sample<double>> samples;
    for (std::size_t k = 0; k < training_count + test_count; ++k) {
        const std::size_t index =
            k < training_count ? k : structures.size() - test_count + k - training_count;
        samples.push_back(sampler(structures[index], index));
    }
    const auto statistics = sampler.statistics(std::span{samples}.first(training_count));
    for (auto& sample : samples)
        sampler.standardize(sample, statistics);
    const auto size = static_cast<Eigen::Index>(kinds.size() * sampler.kernel().feature_count());
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(size, size);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
    std::vector<detail::linear_equations> test;
    for (std::size_t k = 0; k < samples.size(); ++k) {
        auto one = detail::make_linear_equations(sampler.kernel(), samples[k],
                                                 std::span<const feature_statistics>{statistics}, {});
        if (k >= training_count) {
            test.push_back(std::move(one));
            continue;
        }
        matrix += one.rows * one.rows.transpose();
        right += one.rows * one.targets;
    }
    double best = std::numeric_limits<double>::infinity();
    for (double penalty = 1e-6; penalty < 1e3; penalty *= 10.0) {
        Eigen::MatrixXd penalized = matrix;
        penalized.diagonal().array() += penalty;
        const Eigen::VectorXd coefficients = penalized.ldlt().solve(right);
        double squares = 0.0;
        double absolute = 0.0;
        double components = 0.0;
        for (const detail::linear_equations& one : test) {
            const Eigen::Index count = one.targets.size() - 1 - 9; // energy, forces, strain
            const Eigen::VectorXd errors =
                (one.rows.transpose() * coefficients - one.targets).segment(1, count);
            squares += errors.squaredNorm();
            absolute += errors.cwiseAbs().sum();
            components += static_cast<double>(count);
        }
        const double rmse = std::sqrt(squares / components);
        std::printf("penalty %8.0e  RMSE %.4f eV/Å  MAE %.4f\n", penalty, rmse, absolute / components);
        best = std::min(best, rmse);
    }
    std::printf("%zu features, %zu structures: best RMSE %.4f eV/Å\n", sampler.kernel().feature_count(),
                training_count, best);
}

} // namespace

int main(int argc, char** argv) {
    if (argc != 4 && argc != 7) {
        std::cerr << "usage: tinynet_linear_fit DATA TEST_COUNT TRAINING_COUNT [ORBITAL_COUNT MAX_L "
                     "ORBITAL_CUTOFF]\n";
        return 2;
    }
    try {
        const auto structures = read_extxyz(argv[1]);
        moment_options options = suggested_moments(species_of(structures).size());
        if (argc == 7) {
            options.orbital_count = std::stoul(argv[4]);
            options.max_angular_momentum = std::stoul(argv[5]);
            options.orbital_cutoff = std::stod(argv[6]);
        }
        fit(structures, std::stoul(argv[2]), std::stoul(argv[3]), options);
    } catch (const std::exception& problem) {
        std::cerr << problem.what() << '\n';
        return 1;
    }
}
