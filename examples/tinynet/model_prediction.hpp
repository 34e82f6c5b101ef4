// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_MODEL_PREDICTION_HPP
#define TINYNET_EXAMPLES_MODEL_PREDICTION_HPP

/// \file
/// Applies a model to one structure after the other.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/model/per_atom_model.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <iostream>
#include <optional>
#include <span>
#include <variant>
#include <vector>

namespace tinynet::program {

/// Says on standard error how far the mapping of a structure is, if it takes longer than two seconds.
class mapping_line {
public:
    void operator()(std::size_t done, std::size_t all) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::seconds{2})
            return;
        last_ = now;
        std::cerr << "mapped " << done << " of " << all << " atoms to the sites of the reference"
                  << std::endl;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

/// Predicts, finding the topology anew only when cell or atoms change.
class model_prediction {
public:
    /// \param model  must outlive the object.
    explicit model_prediction(const any_model& model)
        : model_{std::visit([](const auto& m) -> const per_atom_model* { return &m; }, model)} {}

    /// Results for the atoms of a structure, atom after atom; valid until the next call.
    /// \throws topology_mismatch, unknown_species  if the structure does not fit the model's reference.
    std::span<const double> operator()(const structure& geometry) {
        const std::span<const double> positions = flat(geometry.positions());
        if (!space_ || !same_atoms(geometry))
            space_ = model_->make_workspace(geometry, 1, mapping_line{});
        else
            check_positions(topology(), positions);
        known_ = geometry;
        results_.resize(geometry.atom_count() * model_->output_width());
        model_->evaluate(*space_, positions, results_);
        return results_;
    }

    /// Bonds and sites of the last structure.
    [[nodiscard]] const frozen_topology& topology() const {
        return std::visit([](const auto& space) -> const frozen_topology& { return space.topology(); },
                          *space_);
    }

private:
    [[nodiscard]] bool same_atoms(const structure& geometry) const {
        return geometry.cell() == known_.cell() && std::ranges::equal(geometry.species(), known_.species());
    }

    const per_atom_model* model_;
    structure known_;
    std::optional<per_atom_model::workspace> space_;
    std::vector<double> results_;
};

} // namespace tinynet::program

#endif
