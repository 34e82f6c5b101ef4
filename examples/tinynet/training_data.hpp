// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_TRAINING_DATA_HPP
#define TINYNET_EXAMPLES_TRAINING_DATA_HPP

/// \file
/// Structures are looked at before any time is spent on training, and may be multiplied by symmetry.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/symmetry.hpp>
#include <tinynet/training/regression.hpp>
#include <tinynet/training/targets.hpp>

#include <cstddef>
#include <iostream>
#include <span>
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
inline void check_structures(std::span<const labeled_structure> structures, const descriptor& d,
                             const target_function& target_of) {
    for (std::size_t k = 0; k < structures.size(); ++k) {
        target_of(structures[k], k);
        naming("structure " + std::to_string(k), [&] { return d.topology_of(structures[k].geometry); });
    }
}

/// Adds what the operations of the reference crystal make of the training structures; returns their number.
inline std::size_t add_symmetry_copies(const structure& reference, std::vector<labeled_structure>& structures,
                                       std::vector<std::size_t>& training) {
    const auto operations = symmetry_operations(reference);
    std::cout << "the reference crystal has " << operations.size()
              << (operations.size() == 1 ? " symmetry operation" : " symmetry operations") << '\n';
    const std::vector<std::size_t> originals = training;
    for (std::size_t k = 1; k < operations.size(); ++k)
        for (const std::size_t original : originals) {
            training.push_back(structures.size());
            structures.push_back(naming("--symmetry-copies: structure " + std::to_string(original),
                                        [&] { return transformed(structures[original], operations[k]); }));
        }
    return operations.size();
}

/// Structures per update.
inline std::size_t default_batch(bool with_symmetry_copies) {
    return with_symmetry_copies ? 16 : regression_settings{}.batch_structures;
}

} // namespace tinynet::program

#endif
