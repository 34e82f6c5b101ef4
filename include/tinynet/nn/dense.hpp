// SPDX-License-Identifier: MIT
#ifndef TINYNET_NN_DENSE_HPP
#define TINYNET_NN_DENSE_HPP

/// \file
/// One fully connected layer: its shape, and its products forward and backward. Weights and activations
/// belong to the network and to its workspace.

#include <tinynet/detail/records.hpp>
#include <tinynet/nn/tile.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>

namespace tinynet {

/// A width that is not known before the constructor runs.
inline constexpr int dynamic_width = Eigen::Dynamic;

/// A layer of `Width` outputs (or `dynamic_width`).
///
/// Parameters: weights `width x input_width`, column-major, then `width` biases. Activations and gradients
/// are columns of `padded_width()` entries, those beyond `width()` zero.
template <typename Real, int Width>
class dense {
    static_assert(Width == dynamic_width || Width > 0, "a layer has at least one output");

public:
    /// \param width  is not looked at unless the width is dynamic.
    constexpr dense(std::size_t input_width, [[maybe_unused]] std::size_t width) noexcept
        : input_width_{input_width} {
        if constexpr (Width == dynamic_width)
            width_ = width;
    }

    /// Entries of an input column.
    [[nodiscard]] constexpr std::size_t input_width() const noexcept { return input_width_; }
    /// Entries of an output column.
    [[nodiscard]] constexpr std::size_t width() const noexcept {
        if constexpr (Width == dynamic_width)
            return width_;
        else
            return static_cast<std::size_t>(Width);
    }
    /// Entries of an output column as stored.
    [[nodiscard]] constexpr std::size_t padded_width() const noexcept { return detail::padded(width()); }
    /// Numbers in the weights.
    [[nodiscard]] constexpr std::size_t weight_count() const noexcept { return width() * input_width_; }
    /// Numbers in weights and biases.
    [[nodiscard]] constexpr std::size_t parameter_count() const noexcept {
        return width() * (input_width_ + 1);
    }

    /// Numbers that `pad` writes: none when the parameters can be used where they are.
    [[nodiscard]] constexpr std::size_t padding_size() const noexcept {
        return width() == padded_width() ? 0 : padded_width() * (input_width_ + 1);
    }
    /// Numbers that `transpose` writes.
    [[nodiscard]] constexpr std::size_t transposed_size() const noexcept {
        return detail::padded(input_width_) * width();
    }

    /// The parameters with every column padded with zeros: `parameters` themselves or a copy in `scratch`.
    [[nodiscard]] const Real* pad(const Real* parameters, Real* scratch) const noexcept {
        if (padding_size() == 0)
            return parameters;
        for (std::size_t column = 0; column <= input_width_; ++column) {
            Real* const padded_column = scratch + column * padded_width();
            std::copy_n(parameters + column * width(), width(), padded_column);
            std::fill(padded_column + width(), padded_column + padded_width(), Real{0});
        }
        return scratch;
    }

    /// Writes the transposed weights, columns padded with zeros, into `scratch`.
    void transpose(const Real* parameters, Real* scratch) const noexcept {
        const std::size_t stride = detail::padded(input_width_);
        const std::size_t whole = width() / detail::record_size * detail::record_size;
        for (std::size_t k = 0; k + detail::record_size <= input_width_; k += detail::record_size)
            for (std::size_t row = 0; row < whole; row += detail::record_size)
                detail::transpose_fours<Real>(
                    [&](std::size_t at) { return parameters + (k + at) * width() + row; },
                    [&](std::size_t at, const detail::four<Real>& entries) {
                        entries.store(scratch + (row + at) * stride + k);
                    });
        for (std::size_t row = 0; row < width(); ++row) {
            Real* const column = scratch + row * stride;
            for (std::size_t k = row < whole ? input_width_ / detail::record_size * detail::record_size : 0;
                 k < stride; ++k)
                column[k] = k < input_width_ ? parameters[k * width() + row] : Real{0};
        }
    }

    /// Activation(weights * inputs + bias) of four columns. Not inlined: once per layer is enough to compile.
    /// \param padded_parameters  what `pad` returned.
    /// \param inputs             four columns of input_width() entries.
    /// \param written_rows       `padded_width()`, or `width()` where the outputs have no padding.
    template <typename Activation>
    [[gnu::noinline]] void forward(const Real* padded_parameters, const detail::right_operand<Real>& inputs,
                                   const detail::column_tile<Real>& outputs,
                                   std::size_t written_rows) const noexcept {
        const Real* const bias = padded_parameters + padded_width() * input_width_;
        detail::for_each_row_tile<detail::highest_tile<Real>>(
            padded_width(), [&](auto rows, std::size_t row) {
                constexpr std::size_t tile_rows = decltype(rows)::value;
                detail::tile<Real, tile_rows> sum;
                sum.fill(detail::lane_array<Real, tile_rows>::load(bias + row));
                detail::add_product<Real, tile_rows>(sum, {padded_parameters + row, padded_width()}, inputs);
                for (std::size_t c = 0; c < detail::tile_column_count; ++c)
                    detail::store<Real, tile_rows>(Activation::value(sum[c]), outputs[c] + row,
                                                   written_rows - row);
            });
    }

    /// Gradient with respect to four input columns: weights^T * gradients.
    /// \param transposed  what `transpose` wrote.
    /// \param finish      called as `finish(tile of gradients, first row)` for every block of rows.
    template <typename Finish>
    void input_gradient(const Real* transposed, const detail::column_tile<const Real>& gradients,
                        Finish&& finish) const noexcept {
        const std::size_t stride = detail::padded(input_width_);
        detail::for_each_row_tile<detail::highest_tile<Real>>(stride, [&](auto rows, std::size_t row) {
            constexpr std::size_t tile_rows = decltype(rows)::value;
            detail::tile<Real, tile_rows> sum;
            sum.fill(Real{0});
            detail::add_product<Real, tile_rows>(sum, {transposed + row, stride}, {gradients, 1, width()});
            finish(sum, row);
        });
    }

    /// Adds the sums over columns of gradient * input^T and of gradient to the layer's parameter gradient.
    /// \param inputs        columns `input_stride` apart.
    /// \param gradients     columns of `padded_width()` entries, as many.
    [[gnu::noinline]] void add_parameter_gradient(const Real* inputs, std::size_t input_stride,
                                                  const Real* gradients, std::size_t column_count,
                                                  Real* parameter_gradient) const noexcept {
        for (std::size_t k = 0; k < input_width_; k += detail::tile_column_count) {
            const detail::right_operand<Real> right{
                detail::columns_from<const Real>(inputs, 1, k, input_width_), input_stride, column_count};
            const std::size_t valid = std::min(detail::tile_column_count, input_width_ - k);
            detail::for_each_row_tile<detail::highest_tile<Real>>(
                padded_width(), [&](auto rows, std::size_t row) {
                    constexpr std::size_t tile_rows = decltype(rows)::value;
                    detail::tile<Real, tile_rows> sum;
                    sum.fill(Real{0});
                    detail::add_product<Real, tile_rows>(sum, {gradients + row, padded_width()}, right);
                    for (std::size_t c = 0; c < valid; ++c)
                        detail::add<Real, tile_rows>(sum[c], parameter_gradient + (k + c) * width() + row,
                                                     width() - row);
                });
        }
        add_bias_gradient(gradients, column_count, parameter_gradient + weight_count());
    }

private:
    void add_bias_gradient(const Real* gradients, std::size_t column_count,
                           Real* bias_gradient) const noexcept {
        detail::for_each_row_tile<detail::highest_tile<Real>>(
            padded_width(), [&](auto rows, std::size_t row) {
                using block = detail::lane_array<Real, decltype(rows)::value>;
                block sum = block::zero();
                for (std::size_t column = 0; column < column_count; ++column)
                    sum += block::load(gradients + column * padded_width() + row);
                detail::add(sum, bias_gradient + row, width() - row);
            });
    }

    std::size_t input_width_;
    std::size_t width_ = 0; ///< when dynamic
};

} // namespace tinynet

#endif
