// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_METRICS_HPP
#define TINYNET_TRAINING_METRICS_HPP

/// \file
/// What is reported: root mean squared and mean absolute errors.

#include <cmath>
#include <cstddef>

namespace tinynet {

/// Errors of predictions, one number at a time or merged from several accumulators. Means of nothing are NaN.
class error_metrics {
public:
    /// Takes one number into account, whose error must have a finite square for mse() and rmse() to be
    /// finite.
    void add(double prediction, double target) noexcept {
        const double error = prediction - target;
        squared_ += error * error;
        absolute_ += std::abs(error);
        absolute_target_ += std::abs(target);
        ++count_;
    }

    /// Takes all numbers of another accumulator into account.
    void add(const error_metrics& other) noexcept {
        squared_ += other.squared_;
        absolute_ += other.absolute_;
        absolute_target_ += other.absolute_target_;
        count_ += other.count_;
    }

    /// How many numbers were added.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    /// Mean squared error, in the square of the targets' unit.
    [[nodiscard]] double mse() const noexcept { return mean(squared_); }
    /// Root of the mean squared error, in the targets' unit.
    [[nodiscard]] double rmse() const noexcept { return std::sqrt(mse()); }
    /// Mean absolute error, in the targets' unit.
    [[nodiscard]] double mae() const noexcept { return mean(absolute_); }
    /// Mean absolute target: the mae of predicting zero.
    [[nodiscard]] double mean_absolute_target() const noexcept { return mean(absolute_target_); }

private:
    [[nodiscard]] double mean(double sum) const noexcept { return sum / static_cast<double>(count_); }

    double squared_ = 0.0;
    double absolute_ = 0.0;
    double absolute_target_ = 0.0;
    std::size_t count_ = 0;
};

} // namespace tinynet

#endif
