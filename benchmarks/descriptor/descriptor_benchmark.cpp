// SPDX-License-Identifier: MIT
#include <tinynet/descriptor/descriptor.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/heap.hpp>
#include <benchmarks/support/per_atom.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>

namespace {

using namespace tinynet;

descriptor_options cycles(std::size_t n, std::size_t neighbors) {
    return {path_kind::cycles, hop_count{n}, hop_count{neighbors}, feature_layout::compact};
}

/// Topology time: enumeration and tables of a reference of 40 atoms; arguments: n, N.
void make_descriptor(benchmark::State& state) {
    const structure reference = bench::reference("batio3");
    const auto options =
        cycles(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)));
    for ([[maybe_unused]] auto iteration : state)
        benchmark::DoNotOptimize(descriptor{reference, bond_rule{}, options});
    bench::report_atoms(state, reference.atom_count());
}

/// Topology time: mapping the atoms of a supercell to the sites of the reference; arguments: n, N, atoms.
void map_supercell(benchmark::State& state) {
    const descriptor d{
        bench::reference("batio3"), bond_rule{},
        cycles(static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1)))};
    const structure crystal = bench::crystal("batio3", static_cast<std::size_t>(state.range(2)));
    for ([[maybe_unused]] auto iteration : state) {
        const double heap_before = bench::heap_size();
        const frozen_topology topology = d.topology_of(crystal);
        state.counters["bytes_per_atom"] =
            (bench::heap_size() - heap_before) / static_cast<double>(crystal.atom_count());
    }
    bench::report_atoms(state, crystal.atom_count());
}

} // namespace

BENCHMARK(make_descriptor)->ArgNames({"n", "N"})->Args({4, 2})->Args({6, 4})->Unit(benchmark::kMillisecond);
BENCHMARK(map_supercell)
    ->ArgNames({"n", "N", "atoms"})
    ->Args({4, 2, 160})
    ->Args({4, 2, 10240})
    ->Args({4, 2, 100000})
    ->Args({4, 2, 1000000})
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);
BENCHMARK(map_supercell)
    ->ArgNames({"n", "N", "atoms"})
    ->Args({6, 4, 10240})
    ->Args({6, 4, 100000})
    ->Unit(benchmark::kMillisecond)
    ->Iterations(1);
