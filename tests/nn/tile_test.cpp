// SPDX-License-Identifier: MIT
#include <tinynet/nn/tile.hpp>

#include <Eigen/Core>
#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <type_traits>
#include <utility>
#include <vector>

namespace tinynet::test::tile_test {

namespace {

TEST_CASE("rows are padded to a multiple of four") {
    CHECK(tinynet::detail::padded(1) == 4);
    CHECK(tinynet::detail::padded(4) == 4);
    CHECK(tinynet::detail::padded(33) == 36);
}

TEST_CASE("the last column repeats where the matrix ends") {
    const std::array<float, 10> matrix{};
    const auto columns = tinynet::detail::columns_from(matrix.data(), 2, 3, 5);
    CHECK(columns[0] == matrix.data() + 6);
    CHECK(columns[1] == matrix.data() + 8);
    CHECK(columns[2] == matrix.data() + 8);
    CHECK(columns[3] == matrix.data() + 8);
}

TEST_CASE("row tiles cover all rows once, the highest first") {
    std::vector<std::pair<std::size_t, std::size_t>> tiles;
    tinynet::detail::for_each_row_tile<16>(
        44, [&](auto rows, std::size_t row) { tiles.emplace_back(decltype(rows)::value, row); });
    CHECK(tiles == std::vector<std::pair<std::size_t, std::size_t>>{{16, 0}, {16, 16}, {8, 32}, {4, 40}});
}

TEST_CASE_TEMPLATE("a product is added to what the tile holds", Real, float, double) {
    using matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
    const matrix left =
        matrix::NullaryExpr(8, 3, [](auto row, auto column) { return Real(row - 2 * column); });
    const matrix right =
        matrix::NullaryExpr(3, 4, [](auto row, auto column) { return Real(row * column + 1); });
    tinynet::detail::tile<Real, 4> sum;
    sum.fill(Real{5});
    const auto columns = tinynet::detail::columns_from(right.data(), 3, 0, 4);
    tinynet::detail::add_product<Real, 4>(sum, {left.data() + 4, 8}, {columns, 1, 3});
    const matrix expected = left.bottomRows(4) * right;
    for (Eigen::Index column = 0; column < 4; ++column)
        for (Eigen::Index row = 0; row < 4; ++row)
            CHECK(sum[static_cast<std::size_t>(column)][static_cast<std::size_t>(row)] ==
                  expected(row, column) + Real{5});
}

TEST_CASE_TEMPLATE("only the rows asked for are written", Real, float, double) {
    const std::array block_numbers{Real{1}, Real{2}, Real{3}, Real{4}};
    const auto block = tinynet::detail::lane_array<Real, 4>::load(block_numbers.data());
    std::array<Real, 4> numbers{};
    tinynet::detail::store(block, numbers.data(), 3);
    CHECK(numbers == std::array<Real, 4>{Real{1}, Real{2}, Real{3}, Real{0}});
    tinynet::detail::add(block, numbers.data(), 2);
    CHECK(numbers == std::array<Real, 4>{Real{2}, Real{4}, Real{3}, Real{0}});
    tinynet::detail::add(block, numbers.data(), 9);
    CHECK(numbers == std::array<Real, 4>{Real{3}, Real{6}, Real{6}, Real{4}});
}

TEST_CASE_TEMPLATE("rows of a tile are written side by side, as many as there is room for", Real, float,
                   double) {
    tinynet::detail::tile<Real, 8> block;
    for (std::size_t column = 0; column < 4; ++column)
        for (std::size_t row = 0; row < 8; ++row)
            block[column][row] = Real(10 * row + column);
    std::vector<tinynet::detail::lanes<Real>> targets(7, Real{-1});
    tinynet::detail::store_rows(block, std::span{targets}.first(6), 8);
    for (std::size_t row = 0; row < 7; ++row)
        for (std::size_t lane = 0; lane < tinynet::detail::lane_count; ++lane)
            CHECK(targets[row][lane] == (row < 6 && lane / 4 == 2 ? Real(10 * row + lane - 8) : Real{-1}));
}

TEST_CASE_TEMPLATE("any number of rows of a tile is added, and nothing behind them", Real, float, double) {
    const auto check = [](auto rows) {
        constexpr std::size_t tile_rows = decltype(rows)::value;
        tinynet::detail::lane_array<Real, tile_rows> block;
        for (std::size_t row = 0; row < tile_rows; ++row)
            block[row] = Real(row + 1);
        for (std::size_t row_count = 1; row_count <= tile_rows; ++row_count) {
            std::vector<Real> numbers(tile_rows, Real{1});
            tinynet::detail::add<Real, tile_rows>(block, numbers.data(), row_count);
            for (std::size_t row = 0; row < numbers.size(); ++row)
                CHECK(numbers[row] == (row < row_count ? Real(row + 2) : Real{1}));
        }
    };
    check(std::integral_constant<std::size_t, 4>{});
    check(std::integral_constant<std::size_t, 8>{});
    check(std::integral_constant<std::size_t, 16>{});
}

} // namespace

} // namespace tinynet::test::tile_test
