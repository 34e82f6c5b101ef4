// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_RANDOM_MODELS_HPP
#define TINYNET_TESTS_SUPPORT_RANDOM_MODELS_HPP

/// \file
/// Models with random parameters: what they compute is as good a test as a trained one.

#include "support/random_structures.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/mlp.hpp>
#include <tinynet/nn/network.hpp>

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

namespace tinynet::test {

inline constexpr std::array network_choices = {network_choice::shared, network_choice::species,
                                               network_choice::site};

/// A network with random weights, biases and scalings of order one; every seventh feature never varies.
template <typename Real, int Outputs = 3>
trained_network<Real> random_network(std::size_t inputs, std::uint64_t seed) {
    detail::random_source random{{.seed = seed}};
    const auto draw = [&](Eigen::Index count, double low, double high) -> Eigen::VectorXd {
        return Eigen::VectorXd::NullaryExpr(count, [&] { return low + (high - low) * random.uniform(); });
    };
    trained_network<Real> result{mlp<Real, 4, 6, Outputs>{inputs}, {}, {}};
    initialize(result.net, {.seed = seed});
    for (std::size_t layer = 0; layer < result.net.layer_count(); ++layer)
        for (Real& bias : result.net.bias(layer))
            bias = static_cast<Real>(random.uniform() - 0.5);
    const auto width = static_cast<Eigen::Index>(inputs);
    const Eigen::VectorXd minima = draw(width, -4.0, 0.0);
    Eigen::VectorXd maxima = minima + draw(width, 0.5, 5.0);
    for (Eigen::Index k = 0; k < width; k += 7)
        maxima[k] = minima[k];
    result.features = {minima, maxima};
    result.outputs = {draw(Outputs, -0.5, 0.5), draw(Outputs, 0.5, 1.5)};
    return result;
}

/// A random network for every entry of sites_of_networks().
template <typename Real, int Outputs = 3>
std::vector<trained_network<Real>> random_networks(const descriptor& d, network_choice choice,
                                                   std::uint64_t seed = 1) {
    std::vector<trained_network<Real>> networks;
    for (const auto& sites : sites_of_networks(d, choice))
        networks.push_back(
            random_network<Real, Outputs>(layout_of(d, sites).width(), 100 * seed + networks.size()));
    return networks;
}

/// A model of random networks.
template <typename Real>
atomic_model<Real> random_model(std::shared_ptr<const descriptor> d, network_choice choice,
                                std::uint64_t seed = 1) {
    auto networks = random_networks<Real>(*d, choice, seed);
    return {std::move(d), choice, std::move(networks)};
}

/// L_4^(2) of a crystal.
inline std::shared_ptr<const descriptor> crystal_descriptor(const structure& reference,
                                                            feature_layout layout = feature_layout::compact) {
    return std::make_shared<const descriptor>(reference, bond_rule{}, descriptor_options{.layout = layout});
}

/// What a model predicts for a structure.
template <typename Model>
std::vector<double> predicted(const Model& model, const structure& geometry) {
    auto space = model.make_workspace(geometry);
    std::vector<double> results(model.output_width() * geometry.atom_count());
    model.evaluate(space, flat(geometry.positions()), results);
    return results;
}

} // namespace tinynet::test

#endif
