// SPDX-License-Identifier: MIT
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/bond_rule.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>

#include <tests/support/random_structures.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>

namespace {

/// Visits the closed walks or simple cycles of every atom of a cubic BaTiO3 cell; argument: hops.
template <bool Cycles>
void enumerate_paths(benchmark::State& state) {
    using namespace tinynet;
    const structure crystal = test::supercell(test::perovskite(4.0), 2, 2, 2);
    const bond_graph graph{crystal, bond_rule{}};
    const hop_count hops{static_cast<std::size_t>(state.range(0))};
    std::int64_t paths = 0;
    for ([[maybe_unused]] auto iteration : state)
        for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
            const auto count = [&](walk_view<bond_graph>) { ++paths; };
            if constexpr (Cycles)
                for_each_simple_cycle(graph, atom_index{i}, hops, count);
            else
                for_each_closed_walk(graph, atom_index{i}, hops, count);
        }
    state.SetItemsProcessed(paths);
    state.counters["paths"] = static_cast<double>(paths) / static_cast<double>(state.iterations());
}

} // namespace

BENCHMARK(enumerate_paths<false>)->Name("closed_walks/batio3")->ArgName("hops")->DenseRange(2, 6, 2);
BENCHMARK(enumerate_paths<true>)->Name("simple_cycles/batio3")->ArgName("hops")->DenseRange(2, 6, 2);
