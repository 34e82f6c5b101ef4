// SPDX-License-Identifier: MIT
#include "support/linear_regression.hpp"
#include <tinynet/training/train.hpp>

#include <doctest/doctest.h>

#include <cstdint>
#include <vector>

namespace tinynet::test::train_test {

namespace {

struct setting {
    tinynet::regression_data<float> training = tinynet::test::linear_data<float>(8, 1);
    tinynet::regression_data<float> validation = tinynet::test::linear_data<float>(4, 2);
    tinynet::regression_trainer<float> trainer{
        tinynet::test::linear_network<float>(), training, validation, {.epochs = 5}};
    tinynet::worker_pool pool{1};
};

TEST_CASE("every epoch is run and reported") {
    setting set;
    std::vector<std::uint64_t> epochs;
    tinynet::train(set.trainer, set.pool,
                   [&](const tinynet::epoch_report& report) { epochs.push_back(report.epoch); });
    CHECK(epochs == std::vector<std::uint64_t>{1, 2, 3, 4, 5});
    CHECK(set.trainer.is_finished());
}

TEST_CASE("a report answered with false ends the training, which can go on later") {
    setting set;
    tinynet::train(set.trainer, set.pool,
                   [](const tinynet::epoch_report& report) { return report.epoch < 2; });
    CHECK(set.trainer.epoch() == 2);
    tinynet::train(set.trainer, set.pool);
    CHECK(set.trainer.epoch() == 5);
}

TEST_CASE("a finished training does nothing more") {
    setting set;
    tinynet::train(set.trainer, set.pool);
    const auto state = set.trainer.state();
    tinynet::train(set.trainer, set.pool);
    CHECK(set.trainer.state() == state);
}

} // namespace

} // namespace tinynet::test::train_test
