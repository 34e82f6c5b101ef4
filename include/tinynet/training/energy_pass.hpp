// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_PASS_HPP
#define TINYNET_TRAINING_ENERGY_PASS_HPP

/// \file
/// Derivatives of a network with one output that training on its input gradient needs: forces are such a
/// gradient, so that the gradient of a loss on forces is a mixed second derivative. Derivation:
/// docs/moments.md.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lane_array.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/nn/activation.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/network.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <span>
#include <vector>

namespace tinynet {

/// One batch through one network, forward, backward, and along given directions. Keeps what the next step
/// needs; for one thread. Matrix products allocate: for training, not for step time.
template <typename Real>
class energy_pass {
public:
    using matrix = batch_matrix<Real>; ///< one sample per column

    /// Outputs of a network with one output, and their gradients with respect to the inputs.
    /// \param inputs  `input_width x n`; must stay as they are until add_parameter_gradient().
    void run(const network<Real>& net, const const_batch<Real>& inputs);

    /// One output per column, of the last run().
    [[nodiscard]] const matrix& outputs() const noexcept { return activations_.back(); }
    /// Derivatives of the outputs with respect to the inputs, of the shape of the inputs.
    [[nodiscard]] const matrix& input_gradient() const noexcept { return input_gradient_; }

    /// Adds the derivative with respect to the parameters of
    /// sum over columns of weight * output + direction . input gradient.
    ///
    /// \param net         as in the last run().
    /// \param inputs      as in the last run().
    /// \param weight      of the outputs.
    /// \param directions  of the shape of the inputs.
    /// \param gradient    in the order of net.parameters().
    /// Leaves its derivative with respect to the inputs in adjoints().
    void add_parameter_gradient(const network<Real>& net, const const_batch<Real>& inputs, Real weight,
                                const const_batch<Real>& directions, std::span<Real> gradient);

    /// Of the last add_parameter_gradient(), of the shape of the inputs.
    [[nodiscard]] const matrix& adjoints() const noexcept { return adjoints_; }

private:
    /// In whole blocks, so that every entry takes the same instructions.
    static void apply_tanh(matrix& entries) {
        constexpr Eigen::Index lanes = 8;
        using block = detail::lane_array<Real, lanes>;
        Eigen::Index first = 0;
        for (; first + lanes <= entries.size(); first += lanes) {
            Real* const values = entries.data() + first;
            tanh_activation::value(block::load(values)).store(values);
        }
        block last = block::zero();
        const Eigen::Index left = entries.size() - first;
        std::copy_n(entries.data() + first, left, last.data());
        last = tanh_activation::value(last);
        std::copy_n(last.data(), left, entries.data() + first);
    }

    std::vector<matrix> activations_; ///< by layer
    std::vector<matrix> slopes_;      ///< 1 - activation^2, by hidden layer
    std::vector<matrix> tangents_;
    matrix input_gradient_;
    matrix adjoints_;
};

template <typename Real>
void energy_pass<Real>::run(const network<Real>& net, const const_batch<Real>& inputs) {
    TINYNET_ASSERT(net.output_width() == 1);
    const std::size_t layers = net.layer_count();
    activations_.resize(layers);
    slopes_.resize(layers);
    for (std::size_t layer = 0; layer < layers; ++layer) {
        matrix& out = activations_[layer];
        if (layer == 0)
            out.noalias() = net.weights(layer) * inputs;
        else
            out.noalias() = net.weights(layer) * activations_[layer - 1];
        out.colwise() += net.bias(layer);
        if (layer + 1 < layers)
            apply_tanh(out);
    }
    matrix gradient = matrix::Ones(1, inputs.cols());
    for (std::size_t layer = layers; layer-- > 0;) {
        matrix below = net.weights(layer).transpose() * gradient;
        if (layer > 0) {
            slopes_[layer - 1] = (Real{1} - activations_[layer - 1].array().square()).matrix();
            below.array() *= slopes_[layer - 1].array();
        }
        gradient.swap(below);
    }
    input_gradient_.swap(gradient);
}

template <typename Real>
void energy_pass<Real>::add_parameter_gradient(const network<Real>& net, const const_batch<Real>& inputs,
                                               Real weight, const const_batch<Real>& directions,
                                               std::span<Real> gradient) {
    const std::size_t layers = net.layer_count();
    tangents_.resize(layers);
    for (std::size_t layer = 0; layer + 1 < layers; ++layer) {
        matrix& out = tangents_[layer]; // of what the layer adds up, before the activation
        if (layer == 0)
            out.noalias() = net.weights(layer) * directions;
        else
            out.noalias() = net.weights(layer) * (tangents_[layer - 1].cwiseProduct(slopes_[layer - 1]));
    }
    matrix sum_gradient = matrix::Constant(1, inputs.cols(), weight);
    matrix tangent_gradient = matrix::Ones(1, inputs.cols());
    std::size_t end = gradient.size();
    for (std::size_t layer = layers; layer-- > 0;) {
        const auto rows = static_cast<Eigen::Index>(net.widths()[layer + 1]);
        const auto columns = static_cast<Eigen::Index>(net.widths()[layer]);
        const std::size_t begin = end - static_cast<std::size_t>(rows * (columns + 1));
        weight_map<Real> weights{gradient.data() + begin, rows, columns};
        bias_map<Real> bias{gradient.data() + begin + static_cast<std::size_t>(rows * columns), rows};
        end = begin;
        bias += sum_gradient.rowwise().sum();
        if (layer == 0) {
            adjoints_.noalias() = net.weights(0).transpose() * sum_gradient;
            weights.noalias() += sum_gradient * inputs.transpose();
            weights.noalias() += tangent_gradient * directions.transpose();
            return;
        }
        const matrix& value = activations_[layer - 1];
        const matrix& slope = slopes_[layer - 1];
        const matrix& tangent = tangents_[layer - 1];
        weights.noalias() += sum_gradient * value.transpose();
        weights.noalias() += tangent_gradient * tangent.cwiseProduct(slope).transpose();
        const matrix value_gradient = net.weights(layer).transpose() * sum_gradient;
        const matrix moved_gradient = net.weights(layer).transpose() * tangent_gradient;
        tangent_gradient = moved_gradient.cwiseProduct(slope);
        sum_gradient = (slope.array() * (value_gradient.array() -
                                         Real{2} * value.array() * tangent.array() * moved_gradient.array()))
                           .matrix();
    }
}

TINYNET_PRECOMPILED(class energy_pass<float>);
TINYNET_PRECOMPILED(class energy_pass<double>);

} // namespace tinynet

#endif
