// SPDX-License-Identifier: MIT
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/network.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <utility>
#include <vector>

namespace tinynet::test::network_test {

namespace {

using tinynet::batch_matrix;
using tinynet::make_network;
using widths = std::vector<std::size_t>;

template <typename Real>
struct evaluation {
    batch_matrix<Real> outputs;
    batch_matrix<Real> input_gradients;
    std::vector<Real> parameter_gradient;

    bool operator==(const evaluation&) const = default;
};

/// Everything a network can compute, with its own outputs as output gradients.
template <typename Network>
auto evaluate(const Network& network, Eigen::Index column_count = 9) {
    using real = typename Network::real;
    const batch_matrix<real> inputs = batch_matrix<real>::NullaryExpr(
        static_cast<Eigen::Index>(network.input_width()), column_count,
        [](auto row, auto column) { return static_cast<real>((row * 7 + column * 11) % 13) / real{13}; });
    evaluation<real> result{
        batch_matrix<real>::Zero(static_cast<Eigen::Index>(network.output_width()), column_count), inputs,
        std::vector<real>(network.parameter_count())};
    auto workspace = network.make_workspace(static_cast<std::size_t>(column_count));
    network.forward(inputs, workspace, result.outputs);
    network.backward(inputs, result.outputs, workspace, result.parameter_gradient, result.input_gradients);
    return result;
}

TEST_CASE_TEMPLATE("a network of every number of layers has the widths asked for", Real, float, double) {
    for (const auto& hidden :
         {widths{16, 32}, widths{1}, widths{16}, widths{4096}, widths{32, 16}, widths{5, 6, 7}})
        for (const std::size_t output_width : std::vector<std::size_t>{1, 2, 3, 200}) {
            CAPTURE(output_width);
            const auto network = make_network<Real>(12, hidden, output_width);
            widths expected = hidden;
            expected.insert(expected.begin(), 12);
            expected.push_back(output_width);
            CHECK(std::equal(expected.begin(), expected.end(), network.widths().begin(),
                             network.widths().end()));
            CHECK(network.layer_count() == hidden.size() + 1);
            CHECK(network.input_width() == 12);
            CHECK(network.output_width() == output_width);
        }
}

TEST_CASE_TEMPLATE("property: shapes known to the compiler and open shapes give the same bits", Real, float,
                   double) {
    for (const std::size_t output_width : std::vector<std::size_t>{1, 2, 3, 21}) {
        constexpr int any = tinynet::dynamic_width;
        auto known = make_network<Real>(10, std::array<std::size_t, 2>{16, 32}, output_width);
        tinynet::initialize(known, {});
        tinynet::mlp<Real, any, any, any> open{10, {16, 32, output_width}};
        tinynet::initialize(open, {});
        CHECK(evaluate(known) == evaluate(open));
    }
}

TEST_CASE_TEMPLATE("a network computes what its mlp computes", Real, float, double) {
    tinynet::mlp<Real, 16, 32, 3> shape{10};
    tinynet::initialize(shape, {});
    const tinynet::network<Real> network{shape};
    CHECK(evaluate(network) == evaluate(shape));
    CHECK(network.weights(1) == shape.weights(1));
    CHECK(network.bias(1) == shape.bias(1));
    batch_matrix<Real> outputs(3, 2);
    batch_matrix<Real> gradient(10, 2);
    batch_matrix<Real> expected(10, 2);
    const batch_matrix<Real> inputs = batch_matrix<Real>::Ones(10, 2);
    auto workspace = network.make_workspace(2);
    network.forward(inputs, workspace, outputs);
    network.input_gradient(outputs, workspace, gradient);
    std::vector<Real> parameter_gradient(network.parameter_count());
    network.backward(inputs, outputs, workspace, parameter_gradient, expected);
    CHECK(gradient == expected);
    std::vector<detail::lanes<Real>> side_by_side(10);
    network.input_gradient(outputs, workspace, side_by_side);
    for (std::size_t k = 0; k < 10; ++k)
        CHECK(side_by_side[k][1] == expected(static_cast<Eigen::Index>(k), 1));
}

TEST_CASE("a copy has its own parameters") {
    auto original = make_network<double>(10, std::array<std::size_t, 1>{5}, 2);
    tinynet::initialize(original, {});
    auto copy = original;
    CHECK(evaluate(copy) == evaluate(original));
    copy.parameters()[0] += 1.0;
    copy.bias(1)[0] = 3.0;
    copy.weights(1)(0, 0) = 4.0;
    CHECK(evaluate(copy).outputs != evaluate(original).outputs);
    original = copy;
    CHECK(evaluate(copy) == evaluate(original));
    const auto moved = std::move(copy);
    CHECK(evaluate(moved) == evaluate(original));
}

TEST_CASE("anything but one to three hidden layers is refused") {
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(10, widths{}, 3)), tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(10, (widths{8, 8, 8, 8}), 3)),
                    tinynet::invalid_option);
}

TEST_CASE("a width of zero or above 4096 is refused") {
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(0, (widths{8}), 3)), tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(10, (widths{0}), 3)), tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(10, (widths{8}), 0)), tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(10, (widths{8, 4097}), 3)),
                    tinynet::invalid_option);
    CHECK_THROWS_AS(static_cast<void>(make_network<float>(10, (widths{8}), 4097)), tinynet::invalid_option);
    CHECK_THROWS_WITH_AS(static_cast<void>(make_network<float>(10, (widths{16, 32}), 0)),
                         "width number 3 of the network (0 is the input) is 0, at least 1 is needed",
                         tinynet::invalid_option);
}

} // namespace

} // namespace tinynet::test::network_test
