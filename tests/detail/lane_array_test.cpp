// SPDX-License-Identifier: MIT
#include <tinynet/detail/lane_array.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <vector>

namespace tinynet::test::lane_array_test {

namespace {

using detail::lane_array;

/// Numbers of both signs that no two lanes share.
template <typename Real, std::size_t Count>
lane_array<Real, Count> some_numbers(Real factor = 1) {
    lane_array<Real, Count> made;
    for (std::size_t lane = 0; lane < Count; ++lane)
        made[lane] = factor * static_cast<Real>(std::sin(3.0 * static_cast<double>(lane) + 1.0));
    return made;
}

/// Checks that every lane of `found` is what a function of the lane says, up to so many roundings.
template <typename Real, std::size_t Count, typename Expected>
void check_lanes(const lane_array<Real, Count>& found, const Expected& expected, int roundings = 0) {
    for (std::size_t lane = 0; lane < Count; ++lane) {
        const Real value = expected(lane);
        CHECK(std::abs(found[lane] - value) <=
              static_cast<Real>(roundings) * std::numeric_limits<Real>::epsilon() * std::abs(value));
    }
}

template <typename Real, std::size_t Count>
void check_arithmetic() {
    const auto a = some_numbers<Real, Count>();
    const auto b = some_numbers<Real, Count>(Real(-0.7)) + Real(0.1);
    check_lanes(a + b, [&](std::size_t k) { return a[k] + b[k]; });
    check_lanes(a - b, [&](std::size_t k) { return a[k] - b[k]; });
    check_lanes(a * b, [&](std::size_t k) { return a[k] * b[k]; });
    check_lanes(a / b, [&](std::size_t k) { return a[k] / b[k]; });
    check_lanes(-a, [&](std::size_t k) { return -a[k]; });
    check_lanes(max(a, b), [&](std::size_t k) { return std::max(a[k], b[k]); });
    check_lanes(min(a, b), [&](std::size_t k) { return std::min(a[k], b[k]); });
    check_lanes(a.square(), [&](std::size_t k) { return a[k] * a[k]; });
    check_lanes(
        a.cube(), [&](std::size_t k) { return a[k] * a[k] * a[k]; }, 1);
    check_lanes(a.abs(), [&](std::size_t k) { return std::abs(a[k]); });
    check_lanes(Real{2} - a, [&](std::size_t k) { return Real{2} - a[k]; });
    auto sum = a;
    sum += b;
    sum -= Real{1};
    sum *= a;
    check_lanes(
        sum, [&](std::size_t k) { return (a[k] + b[k] - Real{1}) * a[k]; }, 2);
}

template <typename Real, std::size_t Count>
void check_functions() {
    const auto a = some_numbers<Real, Count>(Real{5});
    check_lanes(
        a.exp(), [&](std::size_t k) { return std::exp(a[k]); }, 4);
    check_lanes(
        a.abs().sqrt(), [&](std::size_t k) { return std::sqrt(std::abs(a[k])); }, 2);
    check_lanes(a.rint(), [&](std::size_t k) { return std::rint(a[k]); });
    check_lanes(
        a.tanh(), [&](std::size_t k) { return std::tanh(a[k]); }, 16);
    check_lanes(a.template cast<float>(), [&](std::size_t k) { return static_cast<float>(a[k]); });
}

template <typename Real>
void check_errors_of_functions() {
    const Real lowest = std::log(std::numeric_limits<Real>::min());
    const Real highest = std::log(std::numeric_limits<Real>::max() / 3);
    constexpr Real most = 4 * std::numeric_limits<Real>::epsilon();
    Real largest_of_exp = 0;
    Real largest_of_tanh = 0;
    constexpr int count = 20000;
    for (int k = 1; k < count; ++k) {
        const Real share = static_cast<Real>(k) / count;
        const Real x = lowest + share * (highest - lowest);
        const Real y = (2 * share - 1) * 20;
        const double exact = std::exp(static_cast<double>(x));
        largest_of_exp =
            std::max(largest_of_exp,
                     static_cast<Real>(
                         std::abs(static_cast<double>(lane_array<Real, 16>{x}.exp()[0]) - exact) / exact));
        largest_of_tanh =
            std::max(largest_of_tanh, std::abs(lane_array<Real, 16>{y}.tanh()[0] - std::tanh(y)));
    }
    CHECK(largest_of_exp <= most);
    CHECK(largest_of_tanh <= most);
}

template <typename Real, std::size_t Count>
void check_reductions() {
    auto a = some_numbers<Real, Count>();
    const std::vector<Real> numbers(a.data(), a.data() + Count);
    CHECK(a.largest() == *std::ranges::max_element(numbers));
    CHECK(a.smallest() == *std::ranges::min_element(numbers));
    for (std::size_t k = 0; k < Count; ++k)
        a[k] = static_cast<Real>(k * k + 1); // whole numbers: any order gives the same sum
    CHECK(a.sum() == std::accumulate(a.data(), a.data() + Count, Real{0}));
}

} // namespace

TEST_CASE_TEMPLATE("operators act lane by lane", Real, float, double) {
    check_arithmetic<Real, 2>();
    check_arithmetic<Real, 4>();
    check_arithmetic<Real, 8>();
    check_arithmetic<Real, 16>();
}

TEST_CASE_TEMPLATE("functions are those of single numbers", Real, float, double) {
    check_functions<Real, 4>();
    check_functions<Real, 16>();
}

TEST_CASE_TEMPLATE("sum, largest and smallest are those of all lanes", Real, float, double) {
    check_reductions<Real, 2>();
    check_reductions<Real, 4>();
    check_reductions<Real, 8>();
    check_reductions<Real, 16>();
}

TEST_CASE_TEMPLATE("a number stands for equal ones, its sign of zero included", Real, float, double) {
    const lane_array<Real, 8> zeros{-Real{0}};
    for (std::size_t lane = 0; lane < 8; ++lane)
        CHECK(std::signbit(zeros[lane]));
    check_lanes(lane_array<Real, 8>{Real{3}}, [](std::size_t) { return Real{3}; });
    CHECK(lane_array<Real, 8>{Real{3}} == lane_array<Real, 8>{Real{3}});
    CHECK_FALSE(some_numbers<Real, 8>() == some_numbers<Real, 8>(Real{2}));
    check_lanes(lane_array<Real, 8>::zero(), [](std::size_t) { return Real{0}; });
}

TEST_CASE_TEMPLATE("numbers are loaded from and stored to any address", Real, float, double) {
    std::array<Real, 12> numbers{};
    std::iota(numbers.begin(), numbers.end(), Real{1});
    const auto loaded = lane_array<Real, 8>::load(numbers.data() + 1);
    check_lanes(loaded, [&](std::size_t k) { return numbers[k + 1]; });
    std::array<Real, 12> copy{};
    loaded.store(copy.data() + 3);
    for (std::size_t k = 0; k < copy.size(); ++k)
        CHECK(copy[k] == (k >= 3 && k < 11 ? numbers[k - 2] : Real{0}));
}

TEST_CASE_TEMPLATE("exp and tanh are as exact as stated, wherever the results are not too small or large",
                   Real, float, double) {
    check_errors_of_functions<Real>();
}

} // namespace tinynet::test::lane_array_test
