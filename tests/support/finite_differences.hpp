// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_FINITE_DIFFERENCES_HPP
#define TINYNET_TESTS_SUPPORT_FINITE_DIFFERENCES_HPP

/// \file
/// Derivatives by central differences, to compare analytic ones with.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet::test {

/// Derivative of `value()` with respect to each of the variables it reads, which are moved by `step` either
/// way and put back. The error is of the order of step^2 and epsilon / step.
template <typename Value>
std::vector<double> central_differences(std::span<double> variables, Value&& value, double step = 1e-5) {
    std::vector<double> derivative;
    for (double& variable : variables) {
        const double middle = variable;
        variable = middle + step;
        const double above = value();
        variable = middle - step;
        const double below = value();
        variable = middle;
        derivative.push_back((above - below) / (2.0 * step));
    }
    return derivative;
}

/// Largest difference of two gradients relative to the largest entry of the second.
inline double relative_difference(std::span<const double> gradient, std::span<const double> reference) {
    double largest = 0.0;
    double difference = gradient.size() == reference.size() ? 0.0 : INFINITY;
    for (std::size_t i = 0; i < std::min(gradient.size(), reference.size()); ++i) {
        largest = std::max(largest, std::abs(reference[i]));
        difference = std::max(difference, std::abs(gradient[i] - reference[i]));
    }
    return difference / largest;
}

} // namespace tinynet::test

#endif
