// SPDX-License-Identifier: MIT
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/mlp.hpp>
#include <tinynet/nn/network.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tinynet::test::initialize_test {

namespace {

using tinynet::weight_distribution;

template <typename Real>
std::vector<Real> start(const tinynet::initialization_settings& settings) {
    tinynet::mlp<Real, 16, 32, 3> network{150};
    network.bias(0).setOnes();
    tinynet::initialize(network, settings);
    return {network.parameters().begin(), network.parameters().end()};
}

TEST_CASE("the bound of the weights is that of the papers") {
    const Eigen::MatrixXd weights = Eigen::MatrixXd::Zero(2, 4);
    CHECK(tinynet::weight_bound(weights, weight_distribution::glorot_uniform) == 1.0);
    CHECK(tinynet::weight_bound(weights, weight_distribution::lecun_uniform) == std::sqrt(0.75));
}

TEST_CASE_TEMPLATE("weights fill their bound, biases are zero", Real, float, double) {
    for (const auto distribution :
         {weight_distribution::glorot_uniform, weight_distribution::lecun_uniform}) {
        tinynet::mlp<Real, 16, 32, 3> network{150};
        tinynet::initialize(network, {.distribution = distribution, .seed = 3});
        for (std::size_t layer = 0; layer < 3; ++layer) {
            CAPTURE(layer);
            const auto weights = network.weights(layer);
            const auto bound = static_cast<Real>(tinynet::weight_bound(weights, distribution));
            CHECK(weights.cwiseAbs().maxCoeff() <= bound);
            CHECK(weights.cwiseAbs().maxCoeff() > Real(0.9) * bound);
            CHECK(std::abs(weights.mean()) < Real(0.2) * bound);
            CHECK(network.bias(layer).isZero(0));
        }
    }
}

TEST_CASE_TEMPLATE("a seed fixes the weights", Real, float, double) {
    CHECK(start<Real>({.seed = 1}) == start<Real>({.seed = 1}));
    CHECK(start<Real>({.seed = 1}) != start<Real>({.seed = 2}));
}

TEST_CASE("float weights are the rounded double ones") {
    const auto wide = start<double>({});
    const auto narrow = start<float>({});
    for (std::size_t i = 0; i < wide.size(); ++i)
        CHECK(narrow[i] == static_cast<float>(wide[i]));
}

TEST_CASE("a network starts like the mlp in it") {
    auto network = tinynet::make_network<float>(150, std::array<std::size_t, 2>{16, 32}, 3);
    tinynet::initialize(network, {.seed = 4});
    const std::vector<float> parameters(network.parameters().begin(), network.parameters().end());
    CHECK(parameters == start<float>({.seed = 4}));
}

} // namespace

} // namespace tinynet::test::initialize_test
