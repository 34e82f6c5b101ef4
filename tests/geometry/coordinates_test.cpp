// SPDX-License-Identifier: MIT
#include <tinynet/geometry/coordinates.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>

namespace tinynet::test::coordinates_test {

TEST_CASE("coordinates count up to the largest, of either sign") {
    const std::array positions{largest_coordinate, -largest_coordinate, 0.0};
    CHECK_NOTHROW(check_coordinates(positions));
    CHECK_NOTHROW(check_coordinates({}));
}

TEST_CASE("one that is not finite or too large is refused with the number of its atom") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    for (const double wrong : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN(),
                               std::nextafter(largest_coordinate, infinity), -1e300})
        for (std::size_t axis = 0; axis < 3; ++axis) {
            std::array<double, 12> positions{};
            positions[6 + axis] = wrong;
            CHECK_THROWS_WITH_AS(check_coordinates(positions), doctest::Contains("atom 2 "),
                                 invalid_structure);
        }
}

TEST_CASE("results that overflowed are refused with what they are") {
    constexpr double infinity = std::numeric_limits<double>::infinity();
    CHECK_NOTHROW(check_results(std::array{1e308, -std::numeric_limits<double>::max()}, "the forces"));
    CHECK_NOTHROW(check_results({}, "the virial"));
    for (const double wrong : {infinity, -infinity, std::numeric_limits<double>::quiet_NaN()})
        CHECK_THROWS_WITH_AS(check_results(std::array{0.0, wrong}, "the forces"),
                             doctest::Contains("the forces"), invalid_structure);
}

} // namespace tinynet::test::coordinates_test
