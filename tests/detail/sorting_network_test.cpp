// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/detail/sorting_network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <vector>

namespace tinynet::test::sorting_network_test {

TEST_CASE_TEMPLATE("property: every lane is sorted by itself, whatever the number of rows", Real, float,
                   double) {
    using detail::lane_count;
    random_engine rng{1};
    for (std::size_t count = 0; count <= 200; ++count) {
        CAPTURE(count);
        std::vector<detail::lanes<Real>> rows(count + 1);
        std::vector<std::vector<Real>> expected(lane_count);
        for (std::size_t row = 0; row < count; ++row)
            for (std::size_t lane = 0; lane < lane_count; ++lane) {
                const double coarse = lane % 2 == 0 ? 1.0 : 1e3; // every other lane has equal numbers
                const auto number = static_cast<Real>(static_cast<int>(random_real(rng, -4e3, 4e3) / coarse));
                rows[row][lane] = number;
                expected[lane].push_back(number);
            }
        rows.back() = Real{1e9};
        detail::sort_descending<Real>(std::span{rows}.first(count));
        for (std::size_t lane = 0; lane < lane_count; ++lane) {
            std::ranges::sort(expected[lane], std::greater{});
            for (std::size_t row = 0; row < count; ++row)
                REQUIRE(rows[row][lane] == expected[lane][row]);
            REQUIRE(rows.back()[lane] == Real{1e9});
        }
    }
}

TEST_CASE("property: the zero-one principle, every pattern of up to twelve rows") {
    for (std::size_t count = 1; count <= 12; ++count)
        for (unsigned pattern = 0; pattern < (1U << count); pattern += detail::lane_count) {
            std::vector<detail::lanes<float>> rows(count);
            for (std::size_t row = 0; row < count; ++row)
                for (unsigned lane = 0; lane < detail::lane_count; ++lane)
                    rows[row][lane] = static_cast<float>(((pattern + lane) >> row) & 1U);
            detail::sort_descending<float>(rows);
            for (std::size_t row = 1; row < count; ++row)
                REQUIRE((rows[row - 1] - rows[row]).smallest() >= 0.0F);
        }
}

} // namespace tinynet::test::sorting_network_test
