// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_SORTING_NETWORK_HPP
#define TINYNET_DETAIL_SORTING_NETWORK_HPP

/// \file
/// Sorts several lists of equal length at once, without a branch that depends on the numbers.

#include <tinynet/detail/lane_array.hpp>
#include <tinynet/detail/lanes.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <limits>
#include <span>

namespace tinynet::detail {

/// Lanes that fill one vector register.
template <typename Real>
inline constexpr std::size_t register_lanes = lane_array<Real, lane_count>::register_lanes;

/// Sorts the lanes of one register in every row; see sort_descending(). The numbers of missing rows behind
/// the last count as smaller than all others: since every comparison leaves the larger number in the earlier
/// row, they would stay where they are and need not exist.
template <typename Real>
class register_sorter {
public:
    /// \param first  of the numbers of the first row; rows are `lane_count` numbers apart.
    register_sorter(Real* first, std::size_t row_count) noexcept : first_{first}, row_count_{row_count} {}

    /// Sorts.
    [[gnu::noinline]] void sort() const noexcept {
        for (std::size_t block = 0; block < row_count_; block += block_rows) {
            row_block rows = load(block);
            sort_block(rows);
            store(rows, block);
        }
        for (std::size_t run = block_rows; run < row_count_; run *= 2) {
            for (std::size_t block = 0; block + run < row_count_; block += 2 * run) {
                for (std::size_t k = std::max(2 * run, row_count_ - block) - (row_count_ - block); k < run;
                     ++k)
                    order_rows(block + k, block + 2 * run - 1 - k);
                // both runs are now bitonic, and none of the first is smaller than any of the second
            }
            for (std::size_t distance = run / 2; distance >= block_rows; distance /= 2)
                for (std::size_t block = 0; block + distance < row_count_; block += 2 * distance)
                    for (std::size_t row = block; row < std::min(block + distance, row_count_ - distance);
                         ++row)
                        order_rows(row, row + distance);
            for (std::size_t block = 0; block < row_count_; block += block_rows) {
                row_block rows = load(block);
                merge_block(rows);
                store(rows, block);
            }
        }
    }

private:
    static constexpr std::size_t block_rows = 8;
    using entries = lane_array<Real, register_lanes<Real>>;

    [[nodiscard]] Real* address(std::size_t number) const noexcept { return first_ + number * lane_count; }
    [[nodiscard]] entries row(std::size_t number) const noexcept { return entries::load(address(number)); }

    [[gnu::always_inline]] static void order(entries& first, entries& second) noexcept {
        const entries larger = max(first, second);
        second = min(first, second);
        first = larger;
    }

    [[gnu::always_inline]] void order_rows(std::size_t first, std::size_t second) const noexcept {
        const entries one = row(first);
        const entries other = row(second);
        max(one, other).store(address(first));
        min(one, other).store(address(second));
    }

    /// A block in registers, between load() and store().
    struct row_block {
        entries r0, r1, r2, r3, r4, r5, r6, r7;
    };

    [[nodiscard, gnu::always_inline]] row_block load(std::size_t first) const noexcept {
        if (first + block_rows <= row_count_)
            return {row(first),     row(first + 1), row(first + 2), row(first + 3),
                    row(first + 4), row(first + 5), row(first + 6), row(first + 7)};
        const auto present = [&](std::size_t k) -> entries {
            if (first + k < row_count_)
                return row(first + k);
            return std::numeric_limits<Real>::lowest();
        };
        return {present(0), present(1), present(2), present(3),
                present(4), present(5), present(6), present(7)};
    }

    [[gnu::always_inline]] void store(const row_block& block, std::size_t first) const noexcept {
        const auto put = [&](std::size_t k, const entries& numbers) {
            if (first + k < row_count_)
                numbers.store(address(first + k));
        };
        put(0, block.r0), put(1, block.r1), put(2, block.r2), put(3, block.r3);
        put(4, block.r4), put(5, block.r5), put(6, block.r6), put(7, block.r7);
    }

    /// The shortest network for eight numbers, 19 comparisons (Knuth, 5.3.4).
    [[gnu::always_inline]] static void sort_block(row_block& b) noexcept {
        order(b.r0, b.r2), order(b.r1, b.r3), order(b.r4, b.r6), order(b.r5, b.r7);
        order(b.r0, b.r4), order(b.r1, b.r5), order(b.r2, b.r6), order(b.r3, b.r7);
        order(b.r0, b.r1), order(b.r2, b.r3), order(b.r4, b.r5), order(b.r6, b.r7);
        order(b.r2, b.r4), order(b.r3, b.r5);
        order(b.r1, b.r4), order(b.r3, b.r6);
        order(b.r1, b.r2), order(b.r3, b.r4), order(b.r5, b.r6);
    }

    /// Sorts a bitonic block.
    [[gnu::always_inline]] static void merge_block(row_block& b) noexcept {
        order(b.r0, b.r4), order(b.r1, b.r5), order(b.r2, b.r6), order(b.r3, b.r7);
        order(b.r0, b.r2), order(b.r1, b.r3), order(b.r4, b.r6), order(b.r5, b.r7);
        order(b.r0, b.r1), order(b.r2, b.r3), order(b.r4, b.r5), order(b.r6, b.r7);
    }

    Real* first_;
    std::size_t row_count_;
};

/// Sorts every lane by itself, the largest number first.
/// \param rows  one entry per row and lane; no NaN.
/// \par Cost  about n (log2 n)^2 / 4 comparisons of whole rows: bitonic sorting (Batcher 1968) with blocks of
/// eight rows held in registers.
template <typename Real>
void sort_descending(std::span<lanes<Real>> rows) noexcept {
    if (rows.size() < 2)
        return;
    for (std::size_t lane = 0; lane < lane_count; lane += register_lanes<Real>)
        register_sorter<Real>{rows.front().data() + lane, rows.size()}.sort();
}

} // namespace tinynet::detail

#endif
