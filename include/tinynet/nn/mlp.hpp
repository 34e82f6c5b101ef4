// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_MLP_HPP
#define TINYNET_NN_MLP_HPP

/// \file
/// The network: fully connected layers, tanh in between, and its first derivatives.
///
/// What comes out for a sample has the same bits whatever other samples are in the batch.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/nn/activation.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/dense.hpp>
#include <tinynet/nn/detail/layer_loops.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

namespace tinynet {

/// Activations and scratch of one thread; made by `make_workspace`, for networks of the same widths.
template <typename Real>
struct mlp_workspace {
    aligned_vector<Real> numbers; ///< whose meaning is the network's own business
    std::size_t max_columns = 0;  ///< the largest batch it serves
};

/// A multilayer perceptron of `Real` numbers: hidden widths, then the output width. tanh on hidden layers, a
/// linear output.
///
/// `mlp<float, 16, 32, 3>` knows everything but its input width; a width may be `dynamic_width` and is then
/// given to the constructor. Parameters are one array: per layer the weights, `width x input width` in
/// column-major order, then the biases. Evaluation is const, allocates nothing and starts no thread: one
/// network serves many threads, each with its own workspace.
template <typename Real, int... Widths>
class mlp {
    static_assert(sizeof...(Widths) > 0, "a network has at least an output layer");

public:
    using real = Real; ///< number type of parameters and batches

    /// Widths that the type leaves open, in order.
    using dynamic_widths =
        std::array<std::size_t, (std::size_t{0} + ... + static_cast<std::size_t>(Widths == dynamic_width))>;

    /// All parameters zero.
    /// \throws invalid_option  if a width is zero.
    explicit mlp(std::size_t input_width, const dynamic_widths& open_widths = {})
        : widths_{all_widths(input_width, open_widths)},
          layers_{make_layers(widths_, std::index_sequence_for<layer_tag<Widths>...>{})},
          parameters_(count_parameters()) {}

    /// Number of layers with weights.
    [[nodiscard]] static constexpr std::size_t layer_count() noexcept { return sizeof...(Widths); }
    /// Input width, hidden widths, output width.
    [[nodiscard]] std::span<const std::size_t> widths() const noexcept { return widths_; }
    /// Rows of a batch of inputs.
    [[nodiscard]] std::size_t input_width() const noexcept { return widths_.front(); }
    /// Rows of a batch of outputs.
    [[nodiscard]] std::size_t output_width() const noexcept { return widths_.back(); }
    /// Number of all weights and biases.
    [[nodiscard]] std::size_t parameter_count() const noexcept { return parameters_.size(); }

    /// All weights and biases, in the order given above.
    [[nodiscard]] std::span<const Real> parameters() const noexcept { return parameters_; }
    /// \copydoc parameters() const
    [[nodiscard]] std::span<Real> parameters() noexcept { return parameters_; }

    /// Weights of a layer, `width x input width`.
    [[nodiscard]] const_weight_map<Real> weights(std::size_t layer) const noexcept {
        return {parameters_.data() + offset(layer), rows(layer), columns(layer)};
    }
    /// \copydoc weights(std::size_t) const
    [[nodiscard]] weight_map<Real> weights(std::size_t layer) noexcept {
        return {parameters_.data() + offset(layer), rows(layer), columns(layer)};
    }
    /// Biases of a layer.
    [[nodiscard]] const_bias_map<Real> bias(std::size_t layer) const noexcept {
        return {parameters_.data() + offset(layer) + widths_[layer] * widths_[layer + 1], rows(layer)};
    }
    /// \copydoc bias(std::size_t) const
    [[nodiscard]] bias_map<Real> bias(std::size_t layer) noexcept {
        return {parameters_.data() + offset(layer) + widths_[layer] * widths_[layer + 1], rows(layer)};
    }

    /// What one thread needs to evaluate batches of up to `max_columns` samples.
    [[nodiscard]] mlp_workspace<Real> make_workspace(std::size_t max_columns) const {
        mlp_workspace<Real> workspace{{}, max_columns};
        workspace.numbers.resize(regions_of(max_columns).end);
        return workspace;
    }

    /// Outputs (`output_width x n`) of inputs (`input_width x n`). The workspace remembers the hidden
    /// activations for `backward` and `input_gradient`.
    /// \pre n <= workspace.max_columns.
    /// \par Cost  n * parameter_count multiply-adds.
    void forward(const const_batch<Real>& inputs, mlp_workspace<Real>& workspace,
                 batch<Real> outputs) const noexcept {
        TINYNET_ASSERT(fits(inputs, outputs));
        forward_columns({inputs.data(), stride(inputs), 1}, workspace, outputs);
    }

    /// The same of samples that lie side by side.
    /// \param inputs  one entry per input, each with one sample per lane; as many samples as
    ///                there are outputs, at most `detail::lane_count`.
    void forward(std::span<const detail::lanes<Real>> inputs, mlp_workspace<Real>& workspace,
                 batch<Real> outputs) const noexcept {
        TINYNET_ASSERT(inputs.size() == input_width());
        TINYNET_ASSERT(static_cast<std::size_t>(outputs.cols()) <= detail::lane_count);
        forward_columns({inputs.front().data(), 1, detail::lane_count}, workspace, outputs);
    }

    /// Adds the gradient of a loss with respect to the parameters to `parameter_gradient`, in the order of
    /// `parameters()`.
    ///
    /// \param inputs            those of the last `forward` with this workspace.
    /// \param output_gradients  derivatives of the loss with respect to the outputs, of the same shape.
    /// \pre The parameters have not changed since that `forward`.
    /// \par Cost  2 n * parameter_count multiply-adds.
    void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                  mlp_workspace<Real>& workspace, std::span<Real> parameter_gradient) const noexcept {
        TINYNET_ASSERT(fits(inputs, output_gradients) && parameter_gradient.size() == parameter_count());
        differentiate({output_gradients, workspace, &inputs, parameter_gradient.data()});
    }

    /// The same, and writes the gradient with respect to the inputs, of the shape of the inputs.
    /// \par Cost  3 n * parameter_count multiply-adds.
    void backward(const const_batch<Real>& inputs, const const_batch<Real>& output_gradients,
                  mlp_workspace<Real>& workspace, std::span<Real> parameter_gradient,
                  batch<Real> input_gradients) const noexcept {
        TINYNET_ASSERT(fits(inputs, output_gradients) && fits(input_gradients, output_gradients) &&
                       parameter_gradient.size() == parameter_count());
        differentiate({output_gradients, workspace, &inputs, parameter_gradient.data(), &input_gradients});
    }

    /// Writes the gradient of a loss with respect to the inputs of the last `forward` with this workspace.
    /// \param output_gradients  derivatives of the loss with respect to the outputs, of their shape.
    /// \pre The parameters have not changed since that `forward`.
    /// \par Cost  n * parameter_count multiply-adds.
    void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                        batch<Real> input_gradients) const noexcept {
        TINYNET_ASSERT(fits(input_gradients, output_gradients));
        differentiate({output_gradients, workspace, nullptr, nullptr, &input_gradients});
    }

    /// The same of samples that lie side by side.
    /// \param output_gradients  of the samples of the last `forward`, at most `detail::lane_count`.
    /// \param input_gradients   one entry per input; its other lanes are of no meaning.
    void input_gradient(const const_batch<Real>& output_gradients, mlp_workspace<Real>& workspace,
                        std::span<detail::lanes<Real>> input_gradients) const noexcept {
        TINYNET_ASSERT(input_gradients.size() == input_width());
        TINYNET_ASSERT(static_cast<std::size_t>(output_gradients.cols()) <= detail::lane_count);
        differentiate({output_gradients, workspace, nullptr, nullptr, nullptr, input_gradients});
    }

private:
    template <int>
    struct layer_tag {};

    using layers = std::tuple<dense<Real, Widths>...>;
    using width_array = std::array<std::size_t, sizeof...(Widths) + 1>;
    using offset_array = std::array<std::size_t, sizeof...(Widths)>;

    static constexpr std::size_t output_layer = sizeof...(Widths) - 1;
    /// Columns that are differentiated together: their inputs and gradients stay in the cache.
    static constexpr std::size_t block_column_count = 64;

    /// Where things are in a workspace. Activations of layer l: columns of its padded width.
    struct regions {
        offset_array activations;
        offset_array padded;
        offset_array transposed;
        std::array<std::size_t, 2> gradients;
        std::size_t end;
    };

    static width_array all_widths(std::size_t input_width, const dynamic_widths& open_widths) {
        width_array widths{input_width};
        std::size_t layer = 0;
        std::size_t open = 0;
        for (const int width : {Widths...})
            widths[++layer] = width == dynamic_width ? open_widths[open++] : static_cast<std::size_t>(width);
        detail::check_widths(widths);
        return widths;
    }

    template <std::size_t... Layers>
    static layers make_layers(const width_array& widths, std::index_sequence<Layers...>) noexcept {
        return layers{dense<Real, Widths>{widths[Layers], widths[Layers + 1]}...};
    }

    [[nodiscard]] Eigen::Index rows(std::size_t layer) const noexcept {
        return static_cast<Eigen::Index>(widths_[layer + 1]);
    }
    [[nodiscard]] Eigen::Index columns(std::size_t layer) const noexcept {
        return static_cast<Eigen::Index>(widths_[layer]);
    }
    [[nodiscard]] std::size_t offset(std::size_t layer) const noexcept {
        std::size_t sum = 0;
        for (std::size_t before = 0; before < layer; ++before)
            sum += widths_[before + 1] * (widths_[before] + 1);
        return sum;
    }
    [[nodiscard]] std::size_t count_parameters() const noexcept { return offset(layer_count()); }

    template <typename Inputs, typename Outputs>
    [[nodiscard]] bool fits(const Inputs& inputs, const Outputs& outputs) const noexcept {
        return static_cast<std::size_t>(inputs.rows()) == input_width() &&
               static_cast<std::size_t>(outputs.rows()) == output_width() && inputs.cols() == outputs.cols();
    }
    template <typename Matrix>
    [[nodiscard]] static std::size_t stride(const Matrix& matrix) noexcept {
        return static_cast<std::size_t>(matrix.outerStride());
    }

    [[nodiscard]] regions regions_of(std::size_t max_columns) const noexcept {
        regions where{};
        std::size_t end = 0;
        const auto take = [&end](std::size_t size) { return std::exchange(end, end + size); };
        std::size_t widest = 0;
        detail::for_each_layer<layer_count()>([&](auto layer) {
            const auto& shape = std::get<layer>(layers_);
            where.padded[layer] = take(shape.padding_size());
            where.transposed[layer] = take(shape.transposed_size());
            where.activations[layer] = take(layer == output_layer ? 0 : shape.padded_width() * max_columns);
            widest = std::max(widest, shape.padded_width());
        });
        for (std::size_t& gradients : where.gradients)
            gradients = take(widest * block_column_count);
        where.end = end;
        return where;
    }

    /// Where the entries of inputs are.
    struct input_entries {
        const Real* first;
        std::size_t column_stride; ///< from one sample to the next
        std::size_t entry_stride;  ///< from one entry of a sample to the next
    };

    void forward_columns(const input_entries& inputs, mlp_workspace<Real>& workspace,
                         batch<Real>& outputs) const noexcept;

    /// What the blocks of one derivative have in common; what is not wanted is null.
    struct derivative_pass {
        const const_batch<Real>& output_gradients;
        mlp_workspace<Real>& workspace;
        const const_batch<Real>* inputs = nullptr;
        Real* parameter_gradient = nullptr;
        batch<Real>* input_gradients = nullptr;
        std::span<detail::lanes<Real>> input_gradients_by_lane = {};

        [[nodiscard]] bool reaches_inputs() const noexcept {
            return input_gradients != nullptr || !input_gradients_by_lane.empty();
        }
    };

    void differentiate(const derivative_pass& pass) const noexcept;
    void differentiate_block(const derivative_pass& pass, const regions& where, std::size_t first,
                             std::size_t count) const noexcept;
    template <std::size_t Layer>
    void pass_on(const derivative_pass& pass, const regions& where, std::size_t first,
                 std::size_t count) const noexcept;

    width_array widths_;
    layers layers_;
    aligned_vector<Real> parameters_;
};

template <typename Real, int... Widths>
void mlp<Real, Widths...>::forward_columns(const input_entries& inputs, mlp_workspace<Real>& workspace,
                                           batch<Real>& outputs) const noexcept {
    const auto column_count = static_cast<std::size_t>(outputs.cols());
    TINYNET_ASSERT(column_count <= workspace.max_columns);
    const regions where = regions_of(workspace.max_columns);
    Real* const numbers = workspace.numbers.data();
    std::array<const Real*, layer_count()> parameters;
    detail::for_each_layer<layer_count()>([&](auto layer) {
        parameters[layer] =
            std::get<layer>(layers_).pad(parameters_.data() + offset(layer), numbers + where.padded[layer]);
    });
    for (std::size_t first = 0; first < column_count; first += detail::tile_column_count) {
        detail::right_operand<Real> current{
            detail::columns_from(inputs.first, inputs.column_stride, first, column_count),
            inputs.entry_stride, input_width()};
        detail::for_each_layer<layer_count()>([&](auto layer) {
            const auto& shape = std::get<layer>(layers_);
            if constexpr (layer == output_layer) {
                shape.template forward<identity_activation>(
                    parameters[layer], current,
                    detail::columns_from(outputs.data(), stride(outputs), first, column_count),
                    shape.width());
            } else {
                const auto hidden = detail::columns_from(numbers + where.activations[layer],
                                                         shape.padded_width(), first, column_count);
                shape.template forward<tanh_activation>(parameters[layer], current, hidden,
                                                        shape.padded_width());
                current = {{hidden[0], hidden[1], hidden[2], hidden[3]}, 1, shape.width()};
            }
        });
    }
}

template <typename Real, int... Widths>
void mlp<Real, Widths...>::differentiate(const derivative_pass& pass) const noexcept {
    const regions where = regions_of(pass.workspace.max_columns);
    const auto column_count = static_cast<std::size_t>(pass.output_gradients.cols());
    TINYNET_ASSERT(column_count <= pass.workspace.max_columns);
    detail::for_each_layer<layer_count()>([&](auto layer) {
        if (layer > 0 || pass.reaches_inputs())
            std::get<layer>(layers_).transpose(parameters_.data() + offset(layer),
                                               pass.workspace.numbers.data() + where.transposed[layer]);
    });
    for (std::size_t first = 0; first < column_count; first += block_column_count)
        differentiate_block(pass, where, first, std::min(block_column_count, column_count - first));
}

template <typename Real, int... Widths>
void mlp<Real, Widths...>::differentiate_block(const derivative_pass& pass, const regions& where,
                                               std::size_t first, std::size_t count) const noexcept {
    Real* const gradients = pass.workspace.numbers.data() + where.gradients[output_layer % 2];
    const std::size_t output_stride = detail::padded(output_width());
    for (std::size_t c = 0; c < count; ++c) {
        const Real* const source = pass.output_gradients.data() + (first + c) * stride(pass.output_gradients);
        std::copy_n(source, output_width(), gradients + c * output_stride);
        std::fill_n(gradients + c * output_stride + output_width(), output_stride - output_width(), Real{0});
    }
    detail::for_each_layer_backward<layer_count()>(
        [&](auto layer) { pass_on<layer>(pass, where, first, count); });
}

/// From the gradient with respect to what a layer adds up to the gradients with respect to its parameters and
/// to what the layer before adds up.
template <typename Real, int... Widths>
template <std::size_t Layer>
void mlp<Real, Widths...>::pass_on(const derivative_pass& pass, const regions& where, std::size_t first,
                                   std::size_t count) const noexcept {
    const auto& shape = std::get<Layer>(layers_);
    const Real* const gradients = pass.workspace.numbers.data() + where.gradients[Layer % 2];
    const std::size_t input_stride = Layer == 0 ? 0 : detail::padded(shape.input_width());
    const Real* inputs = nullptr;
    if constexpr (Layer > 0)
        inputs = pass.workspace.numbers.data() + where.activations[Layer - 1] + first * input_stride;
    if (pass.parameter_gradient != nullptr) {
        Real* const gradient = pass.parameter_gradient + offset(Layer);
        if constexpr (Layer == 0)
            shape.add_parameter_gradient(pass.inputs->data() + first * stride(*pass.inputs),
                                         stride(*pass.inputs), gradients, count, gradient);
        else
            shape.add_parameter_gradient(inputs, input_stride, gradients, count, gradient);
    }
    if (Layer == 0 && !pass.reaches_inputs())
        return;
    for (std::size_t c = 0; c < count; c += detail::tile_column_count) {
        const auto columns = detail::columns_from(gradients, shape.padded_width(), c, count);
        if constexpr (Layer == 0) {
            if (pass.input_gradients == nullptr) {
                shape.input_gradient(pass.workspace.numbers.data() + where.transposed[Layer], columns,
                                     [&](const auto& block, std::size_t row) {
                                         detail::store_rows(block, pass.input_gradients_by_lane.subspan(row),
                                                            first + c);
                                     });
                continue;
            }
            Real* const outputs = pass.input_gradients->data() + first * stride(*pass.input_gradients);
            const auto target = detail::columns_from(outputs, stride(*pass.input_gradients), c, count);
            shape.input_gradient(pass.workspace.numbers.data() + where.transposed[Layer], columns,
                                 [&](const auto& block, std::size_t row) {
                                     for (std::size_t k = 0; k < block.size(); ++k)
                                         detail::store(block[k], target[k] + row, shape.input_width() - row);
                                 });
        } else {
            const auto hidden = detail::columns_from(inputs, input_stride, c, count);
            const auto target = detail::columns_from(
                pass.workspace.numbers.data() + where.gradients[(Layer - 1) % 2], input_stride, c, count);
            shape.input_gradient(pass.workspace.numbers.data() + where.transposed[Layer], columns,
                                 [&](const auto& block, std::size_t row) {
                                     using rows = std::remove_cvref_t<decltype(block[0])>;
                                     for (std::size_t k = 0; k < block.size(); ++k)
                                         (block[k] * tanh_activation::derivative(rows::load(hidden[k] + row)))
                                             .store(target[k] + row);
                                 });
        }
    }
}

} // namespace tinynet

#endif
