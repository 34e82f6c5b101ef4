// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_FEATURE_STATISTICS_HPP
#define TINYNET_MOMENTS_FEATURE_STATISTICS_HPP

/// \file
/// What the training structures told about the features of a species.

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tinynet {

/// The smallest number that a varying feature is divided by. Bond weights and their sums are of order one;
/// without this bound a network would see what hardly moved in the training structures (deviations go down to
/// 1e-7) blown up, and a simulation that moves it a little more would leave everything the network knows:
/// docs/moments.md, "Training".
inline constexpr double smallest_feature_deviation = 0.1;

/// Mean, spread and range of each feature over the atoms of one species.
struct feature_statistics {
    Eigen::VectorXd mean; ///< over the atoms
    /// Standard deviation, at least smallest_feature_deviation; 0 where a feature did not vary.
    Eigen::VectorXd deviation;
    Eigen::VectorXd minima; ///< smallest value
    Eigen::VectorXd maxima; ///< largest value

    /// Number of features.
    [[nodiscard]] Eigen::Index size() const noexcept { return mean.size(); }
    /// What features are multiplied by once their mean is subtracted: 1 / deviation, or 0 where that is 0.
    [[nodiscard]] Eigen::VectorXd factors() const {
        return (deviation.array() > 0.0).select(deviation.cwiseInverse(), 0.0);
    }
};

/// Statistics of features seen one after the other (Welford).
class feature_accumulator {
public:
    /// Nothing seen yet.
    explicit feature_accumulator(std::size_t feature_count)
        : mean_{Eigen::VectorXd::Zero(static_cast<Eigen::Index>(feature_count))}, squares_{mean_},
          minima_{mean_}, maxima_{mean_} {}

    /// Takes the features of an atom into account.
    void add(const Eigen::VectorXd& features) {
        ++count_;
        const Eigen::VectorXd before = features - mean_;
        mean_ += before / static_cast<double>(count_);
        squares_ += before.cwiseProduct(features - mean_);
        minima_ = count_ == 1 ? features : Eigen::VectorXd{minima_.cwiseMin(features)};
        maxima_ = count_ == 1 ? features : Eigen::VectorXd{maxima_.cwiseMax(features)};
    }

    /// How many atoms were seen.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// What was found. A feature that varies by rounding only counts as constant.
    [[nodiscard]] feature_statistics statistics() const {
        constexpr double rounding = 1e-6;
        feature_statistics found{mean_, Eigen::VectorXd::Zero(mean_.size()), minima_, maxima_};
        for (Eigen::Index k = 0; k < mean_.size(); ++k) {
            const double deviation =
                std::sqrt(squares_[k] / std::max<double>(1.0, static_cast<double>(count_)));
            if (deviation > rounding * std::abs(mean_[k]))
                found.deviation[k] = std::max(deviation, smallest_feature_deviation);
        }
        return found;
    }

private:
    std::size_t count_ = 0;
    Eigen::VectorXd mean_;
    Eigen::VectorXd squares_;
    Eigen::VectorXd minima_;
    Eigen::VectorXd maxima_;
};

} // namespace tinynet

#endif
