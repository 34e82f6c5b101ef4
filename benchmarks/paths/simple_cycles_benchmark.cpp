// SPDX-License-Identifier: MIT
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/paths/simple_cycles.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/per_atom.hpp>

#include <benchmark/benchmark.h>
#include <boost/graph/tiernan_all_cycles.hpp>
#include <boost/graph/undirected_graph.hpp>

#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

using namespace tinynet;

/// A cluster: 2 x 4 x 4 cells of BaTiO3 in vacuum, so that Boost.Graph, which knows no images, sees the same
/// graph.
structure cluster() {
    const structure crystal = bench::crystal("batio3", 160);
    return {cell{},
            {crystal.species().begin(), crystal.species().end()},
            {crystal.positions().begin(), crystal.positions().end()}};
}

/// Visits every simple cycle of up to so many hops from each of its atoms, both ways around: 2 x length
/// times.
void simple_cycles(benchmark::State& state) {
    const structure atoms = cluster();
    const bond_graph graph{atoms, bond_rule{}};
    std::int64_t paths = 0;
    for ([[maybe_unused]] auto iteration : state)
        for (std::size_t hops = 3; hops <= static_cast<std::size_t>(state.range(0)); ++hops)
            for (std::size_t i = 0; i < atoms.atom_count(); ++i)
                for_each_simple_cycle(graph, atom_index{i}, hop_count{hops},
                                      [&](walk_view<bond_graph>) { ++paths; });
    state.SetItemsProcessed(paths);
    state.counters["cycles"] = static_cast<double>(paths) / static_cast<double>(state.iterations());
    bench::report_atoms(state, atoms.atom_count());
}

struct cycle_counter {
    std::int64_t* count;
    template <typename Path, typename Graph>
    void cycle(const Path&, const Graph&) const {
        ++*count;
    }
};

/// The same cycles by Boost.Graph's generic algorithm, each visited twice in all.
void boost_tiernan(benchmark::State& state) {
    const structure atoms = cluster();
    const bond_graph bonds{atoms, bond_rule{}};
    boost::undirected_graph<> graph;
    std::vector<boost::undirected_graph<>::vertex_descriptor> vertices;
    for (std::size_t i = 0; i < atoms.atom_count(); ++i)
        vertices.push_back(graph.add_vertex());
    for (std::size_t i = 0; i < atoms.atom_count(); ++i)
        for (const bond_index bond : bonds.bonds(atom_index{i}))
            if (i < bonds.target(bond))
                graph.add_edge(vertices[i], vertices[bonds.target(bond)]);
    std::int64_t cycles = 0;
    for ([[maybe_unused]] auto iteration : state)
        boost::tiernan_all_cycles(graph, cycle_counter{&cycles}, 3U, static_cast<unsigned>(state.range(0)));
    state.SetItemsProcessed(cycles);
    state.counters["cycles"] = static_cast<double>(cycles) / static_cast<double>(state.iterations());
    bench::report_atoms(state, atoms.atom_count());
}

} // namespace

BENCHMARK(simple_cycles)->ArgName("hops")->Arg(4)->Arg(6)->Unit(benchmark::kMicrosecond);
BENCHMARK(boost_tiernan)->ArgName("hops")->Arg(4)->Arg(6)->Unit(benchmark::kMicrosecond);
