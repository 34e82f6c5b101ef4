// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_FORCE_PREDICTION_HPP
#define TINYNET_EXAMPLES_FORCE_PREDICTION_HPP

/// \file
/// Applies a force model to one structure after the other.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/force_model.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace tinynet::program {

/// Predicts forces, finding the topology anew only when cell or atoms change.
class force_prediction {
public:
    /// \param model  must outlive the object.
    explicit force_prediction(const force_model& model) : model_{&model} {}

    /// Forces on the atoms of a structure: fx0 fy0 fz0 fx1 ..., eV/Å; valid until the next call.
    /// \throws topology_mismatch, unknown_species  if the structure does not fit the model's reference.
    std::span<const double> operator()(const structure& geometry) {
        const std::span<const double> positions = flat(geometry.positions());
        if (!space_ || !same_atoms(geometry))
            space_ = model_->make_workspace(geometry);
        else
            std::visit([&](const auto& space) { check_positions(space.topology(), positions); }, *space_);
        known_ = geometry;
        forces_.resize(positions.size());
        model_->evaluate(*space_, positions, forces_);
        return forces_;
    }

private:
    [[nodiscard]] bool same_atoms(const structure& geometry) const {
        return geometry.cell() == known_.cell() && std::ranges::equal(geometry.species(), known_.species());
    }

    const force_model* model_;
    structure known_;
    std::optional<force_model::workspace> space_;
    std::vector<double> forces_;
};

} // namespace tinynet::program

#endif
