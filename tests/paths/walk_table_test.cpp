// SPDX-License-Identifier: MIT
#include <tinynet/paths/walk_table.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet::test::walk_table_test {

namespace {

using numbers = std::vector<std::uint32_t>;

} // namespace

TEST_CASE("a table without walks has no products") {
    const walk_table table{hop_count{3}, {}};
    CHECK(table.hops() == hop_count{3});
    CHECK(table.size() == 0);
    CHECK(table.half_walk_count() == 0);
    table.products<double>({}, {}, {});
}

TEST_CASE("walks of any length are kept in the order they were given") {
    for (const std::size_t hops : {1U, 2U, 3U, 4U, 7U}) {
        numbers bonds;
        for (std::uint32_t k = 0; k < 5 * hops; ++k)
            bonds.push_back(k * k % 7);
        const walk_table table{hop_count{hops}, bonds};
        REQUIRE(table.size() == 5);
        for (std::size_t w = 0; w < 5; ++w) {
            const auto first = bonds.begin() + static_cast<std::ptrdiff_t>(w * hops);
            CHECK(table.walk(w) == numbers(first, first + static_cast<std::ptrdiff_t>(hops)));
        }
    }
}

TEST_CASE("a walk's product is that of its bonds' weights, a repeated bond's as often as it is walked") {
    const walk_table table{hop_count{4}, numbers{0, 1, 2, 3, 3, 3, 1, 1}};
    const std::array<double, 4> weights = {2.0, 3.0, 5.0, 7.0};
    std::array<double, 8> scratch{};
    std::array<double, 2> products{};
    table.products<double>(weights, scratch, products);
    CHECK(products == std::array<double, 2>{210.0, 441.0});
}

TEST_CASE("walks share their halves") {
    const walk_table table{hop_count{4}, numbers{0, 1, 1, 0, 0, 1, 2, 3, 3, 2, 1, 0}};
    CHECK(table.half_walk_count() == 4); // 0, 0 1, 3, 3 2
}

TEST_CASE("a walk and its reverse have the same product, to the last bit if their length is even") {
    const walk_table table{hop_count{5}, numbers{0, 1, 2, 3, 4, 4, 3, 2, 1, 0}};
    const std::array<double, 5> weights = {0.1, 0.7, 0.3, 0.9, 0.6};
    std::array<double, 10> scratch{};
    std::array<double, 2> products{};
    table.products<double>(weights, scratch, products);
    CHECK(products[0] == doctest::Approx(products[1]).epsilon(1e-15));
    const walk_table even{hop_count{4}, numbers{0, 1, 2, 3, 3, 2, 1, 0}};
    even.products<double>(weights, scratch, products);
    CHECK(products[0] == products[1]);
}

TEST_CASE("products are taken in single precision, too") {
    const walk_table table{hop_count{1}, numbers{1}};
    const std::array<float, 2> weights = {0.5F, 0.25F};
    std::array<float, 1> scratch{};
    std::array<float, 1> products{};
    table.products<float>(weights, scratch, products);
    CHECK(products[0] == 0.25F);
}

} // namespace tinynet::test::walk_table_test
