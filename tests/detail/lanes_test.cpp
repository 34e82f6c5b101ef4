// SPDX-License-Identifier: MIT
#include <tinynet/detail/lanes.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::lanes_test {

TEST_CASE("lists are filled up to whole groups of lanes") {
    using detail::filled_lanes;
    using detail::lane_count;
    CHECK(filled_lanes(0) == 0);
    CHECK(filled_lanes(1) == lane_count);
    CHECK(filled_lanes(lane_count) == lane_count);
    CHECK(filled_lanes(lane_count + 1) == 2 * lane_count);
}

TEST_CASE("an array of lanes is nothing but its numbers") {
    CHECK(sizeof(detail::lanes<float>) == detail::lane_count * sizeof(float));
    CHECK(sizeof(detail::lanes<double>) == detail::lane_count * sizeof(double));
}

} // namespace tinynet::test::lanes_test
