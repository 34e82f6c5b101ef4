// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_NETWORK_HPP
#define TINYNET_NN_NETWORK_HPP

/// \file
/// A network whose shape is chosen while the program runs, behind one type.

#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/nn/mlp.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <memory>
#include <span>
#include <utility>

namespace tinynet {

/// Any `mlp` of `Real` numbers, as a value: a copy has its own parameters. One virtual call per batch.
///
/// Functions mean what they mean for `mlp`. A network that was moved from may only be assigned to or
/// destroyed.
template <typename Real>
class network {
public:
    using real = Real; ///< number type of parameters and batches

    /// Takes over a network of known shape.
    template <int... Widths>
    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): every mlp is a network
    network(mlp<Real, Widths...> shape)
        : implementation_{std::make_unique<model<mlp<Real, Widths...>>>(std::move(shape))} {}

    /// Copies the parameters.
    network(const network& other) : implementation_{other.implementation_->clone()} {}
    /// Takes over; the other may only be assigned to or destroyed.
    network(network&&) noexcept = default;
    /// Copies the parameters.
    network& operator=(const network& other) { return *this = network{other}; }
    /// Takes over; the other may only be assigned to or destroyed.
    network& operator=(network&&) noexcept = default;
    ~network() = default;

    /// Number of layers with weights.
    [[nodiscard]] std::size_t layer_count() const noexcept { return widths().size() - 1; }
    /// Input width, hidden widths, output width.
    [[nodiscard]] std::span<const std::size_t> widths() const noexcept { return implementation_->widths(); }
    /// Rows of a batch of inputs.
    [[nodiscard]] std::size_t input_width() const noexcept { return widths().front(); }
    /// Rows of a batch of outputs.
    [[nodiscard]] std::size_t output_width() const noexcept { return widths().back(); }
    /// Number of all weights and biases.
    [[nodiscard]] std::size_t parameter_count() const noexcept { return parameters().size(); }

    /// All weights and biases; per layer the weights, column-major, then the biases.
    [[nodiscard]] std::span<const Real> parameters() const noexcept {
        return std::as_const(*implementation_).parameters();
    }
    /// \copydoc parameters() const
    [[nodiscard]] std::span<Real> parameters() noexcept { return implementation_->parameters(); }
    /// Weights of a layer, `width x input width`.
    [[nodiscard]] const_weight_map<Real> weights(std::size_t layer) const noexcept {
        return std::as_const(*implementation_).weights(layer);
    }
    /// \copydoc weights(std::size_t) const
    [[nodiscard]] weight_map<Real> weights(std::size_t layer) noexcept {
        return implementation_->weights(layer);
    }
    /// Biases of a layer.
    [[nodiscard]] const_bias_map<Real> bias(std::size_t layer) const noexcept {
        return std::as_const(*implementation_).bias(layer);
    }
    /// \copydoc bias(std::size_t) const
    [[nodiscard]] bias_map<Real> bias(std::size_t layer) noexcept { return implementation_->bias(layer); }

    /// \copydoc mlp::make_workspace
    [[nodiscard]] mlp_workspace<Real> make_workspace(std::size_t max_columns) const {
        return implementation_->make_workspace(max_columns);
    }

    /// \copydoc mlp::forward(const const_batch<Real>&, mlp_workspace<Real>&, batch<Real>) const
    void forward(const const_batch<Real>& inputs, mlp_workspace<Real>& workspace,
                 batch<Real> outputs) const noexcept {
        implementation_->forward(inputs, workspace, outputs);
    }

    /// The same of samples that lie side by side.
    /// \param inputs  one entry per input, each with one sample per lane; as many samples as there are
    ///                outputs, at most `detail::lane_count`.
    void forward(std::span<const detail::lanes<Real>> inputs, mlp_workspace<Real>& workspace,
                 batch<Real> outputs) const noexcept {
        implementation_->forward(inputs, workspace, outputs);
    }

    /// \copydoc mlp::backward(const const_batch<Real>&, const const_batch<Real>&, mlp_workspace<Real>&,
    /// std::span<Real>) const
    void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                  mlp_workspace<Real>& workspace, std::span<Real> parameter_gradient) const noexcept {
        implementation_->backward(inputs, output_gradients, workspace, parameter_gradient);
    }

    /// The same, and writes the gradient with respect to the inputs, of the shape of the inputs.
    void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                  mlp_workspace<Real>& workspace, std::span<Real> parameter_gradient,
                  batch<Real> input_gradients) const noexcept {
        implementation_->backward(inputs, output_gradients, workspace, parameter_gradient, input_gradients);
    }

    /// \copydoc mlp::input_gradient
    void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                        batch<Real> input_gradients) const noexcept {
        implementation_->input_gradient(output_gradients, workspace, input_gradients);
    }

    /// The same of samples that lie side by side.
    /// \param output_gradients  of the samples of the last `forward`, at most `detail::lane_count`.
    /// \param input_gradients   one entry per input; its other lanes are of no meaning.
    void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                        std::span<detail::lanes<Real>> input_gradients) const noexcept {
        implementation_->input_gradient(output_gradients, workspace, input_gradients);
    }

private:
    struct any_shape {
        any_shape() = default;
        any_shape(const any_shape&) = default;
        any_shape& operator=(const any_shape&) = delete;
        virtual ~any_shape() = default;

        [[nodiscard]] virtual std::unique_ptr<any_shape> clone() const = 0;
        [[nodiscard]] virtual std::span<const std::size_t> widths() const noexcept = 0;
        [[nodiscard]] virtual std::span<const Real> parameters() const noexcept = 0;
        [[nodiscard]] virtual std::span<Real> parameters() noexcept = 0;
        [[nodiscard]] virtual const_weight_map<Real> weights(std::size_t layer) const noexcept = 0;
        [[nodiscard]] virtual weight_map<Real> weights(std::size_t layer) noexcept = 0;
        [[nodiscard]] virtual const_bias_map<Real> bias(std::size_t layer) const noexcept = 0;
        [[nodiscard]] virtual bias_map<Real> bias(std::size_t layer) noexcept = 0;
        [[nodiscard]] virtual mlp_workspace<Real> make_workspace(std::size_t max_columns) const = 0;
        virtual void forward(const const_batch<Real>& inputs, mlp_workspace<Real>& workspace,
                             batch<Real> outputs) const noexcept = 0;
        virtual void forward(std::span<const detail::lanes<Real>> inputs, mlp_workspace<Real>& workspace,
                             batch<Real> outputs) const noexcept = 0;
        virtual void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                              mlp_workspace<Real>& workspace,
                              std::span<Real> parameter_gradient) const noexcept = 0;
        virtual void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                              mlp_workspace<Real>& workspace, std::span<Real> parameter_gradient,
                              batch<Real> input_gradients) const noexcept = 0;
        virtual void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                                    batch<Real> input_gradients) const noexcept = 0;
        virtual void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                                    std::span<detail::lanes<Real>> input_gradients) const noexcept = 0;
    };

    template <typename Shape>
    struct model final : any_shape {
        explicit model(Shape network_shape) : shape{std::move(network_shape)} {}

        std::unique_ptr<any_shape> clone() const override { return std::make_unique<model>(*this); }
        std::span<const std::size_t> widths() const noexcept override { return shape.widths(); }
        std::span<const Real> parameters() const noexcept override { return shape.parameters(); }
        std::span<Real> parameters() noexcept override { return shape.parameters(); }
        const_weight_map<Real> weights(std::size_t layer) const noexcept override {
            return shape.weights(layer);
        }
        weight_map<Real> weights(std::size_t layer) noexcept override { return shape.weights(layer); }
        const_bias_map<Real> bias(std::size_t layer) const noexcept override { return shape.bias(layer); }
        bias_map<Real> bias(std::size_t layer) noexcept override { return shape.bias(layer); }
        mlp_workspace<Real> make_workspace(std::size_t max_columns) const override {
            return shape.make_workspace(max_columns);
        }
        void forward(const const_batch<Real>& inputs, mlp_workspace<Real>& workspace,
                     batch<Real> outputs) const noexcept override {
            shape.forward(inputs, workspace, outputs);
        }
        void forward(std::span<const detail::lanes<Real>> inputs, mlp_workspace<Real>& workspace,
                     batch<Real> outputs) const noexcept override {
            shape.forward(inputs, workspace, outputs);
        }
        void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                      mlp_workspace<Real>& workspace,
                      std::span<Real> parameter_gradient) const noexcept override {
            shape.backward(inputs, output_gradients, workspace, parameter_gradient);
        }
        void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                      mlp_workspace<Real>& workspace, std::span<Real> parameter_gradient,
                      batch<Real> input_gradients) const noexcept override {
            shape.backward(inputs, output_gradients, workspace, parameter_gradient, input_gradients);
        }
        void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                            batch<Real> input_gradients) const noexcept override {
            shape.input_gradient(output_gradients, workspace, input_gradients);
        }
        void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                            std::span<detail::lanes<Real>> input_gradients) const noexcept override {
            shape.input_gradient(output_gradients, workspace, input_gradients);
        }

        Shape shape;
    };

    std::unique_ptr<any_shape> implementation_;
};

/// The widest layer `make_network` builds.
inline constexpr std::size_t max_layer_width = 4096;
/// The largest number of hidden layers `make_network` builds.
inline constexpr std::size_t max_hidden_layer_count = 3;

/// A network of the given widths, all parameters zero. The shape of the paper's force model, 16, 32 and three
/// outputs, is known to the compiler.
/// \param hidden  widths of the hidden layers, the first one next to the inputs.
/// \throws invalid_option  if there are not one to three hidden layers, a width is zero, or a hidden or the
///         output width exceeds 4096.
template <typename Real>
[[nodiscard]] network<Real> make_network(std::size_t input_width, std::span<const std::size_t> hidden,
                                         std::size_t output_width) {
    if (hidden.empty() || hidden.size() > max_hidden_layer_count)
        throw invalid_option{detail::text("the network has ", hidden.size(), " hidden layers, 1 to ",
                                          max_hidden_layer_count, " are possible")};
    const std::size_t widest = std::max(output_width, *std::max_element(hidden.begin(), hidden.end()));
    if (widest > max_layer_width)
        throw invalid_option{detail::text("a layer of the network is ", widest, " wide, at most ",
                                          max_layer_width, " are possible")};
    if (hidden.size() == 2 && hidden[0] == 16 && hidden[1] == 32 && output_width == 3)
        return mlp<Real, 16, 32, 3>{input_width};
    constexpr int any = dynamic_width;
    if (hidden.size() == 1)
        return mlp<Real, any, any>{input_width, {hidden[0], output_width}};
    if (hidden.size() == 2)
        return mlp<Real, any, any, any>{input_width, {hidden[0], hidden[1], output_width}};
    return mlp<Real, any, any, any, any>{input_width, {hidden[0], hidden[1], hidden[2], output_width}};
}

TINYNET_PRECOMPILED(network<float> make_network<float>(std::size_t, std::span<const std::size_t>,
                                                       std::size_t));
TINYNET_PRECOMPILED(network<double> make_network<double>(std::size_t, std::span<const std::size_t>,
                                                         std::size_t));

} // namespace tinynet

#endif
