// SPDX-License-Identifier: MIT
#include <tinynet/detail/random.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <set>
#include <span>
#include <vector>

namespace tinynet::test::random_test {

namespace {

using tinynet::detail::random_source;

TEST_CASE("a seed and a stream fix the sequence for ever") {
    random_source first{{.seed = 1, .stream = 0}};
    random_source again{{.seed = 1, .stream = 0}};
    for (int i = 0; i < 100; ++i)
        CHECK(first.uniform() == again.uniform());
    random_source fixed{{.seed = 1, .stream = 2}};
    CHECK(fixed.uniform() == 0x1.890848c0bde33p-1);
    CHECK(fixed.index(1000) == 807);
}

TEST_CASE("neighboring seeds and streams begin differently") {
    std::set<double> beginnings;
    for (std::uint64_t seed = 0; seed < 30; ++seed)
        for (std::uint64_t stream = 0; stream < 30; ++stream)
            beginnings.insert(random_source{{.seed = seed, .stream = stream}}.uniform());
    CHECK(beginnings.size() == 900);
}

TEST_CASE("uniform numbers fill the interval from 0 to 1") {
    random_source random{{.seed = 7}};
    double sum = 0.0;
    double squares = 0.0;
    constexpr int count = 100000;
    for (int i = 0; i < count; ++i) {
        const double number = random.uniform();
        REQUIRE(number >= 0.0);
        REQUIRE(number < 1.0);
        sum += number;
        squares += number * number;
    }
    // Four standard errors of the mean: 4 * sqrt(1/12/count), and of the mean square: 4 * sqrt(4/45/count).
    CHECK(std::abs(sum / count - 0.5) < 0.0037);
    CHECK(std::abs(squares / count - 1.0 / 3.0) < 0.0038);
}

TEST_CASE("normal numbers have mean 0, variance 1 and no skew") {
    random_source random{{.seed = 7}};
    std::array<double, 4> sums{};
    constexpr int count = 100000;
    for (int i = 0; i < count; ++i) {
        const double number = random.normal();
        double power = 1.0;
        for (double& sum : sums)
            sum += power *= number;
    }
    // Four standard errors: the variances of x, x^2, x^3, x^4 are 1, 2, 15, 96.
    CHECK(std::abs(sums[0] / count) < 0.013);
    CHECK(std::abs(sums[1] / count - 1.0) < 0.018);
    CHECK(std::abs(sums[2] / count) < 0.05);
    CHECK(std::abs(sums[3] / count - 3.0) < 0.125);
}

TEST_CASE("an index hits every value about as often") {
    random_source random{{.seed = 3}};
    std::array<int, 7> hits{};
    for (int i = 0; i < 70000; ++i)
        ++hits[random.index(hits.size())];
    for (const int count : hits)
        CHECK(std::abs(count - 10000) < 400); // four standard errors: 4 * sqrt(10000 * 6/7) = 370
    CHECK(random.index(1) == 0);
}

TEST_CASE("shuffling reaches every order of three about as often") {
    random_source random{{.seed = 5}};
    std::array<int, 27> hits{};
    for (int i = 0; i < 60000; ++i) {
        std::array<std::size_t, 3> values{0, 1, 2};
        random.shuffle(std::span<std::size_t>{values});
        ++hits[values[0] * 9 + values[1] * 3 + values[2]];
    }
    int reached = 0;
    for (const int count : hits)
        if (count > 0) {
            ++reached;
            CHECK(std::abs(count - 10000) < 400);
        }
    CHECK(reached == 6);
}

TEST_CASE("shuffling nothing or one value leaves it") {
    random_source random{{.seed = 5}};
    std::vector<int> values;
    random.shuffle(std::span{values});
    values.push_back(4);
    random.shuffle(std::span{values});
    CHECK(values == std::vector<int>{4});
}

} // namespace

} // namespace tinynet::test::random_test
