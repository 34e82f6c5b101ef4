// SPDX-License-Identifier: MIT
#include <tinynet/training/energy_pass.hpp>

#include <tinynet/nn/initialize.hpp>

#include <doctest/doctest.h>

#include <array>
#include <vector>

namespace tinynet::test::energy_pass_test {

TEST_CASE("outputs and input gradients are those of the network") {
    for (const std::size_t layers : {1U, 2U, 3U}) {
        auto net = make_network<double>(9, std::vector<std::size_t>(layers, 6), 1);
        initialize(net, {.seed = 3});
        const batch_matrix<double> inputs = batch_matrix<double>::Random(9, 5);
        energy_pass<double> pass;
        pass.run(net, inputs);
        auto space = net.make_workspace(5);
        batch_matrix<double> outputs(1, 5);
        batch_matrix<double> gradients(9, 5);
        net.forward(inputs, space, outputs);
        net.input_gradient(batch_matrix<double>::Ones(1, 5), space, gradients);
        CHECK((pass.outputs() - outputs).norm() < 1e-13);
        CHECK((pass.input_gradient() - gradients).norm() < 1e-13);
    }
}

TEST_CASE("property: the parameter gradient is that of outputs and directional derivatives") {
    for (const std::size_t layers : {1U, 2U, 3U}) {
        auto net = make_network<double>(7, std::vector<std::size_t>(layers, 5), 1);
        initialize(net, {.seed = 4});
        for (double& parameter : net.parameters())
            parameter += 0.1;
        const batch_matrix<double> inputs = batch_matrix<double>::Random(7, 4);
        const batch_matrix<double> directions = batch_matrix<double>::Random(7, 4);
        constexpr double weight = 0.7;
        energy_pass<double> pass;
        const auto value = [&] {
            pass.run(net, inputs);
            return weight * pass.outputs().sum() + pass.input_gradient().cwiseProduct(directions).sum();
        };
        value();
        std::vector<double> gradient(net.parameter_count(), 1.0);
        pass.add_parameter_gradient(net, inputs, weight, directions, gradient);
        for (std::size_t p = 0; p < gradient.size(); ++p) {
            constexpr double step = 1e-5;
            double& parameter = net.parameters()[p];
            const double before = parameter;
            parameter = before + step;
            const double above = value();
            parameter = before - step;
            const double below = value();
            parameter = before;
            CHECK(std::abs((above - below) / (2 * step) + 1.0 - gradient[p]) < 1e-8);
        }
        const batch_matrix<double> adjoints = pass.adjoints();
        for (Eigen::Index entry = 0; entry < inputs.size(); ++entry) {
            constexpr double step = 1e-5;
            batch_matrix<double> moved = inputs;
            const auto value_at = [&](double by) {
                moved.data()[entry] = inputs.data()[entry] + by;
                pass.run(net, moved);
                return weight * pass.outputs().sum() + pass.input_gradient().cwiseProduct(directions).sum();
            };
            CHECK(std::abs((value_at(step) - value_at(-step)) / (2 * step) - adjoints.data()[entry]) < 1e-8);
        }
    }
}

} // namespace tinynet::test::energy_pass_test
