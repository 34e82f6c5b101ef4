// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_LOSS_HPP
#define TINYNET_TRAINING_LOSS_HPP

/// \file
/// What is minimized: the mean squared error, of outputs and if wanted of their running sums, with its
/// gradient.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <Eigen/Core>

#include <cstddef>

namespace tinynet {

/// How errors are weighted.
struct loss_settings {
    /// Of the squared errors of the running sums over the outputs of an atom, next to 1 for the outputs
    /// themselves. For an LDOS, the running sum times the step of the energies is the number of states below
    /// an energy.
    double running_sum_weight = 0.0;
};

namespace detail {

/// \throws invalid_option  if the weight is negative or not finite.
inline void check(const loss_settings& settings) {
    if (!(settings.running_sum_weight >= 0.0 && detail::is_finite(settings.running_sum_weight)))
        throw invalid_option{
            text("the weight of running sums is ", settings.running_sum_weight, ", it must not be negative")};
}

/// Adds what the running sums of the errors, which stand in `gradient`, contribute to the gradient of half
/// the squared error, and returns their squared sum.
template <typename Column>
double add_running_sums(double weight, Column gradient) noexcept {
    double sum = gradient.template cast<double>().sum();
    double later = 0.0;
    double squares = 0.0;
    for (Eigen::Index row = gradient.size() - 1; row >= 0; --row) {
        const auto error = static_cast<double>(gradient[row]);
        squares += sum * sum;
        later += sum;
        sum -= error;
        gradient[row] = static_cast<typename Column::Scalar>(error + weight * later);
    }
    return squares;
}

} // namespace detail

/// The share of some predictions in a mean squared error over `entry_count` entries: the sum of
/// (prediction - target)^2 / entry_count, and the weighted one of the running sums of these differences down
/// each column.
///
/// Added up in column order, in double. The gradient overwrites `gradient`, which may be the predictions
/// themselves.
/// \param entry_count  entries of the whole mean, of which these predictions may be a part.
/// \pre All three matrices have the same shape.
template <typename Real>
double mean_squared_error(
    const Eigen::Ref<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>>& predictions,
    const Eigen::Ref<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>>& targets,
    std::size_t entry_count, Eigen::Ref<Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>> gradient,
    const loss_settings& settings = {}) noexcept {
    TINYNET_ASSERT(predictions.rows() == targets.rows() && predictions.cols() == targets.cols());
    TINYNET_ASSERT(predictions.rows() == gradient.rows() && predictions.cols() == gradient.cols());
    const double factor = 1.0 / static_cast<double>(entry_count);
    double sum = 0.0;
    for (Eigen::Index column = 0; column < predictions.cols(); ++column) {
        for (Eigen::Index row = 0; row < predictions.rows(); ++row) {
            const double error = static_cast<double>(predictions(row, column)) - targets(row, column);
            sum += error * error;
            gradient(row, column) = static_cast<Real>(error);
        }
        if (settings.running_sum_weight > 0.0)
            sum += settings.running_sum_weight *
                   detail::add_running_sums(settings.running_sum_weight, gradient.col(column));
    }
    gradient *= static_cast<Real>(2.0 * factor);
    return sum * factor;
}

} // namespace tinynet

#endif
