// SPDX-License-Identifier: MIT
#include <tinynet/paths/walk_table.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet::test::walk_table_test {

namespace {

using numbers = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("a new table is empty and its products are none") {
    const walk_table table{hop_count{3}};
    CHECK(table.hops() == hop_count{3});
    CHECK(table.size() == 0);
    table.products<double>({}, {});
}

TEST_CASE("walks are kept in the order they were added") {
    walk_table table{hop_count{2}};
    table.add(numbers{4, 1});
    table.add(numbers{0, 4});
    REQUIRE(table.size() == 2);
    CHECK(numbers(table.walk(0).begin(), table.walk(0).end()) == numbers{4, 1});
    CHECK(numbers(table.walk(1).begin(), table.walk(1).end()) == numbers{0, 4});
}

TEST_CASE("a walk's product is that of its bonds' weights, a repeated bond's as often as it is walked") {
    walk_table table{hop_count{4}};
    table.add(numbers{0, 1, 2, 3});
    table.add(numbers{3, 3, 1, 1});
    const std::array<double, 4> weights = {2.0, 3.0, 5.0, 7.0};
    std::array<double, 2> products{};
    table.products<double>(weights, products);
    CHECK(products == std::array<double, 2>{210.0, 441.0});
}

TEST_CASE("products are taken in single precision, too") {
    walk_table table{hop_count{1}};
    table.add(numbers{1});
    const std::array<float, 2> weights = {0.5F, 0.25F};
    std::array<float, 1> products{};
    table.products<float>(weights, products);
    CHECK(products[0] == 0.25F);
}

} // namespace tinynet::test::walk_table_test
