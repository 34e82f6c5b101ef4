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

} // namespace tinynet::test::records_test
