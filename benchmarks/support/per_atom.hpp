// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_PER_ATOM_HPP
#define TINYNET_BENCHMARKS_PER_ATOM_HPP

/// \file
/// Counters that are the same whatever the size of the structure.

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinynet::bench {

/// Sets the counter `us_per_atom`, microseconds per atom and iteration (processor time, or wall time where
/// the benchmark uses that), and the size for a fit of the complexity.
inline void report_atoms(benchmark::State& state, std::size_t atom_count) {
    using benchmark::Counter;
    state.counters["us_per_atom"] =
        Counter{1e-6 * static_cast<double>(atom_count),
                Counter::Flags{Counter::kIsIterationInvariantRate | Counter::kInvert}};
    state.SetComplexityN(static_cast<std::int64_t>(atom_count));
}

/// The upper one of the middle two for an even number.
inline double median(std::vector<double> numbers) {
    const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
    std::ranges::nth_element(numbers, middle);
    return *middle;
}

} // namespace tinynet::bench

#endif
