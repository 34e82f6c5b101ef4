// SPDX-License-Identifier: MIT
#include "support/linear_regression.hpp"
#include <tinynet/training/regression.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tinynet::test::regression_test {

namespace {

using tinynet::regression_settings;
using tinynet::regression_trainer;
using tinynet::test::linear_data;
using tinynet::test::linear_network;

/// 43 structures of 5 atoms in batches of 20: four blocks, two blocks, and a last batch of fewer structures.
constexpr std::size_t structure_count = 43;
const regression_settings short_run{
    .epochs = 6, .batch_structures = 20, .adam = {}, .schedule = {}, .seed = 3};

template <typename Real>
tinynet::training_state<Real> trained_state(std::size_t thread_count,
                                            const regression_settings& settings = short_run) {
    const auto training = linear_data<Real>(structure_count, 1);
    const auto validation = linear_data<Real>(30, 2);
    regression_trainer<Real> trainer{linear_network<Real>(), training, validation, settings};
    tinynet::worker_pool pool{thread_count};
    while (!trainer.is_finished())
        trainer.run_epoch(pool);
    return trainer.state();
}

template <typename Real>
double mse(const tinynet::network<Real>& network, const tinynet::regression_data<Real>& data) {
    auto workspace = network.make_workspace(static_cast<std::size_t>(data.inputs.cols()));
    tinynet::batch_matrix<Real> outputs(data.targets.rows(), data.targets.cols());
    network.forward(data.inputs, workspace, outputs);
    return static_cast<double>((outputs - data.targets).array().square().mean());
}

TEST_CASE_TEMPLATE("a linear target is reproduced", Real, float, double) {
    const auto training = linear_data<Real>(100, 1);
    const auto validation = linear_data<Real>(20, 2);
    regression_trainer<Real> trainer{
        linear_network<Real>(),
        training,
        validation,
        {.epochs = 400, .schedule = {.peak_rate = 1e-2, .final_fraction = 1e-3}}};
    tinynet::worker_pool pool{2};
    const double first = trainer.run_epoch(pool).training_loss;
    while (!trainer.is_finished())
        trainer.run_epoch(pool);
    const double variance = static_cast<double>(training.targets.array().square().mean());
    CHECK(first > 0.1 * variance);
    CHECK(mse(trainer.best(), training) < 1e-4 * variance);
    CHECK(mse(trainer.best(), validation) < 1e-4 * variance);
}

TEST_CASE("reported losses are those of the networks before each update and after the epoch") {
    const auto training = linear_data<double>(7, 1);
    const auto validation = linear_data<double>(30, 2);
    regression_trainer<double> trainer{
        linear_network<double>(), training, validation, {.epochs = 5, .batch_structures = 7}};
    tinynet::worker_pool pool{1};
    const double before = mse(trainer.current(), training);
    const auto report = trainer.run_epoch(pool);
    CHECK(report.epoch == 1);
    CHECK(report.learning_rate == schedule_settings{}.peak_rate);
    CHECK(std::abs(report.training_loss / before - 1.0) < 1e-13);
    REQUIRE(report.validation_loss);
    CHECK(std::abs(*report.validation_loss / mse(trainer.current(), validation) - 1.0) < 1e-13);
    CHECK(report.is_best);
}

TEST_CASE("a batch of several blocks moves the parameters by its whole gradient") {
    const auto training = linear_data<double>(structure_count, 1);
    const tinynet::regression_data<double> none;
    const auto network = linear_network<double>();
    regression_trainer<double> trainer{
        network, training, none, {.epochs = 1, .batch_structures = structure_count}};
    tinynet::worker_pool pool{2};
    trainer.run_epoch(pool);

    auto workspace = network.make_workspace(static_cast<std::size_t>(training.inputs.cols()));
    tinynet::batch_matrix<double> outputs(training.targets.rows(), training.targets.cols());
    network.forward(training.inputs, workspace, outputs);
    outputs = (outputs - training.targets) * (2.0 / static_cast<double>(outputs.size()));
    std::vector<double> gradient(network.parameter_count());
    network.backward(training.inputs, outputs, workspace, gradient);
    const auto moments = trainer.state().optimizer.first_moment; // (1 - beta1) times the gradient
    // Sums of 215 terms of order one in another order.
    for (std::size_t i = 0; i < gradient.size(); ++i)
        CHECK(std::abs(moments[i] - 0.1 * gradient[i]) < 215 * std::numeric_limits<double>::epsilon());
}

TEST_CASE("every epoch has its own order of the structures") {
    const auto training = linear_data<double>(20, 1);
    const tinynet::regression_data<double> none;
    // Parameters hardly move: the moments tell the order alone.
    regression_trainer<double> trainer{
        linear_network<double>(), training, none, {.batch_structures = 1, .schedule = {.peak_rate = 1e-300}}};
    tinynet::worker_pool pool{1};
    const auto start = trainer.state();
    const auto moments_of_epoch = [&](std::uint64_t epoch) {
        auto state = start;
        state.epoch = epoch;
        trainer.restore(state);
        trainer.run_epoch(pool);
        return trainer.state().optimizer.first_moment;
    };
    CHECK(moments_of_epoch(0) == moments_of_epoch(0));
    CHECK(moments_of_epoch(0) != moments_of_epoch(1));
}

TEST_CASE("the best parameters are those of the lowest validation loss") {
    const auto training = linear_data<double>(20, 1);
    const auto validation = linear_data<double>(20, 2);
    // So large a rate that losses go up and down.
    regression_trainer<double> trainer{
        linear_network<double>(), training, validation, {.epochs = 40, .schedule = {.peak_rate = 0.05}}};
    tinynet::worker_pool pool{1};
    double best = std::numeric_limits<double>::infinity();
    bool ever_worse = false;
    while (!trainer.is_finished()) {
        const auto report = trainer.run_epoch(pool);
        CHECK(report.is_best == (*report.validation_loss < best));
        ever_worse |= !report.is_best;
        best = std::min(best, *report.validation_loss);
        CHECK(std::abs(mse(trainer.best(), validation) / best - 1.0) < 1e-12);
    }
    CHECK(ever_worse);
}

TEST_CASE("without validation data the training loss picks the best parameters") {
    const auto training = linear_data<float>(20, 1);
    const tinynet::regression_data<float> none;
    regression_trainer<float> trainer{linear_network<float>(), training, none, {.epochs = 20}};
    tinynet::worker_pool pool{1};
    const auto report = trainer.run_epoch(pool);
    CHECK_FALSE(report.validation_loss);
    CHECK(report.is_best);
    CHECK(trainer.state().best_loss == report.training_loss);
}

TEST_CASE_TEMPLATE("a seed fixes every bit of the result, another seed changes it", Real, float, double) {
    CHECK(trained_state<Real>(1) == trained_state<Real>(1));
    regression_settings other = short_run;
    other.seed = 4;
    CHECK(trained_state<Real>(1) != trained_state<Real>(1, other));
}

TEST_CASE_TEMPLATE("property: any number of threads gives the same bits", Real, float, double) {
    const auto expected = trained_state<Real>(1);
    for (const std::size_t thread_count : std::vector<std::size_t>{2, 3, 8}) {
        CAPTURE(thread_count);
        CHECK(trained_state<Real>(thread_count) == expected);
    }
}

TEST_CASE_TEMPLATE("property: a run resumed at any epoch ends with the same bits", Real, float, double) {
    const auto expected = trained_state<Real>(1);
    const auto training = linear_data<Real>(structure_count, 1);
    const auto validation = linear_data<Real>(30, 2);
    tinynet::worker_pool pool{2};
    regression_trainer<Real> first{linear_network<Real>(), training, validation, short_run};
    while (!first.is_finished()) {
        regression_trainer<Real> second{linear_network<Real>(), training, validation, short_run};
        second.restore(first.state());
        CHECK(second.state() == first.state());
        while (!second.is_finished())
            second.run_epoch(pool);
        CAPTURE(first.epoch());
        CHECK(second.state() == expected);
        first.run_epoch(pool);
    }
}

TEST_CASE("many parameters, updated in several tasks, have the same bits for any number of threads") {
    tinynet::regression_data<float> training;
    training.inputs = tinynet::batch_matrix<float>::NullaryExpr(
        1500, 90, [](auto row, auto column) { return std::sin(static_cast<float>(row * column)); });
    training.targets = training.inputs.topRows(3);
    training.rows_per_structure = 30;
    const tinynet::regression_data<float> none;
    const auto state = [&](std::size_t thread_count) {
        auto network = tinynet::make_network<float>(1500, std::array<std::size_t, 2>{16, 32}, 3);
        tinynet::initialize(network, {});
        regression_trainer<float> trainer{network, training, none, {.epochs = 3}};
        tinynet::worker_pool pool{thread_count};
        while (!trainer.is_finished())
            trainer.run_epoch(pool);
        return trainer.state();
    };
    CHECK(state(1) == state(3));
}

TEST_CASE("a training that diverges says so") {
    auto training = linear_data<float>(20, 1);
    training.targets *= 1e30F;
    const tinynet::regression_data<float> none;
    regression_trainer<float> trainer{
        linear_network<float>(), training, none, {.epochs = 50, .schedule = {.peak_rate = 1e38}}};
    tinynet::worker_pool pool{1};
    const auto run = [&] {
        while (!trainer.is_finished())
            trainer.run_epoch(pool);
    };
    CHECK_THROWS_WITH_AS(run(), doctest::Contains("the training diverged at epoch 1"),
                         tinynet::invalid_dataset);
}

TEST_CASE("data that do not fit the network or each other are refused") {
    const auto good = linear_data<float>(4, 1);
    const tinynet::regression_data<float> none;
    const auto refuses = [](const tinynet::regression_data<float>& training,
                            const tinynet::regression_data<float>& validation) {
        CHECK_THROWS_AS((regression_trainer<float>{linear_network<float>(), training, validation, {}}),
                        tinynet::invalid_dataset);
    };
    refuses(none, none);
    refuses(none, good);
    auto bad = good;
    bad.rows_per_structure = 3;
    refuses(bad, none);
    refuses(good, bad);
    bad.rows_per_structure = 0;
    refuses(bad, none);
    bad = good;
    bad.targets.conservativeResize(2, 5);
    refuses(bad, none);
    bad = good;
    bad.inputs.conservativeResize(5, 20);
    refuses(bad, none);
    bad = good;
    bad.targets(1, 3) = NAN;
    refuses(bad, none);
    refuses(good, bad);
}

TEST_CASE("settings out of range are refused") {
    const auto training = linear_data<float>(4, 1);
    const tinynet::regression_data<float> none;
    const auto refuses = [&](const regression_settings& settings) {
        CHECK_THROWS_AS((regression_trainer<float>{linear_network<float>(), training, none, settings}),
                        tinynet::invalid_option);
    };
    refuses({.batch_structures = 0});
    refuses({.adam = {.beta1 = 2.0}});
    refuses({.schedule = {.peak_rate = -1.0}});
}

TEST_CASE("a state for another network is refused") {
    const auto training = linear_data<float>(4, 1);
    const tinynet::regression_data<float> none;
    regression_trainer<float> trainer{linear_network<float>(), training, none, {}};
    auto state = trainer.state();
    state.parameters.pop_back();
    CHECK_THROWS_AS(trainer.restore(state), tinynet::invalid_option);
    state = trainer.state();
    state.optimizer.first_moment.pop_back();
    CHECK_THROWS_AS(trainer.restore(state), tinynet::invalid_option);
}

} // namespace

} // namespace tinynet::test::regression_test
