// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_LOSS_HPP
#define TINYNET_TRAINING_LOSS_HPP

/// \file
/// What is minimized: the mean squared error, with its gradient.

#include <tinynet/detail/assert.hpp>

#include <Eigen/Core>

#include <cstddef>

namespace tinynet {

/// The share of some predictions in a mean squared error over `entry_count` entries: the sum of
/// (prediction - target)^2 / entry_count.
///
/// Added up in column order, in double. The gradient, 2 (prediction - target) / entry_count, overwrites
/// `gradient`, which may be the predictions themselves.
/// \param entry_count  entries of the whole mean, of which these predictions may be a part.
/// \pre All three matrices have the same shape.
template <typename Real>
double mean_squared_error(
    const Eigen::Ref<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>>& predictions,
    const Eigen::Ref<const Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>>& targets,
    std::size_t entry_count,
    Eigen::Ref<Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>> gradient) noexcept {
    TINYNET_ASSERT(predictions.rows() == targets.rows() && predictions.cols() == targets.cols());
    TINYNET_ASSERT(predictions.rows() == gradient.rows() && predictions.cols() == gradient.cols());
    const double factor = 1.0 / static_cast<double>(entry_count);
    double sum = 0.0;
    for (Eigen::Index column = 0; column < predictions.cols(); ++column) {
        for (Eigen::Index row = 0; row < predictions.rows(); ++row) {
            const double error = static_cast<double>(predictions(row, column)) - targets(row, column);
            sum += error * error;
            gradient(row, column) = static_cast<Real>(2.0 * factor * error);
        }
    }
    return sum * factor;
}

} // namespace tinynet

#endif
