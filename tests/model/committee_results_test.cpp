// SPDX-License-Identifier: MIT
#include <tinynet/model/committee_results.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace tinynet::test::committee_results_test {

TEST_CASE("deviations are those of a sample, member by member") {
    const committee_results three{{1.0, 2.0, 6.0}, {0.0, 1.0, 4.0, 1.0, 2.0, 1.0}};
    CHECK(three.member_count() == 3);
    CHECK(three.energy_deviation() == doctest::Approx(std::sqrt(7.0)));
    CHECK(three.force_deviation(0) == doctest::Approx(2.0));
    CHECK(three.force_deviation(1) == 0.0);
}

TEST_CASE("a single member does not deviate") {
    const committee_results one{{1.0}, {2.0, 3.0, 4.0}};
    CHECK(one.energy_deviation() == 0.0);
    CHECK(one.force_deviation(2) == 0.0);
    CHECK(committee_results{}.energy_deviation() == 0.0);
    CHECK(committee_results{}.force_deviation(0) == 0.0);
}

} // namespace tinynet::test::committee_results_test
