// SPDX-License-Identifier: MIT
#include <tinynet/moments/options.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace tinynet::test::moment_options_test {

TEST_CASE("options out of range are refused and named") {
    check(moment_options{});
    CHECK_THROWS_WITH_AS(check({.cutoff = 0.0}),
                         "the cutoff of the moments is 0 Å, expected a number above 0, at most 20",
                         invalid_option);
    CHECK_THROWS_AS(check({.cutoff = 21.0}), invalid_option);
    CHECK_THROWS_AS(check({.cutoff = std::numeric_limits<double>::quiet_NaN()}), invalid_option);
    CHECK_THROWS_AS(check({.weight_count = 0}), invalid_option);
    CHECK_THROWS_AS(check({.weight_count = 17}), invalid_option);
    CHECK_THROWS_AS(check({.orbital_count = 65}), invalid_option);
    CHECK_THROWS_AS(check({.max_angular_momentum = 5}), invalid_option);
    CHECK_THROWS_AS(check({.repulsion_cutoff = -0.5}), invalid_option);
    CHECK_THROWS_AS(check({.cutoff = 4.0, .repulsion_cutoff = 4.1}), invalid_option);
}

} // namespace tinynet::test::moment_options_test
