// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_EPOCH_HPP
#define TINYNET_TRAINING_EPOCH_HPP

/// \file
/// What trainers have in common.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>

namespace tinynet {

/// What an epoch of a model came to, over all its networks.
struct epoch_errors {
    std::uint64_t epoch = 0;               ///< from 1
    double learning_rate = 0.0;            ///< of the last update
    double training_rmse = 0.0;            ///< mean over the epoch, in units of the target
    std::optional<double> validation_rmse; ///< after the epoch, in units of the target
};

namespace detail {

/// A seed of its own for the starting weights of every network.
constexpr std::uint64_t seed_of_network(std::uint64_t seed, std::size_t number) noexcept {
    constexpr std::uint64_t spacing = std::uint64_t{1} << 32U;
    return seed + spacing * number;
}

/// \param learning_rate  the peak, which the message advises to lower.
/// \throws invalid_dataset  if the training diverged: a loss is not finite.
inline void check_loss(double loss, std::uint64_t epoch, double learning_rate) {
    if (!is_finite(loss))
        throw invalid_dataset{text("the training diverged at epoch ", epoch, ": the loss is ", loss,
                                   "; lower the learning rate, ", learning_rate)};
}

} // namespace detail

} // namespace tinynet

#endif
