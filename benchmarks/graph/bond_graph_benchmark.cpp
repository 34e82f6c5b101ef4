// SPDX-License-Identifier: MIT
#include <tinynet/graph/bond_graph.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/per_atom.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>

namespace {

/// Topology time: the graph of a BaTiO3 supercell, neighbor search included; argument: atoms.
void make_bond_graph(benchmark::State& state) {
    using namespace tinynet;
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    for ([[maybe_unused]] auto iteration : state)
        benchmark::DoNotOptimize(bond_graph{atoms, bond_rule{}});
    bench::report_atoms(state, atoms.atom_count());
}

} // namespace

BENCHMARK(make_bond_graph)
    ->Arg(40)
    ->Arg(160)
    ->Arg(10240)
    ->Arg(100000)
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oN);
