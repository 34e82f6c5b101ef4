// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_FEATURE_NAMES_HPP
#define TINYNET_MOMENTS_FEATURE_NAMES_HPP

/// \file
/// What a number of a feature stands for, in words.

#include <tinynet/detail/text.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/moments/options.hpp>

#include <cstddef>
#include <span>
#include <string>

namespace tinynet {

/// For example `two hops, O, weight 3` or `four hops, l = 2, O weight 0, Ti weight 1`.
/// \param kinds    the species of the model, by atomic number.
/// \param feature  number of a feature of detail::moment_kernel; empty text if there is no such feature.
inline std::string name_of_feature(const moment_options& options, std::span<const species> kinds,
                                   std::size_t feature) {
    const std::size_t pairs = kinds.size() * options.pair_count;
    if (feature < pairs)
        return detail::text("two hops, ", kinds[feature / options.pair_count].symbol(), ", weight ",
                            feature % options.pair_count);
    feature -= pairs;
    const std::size_t channels = kinds.size() * options.orbital_count;
    const auto channel_name = [&](std::size_t channel) {
        return detail::text(kinds[channel / options.orbital_count].symbol(), " weight ",
                            channel % options.orbital_count);
    };
    for (std::size_t l = 0; l <= options.max_angular_momentum; ++l)
        for (std::size_t first = 0; first < channels; ++first) {
            const std::size_t count = channels - first;
            if (feature < count)
                return detail::text("four hops, l = ", l, ", ", channel_name(first), ", ",
                                    channel_name(first + feature));
            feature -= count;
        }
    return {};
}

} // namespace tinynet

#endif
