// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_LABELED_STRUCTURES_HPP
#define TINYNET_TESTS_SUPPORT_LABELED_STRUCTURES_HPP

/// \file
/// Structures with labels that mean nothing but differ from atom to atom.

#include "support/random_structures.hpp"
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <utility>
#include <vector>

namespace tinynet::test {

/// Force components of another range along each axis.
inline labeled_structure with_random_forces(const structure& geometry, random_engine& rng) {
    std::vector<vector3> forces;
    for (std::size_t i = 0; i < geometry.atom_count(); ++i)
        forces.emplace_back(random_real(rng, -2, 3), random_real(rng, -1, 1), random_real(rng, 0, 1));
    return {geometry, {}, std::move(forces), {}, {}};
}

} // namespace tinynet::test

#endif
