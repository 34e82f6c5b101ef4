// SPDX-License-Identifier: MIT
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/nn/initialize.hpp>

#include <benchmarks/support/processor_time.hpp>
#include <tests/support/random_structures.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace {

using namespace tinynet;

/// L_4^(2) of simple cycles, one untrained 16x32 network per site: speed does not depend on the weights.
template <typename Real>
atomic_model<Real> make_model(const structure& reference) {
    auto d = std::make_shared<const descriptor>(
        reference, bond_rule{},
        descriptor_options{path_kind::cycles, hop_count{4}, hop_count{2}, feature_layout::compact});
    std::vector<trained_network<Real>> networks;
    for (const auto& sites : sites_of_networks(*d, network_choice::site)) {
        const auto width = static_cast<Eigen::Index>(layout_of(*d, sites).width());
        network<Real> net =
            make_network<Real>(static_cast<std::size_t>(width), std::vector<std::size_t>{16, 32}, 3);
        initialize(net, {});
        networks.push_back({std::move(net),
                            {Eigen::VectorXd::Constant(width, -1.0), Eigen::VectorXd::Constant(width, 1.0)},
                            {Eigen::VectorXd::Zero(3), Eigen::VectorXd::Ones(3)}});
    }
    return {std::move(d), network_choice::site, std::move(networks)};
}

/// Step time: positions in, forces out; argument: BaTiO3 cells along an edge.
template <typename Real>
void step(benchmark::State& state) {
    const atomic_model<Real> model = make_model<Real>(test::supercell(test::perovskite(4.0), 2, 2, 2));
    const auto edge = static_cast<int>(state.range(0));
    const structure crystal = test::supercell(test::perovskite(4.0), edge, edge, edge);
    auto space = model.make_workspace(crystal);
    std::vector<double> forces(3 * crystal.atom_count());
    const bench::processor_time time;
    for ([[maybe_unused]] auto iteration : state)
        model.evaluate(space, flat(crystal.positions()), forces);
    time.report(state, crystal.atom_count());
    state.SetComplexityN(static_cast<std::int64_t>(crystal.atom_count()));
}

} // namespace

BENCHMARK(step<float>)->Name("step/batio3/cycles/compact/n4_N2/float")->ArgName("edge")->Arg(3)->Arg(7);
BENCHMARK(step<double>)->Name("step/batio3/cycles/compact/n4_N2/double")->ArgName("edge")->Arg(3)->Arg(7);
