// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_ACTIVATION_HPP
#define TINYNET_NN_ACTIVATION_HPP

/// \file
/// The activation functions of a layer and their derivatives, on blocks whose size the compiler knows.
///
/// Blocks of fixed size always take the same instructions, so a value does not depend on what it is
/// evaluated together with.

#include <tinynet/detail/lane_array.hpp>

#include <concepts>
#include <cstddef>

namespace tinynet {

/// Hyperbolic tangent of every entry; NaN stays NaN.
///
/// float: Eigen's rational approximation, within 1e-6 of the exact value. double: 1 - 2 / (exp(2 x) + 1),
/// within 1e-15 (Eigen 3.4 has no vectorized tanh for double). Both bounds are absolute: that is what the
/// next layer sees.
struct tanh_activation {
    /// Of every entry.
    template <typename Real, std::size_t Size>
    [[nodiscard]] static detail::lane_array<Real, Size> value(
        const detail::lane_array<Real, Size>& x) noexcept {
        if constexpr (std::same_as<Real, float>)
            return x.tanh();
        else
            return Real{1} - Real{2} / ((x + x).exp() + Real{1});
    }

    /// The derivative, from the value: 1 - value^2.
    template <typename Real, std::size_t Size>
    [[nodiscard]] static detail::lane_array<Real, Size> derivative(
        const detail::lane_array<Real, Size>& value) noexcept {
        return Real{1} - value.square();
    }
};

/// Leaves every entry as it is: the activation of an output layer.
struct identity_activation {
    /// The same entries.
    template <typename Real, std::size_t Size>
    [[nodiscard]] static detail::lane_array<Real, Size> value(
        const detail::lane_array<Real, Size>& x) noexcept {
        return x;
    }

    /// One everywhere.
    template <typename Real, std::size_t Size>
    [[nodiscard]] static detail::lane_array<Real, Size> derivative(
        const detail::lane_array<Real, Size>&) noexcept {
        return Real{1};
    }
};

} // namespace tinynet

#endif
