// SPDX-License-Identifier: MIT
#include <tinynet/graph/neighbor_list.hpp>

#include <benchmarks/support/processor_time.hpp>
#include <tests/support/random_structures.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>

namespace {

/// Rebuilds the list of a cubic BaTiO3 supercell in memory of the right size.
/// Arguments: cells along an edge, cutoff in tenths of an Å.
void rebuild_neighbor_list(benchmark::State& state) {
    using namespace tinynet;
    const auto edge = static_cast<int>(state.range(0));
    const structure atoms = test::supercell(test::perovskite(4.0), edge, edge, edge);
    const double cutoff = static_cast<double>(state.range(1)) / 10.0;
    neighbor_list list{atoms, cutoff};
    const bench::processor_time time;
    for ([[maybe_unused]] auto iteration : state) {
        list.rebuild(atoms, cutoff);
        benchmark::ClobberMemory();
    }
    time.report(state, atoms.atom_count());
    state.SetComplexityN(static_cast<std::int64_t>(atoms.atom_count()));
    state.counters["pairs_per_atom"] =
        static_cast<double>(list.pair_count()) / static_cast<double>(atoms.atom_count());
}

} // namespace

BENCHMARK(rebuild_neighbor_list)
    ->ArgNames({"edge", "cutoff"})
    ->ArgsProduct({{2, 5, 12, 27}, {31}})
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oN);
BENCHMARK(rebuild_neighbor_list)
    ->ArgNames({"edge", "cutoff"})
    ->ArgsProduct({{2, 5, 12, 27}, {60}})
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oN);
