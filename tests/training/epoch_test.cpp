// SPDX-License-Identifier: MIT
#include <tinynet/training/epoch.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <set>

namespace tinynet::test::epoch_test {

namespace {

TEST_CASE("networks of one seed and of neighboring seeds start differently") {
    std::set<std::uint64_t> seeds;
    for (const std::uint64_t seed : {0U, 1U, 2U, 100U})
        for (std::size_t number = 0; number < 100; ++number)
            seeds.insert(detail::seed_of_network(seed, number));
    CHECK(seeds.size() == 400);
    CHECK(detail::seed_of_network(7, 0) == 7);
}

TEST_CASE("a loss that is not finite is refused with its epoch and the learning rate") {
    CHECK_NOTHROW(detail::check_loss(1e300, 3, 0.5));
    CHECK_THROWS_WITH_AS(detail::check_loss(std::numeric_limits<double>::infinity(), 3, 0.5),
                         "the training diverged at epoch 3: the loss is inf; lower the learning rate, 0.5",
                         invalid_dataset);
    CHECK_THROWS_AS(detail::check_loss(std::numeric_limits<double>::quiet_NaN(), 3, 0.5), invalid_dataset);
}

} // namespace

} // namespace tinynet::test::epoch_test
