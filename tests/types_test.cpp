// SPDX-License-Identifier: MIT
#include <tinynet/types.hpp>

#include <doctest/doctest.h>

#include <array>
#include <concepts>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace tinynet::test::types_test {

TEST_CASE("indices of different kinds do not convert into one another") {
    static_assert(!std::convertible_to<std::size_t, atom_index>);
    static_assert(!std::convertible_to<bond_index, atom_index>);
    static_assert(!std::convertible_to<atom_index, hop_count>);
    static_assert(std::convertible_to<atom_index, std::size_t>);
}

TEST_CASE("an index starts at zero and is ordered by its number") {
    CHECK(atom_index{} == atom_index{0});
    CHECK(atom_index{1} != atom_index{2});
    CHECK(atom_index{1} < atom_index{2});
    CHECK(std::size_t{bond_index{7}} == 7);
}

TEST_CASE("an index reads an element of an array") {
    const std::array<int, 3> numbers = {5, 6, 7};
    CHECK(numbers[bond_index{2}] == 7);
}

TEST_CASE("image shifts add, subtract and change sign component by component") {
    const image_shift left = {1, -2, 3};
    const image_shift right = {4, 5, -6};
    CHECK(left + right == image_shift{5, 3, -3});
    CHECK(left - right == image_shift{-3, -7, 9});
    CHECK(-left == image_shift{-1, 2, -3});
    CHECK(image_shift{} == image_shift{0, 0, 0});
}

TEST_CASE("image shifts are ordered lexicographically") {
    CHECK(image_shift{-1, 9, 9} < image_shift{0, 0, 0});
    CHECK(image_shift{0, 0, 1} < image_shift{0, 1, 0});
    CHECK(image_shift{0, 1, -1} < image_shift{0, 1, 0});
}

TEST_CASE("an image shift is a vector of whole fractional coordinates") {
    CHECK(image_shift{1, -2, 3}.fractional() == vector3{1.0, -2.0, 3.0});
}

TEST_CASE("flat shows the coordinates of vectors in place") {
    std::vector<vector3> vectors = {{1, 2, 3}, {4, 5, 6}};
    const std::span<double> numbers = flat(std::span{vectors});
    REQUIRE(numbers.size() == 6);
    CHECK(numbers[4] == 5.0);
    numbers[4] = 7.0;
    CHECK(vectors[1].y() == 7.0);
    CHECK(flat(std::span<const vector3>{vectors}).data() == numbers.data());
    CHECK(flat(std::span<const vector3>{}).empty());
}

} // namespace tinynet::test::types_test
