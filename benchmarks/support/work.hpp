// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_WORK_HPP
#define TINYNET_BENCHMARKS_WORK_HPP

/// \file
/// How much the stages of a step compute and move, counted from their tables: what a time is held against.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/nn/network.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>

namespace tinynet::bench {

/// Of one stage and one atom. A multiply-add is two operations; an exponential and a hyperbolic tangent are
/// the polynomials that they are made of.
struct work {
    double operations = 0.0; ///< additions, multiplications, comparisons, roots and quotients
    double bytes = 0.0;      ///< loaded and stored, again where that is done again, from whichever memory

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

/// Sorting some rows as register_sorter does: a larger and a smaller number of each comparison.
struct sorting_work {
    double operations = 0.0;
    double numbers = 0.0; ///< loaded and stored

    explicit sorting_work(std::size_t rows) {
        constexpr std::size_t block = 8;
        if (rows < 2)
            return;
        const auto in_blocks = [&](double comparisons) {
            operations += 2 * comparisons * static_cast<double>((rows + block - 1) / block);
            numbers += 2 * static_cast<double>(rows);
        };
        const auto between_rows = [&](std::size_t pairs) {
            operations += 2 * static_cast<double>(pairs);
            numbers += 4 * static_cast<double>(pairs);
        };
        in_blocks(19);
        for (std::size_t run = block; run < rows; run *= 2) {
            for (std::size_t first = 0; first + run < rows; first += 2 * run)
                between_rows(std::min(run, rows - first - run));
            for (std::size_t distance = run / 2; distance >= block; distance /= 2)
                for (std::size_t first = 0; first + distance < rows; first += 2 * distance)
                    between_rows(std::min(distance, rows - first - distance));
            in_blocks(12);
        }
    }
};

/// What follows from them: coordinates of neighbors, products along paths, sorting.
template <typename Real>
work feature_work(const frozen_topology& topology, std::span<const site> sites) {
    work sum;
    for (const atom_group& group : topology.groups()) {
        const site& pattern = sites[group.site];
        const auto branches = static_cast<double>(pattern.branches.size());
        const auto path_bonds = static_cast<double>(pattern.path_bond_count);
        double operations = 3 * branches;
        // Record and place of the parent, own place; weights are put aside.
        double numbers = (detail::record_size + 3 + 3) * branches +
                         static_cast<double>(pattern.chords.size()) + path_bonds;
        for (const walk_table& table : pattern.paths) {
            const auto products = static_cast<double>(table.half_walk_count() + table.size());
            const sorting_work sorting{table.size()};
            operations += products + sorting.operations;
            numbers += 3 * products + sorting.numbers;
        }
        const auto atoms = static_cast<double>(group.atoms.size());
        sum.operations += atoms * operations;
        sum.bytes += atoms * (numbers * sizeof(Real) +
                              static_cast<double>(group.places.size()) * sizeof(std::uint32_t));
    }
    const auto atoms = static_cast<double>(topology.atom_count());
    return {sum.operations / atoms, sum.bytes / atoms};
}

/// A network of tanh layers; weights are loaded once for four atoms.
template <typename Real>
work network_work(const network<Real>& net) {
    constexpr double tanh = 26;
    constexpr double atoms_per_load = 4;
    double weights = 0.0;
    double columns = 0.0; // of inputs and hidden layers
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer) {
        weights += static_cast<double>(net.weights(layer).size());
        columns += static_cast<double>(net.weights(layer).cols());
    }
    const double hidden = columns - static_cast<double>(net.weights(0).cols());
    return {2 * weights + tanh * hidden, sizeof(Real) * (columns + hidden + weights / atoms_per_load)};
}

} // namespace tinynet::bench

#endif
