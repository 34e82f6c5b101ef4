// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_NETWORK_INPUTS_HPP
#define TINYNET_MODEL_NETWORK_INPUTS_HPP

/// \file
/// The features of atoms as the networks of a model take them, for whoever evaluates these elsewhere.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/per_atom_model.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <variant>
#include <vector>

namespace tinynet {

/// What one atom gives to a network.
struct network_inputs {
    std::size_t network; ///< its number in the model, with s species that of species k in member j is k + j s
    Eigen::VectorXd features; ///< before any scaling
};

/// The inputs of a force or LDOS model, in double precision, one entry per atom. Topology time: allocates.
/// \throws topology_mismatch  if the structure does not fit the reference; see descriptor::topology_of().
inline std::vector<network_inputs> describe(const per_atom_model& model, const structure& geometry) {
    return std::visit(
        [&]<typename Real>(const atomic_model<Real>& precise) {
            const frozen_topology topology = precise.features().topology_of(geometry);
            bond_geometry<double> bonds{topology};
            bonds.update(topology, flat(geometry.positions()));
            feature_writer<double> writer{precise.features().sites()};
            std::vector<feature_writer<double>::column> columns;
            std::vector<network_inputs> result(geometry.atom_count());
            for_each_block(topology, [&](const atom_group& group, std::size_t first) {
                const std::size_t network = precise.network_of(group.site);
                const column_layout& layout = precise.layouts()[network];
                columns.resize(layout.width());
                writer.write(bonds, group, first, precise.features().sites()[group.site], layout, columns);
                copy_atoms<double>(columns, group, first, [&](std::size_t atom) {
                    result[atom] = {network, Eigen::VectorXd{static_cast<Eigen::Index>(layout.width())}};
                    return result[atom].features.data();
                });
            });
            return result;
        },
        model.precise());
}

/// The inputs of an energy model, in its own precision, one entry per atom and member of the committee, those
/// of an atom next to each other. Topology time: allocates.
/// \throws unknown_species    if the model has not seen a species; the message names the atom.
inline std::vector<network_inputs> describe(const energy_model& model, const structure& geometry) {
    return std::visit(
        [&]<typename Real>(const moment_model<Real>& precise) {
            auto space = precise.make_workspace(geometry, 1, 0.0);
            const std::size_t members = precise.member_count();
            std::vector<network_inputs> result(geometry.atom_count() * members);
            for (std::size_t member = 0; member < members; ++member)
                precise.describe(
                    space, flat(geometry.positions()),
                    [&](std::size_t atom, std::size_t kind, const auto& features) {
                        result[atom * members + member] = {kind + member * precise.networks().size(),
                                                           features.template cast<double>()};
                    },
                    member);
            return result;
        },
        model.precise());
}

} // namespace tinynet

#endif
