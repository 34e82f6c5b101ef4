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

/// For example `two hops, O, weight 3` or `four hops, l = 2, orbitals 0 and 4`.
/// \param kinds    the species of the model, by atomic number.
/// \param feature  number of a feature of detail::walk_sums; empty text if there is no such feature.
inline std::string name_of_feature(const moment_options& options, std::span<const species> kinds,
                                   std::size_t feature) {
    const std::size_t pairs = kinds.size() * options.weight_count;
    if (feature < pairs)
        return detail::text("two hops, ", kinds[feature / options.weight_count].symbol(), ", weight ",
                            feature % options.weight_count);
    feature -= pairs;
    for (std::size_t l = 0; l <= options.max_angular_momentum; ++l)
        for (std::size_t first = 0; first < options.orbital_count; ++first) {
            const std::size_t count = options.orbital_count - first;
            if (feature < count)
                return detail::text("four hops, l = ", l, ", orbitals ", first, " and ", first + feature);
            feature -= count;
        }
    return {};
}

} // namespace tinynet

#endif
