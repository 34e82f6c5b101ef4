// SPDX-License-Identifier: MIT
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/paths/closed_walks.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/per_atom.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

namespace {

/// Visits the closed walks of every atom of 160 atoms of BaTiO3; argument: hops.
void closed_walks(benchmark::State& state) {
    using namespace tinynet;
    const structure crystal = bench::crystal("batio3", 160);
    const bond_graph graph{crystal, bond_rule{}};
    const hop_count hops{static_cast<std::size_t>(state.range(0))};
    std::int64_t paths = 0;
    for ([[maybe_unused]] auto iteration : state)
        for (std::size_t i = 0; i < crystal.atom_count(); ++i)
            for_each_closed_walk(graph, atom_index{i}, hops, [&](walk_view<bond_graph>) { ++paths; });
    state.SetItemsProcessed(paths);
    state.counters["paths"] = static_cast<double>(paths) / static_cast<double>(state.iterations());
    bench::report_atoms(state, crystal.atom_count());
}

} // namespace

BENCHMARK(closed_walks)->ArgName("hops")->DenseRange(2, 6, 2)->Unit(benchmark::kMicrosecond);
