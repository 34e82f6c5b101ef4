// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_TRAINING_DATA_HPP
#define TINYNET_EXAMPLES_TRAINING_DATA_HPP

/// \file
/// Structures are looked at before any time is spent on training.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/training/targets.hpp>

#include <cstddef>
#include <string>
#include <vector>

namespace tinynet::program {

/// Runs an action and puts the place it works on before the message of an error.
template <typename Action>
auto naming(const std::string& place, const Action& action) {
    try {
        return action();
    } catch (const error& problem) {
        throw error{place + ": " + problem.what()};
    }
}

/// Refuses structures without labels or with other atoms than the reference, before any time is spent.
inline void check_structures(const std::vector<labeled_structure>& structures, const descriptor& d,
                             const target_function& target_of) {
    for (std::size_t k = 0; k < structures.size(); ++k) {
        target_of(structures[k], k);
        naming("structure " + std::to_string(k), [&] { return d.topology_of(structures[k].geometry); });
    }
}

} // namespace tinynet::program

#endif
