// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_TILE_HPP
#define TINYNET_NN_TILE_HPP

/// \file
/// The one matrix product kernel of the network: a few rows times four columns, held in registers.
///
/// Every entry is a sum over the depth in increasing order, whatever the number of columns and wherever they
/// stand, and a last tile of fewer than four columns runs through the same instructions with its last column
/// repeated. A general matrix product promises neither, and may allocate.

#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/lane_array.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/records.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <type_traits>

namespace tinynet::detail {

/// Columns worked on at a time.
inline constexpr std::size_t tile_column_count = 4;
/// Rows are padded with zeros to a multiple of this.
inline constexpr std::size_t row_multiple = 4;

/// Number of rows including padding.
[[nodiscard]] constexpr std::size_t padded(std::size_t row_count) noexcept {
    return block_count(row_count, row_multiple) * row_multiple;
}

/// `Rows` rows of four columns.
template <typename Real, std::size_t Rows>
using tile = std::array<lane_array<Real, Rows>, tile_column_count>;

/// Addresses of the first entries of four columns.
template <typename Real>
using column_tile = std::array<Real*, tile_column_count>;

/// Columns first .. first + 3 of a matrix whose columns are `stride` apart; the last column repeats where the
/// matrix ends earlier.
template <typename Real>
[[nodiscard]] column_tile<Real> columns_from(Real* matrix, std::size_t stride, std::size_t first,
                                             std::size_t column_count) noexcept {
    const auto column = [&](std::size_t c) {
        return matrix + stride * std::min(first + c, column_count - 1);
    };
    return {column(0), column(1), column(2), column(3)};
}

/// The left operand of a product: rows next to each other, columns `stride` apart.
template <typename Real>
struct left_operand {
    const Real* entries;
    std::size_t stride;
};

/// The right operand: four columns, entries of a column `step` apart, and how many of them.
template <typename Real>
struct right_operand {
    column_tile<const Real> columns;
    std::size_t step;
    std::size_t depth;
};

/// Adds left * right to the tile.
template <typename Real, std::size_t Rows>
inline void add_product(tile<Real, Rows>& sum, left_operand<Real> left,
                        const right_operand<Real>& right) noexcept {
    auto [sum0, sum1, sum2, sum3] = sum;
    const auto [b0, b1, b2, b3] = right.columns;
    for (std::size_t k = 0, entry = 0; k < right.depth; ++k, entry += right.step) {
        const auto a = lane_array<Real, Rows>::load(left.entries + k * left.stride);
        sum0 += a * b0[entry];
        sum1 += a * b1[entry];
        sum2 += a * b2[entry];
        sum3 += a * b3[entry];
    }
    sum = {sum0, sum1, sum2, sum3};
}

/// Writes the first `row_count` entries of a block, at most all of them.
template <typename Real, std::size_t Rows>
inline void store(const lane_array<Real, Rows>& block, Real* destination, std::size_t row_count) noexcept {
    if (row_count >= Rows)
        block.store(destination);
    else
        std::copy_n(block.data(), row_count, destination);
}

/// Writes the rows of a tile side by side, as far as there are targets: its columns become four lanes.
template <typename Real, std::size_t Rows>
inline void store_rows(const tile<Real, Rows>& block, std::span<lanes<Real>> targets,
                       std::size_t first_lane) noexcept {
    for (std::size_t row = 0; row < Rows; row += record_size)
        transpose_fours<Real>([&](std::size_t k) { return block[k].data() + row; },
                              [&](std::size_t k, const four<Real>& columns) {
                                  if (row + k < targets.size())
                                      columns.store(targets[row + k].data() + first_lane);
                              });
}

/// Adds the first `row_count` entries of a block, at most all of them, to what is there.
template <typename Real, std::size_t Rows>
inline void add(const lane_array<Real, Rows>& block, Real* destination, std::size_t row_count) noexcept {
    if (row_count >= Rows)
        (lane_array<Real, Rows>::load(destination) + block).store(destination);
    else // not std::transform, of which GCC 12 made an endless loop for four to seven of eight rows
        for (std::size_t row = 0; row < Rows; ++row)
            if (row < row_count)
                destination[row] += block[row];
}

/// Rows of the highest tile: four columns of it fill eight vector registers.
template <typename Real>
inline constexpr std::size_t highest_tile = std::max(row_multiple,
                                                     2 * lane_array<Real, 2 * row_multiple>::register_lanes);

/// Cuts the rows into tiles, the highest first, and calls `visit(std::integral_constant<std::size_t, Rows>,
/// first_row)`.
/// \param row_count  a multiple of `row_multiple`.
template <std::size_t Rows, typename Visitor>
inline void for_each_row_tile(std::size_t row_count, Visitor&& visit, std::size_t first_row = 0) {
    for (; first_row + Rows <= row_count; first_row += Rows)
        visit(std::integral_constant<std::size_t, Rows>{}, first_row);
    if constexpr (Rows > row_multiple)
        for_each_row_tile<Rows / 2>(row_count, visit, first_row);
}

} // namespace tinynet::detail

#endif
