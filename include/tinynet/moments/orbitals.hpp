// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_ORBITALS_HPP
#define TINYNET_MOMENTS_ORBITALS_HPP

/// \file
/// Step time: the orbitals of the atoms of one species: which sum of bonds each of them sees how strongly.
/// Sixteen atoms side by side, one per lane.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/moments/bond_sums.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet::detail {

/// A matrix in an array: entry (row, column) is at row * row_step + column * column_step.
template <typename Real>
struct strided_matrix {
    const Real* entries;
    std::size_t row_step;
    std::size_t column_step;
};

/// Adds the product of a matrix with numbers of several atoms: result[row] += sum over k of
/// matrix(row, k) * factors[k]. Four rows at a time; the last ones may be the same again.
template <typename Real>
void add_matrix_product(const strided_matrix<Real>& matrix, std::span<const lanes<Real>> factors,
                        std::span<lanes<Real>> result) noexcept {
    using part = lane_part<Real>;
    for (std::size_t first = 0; first < lane_count; first += part::size())
        for (std::size_t row = 0; row < result.size(); row += 4) {
            std::array<const Real*, 4> entries;
            std::array<Real*, 4> targets;
            for (std::size_t k = 0; k < 4; ++k) {
                const std::size_t own = std::min(row + k, result.size() - 1);
                entries[k] = matrix.entries + own * matrix.row_step;
                targets[k] = result[own].data() + first;
            }
            part sum0 = part::load(targets[0]);
            part sum1 = part::load(targets[1]);
            part sum2 = part::load(targets[2]);
            part sum3 = part::load(targets[3]);
            for (std::size_t k = 0, at = 0; k < factors.size(); ++k, at += matrix.column_step) {
                const part factor = part::load(factors[k].data() + first);
                sum0 += entries[0][at] * factor;
                sum1 += entries[1][at] * factor;
                sum2 += entries[2][at] * factor;
                sum3 += entries[3][at] * factor;
            }
            sum0.store(targets[0]);
            sum1.store(targets[1]);
            sum2.store(targets[2]);
            sum3.store(targets[3]);
        }
}

/// Amplitudes A_c,lm = sum over s, k of coefficient_c,sk * (sum of bonds s, k, lm), and their derivatives.
/// An array of amplitudes has count() entries per harmonic.
template <typename Real>
class orbitals {
public:
    using lanes = detail::lanes<Real>; ///< one number of each atom

    /// All coefficients zero.
    orbitals(std::size_t count, const bond_sums<Real>& sums)
        : count_{count}, sum_count_{sums.count()}, harmonics_{sums.harmonics_count()},
          coefficients_(sum_count_ * count_) {}

    /// Orbitals of an angular momentum.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }
    /// Entries of an array of amplitudes.
    [[nodiscard]] std::size_t size() const noexcept { return harmonics_ * count_; }
    /// Numbers that make them: count() per species and weight of a bond.
    [[nodiscard]] std::size_t coefficient_count() const noexcept { return coefficients_.size(); }

    /// Takes over coefficients, those of one sum side by side.
    void set_coefficients(std::span<const Real> coefficients) noexcept {
        TINYNET_ASSERT(coefficients.size() == coefficient_count());
        std::ranges::copy(coefficients, coefficients_.begin());
    }

    /// Amplitudes from sums of bonds; also their changes from changes of the sums.
    void form(std::span<const lanes> sums, std::span<lanes> amplitudes) const noexcept {
        TINYNET_ASSERT(amplitudes.size() == size());
        std::ranges::fill(amplitudes, lanes::zero());
        for (std::size_t m = 0; m < harmonics_; ++m)
            add_matrix_product<Real>({coefficients_.data(), 1, count_},
                                     sums.subspan(m * sum_count_, sum_count_),
                                     amplitudes.subspan(m * count_, count_));
    }

    /// Adds derivatives with respect to the sums, given those with respect to the amplitudes.
    void add_sum_gradient(std::span<const lanes> amplitude_gradient,
                          std::span<lanes> sum_gradient) const noexcept {
        for (std::size_t m = 0; m < harmonics_; ++m)
            add_matrix_product<Real>({coefficients_.data(), count_, 1},
                                     amplitude_gradient.subspan(m * count_, count_),
                                     sum_gradient.subspan(m * sum_count_, sum_count_));
    }

    /// Adds derivatives with respect to the coefficients, in their order, summed over the atoms.
    void add_coefficient_gradient(std::span<const lanes> sums, std::span<const lanes> amplitude_gradient,
                                  std::span<Real> gradient) const noexcept {
        TINYNET_ASSERT(gradient.size() == coefficient_count());
        for (std::size_t sum = 0; sum < sum_count_; ++sum)
            for (std::size_t c = 0; c < count_; ++c) {
                lanes products = lanes::zero();
                for (std::size_t m = 0; m < harmonics_; ++m)
                    products += sums[m * sum_count_ + sum] * amplitude_gradient[m * count_ + c];
                gradient[sum * count_ + c] += products.sum();
            }
    }

private:
    std::size_t count_;
    std::size_t sum_count_;
    std::size_t harmonics_;
    std::vector<Real> coefficients_; ///< by sum and orbital
};

/// Coefficients to start a training from: normally distributed, so that an amplitude is of the order of a
/// sum.
/// \param kind  number of the species.
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
