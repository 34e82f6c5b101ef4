// SPDX-License-Identifier: MIT
#include <tinynet/model/moment_model.hpp>
#include <tinynet/training/energy_settings.hpp>

#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/heap.hpp>
#include <benchmarks/support/per_atom.hpp>
#include <tests/support/random_moment_models.hpp>
#include <tests/support/random_structures.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

// Positions in, energy, forces and virial out. Names: step/batio3/moments/<descriptor>/<real>/<atoms>.

namespace {

using namespace tinynet;

/// The largest deviation of the forces in single precision from those in double, in units of the largest
/// force.
double rounding_error(const moment_options& options, std::size_t members, const structure& atoms) {
    const auto forces = [&]<typename Real>(Real) {
        const auto model = test::random_moment_model<Real>(options, test::moment_species, 1,
                                                           energy_training_settings{}.hidden, members);
        auto space = model.make_workspace(atoms);
        Eigen::VectorXd result{static_cast<Eigen::Index>(3 * atoms.atom_count())};
        model.evaluate(space, flat(atoms.positions()), {result.data(), 3 * atoms.atom_count()}, {});
        return result;
    };
    const Eigen::VectorXd exact = forces(double{});
    return (forces(float{}) - exact).cwiseAbs().maxCoeff() / exact.cwiseAbs().maxCoeff();
}

template <typename Real>
void moment_step(benchmark::State& state, const moment_options& options, std::size_t members) {
    const auto model = test::random_moment_model<Real>(options, test::moment_species, 1,
                                                       energy_training_settings{}.hidden, members);
    test::random_engine rng{1};
    const structure atoms =
        test::rattled(bench::crystal("batio3", static_cast<std::size_t>(state.range(0))), rng, 0.05);
    auto space = model.make_workspace(atoms);
    std::vector<double> forces(3 * atoms.atom_count());
    std::vector<double> virial(9);
    const auto positions = flat(atoms.positions());
    model.evaluate(space, positions, forces, virial);
    const std::size_t allocations_before = bench::allocation_count();
    model.evaluate(space, positions, forces, virial);
    state.counters["allocations"] = static_cast<double>(bench::allocation_count() - allocations_before);
    for ([[maybe_unused]] auto iteration : state) {
        model.evaluate(space, positions, forces, virial);
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
    if (sizeof(Real) == sizeof(float) && state.range(0) == 160)
        state.counters["rounding_error"] = rounding_error(options, members, atoms);
    state.counters["features"] = static_cast<double>(model.feature_count());
}

template <typename Real>
void register_moment_step(const std::string& descriptor, const moment_options& options,
                          const std::vector<std::int64_t>& sizes, std::size_t members = 1) {
    const std::string name = "step/batio3/moments/" + descriptor + (sizeof(Real) == 4 ? "/float" : "/double");
    auto* const registered = benchmark::RegisterBenchmark(name.c_str(), moment_step<Real>, options, members);
    registered->Unit(benchmark::kMicrosecond);
    for (const std::int64_t size : sizes)
        registered->Arg(size);
}

const bool moment_steps_are_registered = [] {
    // As `tinynet train energy` trains: a committee of two.
    register_moment_step<float>("default", {}, {160, 10240}, 2);
    register_moment_step<double>("default", {}, {160}, 2);
    // The sizes of examples/study/energy.py.
    register_moment_step<float>("pairs", {.orbital_count = 0}, {160});
    register_moment_step<float>(
        "small", {.cutoff = 4.5, .weight_count = 4, .orbital_count = 4, .max_angular_momentum = 2}, {160});
    register_moment_step<float>("large", {.orbital_count = 16}, {160});
    register_moment_step<float>("single", {}, {160});
    register_moment_step<float>("committee_4", {}, {160}, 4);
    return true;
}();

} // namespace
