// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_SCALER_HPP
#define TINYNET_DESCRIPTOR_SCALER_HPP

/// \file
/// Min-max scaling of features on the training set.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <utility>

namespace tinynet {

/// Maps each feature from its range in the training set to [-1, 1]; a feature that varies by no more than
/// rounding maps to 0.
class min_max_scaler {
public:
    /// Nothing to scale.
    min_max_scaler() = default;

    /// \param minima, maxima  one per feature, minima no larger than maxima.
    /// \throws invalid_dataset  if a bound is not finite or the sizes differ; the message names the feature.
    min_max_scaler(Eigen::VectorXd minima, Eigen::VectorXd maxima)
        : minima_{std::move(minima)}, maxima_{std::move(maxima)} {
        if (minima_.size() != maxima_.size())
            throw invalid_dataset{
                detail::text(minima_.size(), " lower for ", maxima_.size(), " upper bounds of features")};
        for (Eigen::Index k = 0; k < minima_.size(); ++k)
            if (!(minima_[k] <= maxima_[k]) || !detail::is_finite(maxima_[k] - minima_[k]))
                throw invalid_dataset{detail::text("feature ", k, " ranges from ", minima_[k], " to ",
                                                   maxima_[k], "; expected finite numbers in this order")};
    }

    /// The ranges of some samples.
    /// \param samples  one column per sample, one row per feature.
    /// \throws invalid_dataset  if there is no sample, or a number is not finite; the message names the
    ///                          feature.
    template <typename Derived>
    static min_max_scaler fit(const Eigen::MatrixBase<Derived>& samples) {
        if (samples.cols() == 0)
            throw invalid_dataset{"there are no samples to fit the ranges of features to"};
        Eigen::VectorXd minima{samples.rows()};
        Eigen::VectorXd maxima{samples.rows()};
        for (Eigen::Index k = 0; k < samples.rows(); ++k) {
            if (!detail::are_finite(samples.row(k))) // the reductions of Eigen may skip what is no number
                throw invalid_dataset{detail::text("feature ", k, " has a value that is not finite")};
            minima[k] = static_cast<double>(samples.row(k).minCoeff());
            maxima[k] = static_cast<double>(samples.row(k).maxCoeff());
        }
        return {std::move(minima), std::move(maxima)};
    }

    /// Number of features.
    [[nodiscard]] Eigen::Index size() const noexcept { return minima_.size(); }
    /// Smallest value of each feature in the training set.
    [[nodiscard]] const Eigen::VectorXd& minima() const noexcept { return minima_; }
    /// Largest value of each feature in the training set.
    [[nodiscard]] const Eigen::VectorXd& maxima() const noexcept { return maxima_; }

    /// What a feature is multiplied with after its midpoint was subtracted; 0 if it never varies.
    [[nodiscard]] Eigen::VectorXd factors() const {
        Eigen::VectorXd result = Eigen::VectorXd::Zero(size());
        for (Eigen::Index k = 0; k < size(); ++k)
            if (varies(k))
                result[k] = 2.0 / (maxima_[k] - minima_[k]);
        return result;
    }
    /// The middle of each feature's range, which maps to 0.
    [[nodiscard]] Eigen::VectorXd midpoints() const { return 0.5 * minima_ + 0.5 * maxima_; }

    /// Scales samples in place.
    /// \param samples  one column per sample, size() rows.
    template <typename Derived>
    void apply(Eigen::MatrixBase<Derived>& samples) const {
        using Real = typename Derived::Scalar;
        samples.colwise() -= midpoints().cast<Real>().eval();
        samples.array().colwise() *= factors().cast<Real>().array().eval();
    }

    /// Undoes apply() in place; a feature that never varies gets back its one value.
    /// \param samples  one column per sample, size() rows.
    template <typename Derived>
    void undo(Eigen::MatrixBase<Derived>& samples) const {
        using Real = typename Derived::Scalar;
        samples.array().colwise() *= (0.5 * (maxima_ - minima_)).template cast<Real>().array().eval();
        samples.colwise() += midpoints().cast<Real>().eval();
    }

private:
    /// Whether a range is more than rounding: the coordinates of an atom's own image never vary, but sums of
    /// bond vectors round differently in every structure, about zero or about a lattice vector.
    [[nodiscard]] bool varies(Eigen::Index k) const {
        constexpr double rounding = 1e-12;
        constexpr double rounding_about_zero = 1e-13;
        const double width = maxima_[k] - minima_[k];
        const bool contains_zero = minima_[k] <= 0.0 && maxima_[k] >= 0.0;
        return width > rounding * std::max(std::abs(minima_[k]), std::abs(maxima_[k])) &&
               (!contains_zero || width > rounding_about_zero);
    }

    Eigen::VectorXd minima_;
    Eigen::VectorXd maxima_;
};

} // namespace tinynet

#endif
