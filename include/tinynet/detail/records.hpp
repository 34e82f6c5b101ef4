// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_RECORDS_HPP
#define TINYNET_DETAIL_RECORDS_HPP

/// \file
/// Between records of four numbers and lanes: four arrays with one number of each record.

#include <tinynet/detail/lane_array.hpp>
#include <tinynet/detail/lanes.hpp>

#include <array>
#include <cstddef>
#include <cstring>
#include <span>

namespace tinynet::detail {

/// Numbers of a record.
inline constexpr std::size_t record_size = 4;
/// One number of each of four records, or all numbers of one.
template <typename Real>
using four = lane_array<Real, record_size>;

/// Numbers that one instruction serves, or several where the processor knows no wider ones.
template <typename Real, std::size_t Count>
struct native_vector {
    typedef Real type __attribute__((vector_size(Count * sizeof(Real)))); // NOLINT(modernize-use-using)
};

/// Four rows of four numbers become columns.
/// \param row   (place) -> address of four numbers.
/// \param take  (place, four) is given the columns.
template <typename Real, typename Row, typename Take>
[[gnu::always_inline]] inline void transpose_fours(const Row& row, const Take& take) noexcept {
    using vector = typename native_vector<Real, record_size>::type;
    std::array<vector, record_size> rows;
    for (std::size_t k = 0; k < record_size; ++k)
        std::memcpy(&rows[k], row(k), sizeof(vector));
    const vector low01 = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
    const vector high01 = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
    const vector low23 = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
    const vector high23 = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
    const std::array<vector, record_size> columns{__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                                                  __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                                                  __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                                                  __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (std::size_t k = 0; k < record_size; ++k) {
        four<Real> column;
        std::memcpy(column.data(), &columns[k], sizeof(vector));
        take(k, column);
    }
}

/// Reads one record per lane.
/// \param record  (lane) -> address of its four numbers.
/// \param take    (first lane, place in the record, numbers of four lanes) is given everything.
template <typename Real, typename Record, typename Take>
[[gnu::always_inline]] inline void read_records(const Record& record, const Take& take) noexcept {
    for (std::size_t first = 0; first < lane_count; first += record_size)
        transpose_fours<Real>([&](std::size_t k) -> const Real* { return record(first + k); },
                              [&](std::size_t k, const four<Real>& numbers) { take(first, k, numbers); });
}

/// Writes one record per lane.
/// \param numbers  the first, second, third and fourth numbers of the records.
/// \param record   (lane) -> address of its four numbers.
template <typename Real, typename Record>
[[gnu::always_inline]] inline void write_records(const std::array<lanes<Real>, record_size>& numbers,
                                                 const Record& record) noexcept {
    for (std::size_t first = 0; first < lane_count; first += record_size)
        transpose_fours<Real>([&](std::size_t k) { return numbers[k].data() + first; },
                              [&](std::size_t k, const four<Real>& row) { row.store(record(first + k)); });
}

/// Columns of numbers, one per atom, become lanes: rows[k] has number k of each column; of lanes without a
/// column 0.
/// \param stride  from one column to the next.
template <typename Real>
inline void read_columns(const Real* columns, std::size_t stride, std::size_t column_count,
                         std::span<lanes<Real>> rows) noexcept {
    static constexpr std::array<Real, record_size> nothing{};
    std::size_t row = 0;
    for (; row + record_size <= rows.size(); row += record_size)
        read_records<Real>(
            [&](std::size_t lane) {
                return lane < column_count ? columns + lane * stride + row : nothing.data();
            },
            [&](std::size_t first, std::size_t k, const four<Real>& numbers) {
                numbers.store(rows[row + k].data() + first);
            });
    for (; row < rows.size(); ++row)
        for (std::size_t lane = 0; lane < lane_count; ++lane)
            rows[row][lane] = lane < column_count ? columns[lane * stride + row] : Real{0};
}

/// The other way round; lanes without a column are left out.
template <typename Real>
inline void write_columns(std::span<const lanes<Real>> rows, Real* columns, std::size_t stride,
                          std::size_t column_count) noexcept {
    std::array<Real, record_size> nowhere;
    std::size_t row = 0;
    for (; row + record_size <= rows.size(); row += record_size)
        write_records<Real>({rows[row], rows[row + 1], rows[row + 2], rows[row + 3]}, [&](std::size_t lane) {
            return lane < column_count ? columns + lane * stride + row : nowhere.data();
        });
    for (; row < rows.size(); ++row)
        for (std::size_t lane = 0; lane < column_count; ++lane)
            columns[lane * stride + row] = rows[row][lane];
}

} // namespace tinynet::detail

#endif
