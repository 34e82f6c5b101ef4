// SPDX-License-Identifier: MIT
#include <tinynet/detail/lane_array.hpp>
#include <tinynet/moments/bond_weights.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>

namespace tinynet::test::bond_weights_test {

using lanes = detail::lane_array<double, 8>;
using weights = detail::bond_weights<lanes>;

constexpr std::size_t count = 6;
constexpr double cutoff = 5.0;

std::array<lanes, count> values_at(const lanes& d) {
    std::array<lanes, count> values;
    weights{count, cutoff}.for_each_value(d, weights::decay_of(d),
                                          [&](std::size_t k, const lanes& value) { values[k] = value; });
    return values;
}

/// 0, 1, ... 7.
lanes numbers() {
    lanes made;
    for (std::size_t lane = 0; lane < lanes::size(); ++lane)
        made[lane] = static_cast<double>(lane);
    return made;
}

const lanes lengths = 1.1 + 0.54 * numbers();

TEST_CASE("a weight is a Chebyshev polynomial of the decay times the cutoff function") {
    const auto values = values_at(lengths);
    for (std::size_t lane = 0; lane < 8; ++lane) {
        const double d = lengths[lane];
        const double low = std::exp(-cutoff / 1.5);
        const double x = 2.0 * (std::exp(-d / 1.5) - low) / (std::exp(-1.2 / 1.5) - low) - 1.0;
        const double cut = std::pow(1.0 - d * d / (cutoff * cutoff), 3);
        for (std::size_t k = 0; k < count; ++k) {
            const auto order = static_cast<double>(k);
            const double polynomial =
                x <= 1.0 ? std::cos(order * std::acos(x)) : std::cosh(order * std::acosh(x));
            CHECK(values[k][lane] == doctest::Approx(polynomial * cut).epsilon(1e-12));
        }
    }
}

TEST_CASE("weights are finite and of order one up to the shortest bonds, however short the cutoff") {
    for (const double short_cutoff : {0.1, 1.2, 1.3, 2.4}) {
        const lanes d = short_cutoff * (0.5 + 0.0625 * numbers());
        weights{count, short_cutoff}.for_each_value(
            d, weights::decay_of(d), [&](std::size_t, const lanes& value) {
                for (std::size_t lane = 0; lane < lanes::size(); ++lane)
                    CHECK(std::abs(value[lane]) <= 1.0 + 1e-9);
            });
    }
}

TEST_CASE("derivatives are those of the values") {
    constexpr double step = 1e-5;
    const auto above = values_at(lengths + step);
    const auto below = values_at(lengths - step);
    std::array<lanes, count> values;
    std::array<lanes, count> derivatives;
    const weights all{count, cutoff};
    all.evaluate(lengths, weights::decay_of(lengths), values.data(), derivatives.data());
    for (std::size_t k = 0; k < count; ++k) {
        CHECK((values[k] - values_at(lengths)[k]).abs().largest() < 1e-13);
        CHECK(((above[k] - below[k]) / (2 * step) - derivatives[k]).abs().largest() < 1e-6);
    }
}

TEST_CASE("nothing is left at the cutoff and beyond it, with two continuous derivatives") {
    constexpr double step = 1e-3;
    for (const lanes& value : values_at(cutoff + step * numbers()))
        CHECK(value.abs().largest() == 0.0);
    for (const lanes& value : values_at(cutoff - step * numbers()))
        for (std::size_t lane = 0; lane < 8; ++lane) // of third order
            CHECK(std::abs(value[lane]) <=
                  1.1 * std::pow(2.0 * step * static_cast<double>(lane) / cutoff, 3));
}

} // namespace tinynet::test::bond_weights_test
