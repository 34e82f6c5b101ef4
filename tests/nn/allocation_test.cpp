// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"
#include <tinynet/nn/network.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace tinynet::test::allocation_test {

TEST_CASE("the counter sees allocations of Eigen and of the standard library") {
    Eigen::VectorXd numbers; // both outlive the count, or a compiler may leave the allocation out
    CHECK(tinynet::test::allocations_of([&] { numbers.setZero(5); }) > 0);
    std::vector<double> vector;
    CHECK(tinynet::test::allocations_of([&] { vector.resize(5); }) > 0);
}

TEST_CASE_TEMPLATE("property: evaluation allocates nothing for any shape", Real, float, double) {
    for (const auto& hidden : {std::vector<std::size_t>{16, 32}, std::vector<std::size_t>{13},
                               std::vector<std::size_t>{20, 7, 40}})
        for (const std::size_t input_width : std::vector<std::size_t>{3, 150, 3000}) {
            const auto network = tinynet::make_network<Real>(input_width, hidden, 3);
            auto workspace = network.make_workspace(130);
            using matrix = tinynet::batch_matrix<Real>;
            const matrix inputs = matrix::Zero(static_cast<Eigen::Index>(input_width), 130);
            matrix outputs = matrix::Zero(3, 130);
            matrix input_gradients = inputs;
            std::vector<Real> gradient(network.parameter_count());
            CHECK(tinynet::test::allocations_of([&] {
                      network.forward(inputs, workspace, outputs);
                      network.forward(inputs.leftCols(5), workspace, outputs.leftCols(5));
                      network.backward(inputs, outputs, workspace, gradient);
                      network.backward(inputs, outputs, workspace, gradient, input_gradients);
                      network.input_gradient(outputs, workspace, input_gradients);
                  }) == 0);
        }
}

TEST_CASE("running tasks allocates nothing") {
    tinynet::worker_pool pool{2};
    std::array<int, 10> done{};
    CHECK(tinynet::test::allocations_of(
              [&] { pool.run(10, [&](std::size_t task, std::size_t) { ++done[task]; }); }) == 0);
}

} // namespace tinynet::test::allocation_test
