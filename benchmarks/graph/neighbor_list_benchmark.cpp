// SPDX-License-Identifier: MIT
#include <tinynet/graph/neighbor_list.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/per_atom.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace {

using namespace tinynet;

/// Rebuilds the list of a cubic BaTiO3 supercell in memory of the right size.
/// Arguments: atoms, cutoff in tenths of an Å.
void rebuild_neighbor_list(benchmark::State& state) {
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    const double cutoff = static_cast<double>(state.range(1)) / 10.0;
    neighbor_list list{atoms, cutoff};
    for ([[maybe_unused]] auto iteration : state) {
        list.rebuild(atoms, cutoff);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
    state.counters["pairs_per_atom"] =
        static_cast<double>(list.pair_count()) / static_cast<double>(atoms.atom_count());
}

void rebuild(benchmark::State& state, const structure& atoms) {
    neighbor_list list{atoms, 3.1};
    for ([[maybe_unused]] auto iteration : state) {
        list.rebuild(atoms, 3.1);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
}

/// A cluster of atoms one of which has left it for good.
void rebuild_with_a_distant_atom(benchmark::State& state) {
    const structure crystal = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    std::vector<vector3> positions(crystal.positions().begin(), crystal.positions().end());
    positions.front().setConstant(1e8);
    rebuild(state, {cell{}, {crystal.species().begin(), crystal.species().end()}, positions});
}

/// A cluster of atoms in a periodic cell that is empty otherwise.
void rebuild_in_a_wide_cell(benchmark::State& state) {
    const structure crystal = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    rebuild(state, {cell{1e8 * matrix3::Identity()},
                    {crystal.species().begin(), crystal.species().end()},
                    {crystal.positions().begin(), crystal.positions().end()}});
}

} // namespace

BENCHMARK(rebuild_with_a_distant_atom)->Arg(10240)->Unit(benchmark::kMicrosecond);
BENCHMARK(rebuild_in_a_wide_cell)->Arg(10240)->Unit(benchmark::kMicrosecond);
BENCHMARK(rebuild_neighbor_list)
    ->ArgNames({"atoms", "cutoff"})
    ->ArgsProduct({{40, 160, 10240, 100000, 1000000}, {31}})
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oN);
BENCHMARK(rebuild_neighbor_list)
    ->ArgNames({"atoms", "cutoff"})
    ->ArgsProduct({{40, 160, 10240, 100000}, {60}})
    ->Unit(benchmark::kMicrosecond)
    ->Complexity(benchmark::oN);
