// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_SCHEDULE_HPP
#define TINYNET_TRAINING_SCHEDULE_HPP

/// \file
/// How the learning rate changes in the course of a training.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <numbers>

namespace tinynet {

/// A linear rise to the peak, then half a cosine down (arXiv:1608.03983).
struct schedule_settings {
    double peak_rate = 1e-2;       ///< learning rate after the warm-up
    double final_fraction = 1e-2;  ///< last learning rate, as a fraction of the peak
    double warmup_fraction = 2e-2; ///< part of all updates that the rise takes
};

/// How far a training is.
struct training_progress {
    std::uint64_t step;       ///< number of the update, from 0
    std::uint64_t step_count; ///< of the whole training
};

namespace detail {

/// \throws invalid_option  if the peak is not positive or a fraction is not in [0, 1].
inline void check(const schedule_settings& settings) {
    if (!(settings.peak_rate > 0.0 && detail::is_finite(settings.peak_rate)))
        throw invalid_option{
            detail::text("the learning rate is ", settings.peak_rate, ", it must be positive")};
    for (const double fraction : {settings.final_fraction, settings.warmup_fraction})
        if (!(detail::is_finite(fraction) && fraction >= 0.0 && fraction <= 1.0))
            throw invalid_option{detail::text("a fraction of the learning rate schedule is ", fraction,
                                              ", it must be between 0 and 1")};
}

} // namespace detail

/// Learning rate of an update. Steps beyond the last have the last learning rate.
///
/// Rises as (step + 1) / warm-up steps, so that the first update already moves; reaches the final rate in the
/// last step.
[[nodiscard]] inline double learning_rate(const schedule_settings& settings,
                                          training_progress progress) noexcept {
    const auto step = static_cast<double>(progress.step);
    const auto count = static_cast<double>(progress.step_count);
    const double warmup = std::floor(settings.warmup_fraction * count);
    if (step < warmup)
        return settings.peak_rate * ((step + 1.0) / warmup);
    const double done = std::min(1.0, (step - warmup) / std::max(1.0, count - 1.0 - warmup));
    const double cosine = 0.5 * (1.0 + std::cos(std::numbers::pi * done));
    return settings.peak_rate * (settings.final_fraction + (1.0 - settings.final_fraction) * cosine);
}

} // namespace tinynet

#endif
