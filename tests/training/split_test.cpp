// SPDX-License-Identifier: MIT
#include <tinynet/training/split.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinynet::test::split_test {

namespace {

using tinynet::split_dataset;

TEST_CASE("the parts have the sizes that the fractions ask for") {
    const auto split = split_dataset(100, {0.7, 0.2, 0.1}, 1);
    CHECK(split.training.size() == 70);
    CHECK(split.validation.size() == 20);
    CHECK(split.test.size() == 10);
    const auto half = split_dataset(100, {0.25, 0.25, 0.0}, 1);
    CHECK(half.training.size() == 25);
    CHECK(half.validation.size() == 25);
    CHECK(half.test.empty());
}

TEST_CASE("all of the structures are used when the fractions add up to one") {
    const auto split = split_dataset(10, {1.0, 0.0, 0.0}, 1);
    CHECK(split.training == std::vector<std::size_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9});
}

TEST_CASE("a seed fixes the split") {
    CHECK(split_dataset(50, {}, 1).training == split_dataset(50, {}, 1).training);
    CHECK(split_dataset(50, {}, 1).training != split_dataset(50, {}, 2).training);
}

TEST_CASE("property: parts are sorted, apart from each other, none of those wanted is empty") {
    for (std::size_t count = 3; count < 60; ++count)
        for (const auto& fractions : {tinynet::split_fractions{},
                                      {0.98, 0.01, 0.01},
                                      {0.05, 0.9, 0.05},
                                      {0.1, 0.1, 0.1},
                                      {1.0 / 3, 1.0 / 3, 1.0 / 3},
                                      {0.01, 0.0, 0.01}}) {
            CAPTURE(count);
            const auto split = split_dataset(count, fractions, count);
            std::vector<std::size_t> all;
            for (const auto* part : {&split.training, &split.validation, &split.test}) {
                CHECK(std::is_sorted(part->begin(), part->end()));
                all.insert(all.end(), part->begin(), part->end());
            }
            CHECK_FALSE(split.training.empty());
            CHECK(split.validation.empty() == (fractions.validation == 0.0));
            CHECK_FALSE(split.test.empty());
            std::sort(all.begin(), all.end());
            CHECK(std::adjacent_find(all.begin(), all.end()) == all.end());
            CHECK(all.back() < count);
            const double sum = fractions.training + fractions.validation + fractions.test;
            if (sum > 0.99)
                CHECK(all.size() == count);
        }
}

TEST_CASE("the least number of structures is one per part") {
    CHECK(split_dataset(1, {1.0, 0.0, 0.0}, 1).training.size() == 1);
    CHECK(split_dataset(2, {0.9, 0.1, 0.0}, 1).validation.size() == 1);
    CHECK_THROWS_AS(static_cast<void>(split_dataset(2, {}, 1)), tinynet::invalid_dataset);
    CHECK_THROWS_AS(static_cast<void>(split_dataset(0, {1.0, 0.0, 0.0}, 1)), tinynet::invalid_dataset);
}

TEST_CASE("fractions that make no sense are refused") {
    CHECK_THROWS_AS(static_cast<void>(split_dataset(10, {0.8, 0.2, 0.1}, 1)), tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(split_dataset(10, {0.8, -0.1, 0.1}, 1)), tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(split_dataset(10, {0.0, 0.5, 0.5}, 1)), tinynet::invalid_option);
    for (const double bad : {NAN, INFINITY}) {
        CHECK_THROWS_AS(static_cast<void>(split_dataset(10, {bad, 0.5, 0.5}, 1)), tinynet::invalid_option);
        CHECK_THROWS_AS(static_cast<void>(split_dataset(10, {0.5, 0.5, bad}, 1)), tinynet::invalid_option);
    }
}

} // namespace

} // namespace tinynet::test::split_test
