// SPDX-License-Identifier: MIT
#include <tinynet/nn/activation.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <concepts>
#include <cstddef>
#include <limits>

namespace tinynet::test::activation_test {

namespace {

template <typename Real, std::size_t Size>
using block = detail::lane_array<Real, Size>;

template <typename Real>
Real tanh_of(Real x) {
    return tinynet::tanh_activation::value(block<Real, 4>{x})[0];
}

/// float: some ulps of Eigen's rational function; double: the documented bound.
template <typename Real>
constexpr double tolerance = std::same_as<Real, float> ? 1e-6 : 1e-15;

TEST_CASE_TEMPLATE("tanh keeps its error bound from minus to plus saturation", Real, float, double) {
    double largest = 0.0;
    for (int i = -300000; i <= 300000; ++i) {
        const Real x = static_cast<Real>(i) * static_cast<Real>(1e-4);
        largest = std::max(largest, std::abs(static_cast<double>(tanh_of(x)) -
                                             static_cast<double>(std::tanh(static_cast<long double>(x)))));
    }
    CHECK(largest < tolerance<Real>);
}

TEST_CASE_TEMPLATE("tanh is zero at zero, one at infinity and NaN at NaN", Real, float, double) {
    constexpr Real infinity = std::numeric_limits<Real>::infinity();
    CHECK(tanh_of(Real{0}) == Real{0});
    CHECK(std::abs(tanh_of(infinity) - 1) < tolerance<Real>);
    CHECK(std::abs(tanh_of(-infinity) + 1) < tolerance<Real>);
    CHECK(std::abs(tanh_of(std::numeric_limits<Real>::max())) <= Real{1});
    CHECK(std::isnan(tanh_of(std::numeric_limits<Real>::quiet_NaN())));
}

TEST_CASE_TEMPLATE("the derivative of tanh follows from its value", Real, float, double) {
    const std::array numbers{Real{0}, Real(0.5), Real{-1}, Real(-0.25)};
    const auto value = block<Real, 4>::load(numbers.data());
    const block<Real, 4> derivative = tinynet::tanh_activation::derivative(value);
    CHECK(derivative[0] == Real{1});
    CHECK(derivative[1] == Real(0.75));
    CHECK(derivative[2] == Real{0});
    CHECK(derivative[3] == Real(0.9375));
}

TEST_CASE_TEMPLATE("property: an entry has the same bits wherever it stands in a block", Real, float,
                   double) {
    for (std::size_t i = 0; i < 1000; ++i) {
        const Real x = static_cast<Real>(6.0 * std::sin(static_cast<double>(i)));
        CAPTURE(x);
        block<Real, 16> mixed;
        for (std::size_t k = 0; k < 16; ++k)
            mixed[k] = static_cast<Real>(k) - Real{8};
        mixed[i % 16] = x;
        CHECK(tinynet::tanh_activation::value(mixed)[i % 16] == tanh_of(x));
    }
}

TEST_CASE_TEMPLATE("the identity leaves everything as it is", Real, float, double) {
    const std::array numbers{Real{0}, Real(0.5), Real{-1}, Real{100}};
    const auto x = block<Real, 4>::load(numbers.data());
    for (std::size_t k = 0; k < 4; ++k) {
        CHECK(tinynet::identity_activation::value(x)[k] == numbers[k]);
        CHECK(tinynet::identity_activation::derivative(x)[k] == Real{1});
    }
}

} // namespace

} // namespace tinynet::test::activation_test
