// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_PER_ATOM_MODEL_HPP
#define TINYNET_MODEL_PER_ATOM_MODEL_HPP

/// \file
/// What the force and the LDOS model have in common: an atomic_model of either precision, and where it comes
/// from.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/detail/own_precision.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/model/training_record.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <cstddef>
#include <cstdint>
#include <set>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet {

/// Numbers per atom straight from the descriptor L_n^(N), whose meaning is the derived class's business.
///
/// Immutable; one model serves many threads, each with its own workspace.
class per_atom_model {
    using float_model = atomic_model<float>;
    using double_model = atomic_model<double>;

public:
    /// What one thread needs for structures of one topology. Made by make_workspace().
    using workspace = std::variant<float_model::workspace, double_model::workspace>;

    /// Prepares for structures with the atoms, cell and bonds of this one. Topology time: allocates.
    /// \param thread_count  the most threads that will evaluate with it.
    /// \param progress      is told how far the mapping of a large structure is.
    /// \throws invalid_option     if thread_count is 0.
    /// \throws unknown_species    if the reference has no atom of a species; the message names the atom.
    /// \throws topology_mismatch  if the structure does not fit the reference; see descriptor::topology_of().
    [[nodiscard]] workspace make_workspace(const structure& geometry, std::size_t thread_count = 1,
                                           const mapping_progress& progress = {}) const {
        return std::visit(
            [&](const auto& m) { return workspace{m.make_workspace(geometry, thread_count, progress)}; },
            model_);
    }

    /// Restricts evaluate() to some atoms, such as those of one rank of a parallel engine. Topology time.
    /// \param space  from make_workspace() of this model.
    /// \param atoms  by index, in any order.
    /// \return the atoms whose positions the results of these depend on, these among them, by index. All others
    ///         may be anywhere within largest_coordinate; their results have no meaning.
    /// \throws invalid_structure  if the structure has no such atom.
    std::vector<std::uint32_t> choose_atoms(workspace& space, std::span<const std::uint32_t> atoms) const {
        return detail::in_own_precision(model_, space,
                                        [&](const auto& m, auto& own) { return m.choose_atoms(own, atoms); });
    }

    /// Predicts. Step time: allocates nothing.
    /// \param space      from make_workspace() of this model.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not.
    /// \param results    output_width() numbers per atom, atom after atom, in the unit of the model.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    void evaluate(workspace& space, std::span<const double> positions, std::span<double> results) const {
        detail::in_own_precision(model_, space,
                                 [&](const auto& m, auto& own) { m.evaluate(own, positions, results); });
    }

    /// The same by several threads; the results have the same bits for any number of them.
    /// \throws invalid_option     if the pool has more threads than the workspace was made for.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    void evaluate(workspace& space, std::span<const double> positions, std::span<double> results,
                  worker_pool& pool) const {
        detail::in_own_precision(
            model_, space, [&](const auto& m, auto& own) { m.evaluate(own, positions, results, pool); });
    }

    /// Numbers per atom.
    [[nodiscard]] std::size_t output_width() const {
        return std::visit([](const auto& m) { return m.output_width(); }, model_);
    }
    /// The descriptor.
    [[nodiscard]] const descriptor& features() const {
        return std::visit([](const auto& m) -> const descriptor& { return m.features(); }, model_);
    }
    /// The species of the reference, each once, by atomic number.
    [[nodiscard]] std::vector<species> known_species() const {
        const auto all = features().reference().species();
        const std::set<species> once{all.begin(), all.end()};
        return {once.begin(), once.end()};
    }
    /// Longest bond, Å.
    [[nodiscard]] double cutoff() const { return features().rule().cutoff(); }
    /// How far from an atom the model looks in the reference, Å; ghosts must reach farther
    /// (engine_forces::halo).
    [[nodiscard]] double receptive_radius() const { return features().receptive_radius(); }
    /// How the model was trained.
    [[nodiscard]] const training_record& record() const noexcept { return record_; }
    /// The model in its own precision, for whoever writes it to a file.
    [[nodiscard]] const std::variant<float_model, double_model>& precise() const noexcept { return model_; }

protected:
    /// Takes over the model.
    template <typename Real>
    per_atom_model(atomic_model<Real> model, training_record record)
        : model_{std::move(model)}, record_{std::move(record)} {}

private:
    std::variant<float_model, double_model> model_;
    training_record record_;
};

} // namespace tinynet

#endif
