// SPDX-License-Identifier: MIT
#include <tinynet/training/adam.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace tinynet::test::adam_test {

namespace {

template <typename Real>
constexpr double tolerance = 8.0 * std::numeric_limits<Real>::epsilon();

TEST_CASE_TEMPLATE("the first steps are as computed by hand", Real, float, double) {
    tinynet::adam<Real> adam{1, {.beta1 = 0.5, .beta2 = 0.75, .epsilon = 1.0}};
    std::vector<Real> parameter{Real{1}};
    // m = 1, v = 1; m / (1 - 1/2) = 2, sqrt(v / (1 - 3/4)) = 2: 1 - 0.3 * 2 / (2 + 1).
    adam.step(parameter, std::vector<Real>{Real{2}}, 0.3);
    CHECK(std::abs(parameter[0] - 0.8) < tolerance<Real>);
    // m = 1/2 - 1/2 = 0.
    adam.step(parameter, std::vector<Real>{Real{-1}}, 0.3);
    CHECK(std::abs(parameter[0] - 0.8) < tolerance<Real>);
    // m = 1/2, v = 3/4 + 1/4 (now 3/4 v + 1/4 g^2 with v = 1, g = 1, twice): see below.
    adam.step(parameter, std::vector<Real>{Real{1}}, 0.3);
    const double mean = 0.5 / (1.0 - 0.125);
    const double square = 1.0 / (1.0 - 0.421875);
    CHECK(std::abs(parameter[0] - (0.8 - 0.3 * mean / (std::sqrt(square) + 1.0))) < tolerance<Real>);
    CHECK(adam.state().step == 3);
    CHECK(adam.state().first_moment[0] == Real(0.5));
    CHECK(adam.state().second_moment[0] == Real{1});
}

TEST_CASE_TEMPLATE("weight decay shrinks parameters apart from the gradient", Real, float, double) {
    tinynet::adam<Real> adam{2, {.weight_decay = 0.5}};
    std::vector<Real> parameters{Real{4}, Real{-2}};
    adam.step(parameters, std::vector<Real>(2), 0.5);
    CHECK(parameters == std::vector<Real>{Real{3}, Real(-1.5)});
}

TEST_CASE_TEMPLATE("property: an update has the same bits in one piece or in several", Real, float, double) {
    for (const std::size_t count : std::vector<std::size_t>{1, 7, 8, 9, 31, 100}) {
        CAPTURE(count);
        std::vector<Real> whole;
        std::vector<Real> gradient;
        for (std::size_t i = 0; i < count; ++i) {
            whole.push_back(static_cast<Real>(std::sin(static_cast<double>(i))));
            gradient.push_back(static_cast<Real>(std::cos(3.0 * static_cast<double>(i))));
        }
        std::vector<Real> pieces = whole;
        tinynet::adam<Real> one{count, {.weight_decay = 0.01}};
        tinynet::adam<Real> other{count, {.weight_decay = 0.01}};
        for (int step = 0; step < 5; ++step) {
            one.step(whole, gradient, 0.01);
            other.begin_step(0.01);
            for (std::size_t first = 0; first < count; first += 3) {
                const std::size_t size = std::min<std::size_t>(3, count - first);
                other.update(std::span{pieces}.subspan(first, size),
                             std::span<const Real>{gradient}.subspan(first, size), first);
            }
        }
        CHECK(pieces == whole);
        CHECK(one.state() == other.state());
    }
}

TEST_CASE_TEMPLATE("the minimum of a paraboloid is found", Real, float, double) {
    tinynet::adam<Real> adam{3};
    std::vector<Real> x{Real{3}, Real{-2}, Real{0}};
    const std::vector<Real> minimum{Real{1}, Real{2}, Real{-1}};
    for (int step = 0; step < 4000; ++step) {
        std::vector<Real> gradient;
        for (std::size_t i = 0; i < 3; ++i)
            gradient.push_back(static_cast<Real>(i + 1) * (x[i] - minimum[i]));
        adam.step(x, gradient, 0.02 * (1.0 - step / 4000.0));
    }
    for (std::size_t i = 0; i < 3; ++i)
        CHECK(std::abs(x[i] - minimum[i]) < 1e-3);
}

TEST_CASE("constants that are none in single precision are refused there") {
    for (const adam_settings& settings :
         {adam_settings{.epsilon = 1e-50}, adam_settings{.beta2 = 1.0 - 1e-9}}) {
        CHECK_THROWS_AS((adam<float>{1, settings}), invalid_option);
        CHECK_NOTHROW((adam<double>{1, settings}));
    }
}

TEST_CASE("a restored state goes on bit by bit") {
    tinynet::adam<double> first{2};
    std::vector<double> x{1.0, 2.0};
    first.step(x, std::vector<double>{0.5, -1.0}, 0.1);
    tinynet::adam<double> second{2};
    second.restore(first.state());
    std::vector<double> y = x;
    first.step(x, std::vector<double>{0.25, 3.0}, 0.1);
    second.step(y, std::vector<double>{0.25, 3.0}, 0.1);
    CHECK(x == y);
    CHECK(first.state() == second.state());
}

TEST_CASE("a state for another number of parameters is refused") {
    tinynet::adam<double> adam{2};
    CHECK_THROWS_AS(adam.restore(tinynet::adam<double>{3}.state()), tinynet::invalid_option);
}

TEST_CASE("settings out of range are refused") {
    CHECK_THROWS_AS((tinynet::adam<float>{1, {.beta1 = 1.0}}), tinynet::invalid_option);
    CHECK_THROWS_AS((tinynet::adam<float>{1, {.beta2 = -0.1}}), tinynet::invalid_option);
    CHECK_THROWS_AS((tinynet::adam<float>{1, {.epsilon = 0.0}}), tinynet::invalid_option);
    CHECK_THROWS_AS((tinynet::adam<float>{1, {.weight_decay = -1.0}}), tinynet::invalid_option);
    for (const double bad : {NAN, INFINITY}) {
        CHECK_THROWS_AS((tinynet::adam<float>{1, {.beta1 = bad}}), tinynet::invalid_option);
        CHECK_THROWS_AS((tinynet::adam<float>{1, {.beta2 = bad}}), tinynet::invalid_option);
        CHECK_THROWS_AS((tinynet::adam<float>{1, {.epsilon = bad}}), tinynet::invalid_option);
        CHECK_THROWS_AS((tinynet::adam<float>{1, {.weight_decay = bad}}), tinynet::invalid_option);
    }
}

} // namespace

} // namespace tinynet::test::adam_test
