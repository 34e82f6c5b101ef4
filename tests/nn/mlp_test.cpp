// SPDX-License-Identifier: MIT
#include "support/finite_differences.hpp"
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/mlp.hpp>

#include <Eigen/Core>
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <thread>
#include <vector>

namespace tinynet::test::mlp_test {

namespace {

using tinynet::batch_matrix;
using tinynet::dynamic_width;
using tinynet::mlp;

/// Numbers between -1 and 1.
template <typename Real>
batch_matrix<Real> random_batch(std::size_t rows, std::size_t columns, std::uint64_t seed) {
    tinynet::detail::random_source random{{.seed = seed}};
    return batch_matrix<Real>::NullaryExpr(static_cast<Eigen::Index>(rows),
                                           static_cast<Eigen::Index>(columns),
                                           [&] { return static_cast<Real>(2.0 * random.uniform() - 1.0); });
}

/// Random weights and, unlike a fresh start, random biases.
template <typename Network>
Network randomized(Network network) {
    tinynet::initialize(network, {.seed = 5});
    for (std::size_t layer = 0; layer < network.layer_count(); ++layer)
        network.bias(layer) = random_batch<typename Network::real>(network.widths()[layer + 1], 1, layer);
    return network;
}

template <typename Network>
auto outputs_of(const Network& network, const batch_matrix<typename Network::real>& inputs) {
    batch_matrix<typename Network::real> outputs(static_cast<Eigen::Index>(network.output_width()),
                                                 inputs.cols());
    auto workspace = network.make_workspace(static_cast<std::size_t>(inputs.cols()));
    network.forward(inputs, workspace, outputs);
    return outputs;
}

/// The network as a textbook writes it.
template <typename Network>
auto textbook_outputs(const Network& network, batch_matrix<typename Network::real> values) {
    using real = typename Network::real;
    for (std::size_t layer = 0; layer < network.layer_count(); ++layer) {
        const batch_matrix<real> sums = (network.weights(layer) * values).colwise() +
                                        Eigen::Vector<real, Eigen::Dynamic>{network.bias(layer)};
        values = layer + 1 < network.layer_count()
                     ? batch_matrix<real>{sums.unaryExpr([](real x) { return std::tanh(x); })}
                     : sums;
    }
    return values;
}

/// Calls `check(network)` for networks with all kinds of widths.
template <typename Real, typename Check>
void for_each_shape(Check&& check) {
    check(randomized(mlp<Real, 16, 32, 3>{150}));
    check(randomized(mlp<Real, 16, 32, 1>{7}));
    check(randomized(mlp<Real, 16, 32, dynamic_width>{9, {21}}));
    check(randomized(mlp<Real, dynamic_width, 5>{1, {1}}));
    check(randomized(mlp<Real, 13, dynamic_width, 6, 2>{33, {39}}));
    check(randomized(mlp<Real, 4>{3}));
}

TEST_CASE("widths and parameters are counted") {
    const mlp<float, 16, dynamic_width, 3> network{10, {32}};
    CHECK(network.layer_count() == 3);
    CHECK(network.input_width() == 10);
    CHECK(network.output_width() == 3);
    CHECK(std::vector<std::size_t>(network.widths().begin(), network.widths().end()) ==
          std::vector<std::size_t>{10, 16, 32, 3});
    CHECK(network.parameter_count() == 10 * 16 + 16 + 16 * 32 + 32 + 32 * 3 + 3);
}

TEST_CASE("parameters are the weights of a layer in column-major order, then its biases") {
    mlp<double, 2, 1> network{3};
    double number = 0.0;
    for (double& parameter : network.parameters())
        parameter = number++;
    CHECK(network.weights(0)(1, 0) == 1.0);
    CHECK(network.weights(0)(0, 2) == 4.0);
    CHECK(network.bias(0)[1] == 7.0);
    CHECK(network.weights(1)(0, 1) == 9.0);
    CHECK(network.bias(1)[0] == 10.0);
    network.bias(1)[0] = -1.0;
    CHECK(network.parameters().back() == -1.0);
}

TEST_CASE_TEMPLATE("forward computes the layers one after the other", Real, float, double) {
    for_each_shape<Real>([](const auto& network) {
        const auto inputs = random_batch<Real>(network.input_width(), 11, 3);
        const batch_matrix<Real> difference = outputs_of(network, inputs) - textbook_outputs(network, inputs);
        // Sums of at most 150 products, and tanh to 1e-6 (float) or 1e-15.
        CHECK(difference.cwiseAbs().maxCoeff() < 100 * std::numeric_limits<Real>::epsilon());
    });
}

TEST_CASE_TEMPLATE("samples that lie side by side give the bits of a batch", Real, float, double) {
    for_each_shape<Real>([](const auto& network) {
        constexpr auto width = static_cast<Eigen::Index>(detail::lane_count);
        for (const Eigen::Index count : {width, width - 3, Eigen::Index{1}}) {
            const auto inputs = random_batch<Real>(network.input_width(), static_cast<int>(width), 5);
            std::vector<detail::lanes<Real>> lanes(network.input_width());
            for (std::size_t k = 0; k < lanes.size(); ++k)
                for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
                    lanes[k][lane] = inputs(static_cast<Eigen::Index>(k), static_cast<Eigen::Index>(lane));
            auto workspace = network.make_workspace(detail::lane_count);
            batch_matrix<Real> outputs(static_cast<Eigen::Index>(network.output_width()), count);
            network.forward(lanes, workspace, outputs);
            CHECK(outputs == outputs_of(network, inputs).leftCols(count));
            batch_matrix<Real> gradients(inputs.rows(), count);
            network.input_gradient(outputs, workspace, gradients);
            network.input_gradient(outputs, workspace, lanes);
            for (std::size_t k = 0; k < lanes.size(); ++k)
                for (Eigen::Index lane = 0; lane < count; ++lane)
                    CHECK(lanes[k][static_cast<std::size_t>(lane)] ==
                          gradients(static_cast<Eigen::Index>(k), lane));
        }
    });
}

TEST_CASE("an empty batch is possible") {
    const mlp<double, 16, 32, 3> network{10};
    auto workspace = network.make_workspace(0);
    batch_matrix<double> inputs(10, 0);
    batch_matrix<double> outputs(3, 0);
    std::vector<double> gradient(network.parameter_count(), 1.0);
    network.forward(inputs, workspace, outputs);
    network.backward(inputs, outputs, workspace, gradient, inputs);
    CHECK(gradient == std::vector<double>(network.parameter_count(), 1.0));
}

TEST_CASE("batches may be columns of larger matrices") {
    const auto network = randomized(mlp<double, 16, 32, 3>{10});
    const auto inputs = random_batch<double>(14, 9, 1);
    batch_matrix<double> outputs = batch_matrix<double>::Constant(5, 9, 4.0);
    auto workspace = network.make_workspace(9);
    network.forward(inputs.middleRows(2, 10), workspace, outputs.middleRows(1, 3));
    CHECK(outputs.middleRows(1, 3) == outputs_of(network, inputs.middleRows(2, 10)));
    CHECK((outputs.row(0).array() == 4.0).all());
    CHECK((outputs.row(4).array() == 4.0).all());
}

TEST_CASE("a number that is not finite reaches the outputs") {
    const auto network = randomized(mlp<float, 16, 32, 3>{10});
    batch_matrix<float> inputs = random_batch<float>(10, 2, 1);
    inputs(4, 1) = std::numeric_limits<float>::quiet_NaN();
    const auto outputs = outputs_of(network, inputs);
    CHECK(outputs.col(0).array().isFinite().all());
    CHECK(outputs.col(1).array().isNaN().all());
}

TEST_CASE_TEMPLATE("property: a sample has the same bits in any batch and at any place", Real, float,
                   double) {
    for_each_shape<Real>([](const auto& network) {
        constexpr Eigen::Index count = 71;
        const auto inputs = random_batch<Real>(network.input_width(), count, 2);
        const auto together = outputs_of(network, inputs);
        for (Eigen::Index column = 0; column < count; ++column) {
            CAPTURE(column);
            const auto alone = outputs_of(network, inputs.col(column));
            CHECK(alone == together.col(column));
            const Eigen::Index width = 1 + column % 7;
            const Eigen::Index first = std::min(column, count - width);
            const auto some = outputs_of(network, inputs.middleCols(first, width));
            CHECK(some == together.middleCols(first, width));
        }
    });
}

TEST_CASE_TEMPLATE("property: input gradients of a sample have the same bits in any batch", Real, float,
                   double) {
    for_each_shape<Real>([](const auto& network) {
        constexpr Eigen::Index count = 67;
        const auto inputs = random_batch<Real>(network.input_width(), count, 2);
        const auto slopes = random_batch<Real>(network.output_width(), count, 3);
        const auto gradient_of = [&](Eigen::Index first, Eigen::Index width) {
            auto workspace = network.make_workspace(100);
            batch_matrix<Real> outputs(slopes.rows(), width);
            batch_matrix<Real> gradient(inputs.rows(), width);
            network.forward(inputs.middleCols(first, width), workspace, outputs);
            network.input_gradient(slopes.middleCols(first, width), workspace, gradient);
            return gradient;
        };
        const auto together = gradient_of(0, count);
        for (Eigen::Index column = 0; column < count; ++column) {
            CAPTURE(column);
            CHECK(gradient_of(column, 1) == together.col(column));
        }
        CHECK(gradient_of(3, 62) == together.middleCols(3, 62));
    });
}

TEST_CASE("property: both gradients are central differences") {
    for_each_shape<double>([](auto network) {
        auto inputs = random_batch<double>(network.input_width(), 70, 2);
        const auto slopes = random_batch<double>(network.output_width(), 70, 3);
        auto workspace = network.make_workspace(80);
        batch_matrix<double> outputs(slopes.rows(), slopes.cols());
        const auto loss = [&] {
            network.forward(inputs, workspace, outputs);
            return outputs.cwiseProduct(slopes).sum();
        };
        loss();
        std::vector<double> gradient(network.parameter_count());
        batch_matrix<double> input_gradient(inputs.rows(), inputs.cols());
        network.backward(inputs, slopes, workspace, gradient, input_gradient);
        batch_matrix<double> only_inputs(inputs.rows(), inputs.cols());
        network.input_gradient(slopes, workspace, only_inputs);
        std::vector<double> only_parameters(network.parameter_count());
        network.backward(inputs, slopes, workspace, only_parameters);
        CHECK(only_inputs == input_gradient);
        CHECK(only_parameters == gradient);
        const auto of_parameters = tinynet::test::central_differences(network.parameters(), loss);
        CHECK(tinynet::test::relative_difference(gradient, of_parameters) < 1e-7);
        const std::span flat_inputs{inputs.data(),
                                    static_cast<std::size_t>(std::min<Eigen::Index>(inputs.size(), 900))};
        const auto of_inputs = tinynet::test::central_differences(flat_inputs, loss);
        const std::span flat_gradient{input_gradient.data(), flat_inputs.size()};
        CHECK(tinynet::test::relative_difference(flat_gradient, of_inputs) < 1e-7);
    });
}

TEST_CASE_TEMPLATE("backward adds to the gradient that is there", Real, float, double) {
    const auto network = randomized(mlp<Real, 16, 32, 3>{10});
    const auto inputs = random_batch<Real>(10, 8, 2);
    auto workspace = network.make_workspace(8);
    batch_matrix<Real> outputs(3, 8);
    network.forward(inputs, workspace, outputs);
    std::vector<Real> once(network.parameter_count());
    network.backward(inputs, outputs, workspace, once);
    std::vector<Real> twice = once;
    network.backward(inputs, outputs, workspace, twice);
    for (std::size_t i = 0; i < once.size(); ++i)
        CHECK(twice[i] == 2 * once[i]);
}

TEST_CASE_TEMPLATE("one network serves several threads at the same time", Real, float, double) {
    const auto network = randomized(mlp<Real, 16, 32, 3>{40});
    constexpr std::size_t thread_count = 4;
    std::vector<batch_matrix<Real>> inputs;
    std::vector<batch_matrix<Real>> expected;
    for (std::size_t thread = 0; thread < thread_count; ++thread) {
        inputs.push_back(random_batch<Real>(40, 100, thread));
        expected.push_back(outputs_of(network, inputs.back()));
    }
    std::vector<int> failures(thread_count);
    {
        std::vector<std::jthread> threads;
        for (std::size_t thread = 0; thread < thread_count; ++thread)
            threads.emplace_back([&, thread] {
                for (int round = 0; round < 50; ++round)
                    failures[thread] += outputs_of(network, inputs[thread]) != expected[thread];
            });
    }
    CHECK(failures == std::vector<int>(thread_count));
}

TEST_CASE("a width of zero is refused") {
    CHECK_THROWS_AS((mlp<float, 16, 32, 3>{0}), tinynet::invalid_option);
    CHECK_THROWS_AS((mlp<float, dynamic_width, 3>{5, {0}}), tinynet::invalid_option);
}

} // namespace

} // namespace tinynet::test::mlp_test
