// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_LINEAR_ENERGY_HPP
#define TINYNET_TRAINING_LINEAR_ENERGY_HPP

/// \file
/// Ridge regression of energies, forces and stresses on the moments: the part of an energy model that
/// extrapolates calmly.

#include <tinynet/moments/feature_statistics.hpp>
#include <tinynet/moments/moment_kernel.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/training/energy_dataset.hpp>
#include <tinynet/training/energy_loss.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet {

/// Most coefficients of a linear fit: the normal equations of so many take 288 MB.
inline constexpr std::size_t max_linear_coefficients = 6000;

namespace detail {

/// Energy, forces and dE/dstrain of a structure as functions of the coefficients: one row per coefficient,
/// species after species.
struct linear_equations {
    Eigen::MatrixXd rows;    ///< columns: energy, forces, dE/dstrain; each times the root of its weight
    Eigen::VectorXd targets; ///< weighted likewise
};

/// \param statistics  that the features of the sample are standardized with.
template <typename Real>
linear_equations make_linear_equations(const moment_kernel<Real>& kernel, const energy_sample<Real>& sample,
                                       std::span<const feature_statistics> statistics,
                                       const energy_loss_settings& weights) {
    const auto width = static_cast<Eigen::Index>(kernel.feature_count());
    const auto kinds = static_cast<Eigen::Index>(statistics.size());
    const auto atoms = static_cast<Eigen::Index>(sample.atom_count());
    linear_equations made{Eigen::MatrixXd::Zero(kinds * width, 1 + 3 * atoms + 9),
                          Eigen::VectorXd::Zero(1 + 3 * atoms + 9)};
    auto scratch = kernel.make_scratch();
    std::vector<neighbor_vectors<Real>> slopes;
    std::vector<Real> unit(kernel.feature_stride());
    for (Eigen::Index kind = 0; kind < kinds; ++kind) {
        const auto [first, count] = sample.columns_of(static_cast<std::size_t>(kind));
        const Eigen::VectorXd factors = statistics[static_cast<std::size_t>(kind)].factors();
        made.rows.col(0).segment(kind * width, width) =
            sample.features.middleCols(first, count).topRows(width).template cast<double>().rowwise().sum();
        for (Eigen::Index atom = first; atom < first + count; ++atom) {
            const auto& around = sample.around[static_cast<std::size_t>(atom)];
            const auto& partners = sample.partners[static_cast<std::size_t>(atom)];
            slopes.resize(around.vectors().size());
            for (Eigen::Index f = 0; f < width; ++f) {
                unit[static_cast<std::size_t>(f)] = static_cast<Real>(factors[f]);
                kernel.gradient(
                    around, scratch,
                    {sample.densities.col(atom).data(), static_cast<std::size_t>(sample.densities.rows())},
                    unit, slopes);
                unit[static_cast<std::size_t>(f)] = Real{0};
                auto row = made.rows.row(kind * width + f);
                for (std::size_t lane = 0; lane < partners.size(); ++lane) {
                    const auto& g = slopes[lane / neighbor_lane_count];
                    const auto& r = around.vectors()[lane / neighbor_lane_count];
                    const auto at = static_cast<Eigen::Index>(lane % neighbor_lane_count);
                    const std::array slope{static_cast<double>(g.x[at]), static_cast<double>(g.y[at]),
                                           static_cast<double>(g.z[at])};
                    const std::array vector{static_cast<double>(r.x[at]), static_cast<double>(r.y[at]),
                                            static_cast<double>(r.z[at])};
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        row[1 + 3 * atom + static_cast<Eigen::Index>(axis)] += slope[axis];
                        row[1 + 3 * partners[lane] + static_cast<Eigen::Index>(axis)] -= slope[axis];
                        for (std::size_t other = 0; other < 3; ++other)
                            row[1 + 3 * atoms + static_cast<Eigen::Index>(3 * axis + other)] +=
                                slope[axis] * vector[other];
                    }
                }
            }
        }
    }
    // The squares of energy_loss, times 3n.
    const double n = static_cast<double>(atoms);
    const double of_energy = sample.energy ? std::sqrt(3.0 * weights.energy_weight / n) : 0.0;
    const double of_forces = sample.forces.size() > 0 ? std::sqrt(weights.force_weight) : 0.0;
    const double of_strain = sample.strain_derivative ? std::sqrt(weights.stress_weight / (3.0 * n)) : 0.0;
    made.rows.col(0) *= of_energy;
    made.rows.middleCols(1, 3 * atoms) *= of_forces;
    made.rows.rightCols(9) *= of_strain;
    if (sample.energy)
        made.targets[0] = of_energy * *sample.energy;
    if (sample.forces.size() > 0)
        made.targets.segment(1, 3 * atoms) = of_forces * sample.forces.reshaped();
    if (sample.strain_derivative)
        made.targets.tail(9) = of_strain * sample.strain_derivative->transpose().reshaped();
    return made;
}

/// Calls `use(equations)` for the equations of all samples in their order; a few of them exist at a time.
template <typename Real, typename Use>
void for_each_equations(const moment_kernel<Real>& kernel, std::span<const energy_sample<Real>> samples,
                        std::span<const feature_statistics> statistics, const energy_loss_settings& weights,
                        worker_pool& pool, const Use& use) {
    constexpr std::size_t at_a_time = 8;
    std::vector<linear_equations> some(at_a_time);
    for (std::size_t first = 0; first < samples.size(); first += at_a_time) {
        const std::size_t count = std::min(at_a_time, samples.size() - first);
        pool.run(count, [&](std::size_t k, std::size_t) {
            some[k] = make_linear_equations(kernel, samples[first + k], statistics, weights);
        });
        for (std::size_t k = 0; k < count; ++k)
            use(some[k]);
    }
}

} // namespace detail

/// Coefficients, eV, of the standardized features (rows) of every species (columns) that minimize the squared
/// errors of energy_loss plus a penalty times their squares. Of a few penalties the one is taken that is best
/// for the validation structures. Nothing (no columns) if there were more than max_linear_coefficients.
/// Results have the same bits for any number of threads.
/// \param training, validation  samples with standardized features.
template <typename Real>
Eigen::MatrixXd fit_linear_energies(const detail::moment_kernel<Real>& kernel,
                                    std::span<const energy_sample<Real>> training,
                                    std::span<const energy_sample<Real>> validation,
                                    std::span<const feature_statistics> statistics,
                                    const energy_loss_settings& weights, worker_pool& pool) {
    const auto size = static_cast<Eigen::Index>(kernel.feature_count() * statistics.size());
    if (size > static_cast<Eigen::Index>(max_linear_coefficients))
        return {};
    Eigen::MatrixXd matrix = Eigen::MatrixXd::Zero(size, size);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(size);
    constexpr Eigen::Index block = 64;
    detail::for_each_equations(
        kernel, training, statistics, weights, pool, [&](const detail::linear_equations& one) {
            right += one.rows * one.targets;
            pool.run(static_cast<std::size_t>((size + block - 1) / block), [&](std::size_t b, std::size_t) {
                const Eigen::Index first = static_cast<Eigen::Index>(b) * block;
                const Eigen::Index columns = std::min(block, size - first);
                matrix.block(first, first, size - first, columns).noalias() +=
                    one.rows.bottomRows(size - first) * one.rows.middleRows(first, columns).transpose();
            });
        });
    constexpr std::array penalties{1e-2, 1e-1, 1e0, 1e1};
    constexpr std::size_t without_validation = 1;
    std::array<Eigen::VectorXd, penalties.size()> found;
    for (std::size_t k = 0; k < penalties.size(); ++k) {
        if (validation.empty() && k != without_validation)
            continue;
        Eigen::MatrixXd penalized = matrix;
        penalized.diagonal().array() += penalties[k];
        found[k] = penalized.llt().solve(right); // looks at the lower half
    }
    std::array<double, penalties.size()> squares{};
    detail::for_each_equations(
        kernel, validation, statistics, weights, pool, [&](const detail::linear_equations& one) {
            for (std::size_t k = 0; k < penalties.size(); ++k)
                squares[k] += (one.rows.transpose() * found[k] - one.targets).squaredNorm();
        });
    const auto best = validation.empty()
                          ? without_validation
                          : static_cast<std::size_t>(std::ranges::min_element(squares) - squares.begin());
    return found[best].reshaped(static_cast<Eigen::Index>(kernel.feature_count()),
                                static_cast<Eigen::Index>(statistics.size()));
}

} // namespace tinynet

#endif
