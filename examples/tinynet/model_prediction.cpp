// SPDX-License-Identifier: MIT
#include "model_prediction.hpp"
#include "mapping_line.hpp"

#include <tinynet/model/per_atom_model.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <variant>
#include <vector>

namespace tinynet::program {

namespace {

/// Finds the topology anew only when cell or atoms change.
class per_atom_prediction final : public model_prediction {
public:
    explicit per_atom_prediction(const per_atom_model& model) : model_{&model} {}

    prediction operator()(const structure& geometry) override {
        const std::span<const double> positions = flat(geometry.positions());
        if (!space_ || !same_atoms(geometry))
            space_ = model_->make_workspace(geometry, 1, mapping_line{});
        else
            check_positions(topology(), positions);
        known_ = geometry;
        results_.resize(geometry.atom_count() * model_->output_width());
        model_->evaluate(*space_, positions, results_);
        return {.results = results_, .topology = &topology()};
    }

private:
    [[nodiscard]] const frozen_topology& topology() const {
        return std::visit([](const auto& space) -> const frozen_topology& { return space.topology(); },
                          *space_);
    }
    [[nodiscard]] bool same_atoms(const structure& geometry) const {
        return geometry.cell() == known_.cell() && std::ranges::equal(geometry.species(), known_.species());
    }

    const per_atom_model* model_;
    structure known_;
    std::optional<per_atom_model::workspace> space_;
    std::vector<double> results_;
};

/// Structures of a file may differ in everything, so that neighbors are found anew for each.
class energy_prediction final : public model_prediction {
public:
    explicit energy_prediction(const energy_model& model) : model_{&model} {}

    prediction operator()(const structure& geometry) override {
        forces_.resize(3 * geometry.atom_count());
        std::array<double, 9> virial{};
        space_ = model_->make_workspace(geometry, 1, 0.0);
        const energy_result found = model_->evaluate(*space_, flat(geometry.positions()), forces_, virial);
        prediction result{
            .results = forces_, .energy = found.energy, .atomic_energies = found.atomic_energies};
        if (std::ranges::count(geometry.cell().periodic(), true) == 3) {
            const Eigen::Map<const matrix3> strain_derivative{virial.data()}; // symmetric but for rounding
            result.stress =
                -0.5 * (strain_derivative + strain_derivative.transpose()) / geometry.cell().volume();
        }
        extrapolations_ = find_extrapolations(*model_, *space_, flat(geometry.positions()));
        result.extrapolations = extrapolations_;
        if (model_->member_count() > 1)
            add_deviations(geometry, result);
        return result;
    }

private:
    void add_deviations(const structure& geometry, prediction& result) {
        members_space_ = model_->make_workspace(geometry, 1, 0.0); // the other one holds atomic energies
        model_->evaluate_members(*members_space_, flat(geometry.positions()), members_);
        force_deviations_.resize(forces_.size());
        for (std::size_t k = 0; k < forces_.size(); ++k)
            force_deviations_[k] = members_.force_deviation(k);
        result.energy_deviation = members_.energy_deviation();
        result.force_deviations = force_deviations_;
    }

    const energy_model* model_;
    std::optional<energy_model::workspace> space_;
    std::optional<energy_model::workspace> members_space_;
    std::vector<double> forces_;
    std::vector<extrapolation> extrapolations_;
    committee_results members_;
    std::vector<double> force_deviations_;
};

} // namespace

std::unique_ptr<model_prediction> make_prediction(const any_model& model) {
    if (const auto* const energy = std::get_if<energy_model>(&model))
        return std::make_unique<energy_prediction>(*energy);
    if (const auto* const ldos = std::get_if<ldos_model>(&model))
        return std::make_unique<per_atom_prediction>(*ldos);
    return std::make_unique<per_atom_prediction>(std::get<force_model>(model));
}

} // namespace tinynet::program
