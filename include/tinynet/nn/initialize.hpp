// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_INITIALIZE_HPP
#define TINYNET_NN_INITIALIZE_HPP

/// \file
/// Seeded starting weights.

#include <tinynet/detail/random.hpp>

#include <Eigen/Core>

#include <cmath>
#include <cstddef>
#include <cstdint>

namespace tinynet {

/// How wide the uniform distribution of a layer's weights is.
enum class weight_distribution {
    glorot_uniform, ///< within sqrt(6 / (inputs + outputs)): Glorot and Bengio, AISTATS 2010
    lecun_uniform,  ///< within sqrt(3 / inputs): LeCun et al., Efficient BackProp, 1998
};

/// Where the starting weights come from.
struct initialization_settings {
    weight_distribution distribution = weight_distribution::glorot_uniform; ///< how wide
    std::uint64_t seed = 1;                                                 ///< of all layers
};

/// Half the width of the distribution of the weights of a layer, `outputs x inputs`.
template <typename Weights>
[[nodiscard]] double weight_bound(const Weights& weights, weight_distribution distribution) {
    const auto inputs = static_cast<double>(weights.cols());
    const auto outputs = static_cast<double>(weights.rows());
    return distribution == weight_distribution::glorot_uniform ? std::sqrt(6.0 / (inputs + outputs))
                                                               : std::sqrt(3.0 / inputs);
}

/// Draws all weights of an `mlp` or a `network`; biases become zero.
///
/// The numbers are drawn in double: a float network starts at the rounded weights of the double one.
template <typename Network>
void initialize(Network& network, const initialization_settings& settings) {
    using real = typename Network::real;
    for (std::size_t layer = 0; layer < network.layer_count(); ++layer) {
        detail::random_source random{{.seed = settings.seed, .stream = layer}};
        auto weights = network.weights(layer);
        const double bound = weight_bound(weights, settings.distribution);
        for (Eigen::Index column = 0; column < weights.cols(); ++column)
            for (Eigen::Index row = 0; row < weights.rows(); ++row)
                weights(row, column) = static_cast<real>(bound * (2.0 * random.uniform() - 1.0));
        network.bias(layer).setZero();
    }
}

} // namespace tinynet

#endif
