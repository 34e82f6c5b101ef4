// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_RANDOM_MOMENT_MODELS_HPP
#define TINYNET_TESTS_SUPPORT_RANDOM_MOMENT_MODELS_HPP

/// \file
/// Energy models with random weights, and what they say about a structure.

#include "random_structures.hpp"
#include <tinynet/detail/random.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/model/moment_model.hpp>
#include <tinynet/nn/initialize.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet::test {

/// Species that random models know.
inline const std::array<species, 3> moment_species{species{"O"}, species{"Ti"}, species{"Ba"}};

/// A model with features of order one.
/// \param hidden   widths of the hidden layers.
/// \param members  of the committee.
template <typename Real>
moment_model<Real> random_moment_model(const moment_options& options, std::span<const species> kinds,
                                       std::uint64_t seed = 1,
                                       const std::vector<std::size_t>& hidden = {7, 5},
                                       std::size_t members = 1) {
    const detail::walk_sums<Real> walks{options, kinds.size()};
    const std::size_t width = walks.feature_count();
    const auto size = static_cast<Eigen::Index>(width);
    std::vector<species_network<Real>> networks;
    for (const species kind : kinds) {
        std::vector<network<Real>> nets;
        std::vector<batch_matrix<Real>> orbitals;
        for (std::size_t member = 0; member < members; ++member) {
            nets.push_back(make_network<Real>(width, hidden, 1));
            initialize(nets.back(), {.seed = seed + networks.size() + 100 * member});
            for (std::size_t layer = 0; layer < nets.back().layer_count(); ++layer)
                nets.back().bias(layer).setConstant(Real{0.25});
            const auto coefficients = detail::random_coefficients<Real>(
                walks.orbital_count(), walks.bonds().count(), seed + 100 * member, networks.size());
            constexpr auto faint = static_cast<Real>(0.1);
            orbitals.push_back(faint * Eigen::Map<const batch_matrix<Real>>{
                                           coefficients.data(),
                                           static_cast<Eigen::Index>(walks.orbital_count()),
                                           static_cast<Eigen::Index>(walks.bonds().count())});
        }
        feature_statistics statistics{Eigen::VectorXd::Constant(size, 0.3),
                                      Eigen::VectorXd::Constant(size, 2.0), Eigen::VectorXd::Zero(size),
                                      Eigen::VectorXd::Ones(size)};
        std::vector<double> shortest_distances;
        if (options.repulsion_cutoff > 0.0)
            shortest_distances = {1.6, 0.0, 2.1};
        networks.push_back({kind, std::move(nets), std::move(orbitals), std::move(statistics),
                            0.1 * kind.atomic_number(), std::move(shortest_distances)});
    }
    return {options, std::move(networks), 1.5};
}

/// Everything a model says about a structure.
struct moment_results {
    double energy;
    std::vector<double> atomic_energies;
    std::vector<vector3> forces;
    matrix3 virial;
};

template <typename Model>
moment_results evaluate(const Model& model, const structure& atoms) {
    auto space = model.make_workspace(atoms);
    moment_results results{0.0, {}, std::vector<vector3>(atoms.atom_count()), matrix3::Zero()};
    std::array<double, 9> virial{};
    const auto found = model.evaluate(space, flat(atoms.positions()), flat(results.forces), virial);
    results.energy = found.energy;
    results.atomic_energies.assign(found.atomic_energies.begin(), found.atomic_energies.end());
    results.virial = Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>{virial.data()};
    return results;
}

/// Structures of different cells and atoms with the energies, forces and stresses of a model.
inline std::vector<labeled_structure> labeled_by(const moment_model<double>& model, std::size_t count) {
    random_engine rng{1};
    std::vector<labeled_structure> structures(count);
    for (labeled_structure& labeled : structures) {
        labeled.geometry = random_structure(rng, static_cast<std::size_t>(random_integer(rng, 3, 8)),
                                            moment_species, {true, true, true}, 1.6);
        const auto results = evaluate(model, labeled.geometry);
        labeled.energy = results.energy;
        labeled.forces = results.forces;
        labeled.stress = -results.virial / labeled.geometry.cell().volume();
    }
    return structures;
}

} // namespace tinynet::test

#endif
