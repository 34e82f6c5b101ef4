// SPDX-License-Identifier: MIT
#include <tinynet/descriptor/features.hpp>

#include <benchmarks/support/counted.hpp>
#include <benchmarks/support/crystals.hpp>
#include <benchmarks/support/per_atom.hpp>
#include <benchmarks/support/work.hpp>

#include <benchmark/benchmark.h>

#include <cstddef>
#include <string>
#include <vector>

// The two halves of the descriptor at step time, for 160 atoms.

namespace {

using namespace tinynet;

/// Vectors and exponentials of all bonds.
template <typename Real>
void update_bonds(benchmark::State& state, const std::string& material) {
    const descriptor d{bench::reference(material), bond_rule{}, {}};
    const structure atoms = bench::crystal(material, 160);
    const frozen_topology topology = d.topology_of(atoms);
    bond_geometry<Real> bonds{topology};
    for ([[maybe_unused]] auto iteration : state) {
        bench::counted([&] { bonds.update(topology, flat(atoms.positions())); });
        benchmark::ClobberMemory();
    }
    bench::report_atoms(state, atoms.atom_count());
    bench::bond_work<Real>(topology).report(state);
    state.counters["record_bytes"] =
        static_cast<double>(topology.view_count() * detail::record_size * sizeof(Real)) /
        static_cast<double>(atoms.atom_count());
}

/// Everything that follows from them; arguments: n, N.
template <typename Real>
void write_features(benchmark::State& state, const std::string& material, path_kind paths) {
    const descriptor d{bench::reference(material),
                       bond_rule{},
                       {paths, hop_count{static_cast<std::size_t>(state.range(0))},
                        hop_count{static_cast<std::size_t>(state.range(1))}, feature_layout::compact}};
    const structure atoms = bench::crystal(material, 160);
    const frozen_topology topology = d.topology_of(atoms);
    bond_geometry<Real> bonds{topology};
    bonds.update(topology, flat(atoms.positions()));
    feature_writer<Real> writer{d.sites()};
    std::vector<column_layout> layouts;
    for (const site& s : d.sites())
        layouts.emplace_back(std::vector<const site*>{&s}, d.options());
    std::vector<typename feature_writer<Real>::column> columns(shared_layout(d).width());
    for ([[maybe_unused]] auto iteration : state)
        bench::counted([&] {
            for_each_block(topology, [&](const atom_group& group, std::size_t first) {
                writer.write(bonds, group, first, d.sites()[group.site], layouts[group.site], columns);
                benchmark::ClobberMemory();
            });
        });
    bench::report_atoms(state, atoms.atom_count());
    bench::feature_work<Real>(topology, d.sites()).report(state);
}

void register_features(const std::string& name,
                       void (*work)(benchmark::State&, const std::string&, path_kind),
                       const std::string& material, path_kind paths) {
    benchmark::RegisterBenchmark(name.c_str(), work, material, paths)
        ->ArgNames({"n", "N"})
        ->Args({4, 0})
        ->Args({0, 2})
        ->Args({4, 2})
        ->Args({6, 4})
        ->Unit(benchmark::kMicrosecond);
}

const bool features_are_registered = [] {
    for (const std::string material : {"batio3", "moo3"}) {
        benchmark::RegisterBenchmark(("update_bonds/" + material + "/float").c_str(), update_bonds<float>,
                                     material)
            ->Unit(benchmark::kMicrosecond);
        benchmark::RegisterBenchmark(("update_bonds/" + material + "/double").c_str(), update_bonds<double>,
                                     material)
            ->Unit(benchmark::kMicrosecond);
    }
    register_features("write_features/batio3/cycles/float", write_features<float>, "batio3",
                      path_kind::cycles);
    register_features("write_features/batio3/cycles/double", write_features<double>, "batio3",
                      path_kind::cycles);
    register_features("write_features/moo3/walks/float", write_features<float>, "moo3", path_kind::walks);
    return true;
}();

} // namespace
