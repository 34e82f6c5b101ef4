// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_ORBITALS_HPP
#define TINYNET_MOMENTS_ORBITALS_HPP

/// \file
/// The orbitals of the atoms of one species: which sum of bonds each of them sees how strongly.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/moments/bond_sums.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet::detail {

/// Adds to a harmonic's numbers the product of a matrix with other numbers of the harmonic:
/// result[row] += sum over k of matrix(row, k) * factors[k].
/// \param matrix  columns of `stride` numbers, whole groups of lanes, as many as there are factors.
/// \param result  `stride` numbers.
template <typename Real>
void add_product(const Real* matrix, std::size_t stride, std::span<const Real> factors,
                 Real* result) noexcept {
    using lanes = neighbor_lanes<Real>;
    for (std::size_t row = 0; row < stride; row += neighbor_lane_count) {
        lanes sum = lanes::load(result + row);
        for (std::size_t k = 0; k < factors.size(); ++k)
            sum += factors[k] * lanes::load(matrix + k * stride + row);
        sum.store(result + row);
    }
}

/// Amplitudes A_c,lm = sum over s, k of coefficient_c,sk * (sum of bonds s, k, lm), and their derivatives.
///
/// An array of amplitudes has stride() entries per harmonic: count() amplitudes, then zeros, and behind the
/// last harmonic another whole group of lanes.
template <typename Real>
class orbitals {
public:
    /// All coefficients zero.
    orbitals(std::size_t count, const bond_sums<Real>& sums)
        : count_{count}, sum_count_{sums.count()}, sum_stride_{sums.stride()},
          harmonics_{sums.harmonics_count()}, forward_(sum_count_ * stride()),
          backward_(count_ * sum_stride_) {}

    /// Orbitals of an angular momentum.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    /// Entries from one harmonic to the next.
    [[nodiscard]] std::size_t stride() const noexcept { return whole_lanes(count_); }
    /// Entries of an array of amplitudes.
    [[nodiscard]] std::size_t size() const noexcept { return harmonics_ * stride() + neighbor_lane_count; }
    /// Numbers that make them: count() per species and weight of a bond.
    [[nodiscard]] std::size_t coefficient_count() const noexcept { return sum_count_ * count_; }

    /// Takes over coefficients, those of one sum side by side.
    void set_coefficients(std::span<const Real> coefficients) noexcept {
        TINYNET_ASSERT(coefficients.size() == coefficient_count());
        for (std::size_t sum = 0; sum < sum_count_; ++sum)
            for (std::size_t c = 0; c < count_; ++c) {
                forward_[sum * stride() + c] = coefficients[sum * count_ + c];
                backward_[c * sum_stride_ + sum] = coefficients[sum * count_ + c];
            }
    }

    /// Amplitudes from sums of bonds; also their changes from changes of the sums.
    void form(std::span<const Real> sums, std::span<Real> amplitudes) const noexcept {
        TINYNET_ASSERT(amplitudes.size() >= size());
        std::fill_n(amplitudes.data(), harmonics_ * stride(), Real{0});
        for (std::size_t m = 0; m < harmonics_; ++m)
            add_product<Real>(forward_.data(), stride(), sums.subspan(m * sum_stride_, sum_count_),
                              &amplitudes[m * stride()]);
    }

    /// Adds derivatives with respect to the sums, given those with respect to the amplitudes.
    void add_sum_gradient(std::span<const Real> amplitude_gradient,
                          std::span<Real> sum_gradient) const noexcept {
        for (std::size_t m = 0; m < harmonics_; ++m)
            add_product<Real>(backward_.data(), sum_stride_, amplitude_gradient.subspan(m * stride(), count_),
                              &sum_gradient[m * sum_stride_]);
    }

    /// Adds derivatives with respect to the coefficients, in their order.
    void add_coefficient_gradient(std::span<const Real> sums, std::span<const Real> amplitude_gradient,
                                  std::span<Real> gradient) const noexcept {
        TINYNET_ASSERT(gradient.size() == coefficient_count());
        for (std::size_t m = 0; m < harmonics_; ++m)
            for (std::size_t sum = 0; sum < sum_count_; ++sum)
                for (std::size_t c = 0; c < count_; ++c)
                    gradient[sum * count_ + c] +=
                        sums[m * sum_stride_ + sum] * amplitude_gradient[m * stride() + c];
    }

private:
    std::size_t count_;
    std::size_t sum_count_;
    std::size_t sum_stride_;
    std::size_t harmonics_;
    std::vector<Real> forward_;  ///< by sum and orbital
    std::vector<Real> backward_; ///< by orbital and sum
};

/// Coefficients to start a training from: normally distributed, so that an amplitude is of the order of a
/// sum. \param kind  number of the species.
template <typename Real>
[[nodiscard]] std::vector<Real> random_coefficients(std::size_t orbital_count, std::size_t sum_count,
                                                    std::uint64_t seed, std::size_t kind) {
    random_source source{{.seed = seed, .stream = kind}};
    const double width = 1.5 / std::sqrt(static_cast<double>(sum_count));
    std::vector<Real> coefficients(orbital_count * sum_count);
    for (Real& coefficient : coefficients)
        coefficient = static_cast<Real>(width * source.normal());
    return coefficients;
}

} // namespace tinynet::detail

#endif
