// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_LINEAR_REGRESSION_HPP
#define TINYNET_TESTS_SUPPORT_LINEAR_REGRESSION_HPP

/// \file
/// A regression whose solution is known: targets are a linear function of the inputs.

#include <tinynet/detail/random.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/training/regression.hpp>

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <cstdint>

namespace tinynet::test {

/// Structures of five atoms with six features in [-1, 1] and two targets each.
template <typename Real>
tinynet::regression_data<Real> linear_data(std::size_t structure_count, std::uint64_t seed) {
    tinynet::detail::random_source random{{.seed = seed}};
    tinynet::regression_data<Real> data;
    data.rows_per_structure = 5;
    data.inputs =
        tinynet::batch_matrix<Real>::NullaryExpr(6, static_cast<Eigen::Index>(5 * structure_count), [&] {
            return static_cast<Real>(2.0 * random.uniform() - 1.0);
        });
    const Eigen::Matrix<Real, 2, 6> slopes =
        Eigen::Matrix<Real, 2, 6>::NullaryExpr([](auto row, auto column) {
            return static_cast<Real>(0.1 * static_cast<double>(row + column) - 0.3);
        });
    data.targets = slopes * data.inputs;
    return data;
}

/// A 16x32 network at its seeded start, for `linear_data`.
template <typename Real>
tinynet::network<Real> linear_network() {
    auto network = tinynet::make_network<Real>(6, std::array<std::size_t, 2>{16, 32}, 2);
    tinynet::initialize(network, {.seed = 1});
    return network;
}

} // namespace tinynet::test

#endif
