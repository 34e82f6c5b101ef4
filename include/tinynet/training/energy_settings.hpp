// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_SETTINGS_HPP
#define TINYNET_TRAINING_ENERGY_SETTINGS_HPP

/// \file
/// How an energy model is trained, with defaults for any set of some ten to thousand structures.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/model/committee_results.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/training/energy_loss.hpp>
#include <tinynet/training/schedule.hpp>
#include <tinynet/training/soap.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

namespace tinynet {

/// How an energy model is trained.
struct energy_training_settings {
    moment_options moments;              ///< of the descriptor
    std::vector<std::size_t> hidden{32}; ///< widths of the hidden layers
    std::size_t committee = 1;           ///< networks per species, whose mean is the model
    std::size_t epochs = 150;            ///< the learning rate schedule ends with the last one
    std::size_t batch_structures = 4;    ///< structures per update
    soap_settings soap;                  ///< of the update rule, but for the weight decay
    /// How fast weights that are not needed shrink; suggested_energy_weight_decay() if not given.
    std::optional<double> weight_decay;
    schedule_settings schedule{.peak_rate = 3e-3}; ///< of the learning rate
    energy_loss_settings loss;                     ///< weights of energies, forces and stresses
    std::uint64_t seed = 1;                        ///< of the starting weights and of the order of structures
};

/// A weight decay for the learning rate of energy_training_settings: the more parameters per label, the
/// stronger. See docs/moments.md, "Training".
[[nodiscard]] constexpr double suggested_energy_weight_decay(std::size_t parameter_count,
                                                             std::size_t label_count) noexcept {
    const double per_label = static_cast<double>(parameter_count) / static_cast<double>(label_count);
    return std::clamp(0.07 * per_label, 0.15, 0.3);
}

/// Epochs after which a training at the default learning rate learns the structures by heart instead of what
/// they have in common, given the updates in an epoch. See docs/moments.md, "Training".
[[nodiscard]] constexpr std::size_t suggested_energy_epochs(std::size_t batch_count) noexcept {
    constexpr std::size_t updates = 6000;
    return std::clamp<std::size_t>(updates / std::max<std::size_t>(1, batch_count), 150, 500);
}

namespace detail {

/// \throws invalid_option  if a setting is out of range.
inline void check(const energy_training_settings& settings) {
    check(settings.schedule);
    check(settings.loss);
    if (settings.batch_structures == 0)
        throw invalid_option{"a batch has 0 structures, at least 1 is needed"};
    if (settings.committee == 0 || settings.committee > max_committee_size)
        throw invalid_option{detail::text("the committee has ", settings.committee,
                                          " members, expected 1 to ", max_committee_size)};
}

} // namespace detail

} // namespace tinynet

#endif
