// SPDX-License-Identifier: MIT
#ifndef TINYNET_INFERENCE_HPP
#define TINYNET_INFERENCE_HPP

/// \file
/// What a simulation needs: structures, bonds, paths, descriptor, networks and models. No training, no files,
/// no dependency beyond Eigen. Reading a model file takes <tinynet/io/model_file.hpp> on top.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/feature_count.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/mapping_progress.hpp>
#include <tinynet/descriptor/neighbor_features.hpp>
#include <tinynet/descriptor/options.hpp>
#include <tinynet/descriptor/path_features.hpp>
#include <tinynet/descriptor/path_limits.hpp>
#include <tinynet/descriptor/scaler.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/descriptor/site_classes.hpp>
#include <tinynet/descriptor/site_matching.hpp>
#include <tinynet/descriptor/topology_builder.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/bond_rule.hpp>
#include <tinynet/graph/concepts.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/md/engine_forces.hpp>
#include <tinynet/md/engine_potential.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/committee_results.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/extrapolation.hpp>
#include <tinynet/model/force_model.hpp>
#include <tinynet/model/ldos_model.hpp>
#include <tinynet/model/moment_model.hpp>
#include <tinynet/model/moment_workspace.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/model/network_inputs.hpp>
#include <tinynet/model/per_atom_model.hpp>
#include <tinynet/model/training_record.hpp>
#include <tinynet/moments/bond_sums.hpp>
#include <tinynet/moments/bond_weights.hpp>
#include <tinynet/moments/feature_statistics.hpp>
#include <tinynet/moments/harmonics.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/moments/orbitals.hpp>
#include <tinynet/moments/walk_sums.hpp>
#include <tinynet/nn/activation.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/dense.hpp>
#include <tinynet/nn/initialize.hpp>
#include <tinynet/nn/mlp.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/nn/tile.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/open_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/paths/walk_table.hpp>
#include <tinynet/types.hpp>
#include <tinynet/version.hpp>

#endif
