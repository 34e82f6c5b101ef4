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

namespace tinynet::detail {

/// Numbers of a record.
inline constexpr std::size_t record_size = 4;
/// One number of each of four records, or all numbers of one.
template <typename Real>
using four = lane_array<Real, record_size>;

#if defined(__GNUC__)

/// Four numbers that one instruction serves, or two where the processor knows no wider ones.
template <typename Real>
struct vector_of_four {
    typedef Real type __attribute__((vector_size(record_size * sizeof(Real)))); // NOLINT(modernize-use-using)
};

#endif

/// Four rows of four numbers become columns.
/// \param row   (place) -> address of four numbers.
/// \param take  (place, four) is given the columns.
template <typename Real, typename Row, typename Take>
[[gnu::always_inline]] inline void transpose_fours(const Row& row, const Take& take) noexcept {
#if defined(__GNUC__)
    using vector = typename vector_of_four<Real>::type;
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
#else
    for (std::size_t k = 0; k < record_size; ++k)
        take(k, four<Real>{row(0)[k], row(1)[k], row(2)[k], row(3)[k]});
#endif
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

} // namespace tinynet::detail

#endif
