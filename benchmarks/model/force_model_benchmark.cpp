// SPDX-License-Identifier: MIT
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/heap.hpp>
#include <benchmarks/support/per_atom.hpp>
#include <benchmarks/support/work.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

// Positions in, forces out. Names: step/<crystal>/<paths>/<layout>/n<hops>_N<neighbors>/<real>/<atoms>.

namespace {

using namespace tinynet;

/// The largest deviation of single from double precision, in units of the largest force, atoms displaced.
double rounding_error(const std::string& material, const descriptor_options& options) {
    test::random_engine rng{1};
    const structure atoms = test::rattled(bench::crystal(material, 160), rng, 0.1);
    const auto forces = [&]<typename Real>(Real) {
        const auto model = bench::untrained_model<Real>(material, options);
        auto space = model.make_workspace(atoms);
        Eigen::VectorXd result{static_cast<Eigen::Index>(3 * atoms.atom_count())};
        model.evaluate(space, flat(atoms.positions()), {result.data(), 3 * atoms.atom_count()});
        return result;
    };
    const Eigen::VectorXd exact = forces(double{});
    return (forces(float{}) - exact).cwiseAbs().maxCoeff() / exact.cwiseAbs().maxCoeff();
}

/// Of the networks, one per site, averaged over the atoms.
template <typename Real>
bench::work network_work(const atomic_model<Real>& model, const frozen_topology& topology) {
    bench::work sum;
    for (const atom_group& group : topology.groups()) {
        const bench::work one = bench::network_work(model.networks()[group.site].net);
        const double share =
            static_cast<double>(group.atoms.size()) / static_cast<double>(topology.atom_count());
        sum.operations += share * one.operations;
        sum.bytes += share * one.bytes;
    }
    return sum;
}

const descriptor_options l_4_2{path_kind::cycles, hop_count{4}, hop_count{2}, feature_layout::compact};

template <typename Real>
void step(benchmark::State& state, const std::string& material, const descriptor_options& options) {
    const auto model = bench::untrained_model<Real>(material, options);
    const structure atoms = bench::crystal(material, static_cast<std::size_t>(state.range(0)));
    const double heap_before = bench::heap_size();
    auto space = model.make_workspace(atoms);
    state.counters["bytes_per_atom"] =
        (bench::heap_size() - heap_before) / static_cast<double>(atoms.atom_count());
    std::vector<double> forces(3 * atoms.atom_count());
    const auto positions = flat(atoms.positions());
    model.evaluate(space, positions, forces);
    const std::size_t allocations_before = bench::allocation_count();
    model.evaluate(space, positions, forces);
    state.counters["allocations"] = static_cast<double>(bench::allocation_count() - allocations_before);
    for ([[maybe_unused]] auto iteration : state) {
        model.evaluate(space, positions, forces);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
    if (options.layout == feature_layout::compact)
        network_work(model, space.topology()).report(state);
    if (sizeof(Real) == sizeof(float) && state.range(0) == 160)
        state.counters["rounding_error"] = rounding_error(material, options);
}

/// What a step costs an engine that rebuilds its neighbor list every time.
void step_with_neighbor_list(benchmark::State& state) {
    const auto model = bench::untrained_model<float>("batio3", l_4_2);
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    auto space = model.make_workspace(atoms);
    neighbor_list list{atoms, bond_rule{}.cutoff()};
    std::vector<double> forces(3 * atoms.atom_count());
    for ([[maybe_unused]] auto iteration : state) {
        list.rebuild(atoms, bond_rule{}.cutoff());
        model.evaluate(space, flat(atoms.positions()), forces);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
}

/// Threads of a pool share the atoms; arguments: atoms, threads.
void step_in_pool(benchmark::State& state) {
    const auto model = bench::untrained_model<float>("batio3", l_4_2);
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    worker_pool pool{static_cast<std::size_t>(state.range(1))};
    auto space = model.make_workspace(atoms, pool.thread_count());
    std::vector<double> forces(3 * atoms.atom_count());
    for ([[maybe_unused]] auto iteration : state) {
        model.evaluate(space, flat(atoms.positions()), forces, pool);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
}

/// Every thread has atoms and a workspace of its own; argument: atoms of each.
void step_independently(benchmark::State& state) {
    static const auto model = bench::untrained_model<float>("batio3", l_4_2);
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    auto space = model.make_workspace(atoms);
    std::vector<double> forces(3 * atoms.atom_count());
    for ([[maybe_unused]] auto iteration : state) {
        model.evaluate(space, flat(atoms.positions()), forces);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
}

template <typename Real>
benchmark::internal::Benchmark* register_step(const std::string& material,
                                              const descriptor_options& options) {
    const std::string name = detail::text(
        "step/", material, '/', name_of(options.paths), '/', name_of(options.layout), "/n",
        static_cast<std::size_t>(options.max_walk_hops), "_N",
        static_cast<std::size_t>(options.max_neighbor_hops), sizeof(Real) == 4 ? "/float" : "/double");
    return benchmark::RegisterBenchmark(name.c_str(), step<Real>, material, options)
        ->Unit(benchmark::kMicrosecond);
}

/// All sizes of one descriptor, 160 atoms of the others.
const bool steps_are_registered = [] {
    for (const auto register_family : {register_step<float>, register_step<double>}) {
        register_family("batio3", l_4_2)
            ->Arg(40)
            ->Arg(160)
            ->Arg(640)
            ->Arg(10240)
            ->Arg(100000)
            ->Complexity(benchmark::oN);
        // Google Benchmark would make the workspace anew for every guess of how many iterations to take.
        register_family("batio3", l_4_2)->Arg(1000000)->Iterations(5);
    }
    for (const std::string material : {"batio3", "moo3"})
        for (const path_kind paths : {path_kind::cycles, path_kind::walks})
            for (const std::size_t n : {2U, 4U, 6U, 8U})
                for (const std::size_t neighbors : {0U, 1U, 2U, 3U, 4U}) {
                    const bool is_in_all_sizes =
                        material == "batio3" && paths == path_kind::cycles && n == 4 && neighbors == 2;
                    const bool is_too_long = material == "batio3" && n == 8;
                    if (!is_in_all_sizes && !is_too_long)
                        register_step<float>(
                            material, {paths, hop_count{n}, hop_count{neighbors}, feature_layout::compact})
                            ->Arg(160);
                }
    register_step<double>("batio3", {path_kind::cycles, hop_count{6}, hop_count{4}, feature_layout::compact})
        ->Arg(160);
    // Layout paper knows its reference cell only, where lanes are half empty.
    for (const feature_layout layout : {feature_layout::paper, feature_layout::compact})
        register_step<float>("batio3", {path_kind::cycles, hop_count{6}, hop_count{4}, layout})->Arg(40);
    register_step<float>("batio3", {path_kind::cycles, hop_count{4}, hop_count{2}, feature_layout::paper})
        ->Arg(40);
    return true;
}();

} // namespace

BENCHMARK(step_with_neighbor_list)->Arg(160)->Arg(10240)->Unit(benchmark::kMicrosecond);
BENCHMARK(step_in_pool)
    ->ArgNames({"atoms", "threads"})
    ->ArgsProduct({{160, 10240}, {1, 2}})
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK(step_independently)
    ->Arg(10240)
    ->Threads(1)
    ->Threads(2)
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
