// SPDX-License-Identifier: MIT
#include <tinynet/moments/options.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace tinynet::test::moment_options_test {

TEST_CASE("options out of range are refused and named") {
    check(moment_options{});
    CHECK_THROWS_WITH_AS(check({.pair_cutoff = 0.0}),
                         "a cutoff of the moments is 0 Å, expected a number above 0, at most 20",
                         invalid_option);
    CHECK_THROWS_AS(check({.orbital_cutoff = 21.0}), invalid_option);
    CHECK_THROWS_AS(check({.pair_cutoff = std::numeric_limits<double>::quiet_NaN()}), invalid_option);
    CHECK_THROWS_AS(check({.pair_count = 0}), invalid_option);
    CHECK_THROWS_AS(check({.orbital_count = 17}), invalid_option);
    CHECK_THROWS_AS(check({.max_angular_momentum = 5}), invalid_option);
    CHECK_THROWS_AS(check({.repulsion_cutoff = -0.5}), invalid_option);
    CHECK_THROWS_AS(check({.pair_cutoff = 4.0, .repulsion_cutoff = 4.1}), invalid_option);
}

TEST_CASE("more species, fewer weights") {
    for (const std::size_t count : {0U, 1U, 2U, 3U, 9U})
        CHECK_NOTHROW(check(suggested_moments(count)));
    CHECK(suggested_moments(2) == moment_options{});
    CHECK(suggested_moments(3).orbital_count < suggested_moments(2).orbital_count);
}

TEST_CASE("the cutoff is the longest that counts") {
    CHECK(cutoff_of({.pair_cutoff = 4.0, .orbital_cutoff = 5.0}) == 5.0);
    CHECK(cutoff_of({.pair_cutoff = 4.0, .orbital_cutoff = 5.0, .orbital_count = 0}) == 4.0);
}

} // namespace tinynet::test::moment_options_test
