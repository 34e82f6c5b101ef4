// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_FINITE_HPP
#define TINYNET_DETAIL_FINITE_HPP

/// \file
/// Whether numbers are finite, told from their bits: with -ffast-math std::isfinite is always true.

#include <Eigen/Core>

#include <bit>
#include <cstdint>

namespace tinynet::detail {

/// Neither infinite nor not a number.
constexpr bool is_finite(double x) noexcept {
    constexpr std::uint64_t exponent = 0x7ff0'0000'0000'0000;
    return (std::bit_cast<std::uint64_t>(x) & exponent) != exponent;
}

/// Neither infinite nor not a number.
constexpr bool is_finite(float x) noexcept {
    constexpr std::uint32_t exponent = 0x7f80'0000;
    return (std::bit_cast<std::uint32_t>(x) & exponent) != exponent;
}

/// Negative if the magnitude of a number is above a positive limit; infinity and what is no number are above
/// all.
constexpr std::int64_t room_below(double limit, double x) noexcept {
    constexpr std::int64_t magnitude = 0x7fff'ffff'ffff'ffff;
    return std::bit_cast<std::int64_t>(limit) - (std::bit_cast<std::int64_t>(x) & magnitude);
}

/// Whether every entry is finite.
template <typename Derived>
bool are_finite(const Eigen::DenseBase<Derived>& numbers) {
    for (Eigen::Index column = 0; column < numbers.cols(); ++column)
        for (Eigen::Index row = 0; row < numbers.rows(); ++row)
            if (!is_finite(numbers.derived().coeff(row, column)))
                return false;
    return true;
}

} // namespace tinynet::detail

#endif
