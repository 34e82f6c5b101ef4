// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_KPOINT_MOMENTS_HPP
#define TINYNET_TESTS_SUPPORT_KPOINT_MOMENTS_HPP

/// \file
/// Sums over closed walks without walking: the moments theorem of arXiv:2306.08285 in reciprocal space.

#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <cstdlib>
#include <numbers>
#include <vector>

namespace tinynet::test {

/// Element h, h = 0..hops, holds for every atom i the average of [H(k)^h]_ii, H_ij(k) = sum over bonds of
/// weight * exp(2 pi i k.s), on a grid so fine that only walks that end in the cell they started in survive.
template <typename Weight>
std::vector<Eigen::VectorXd> kpoint_moments(const bond_graph& graph, std::size_t hops, const Weight& weight) {
    std::int32_t longest = 0;
    for (std::size_t b = 0; b < graph.bond_count(); ++b) {
        const image_shift s = graph.shift(bond_index{b});
        longest = std::max({longest, std::abs(s.a), std::abs(s.b), std::abs(s.c)});
    }
    const auto points = static_cast<int>(hops) * longest + 1;
    const auto size = static_cast<Eigen::Index>(graph.atom_count());
    std::vector<Eigen::VectorXd> moments(hops + 1, Eigen::VectorXd::Zero(size));
    const auto add_point = [&](const vector3& k) {
        Eigen::MatrixXcd hopping = Eigen::MatrixXcd::Zero(size, size);
        for (std::size_t b = 0; b < graph.bond_count(); ++b) {
            const bond_index bond{b};
            const double phase = 2.0 * std::numbers::pi * k.dot(graph.shift(bond).fractional());
            hopping(static_cast<Eigen::Index>(graph.source(bond)),
                    static_cast<Eigen::Index>(graph.target(bond))) += std::polar(weight(bond), phase);
        }
        Eigen::MatrixXcd power = Eigen::MatrixXcd::Identity(size, size);
        for (std::size_t h = 0; h <= hops; ++h) {
            moments[h] += power.diagonal().real();
            power = (power * hopping).eval();
        }
    };
    for (int a = 0; a < points; ++a)
        for (int b = 0; b < points; ++b)
            for (int c = 0; c < points; ++c)
                add_point(vector3{1.0 * a, 1.0 * b, 1.0 * c} / points);
    for (Eigen::VectorXd& moment : moments)
        moment /= std::pow(points, 3);
    return moments;
}

} // namespace tinynet::test

#endif
