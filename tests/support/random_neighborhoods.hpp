// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_RANDOM_NEIGHBORHOODS_HPP
#define TINYNET_TESTS_SUPPORT_RANDOM_NEIGHBORHOODS_HPP

/// \file
/// Surroundings of an atom as the moments see them, and random numbers of the same shape.

#include "random_moment_models.hpp"
#include "random_structures.hpp"
#include <tinynet/detail/lanes.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>

#include <cstddef>
#include <vector>

namespace tinynet::test {

inline detail::neighborhood<double> neighborhood_of(const structure& atoms, std::size_t atom, double cutoff) {
    detail::neighborhood<double> around;
    detail::neighbor_gatherer{cutoff}.gather(moment_topology{atoms, moment_species, cutoff}, atom,
                                             flat(atoms.positions()), around);
    return around;
}

inline std::vector<double> random_numbers(random_engine& rng, std::size_t count) {
    std::vector<double> made(count);
    for (double& number : made)
        number = random_real(rng, -1, 1);
    return made;
}

/// Numbers of sixteen atoms, side by side.
inline std::vector<detail::lanes<double>> random_lanes(random_engine& rng, std::size_t count) {
    std::vector<detail::lanes<double>> made(count);
    for (auto& numbers : made)
        for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
            numbers[lane] = random_real(rng, -1, 1);
    return made;
}

/// Those of one atom.
inline std::vector<double> lane_of(const std::vector<detail::lanes<double>>& numbers, std::size_t lane) {
    std::vector<double> own;
    for (const auto& all : numbers)
        own.push_back(all[lane]);
    return own;
}

/// Changes of the vectors to the neighbors.
inline std::vector<detail::neighbor_vectors<double>> random_changes(
    random_engine& rng, const detail::neighborhood<double>& around) {
    std::vector<detail::neighbor_vectors<double>> made(around.vectors().size());
    for (auto& change : made)
        for (auto* const axis : {&change.x, &change.y, &change.z})
            for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane)
                (*axis)[lane] = random_real(rng, -1, 1);
    return made;
}

} // namespace tinynet::test

#endif
