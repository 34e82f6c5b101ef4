// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_RECORDS_HPP
#define TINYNET_DETAIL_RECORDS_HPP

/// \file
/// Between records of four numbers and lanes: four arrays with one number of each record.

#include <tinynet/detail/lanes.hpp>

#include <array>
#include <cstddef>
#include <cstring>

namespace tinynet::detail {

/// Numbers of a record.
inline constexpr std::size_t record_size = 4;
/// The first, second, third and fourth numbers of some records.
template <typename Real>
using record_lanes = std::array<lanes<Real>, record_size>;

#if defined(__GNUC__)

/// Four numbers that one instruction serves, or two where the processor knows no wider ones.
template <typename Real>
struct vector_of_four {
    typedef Real type __attribute__((vector_size(record_size * sizeof(Real)))); // NOLINT(modernize-use-using)
};

/// Four rows of four numbers become columns.
/// \param row, column  (place) -> address of four numbers.
template <typename Real, typename Row, typename Column>
inline void transpose_fours(const Row& row, const Column& column) noexcept {
    using four = typename vector_of_four<Real>::type;
    std::array<four, record_size> rows;
    for (std::size_t k = 0; k < record_size; ++k)
        std::memcpy(&rows[k], row(k), sizeof(four));
    const four low01 = __builtin_shufflevector(rows[0], rows[1], 0, 4, 1, 5);
    const four high01 = __builtin_shufflevector(rows[0], rows[1], 2, 6, 3, 7);
    const four low23 = __builtin_shufflevector(rows[2], rows[3], 0, 4, 1, 5);
    const four high23 = __builtin_shufflevector(rows[2], rows[3], 2, 6, 3, 7);
    const std::array<four, record_size> columns{__builtin_shufflevector(low01, low23, 0, 1, 4, 5),
                                                __builtin_shufflevector(low01, low23, 2, 3, 6, 7),
                                                __builtin_shufflevector(high01, high23, 0, 1, 4, 5),
                                                __builtin_shufflevector(high01, high23, 2, 3, 6, 7)};
    for (std::size_t k = 0; k < record_size; ++k)
        std::memcpy(column(k), &columns[k], sizeof(four));
}

#else

template <typename Real, typename Row, typename Column>
inline void transpose_fours(const Row& row, const Column& column) noexcept {
    for (std::size_t k = 0; k < record_size; ++k)
        for (std::size_t c = 0; c < record_size; ++c)
            column(c)[k] = row(k)[c];
}

#endif

/// Reads one record per lane.
/// \param record  (lane) -> address of its four numbers.
template <typename Real, typename Record>
inline void read_records(const Record& record, record_lanes<Real>& numbers) noexcept {
    for (std::size_t first = 0; first < lane_count; first += record_size)
        transpose_fours<Real>([&](std::size_t k) -> const Real* { return record(first + k); },
                              [&](std::size_t k) { return numbers[k].data() + first; });
}

/// Writes one record per lane.
/// \param record  (lane) -> address of its four numbers.
template <typename Real, typename Record>
inline void write_records(const record_lanes<Real>& numbers, const Record& record) noexcept {
    for (std::size_t first = 0; first < lane_count; first += record_size)
        transpose_fours<Real>([&](std::size_t k) { return numbers[k].data() + first; },
                              [&](std::size_t k) -> Real* { return record(first + k); });
}

} // namespace tinynet::detail

#endif
