// SPDX-License-Identifier: MIT
#include <tinynet/detail/records.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <numeric>
#include <vector>

namespace tinynet::test::records_test {

TEST_CASE_TEMPLATE("records come in lane by lane and go out to where they came from", Real, float, double) {
    using namespace detail;
    std::vector<Real> numbers(3 * lane_count * record_size);
    std::iota(numbers.begin(), numbers.end(), Real{1});
    const auto address = [](auto* first) {
        return [=](std::size_t lane) { return first + (7 * lane % lane_count) * 3 * record_size; };
    };
    std::array<lanes<Real>, record_size> columns;
    read_records<Real>(address(static_cast<const Real*>(numbers.data())),
                       [&](std::size_t lane, std::size_t k, const four<Real>& entries) {
                           entries.store(columns[k].data() + lane);
                       });
    for (std::size_t lane = 0; lane < lane_count; ++lane)
        for (std::size_t k = 0; k < record_size; ++k)
            CHECK(columns[k][lane] == numbers[(7 * lane % lane_count) * 3 * record_size + k]);
    std::vector<Real> copy(numbers.size(), Real{0});
    write_records<Real>(columns, address(copy.data()));
    for (std::size_t k = 0; k < copy.size(); ++k)
        CHECK(copy[k] == (k / record_size % 3 == 0 ? numbers[k] : Real{0}));
}

TEST_CASE_TEMPLATE("property: columns become lanes and columns again", Real, float, double) {
    using namespace detail;
    for (const std::size_t row_count : {0U, 1U, 4U, 7U, 12U})
        for (const std::size_t column_count : {0U, 1U, 5U, 16U}) {
            const std::size_t stride = row_count + 3;
            std::vector<Real> columns(lane_count * stride);
            std::iota(columns.begin(), columns.end(), Real{1});
            std::vector<lanes<Real>> rows(row_count);
            read_columns<Real>(columns.data(), stride, column_count, rows);
            for (std::size_t row = 0; row < row_count; ++row)
                for (std::size_t lane = 0; lane < lane_count; ++lane)
                    CHECK(rows[row][lane] == (lane < column_count ? columns[lane * stride + row] : Real{0}));
            std::vector<Real> copy(columns.size(), Real{0});
            write_columns<Real>(rows, copy.data(), stride, column_count);
            for (std::size_t k = 0; k < copy.size(); ++k)
                CHECK(copy[k] ==
                      (k / stride < column_count && k % stride < row_count ? columns[k] : Real{0}));
        }
}

} // namespace tinynet::test::records_test
