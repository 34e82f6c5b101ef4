// SPDX-License-Identifier: MIT
#include <tinynet/training/schedule.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstdint>
#include <limits>

namespace tinynet::test::schedule_test {

namespace {

constexpr tinynet::schedule_settings settings{
    .peak_rate = 2.0, .final_fraction = 0.1, .warmup_fraction = 0.1};
constexpr double epsilon = std::numeric_limits<double>::epsilon();

double rate(std::uint64_t step) { return tinynet::learning_rate(settings, {step, 100}); }

TEST_CASE("the warm-up rises linearly to the peak") {
    CHECK(std::abs(rate(0) - 0.2) < 2.0 * epsilon);
    CHECK(std::abs(rate(4) - 1.0) < 2.0 * epsilon);
    CHECK(rate(9) == 2.0);
    CHECK(rate(10) == 2.0);
}

TEST_CASE("after the warm-up the rate falls to its last value and stays there") {
    for (std::uint64_t step = 10; step < 99; ++step)
        CHECK(rate(step + 1) < rate(step));
    CHECK(std::abs(rate(99) - 0.2) < 4.0 * epsilon);
    CHECK(rate(100) == rate(99));
    CHECK(rate(100000) == rate(99));
}

TEST_CASE("halfway down the rate is the mean of peak and last value") {
    const double middle = tinynet::learning_rate(settings, {55, 101});
    CHECK(std::abs(middle - 1.1) < 4.0 * epsilon);
}

TEST_CASE("without warm-up the first update has the peak rate, be it the only one") {
    const tinynet::schedule_settings plain{.peak_rate = 1.0, .final_fraction = 0.0, .warmup_fraction = 0.0};
    CHECK(tinynet::learning_rate(plain, {0, 1}) == 1.0);
    CHECK(tinynet::learning_rate(plain, {0, 100}) == 1.0);
    CHECK(tinynet::learning_rate(plain, {99, 100}) == 0.0);
}

TEST_CASE("rates are finite for every number of steps") {
    for (const double warmup : {0.0, 0.02, 1.0})
        for (std::uint64_t count = 1; count < 60; ++count)
            for (std::uint64_t step = 0; step <= count; ++step) {
                CAPTURE(count);
                CAPTURE(step);
                const double value = tinynet::learning_rate({.warmup_fraction = warmup}, {step, count});
                CHECK((value > 0.0 && value <= schedule_settings{}.peak_rate));
            }
}

TEST_CASE("settings out of range are refused") {
    CHECK_NOTHROW(tinynet::detail::check(tinynet::schedule_settings{}));
    CHECK_THROWS_AS(tinynet::detail::check({.peak_rate = 0.0}), tinynet::invalid_option);
    CHECK_THROWS_AS(tinynet::detail::check({.peak_rate = NAN}), tinynet::invalid_option);
    CHECK_THROWS_AS(tinynet::detail::check({.final_fraction = 1.5}), tinynet::invalid_option);
    CHECK_THROWS_AS(tinynet::detail::check({.warmup_fraction = -0.1}), tinynet::invalid_option);
}

} // namespace

} // namespace tinynet::test::schedule_test
