// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_SYMMETRY_COPIES_HPP
#define TINYNET_BENCHMARKS_SYMMETRY_COPIES_HPP

/// \file
/// More training structures from a symmetric reference crystal.

#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/symmetry.hpp>

#include <cstddef>
#include <vector>

namespace tinynet::bench {

/// Adds what the operations of the reference crystal make of the training structures.
/// \param training  indices into `structures`.
inline void add_symmetry_copies(const structure& reference, std::vector<labeled_structure>& structures,
                                std::vector<std::size_t>& training) {
    const auto operations = symmetry_operations(reference);
    const std::vector<std::size_t> originals = training;
    for (std::size_t k = 1; k < operations.size(); ++k)
        for (const std::size_t original : originals) {
            training.push_back(structures.size());
            structures.push_back(transformed(structures[original], operations[k]));
        }
}

} // namespace tinynet::bench

#endif
