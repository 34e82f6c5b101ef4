// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_ENERGY_MODEL_HPP
#define TINYNET_MODEL_ENERGY_MODEL_HPP

/// \file
/// The energy model: forces and virial are its exact gradient.

#include <tinynet/detail/own_precision.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/committee_results.hpp>
#include <tinynet/model/moment_model.hpp>
#include <tinynet/model/training_record.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <cstddef>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet {

/// Energy of any structure of the species it was trained on: a moment_model of either precision, and where it
/// comes from. Conserves energy, rotates with the structure, needs no reference.
///
/// Immutable; one model serves many threads, each with its own workspace.
class energy_model {
    using float_model = moment_model<float>;
    using double_model = moment_model<double>;

public:
    /// What is needed to evaluate structures of the same atoms and cell. Made by make_workspace().
    using workspace = std::variant<float_model::workspace, double_model::workspace>;

    /// Takes over a model.
    template <typename Real>
    energy_model(moment_model<Real> model, training_record record)
        : model_{std::move(model)}, record_{std::move(record)} {}

    /// \copydoc moment_model::make_workspace
    [[nodiscard]] workspace make_workspace(const structure& atoms, std::size_t thread_count = 1,
                                           double skin = 0.5) const {
        return std::visit(
            [&](const auto& m) { return workspace{m.make_workspace(atoms, thread_count, skin)}; }, model_);
    }

    /// \copydoc moment_model::make_workspace() const
    [[nodiscard]] workspace make_workspace() const {
        return std::visit([](const auto& m) { return workspace{m.make_workspace()}; }, model_);
    }
    /// \copydoc moment_model::set_neighbors
    void set_neighbors(workspace& space, std::span<const species> atoms, std::span<const double> positions,
                       const listed_neighbors& neighbors) const {
        detail::in_own_precision(model_, space, [&](const auto& m, auto& own) {
            m.set_neighbors(own, atoms, positions, neighbors);
        });
    }

    /// \copydoc moment_model::set_cell
    void set_cell(workspace& space, const cell& lattice) const {
        detail::in_own_precision(model_, space, [&](const auto& m, auto& own) { m.set_cell(own, lattice); });
    }

    /// Energy (eV), forces (eV/Å) and virial. Step time: allocates nothing, unless atoms have moved by half
    /// the skin.
    /// \param space      from make_workspace() of this model.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not.
    /// \param forces     fx0 fy0 fz0 fx1 ..., eV/Å.
    /// \param virial     -dE/dstrain, eV, nine numbers by rows; or none.
    /// \throws invalid_option     as neighbor_list::rebuild(), where neighbors are found anew.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    energy_result evaluate(workspace& space, std::span<const double> positions, std::span<double> forces,
                           std::span<double> virial = {}) const {
        return detail::in_own_precision(model_, space, [&](const auto& m, auto& own) {
            return m.evaluate(own, positions, forces, virial);
        });
    }

    /// The same by several threads; the results have the same bits for any number of them.
    /// \throws invalid_option     if the pool has more threads than the workspace was made for.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    energy_result evaluate(workspace& space, std::span<const double> positions, std::span<double> forces,
                           std::span<double> virial, worker_pool& pool) const {
        return detail::in_own_precision(model_, space, [&](const auto& m, auto& own) {
            return m.evaluate(own, positions, forces, virial, pool);
        });
    }

    /// Energy and forces by every member of the committee. Allocates when a workspace or results are used for
    /// it the first time.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    void evaluate_members(workspace& space, std::span<const double> positions,
                          committee_results& results) const {
        detail::in_own_precision(
            model_, space, [&](const auto& m, auto& own) { m.evaluate_members(own, positions, results); });
    }

    /// Networks per species, whose mean is evaluated.
    [[nodiscard]] std::size_t member_count() const {
        return std::visit([](const auto& m) { return m.member_count(); }, model_);
    }
    /// The species it was trained on, by atomic number.
    [[nodiscard]] std::span<const species> known_species() const {
        return std::visit([](const auto& m) { return m.known_species(); }, model_);
    }
    /// What the descriptor looks at.
    [[nodiscard]] const moment_options& moments() const {
        return std::visit([](const auto& m) -> const moment_options& { return m.options(); }, model_);
    }
    /// How far from an atom its energy looks, Å: the halo of an engine that passes forces on ghosts back.
    [[nodiscard]] double cutoff() const { return moments().cutoff; }
    /// How far the force on an atom depends on others, Å: through the energies of its neighbors, twice the
    /// cutoff.
    [[nodiscard]] double receptive_radius() const { return 2.0 * cutoff(); }
    /// How the model was trained.
    [[nodiscard]] const training_record& record() const noexcept { return record_; }
    /// The model in its own precision, for whoever writes it to a file.
    [[nodiscard]] const std::variant<float_model, double_model>& precise() const noexcept { return model_; }

private:
    std::variant<float_model, double_model> model_;
    training_record record_;
};

} // namespace tinynet

#endif
