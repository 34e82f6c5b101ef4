// SPDX-License-Identifier: MIT
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <benchmarks/support/counted.hpp>
#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/heap.hpp>
#include <benchmarks/support/per_atom.hpp>
#include <benchmarks/support/work.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <numeric>
#include <span>
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

/// The networks of a step alone, on one block of features again and again.
void step_networks(benchmark::State& state) {
    const auto model = bench::untrained_model<float>("batio3", l_4_2);
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    const auto space = model.make_workspace(atoms);
    std::vector<mlp_workspace<float>> activations;
    std::size_t width = 0;
    for (const auto& trained : model.networks()) {
        activations.push_back(trained.net.make_workspace(detail::lane_count));
        width = std::max(width, trained.net.input_width());
    }
    std::vector<detail::lanes<float>> inputs(width);
    for (std::size_t k = 0; k < width; ++k)
        inputs[k] = std::sin(static_cast<float>(k));
    batch_matrix<float> outputs{3, static_cast<Eigen::Index>(detail::lane_count)};
    for ([[maybe_unused]] auto iteration : state) {
        bench::counted([&] {
            for_each_block(space.topology(), [&](const atom_group& group, std::size_t) {
                const network<float>& net = model.networks()[group.site].net;
                net.forward(std::span{inputs}.first(net.input_width()), activations[group.site], outputs);
            });
        });
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
    network_work(model, space.topology()).report(state);
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

/// Both threads of a pool at the same atoms, and each at atoms of its own, in turn every few milliseconds, so
/// that whatever else the machine does slows down both; argument: atoms.
void pool_against_independent_threads(benchmark::State& state) {
    constexpr std::size_t threads = 2;
    constexpr int steps = 10;
    const auto model = bench::untrained_model<float>("batio3", l_4_2);
    const structure atoms = bench::crystal("batio3", static_cast<std::size_t>(state.range(0)));
    const auto positions = flat(atoms.positions());
    worker_pool pool{threads};
    auto shared = model.make_workspace(atoms, threads);
    std::vector own(threads, model.make_workspace(atoms));
    std::vector forces(threads, std::vector<double>(3 * atoms.atom_count()));
    /// Atoms per microsecond.
    const auto rate = [&](const auto& run) {
        const auto start = std::chrono::steady_clock::now();
        for (int step = 0; step < steps; ++step)
            run();
        const std::chrono::duration<double, std::micro> time = std::chrono::steady_clock::now() - start;
        return steps * static_cast<double>(atoms.atom_count()) / time.count();
    };
    std::vector<double> together;
    std::vector<double> apart;
    std::vector<double> shares;
    for ([[maybe_unused]] auto iteration : state) {
        together.push_back(rate([&] { model.evaluate(shared, positions, forces.front(), pool); }));
        std::array<double, threads> rates{};
        pool.run(threads, [&](std::size_t k, std::size_t) {
            rates[k] = rate([&] { model.evaluate(own[k], positions, forces[k]); });
        });
        apart.push_back(std::accumulate(rates.begin(), rates.end(), 0.0)); // nobody waits for the other
        shares.push_back(together.back() / apart.back());
    }
    state.counters["pool_us_per_atom"] = 1.0 / bench::median(together);
    state.counters["independent_us_per_atom"] = 1.0 / bench::median(apart);
    state.counters["share_of_independent"] = bench::median(shares);
}

/// What an atom costs in a crystal of a million, whose tables and records no cache holds, and among 10,240;
/// in turn, so that whatever else the machine does slows down both.
void million_against_ten_thousand(benchmark::State& state) {
    const auto model = bench::untrained_model<float>("batio3", l_4_2);
    const structure many = bench::crystal("batio3", 1000000);
    const structure few = bench::crystal("batio3", 10240);
    auto space_of_many = model.make_workspace(many);
    auto space_of_few = model.make_workspace(few);
    std::vector<double> forces(3 * many.atom_count());
    /// Microseconds per atom.
    const auto time = [&](auto& space, const structure& atoms) {
        const std::size_t steps = many.atom_count() / atoms.atom_count();
        const auto results = std::span{forces}.first(3 * atoms.atom_count());
        const auto start = std::chrono::steady_clock::now();
        for (std::size_t step = 0; step < steps; ++step)
            model.evaluate(space, flat(atoms.positions()), results);
        const std::chrono::duration<double, std::micro> passed = std::chrono::steady_clock::now() - start;
        return passed.count() / static_cast<double>(steps * atoms.atom_count());
    };
    std::vector<double> in_many;
    std::vector<double> in_few;
    std::vector<double> ratios;
    for ([[maybe_unused]] auto iteration : state) {
        in_few.push_back(time(space_of_few, few));
        in_many.push_back(time(space_of_many, many));
        ratios.push_back(in_many.back() / in_few.back());
    }
    state.counters["us_per_atom_of_many"] = bench::median(in_many);
    state.counters["us_per_atom_of_few"] = bench::median(in_few);
    state.counters["ratio"] = bench::median(ratios);
    state.counters["lowest_ratio"] = *std::ranges::min_element(ratios);
    state.counters["highest_ratio"] = *std::ranges::max_element(ratios);
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
            ->Arg(1000000)
            ->Complexity(benchmark::oN);
    }
    for (const std::string material : {"batio3", "moo3"})
        for (const path_kind paths : {path_kind::cycles, path_kind::walks})
            for (const std::size_t n : {2U, 4U, 6U, 8U})
                for (const std::size_t neighbors : {0U, 1U, 2U, 3U, 4U}) {
                    const bool is_in_all_sizes =
                        material == "batio3" && paths == path_kind::cycles && n == 4 && neighbors == 2;
                    if (!is_in_all_sizes)
                        register_step<float>(
                            material, {paths, hop_count{n}, hop_count{neighbors}, feature_layout::compact})
                            ->Arg(160);
                }
    const descriptor_options l_6_4{path_kind::cycles, hop_count{6}, hop_count{4}, feature_layout::compact};
    register_step<float>("batio3", l_6_4)->Arg(100000);
    register_step<double>("batio3", l_6_4)->Arg(160)->Arg(100000);
    // Layout paper knows its reference cell only, where lanes are half empty.
    for (const feature_layout layout : {feature_layout::paper, feature_layout::compact})
        register_step<float>("batio3", {path_kind::cycles, hop_count{6}, hop_count{4}, layout})->Arg(40);
    register_step<float>("batio3", {path_kind::cycles, hop_count{4}, hop_count{2}, feature_layout::paper})
        ->Arg(40);
    for (const auto& [n, neighbors] : {std::pair{4, 2}, std::pair{6, 4}})
        for (const feature_layout layout : {feature_layout::paper, feature_layout::compact})
            register_step<float>("moo3", {path_kind::walks, hop_count{n}, hop_count{neighbors}, layout})
                ->Arg(32);
    return true;
}();

} // namespace

BENCHMARK(step_networks)->Arg(160)->Unit(benchmark::kMicrosecond);
BENCHMARK(step_with_neighbor_list)->Arg(160)->Arg(10240)->Unit(benchmark::kMicrosecond);
BENCHMARK(step_in_pool)
    ->ArgNames({"atoms", "threads"})
    ->ArgsProduct({{160, 10240}, {1, 2}})
    ->Unit(benchmark::kMicrosecond)
    ->UseRealTime();
BENCHMARK(pool_against_independent_threads)
    ->Arg(10240)
    ->Unit(benchmark::kMillisecond)
    ->MinTime(3.0)
    ->UseRealTime();
BENCHMARK(million_against_ten_thousand)->Iterations(15)->Unit(benchmark::kMillisecond);
