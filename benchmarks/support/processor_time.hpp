// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_PROCESSOR_TIME_HPP
#define TINYNET_BENCHMARKS_PROCESSOR_TIME_HPP

/// \file
/// Processor time of a benchmark loop: blind to what else the machine does.

#include <benchmark/benchmark.h>

#include <cstddef>
#include <ctime>

namespace tinynet::bench {

/// Measures from its construction to report().
class processor_time {
public:
    /// Sets the counter `us_per_atom`: microseconds per atom and iteration.
    void report(benchmark::State& state, std::size_t atom_count) const {
        const double seconds = static_cast<double>(std::clock() - start_) / CLOCKS_PER_SEC;
        state.counters["us_per_atom"] =
            1e6 * seconds / static_cast<double>(state.iterations()) / static_cast<double>(atom_count);
    }

private:
    std::clock_t start_ = std::clock();
};

} // namespace tinynet::bench

#endif
