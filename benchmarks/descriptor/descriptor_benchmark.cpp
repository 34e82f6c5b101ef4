// SPDX-License-Identifier: MIT
#include <tinynet/descriptor/descriptor.hpp>

#include <tests/support/random_structures.hpp>

#include <benchmark/benchmark.h>

#include <cstdint>

namespace {

using namespace tinynet;

const descriptor_options l_4_2_of_cycles{path_kind::cycles, hop_count{4}, hop_count{2},
                                         feature_layout::compact};

/// Topology time: sites and topology of a reference of 40 atoms.
void make_descriptor(benchmark::State& state) {
    const structure reference = test::supercell(test::perovskite(4.0), 2, 2, 2);
    for ([[maybe_unused]] auto iteration : state)
        benchmark::DoNotOptimize(descriptor{reference, bond_rule{}, l_4_2_of_cycles});
}

/// Topology time: mapping the atoms of a supercell to the sites of the reference; argument: cells along an
/// edge.
void map_supercell(benchmark::State& state) {
    const descriptor d{test::supercell(test::perovskite(4.0), 2, 2, 2), bond_rule{}, l_4_2_of_cycles};
    const auto edge = static_cast<int>(state.range(0));
    const structure crystal = test::supercell(test::perovskite(4.0), edge, edge, edge);
    for ([[maybe_unused]] auto iteration : state)
        benchmark::DoNotOptimize(d.topology_of(crystal));
    state.SetComplexityN(static_cast<std::int64_t>(crystal.atom_count()));
    state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(crystal.atom_count()));
}

} // namespace

BENCHMARK(make_descriptor)->Unit(benchmark::kMillisecond);
BENCHMARK(map_supercell)
    ->ArgName("edge")
    ->Arg(3)
    ->Arg(5)
    ->Arg(9)
    ->Unit(benchmark::kMillisecond)
    ->Complexity(benchmark::oN);
