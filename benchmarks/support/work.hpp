// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_WORK_HPP
#define TINYNET_BENCHMARKS_WORK_HPP

/// \file
/// How much the stages of a step compute and move, counted from their tables: what a time is held against.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/nn/network.hpp>

#include <benchmark/benchmark.h>

#include <cmath>
#include <cstddef>
#include <span>

namespace tinynet::bench {

/// Of one stage and one atom. A multiply-add is two operations; an exponential and a hyperbolic tangent are
/// the polynomials that they are made of.
struct work {
    double operations = 0.0; ///< additions, multiplications, comparisons, roots and quotients
    double bytes = 0.0;      ///< read and written, from whichever memory

    /// Sets the counters `operations` and `bytes`.
    void report(benchmark::State& state) const {
        state.counters["operations"] = operations;
        state.counters["bytes"] = bytes;
    }
};

/// Vectors and exponentials of the bonds, in a cell with right angles.
template <typename Real>
work bond_work(const frozen_topology& topology) {
    constexpr double exponential = 20;
    constexpr double operations =
        3 + 6 + 3 + 6 + 5 + 1 + 1 + exponential + 3; // difference, images, length, reverse
    constexpr double bytes =
        sizeof(frozen_bond) + 3 * sizeof(vector3) + 2.0 * detail::record_size * sizeof(Real);
    const double bonds =
        static_cast<double>(topology.bonds().size()) / static_cast<double>(topology.atom_count());
    return {bonds * operations, bonds * bytes};
}

/// What follows from them: coordinates of neighbors, products along paths, sorting.
template <typename Real>
work feature_work(const frozen_topology& topology, std::span<const site> sites,
                  std::span<const column_layout> layouts) {
    work sum;
    for (const atom_group& group : topology.groups()) {
        const site& pattern = sites[group.site];
        const auto branches = static_cast<double>(pattern.branches.size());
        const auto chords = static_cast<double>(pattern.chords.size());
        double operations = 3 * branches;
        double numbers =
            detail::record_size * branches + chords + static_cast<double>(layouts[group.site].width());
        for (const walk_table& table : pattern.paths) {
            const auto walks = static_cast<double>(table.size());
            const double levels = walks > 1 ? std::log2(walks) : 0;
            operations += static_cast<double>(table.half_walk_count()) + walks; // products
            operations += 2 * walks * levels * levels / 4; // a larger and a smaller one of every comparison
            numbers += 2 * walks;                          // written, and sorted where they stand
        }
        const auto atoms = static_cast<double>(group.atoms.size());
        sum.operations += atoms * operations;
        sum.bytes += atoms * (numbers * sizeof(Real) +
                              static_cast<double>(group.origins.size()) * sizeof(std::uint32_t));
    }
    const auto atoms = static_cast<double>(topology.atom_count());
    return {sum.operations / atoms, sum.bytes / atoms};
}

/// A network of tanh layers, from columns of sixteen atoms that share what is read of its weights.
template <typename Real>
work network_work(const network<Real>& net) {
    constexpr double tanh = 26;
    double weights = 0.0;
    double hidden = 0.0;
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer) {
        weights += static_cast<double>(net.weights(layer).size());
        hidden += static_cast<double>(net.weights(layer).cols());
    }
    const auto inputs = static_cast<double>(net.weights(0).cols());
    hidden -= inputs;
    return {2 * weights + tanh * hidden,
            sizeof(Real) * (inputs + 2 * hidden + weights / static_cast<double>(detail::lane_count))};
}

} // namespace tinynet::bench

#endif
