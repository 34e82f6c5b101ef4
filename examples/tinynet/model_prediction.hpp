// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_MODEL_PREDICTION_HPP
#define TINYNET_EXAMPLES_MODEL_PREDICTION_HPP

/// \file
/// Applies a model to one structure after the other.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/model/extrapolation.hpp>
#include <tinynet/types.hpp>

#include <memory>
#include <optional>
#include <span>

namespace tinynet::program {

/// What a model says about a structure; views are valid until the next prediction.
struct prediction {
    std::span<const double> results = {};         ///< forces or LDOS, atom after atom
    const frozen_topology* topology = nullptr;    ///< which site an atom is at; none with energy models
    std::optional<double> energy = {};            ///< eV
    std::span<const double> atomic_energies = {}; ///< eV
    std::optional<matrix3> stress = {};           ///< eV/Å^3, of structures that are periodic along all axes
    std::optional<double> energy_deviation = {};  ///< eV, over a committee
    std::span<const double> force_deviations = {};      ///< eV/Å, 3N, over a committee
    std::span<const extrapolation> extrapolations = {}; ///< of energy models
};

/// Predicts one structure after the other.
class model_prediction {
public:
    model_prediction() = default;
    model_prediction(const model_prediction&) = delete;
    model_prediction& operator=(const model_prediction&) = delete;
    virtual ~model_prediction() = default;

    /// \throws topology_mismatch, unknown_species  if the structure does not fit the model.
    virtual prediction operator()(const structure& geometry) = 0;
};

/// Predictions of a model, which must outlive them.
std::unique_ptr<model_prediction> make_prediction(const any_model& model);

} // namespace tinynet::program

#endif
