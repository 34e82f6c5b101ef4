// SPDX-License-Identifier: MIT
#include <tinynet/io/tensor.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tinynet::test::tensor_test {

using tinynet::dtype;
using tinynet::file_error;
using tinynet::make_tensor;

TEST_CASE("a tensor gives back the numbers it was made of") {
    const std::vector<double> values = {1.0, -2.5, 1e-300, 4.0, 5.0, 6.0};
    const auto made = make_tensor<double>({2, 3}, values);
    CHECK(made.shape == std::vector<std::size_t>{2, 3});
    CHECK(made.type == dtype::f64);
    CHECK(made.bytes.size() == 48);
    CHECK(made.as<double>() == values);
}

TEST_CASE("every number type has its name and size") {
    CHECK(name_of(make_tensor<float>({1}, std::vector{1.5F}).type) == "F32");
    CHECK(name_of(make_tensor<std::int64_t>({1}, std::vector<std::int64_t>{-1}).type) == "I64");
    CHECK(name_of(make_tensor<std::int32_t>({1}, std::vector<std::int32_t>{-1}).type) == "I32");
    CHECK(name_of(make_tensor<std::uint8_t>({1}, std::vector<std::uint8_t>{255}).type) == "U8");
    CHECK(size_of(dtype::f64) == sizeof(double));
    CHECK(size_of(dtype::u8) == 1);
}

TEST_CASE("a tensor may be a single number or have no element") {
    CHECK(make_tensor<double>({}, std::vector{3.0}).as<double>() == std::vector{3.0});
    CHECK(make_tensor<double>({4, 0, 2}, {}).as<double>().empty());
}

TEST_CASE("a byte count beyond the largest size is noticed") {
    constexpr auto largest = std::numeric_limits<std::size_t>::max();
    const std::vector<std::size_t> shape = {largest / 8, 2};
    CHECK(tinynet::detail::byte_count(shape, dtype::u8) == largest / 8 * 2);
    CHECK(!tinynet::detail::byte_count(shape, dtype::f64));
    CHECK(tinynet::detail::byte_count(std::vector<std::size_t>{largest, largest, 0}, dtype::f64) == 0);
}

TEST_CASE("numbers of another type are refused") {
    const auto made = make_tensor<float>({1}, std::vector{1.0F});
    CHECK_THROWS_WITH_AS((void)made.as<double>(), "a tensor holds F32 numbers, expected F64", file_error);
}

TEST_CASE("values that do not fill the shape are refused") {
    CHECK_THROWS_WITH_AS(
        make_tensor<double>({2, 2}, std::vector{1.0, 2.0, 3.0}),
        "found 3 values for a tensor of 2 axes, expected as many as the product of its extents", file_error);
}

} // namespace tinynet::test::tensor_test
