// SPDX-License-Identifier: MIT
#ifndef TINYNET_MD_ENGINE_FORCES_HPP
#define TINYNET_MD_ENGINE_FORCES_HPP

/// \file
/// A force model as molecular dynamics engines call it: flat arrays, local atoms and ghosts, by id.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/force_model.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Atoms of a crystal as one rank of an engine holds them; borrowed for one call.
struct identified_atoms {
    /// How many atoms are local: they come first, and forces are theirs. The others are ghosts: other atoms
    /// of the crystal or images of any, at least within engine_forces::halo() of every local atom.
    std::size_t local_count = 0;
    std::span<const double> positions; ///< x0 y0 z0 x1 ..., Å, of all
    std::span<const std::int32_t> ids; ///< of all; an image has the id of its atom
};

/// Evaluates a force model for the atoms of one rank. There is no energy and no virial, and no force on
/// ghosts.
///
/// The topology is that of a whole crystal, found once: which atoms a force depends on is known by id,
/// wherever these atoms go. Step time allocates nothing as long as the local atoms stay the same, in the same
/// order. Serves one call at a time: one per thread.
class engine_forces {
public:
    /// Topology time.
    /// \param crystal   all atoms of the engine in the order of their ids, in a cell that will not change.
    /// \param first_id  what the engine calls the first of them.
    /// \throws invalid_option  if there is no model.
    /// \throws unknown_species, topology_mismatch  as per_atom_model::make_workspace().
    engine_forces(std::shared_ptr<const force_model> model, structure crystal, std::int32_t first_id = 0)
        : model_{checked(std::move(model))}, crystal_{std::move(crystal)}, first_id_{first_id},
          space_{model_->make_workspace(crystal_)}, results_(3 * crystal_.atom_count()),
          last_seen_(crystal_.atom_count(), 0) {
        const auto places = flat(crystal_.positions());
        by_id_.assign(places.begin(), places.end());
    }

    /// The forces on the local atoms.
    /// \param forces  fx0 fy0 fz0 fx1 ..., eV/Å, of the local atoms; overwritten.
    /// \throws invalid_structure  if sizes do not fit, a position is not finite, the crystal has no atom of an
    ///                            id, two local atoms have one, or an atom is missing on which a force
    ///                            depends.
    void evaluate(const identified_atoms& atoms, std::span<double> forces) {
        check(atoms, forces);
        choose(atoms.ids.first(atoms.local_count));
        take_positions(atoms);
        model_->evaluate(space_, by_id_, results_);
        for (std::size_t i = 0; i < atoms.local_count; ++i)
            std::copy_n(&results_[3 * place(atoms.ids[i])], 3, &forces[3 * i]);
    }

    /// The crystal as it was given.
    [[nodiscard]] const structure& crystal() const noexcept { return crystal_; }
    /// How far ghosts must reach, Å.
    [[nodiscard]] double halo() const { return halo(*model_); }
    /// The same, of a model: what its forces depend on may have moved away from where the reference has it.
    [[nodiscard]] static double halo(const force_model& model) {
        constexpr double displacement = 1.0;
        return model.receptive_radius() + displacement;
    }

private:
    static std::shared_ptr<const force_model> checked(std::shared_ptr<const force_model> model) {
        if (!model)
            throw invalid_option{"there is no model to evaluate"};
        return model;
    }

    [[nodiscard]] std::size_t place(std::int32_t id) const {
        return static_cast<std::uint32_t>(id) - static_cast<std::uint32_t>(first_id_);
    }
    [[nodiscard]] std::int64_t id_of(std::size_t place) const {
        return first_id_ + static_cast<std::int64_t>(place);
    }

    void check(const identified_atoms& atoms, std::span<double> forces) const {
        using detail::text;
        if (atoms.positions.size() != 3 * atoms.ids.size() || atoms.local_count > atoms.ids.size() ||
            forces.size() != 3 * atoms.local_count)
            throw invalid_structure{text(atoms.positions.size(), " coordinates and ", forces.size(),
                                         " components of forces for ", atoms.ids.size(), " atoms, ",
                                         atoms.local_count, " of them local")};
        for (const std::int32_t id : atoms.ids)
            if (place(id) >= crystal_.atom_count())
                throw invalid_structure{text("an atom has the id ", id, ", expected ", first_id_, " to ",
                                             id_of(crystal_.atom_count()) - 1)};
        check_coordinates(atoms.positions, atoms.ids);
    }

    /// Topology time where other atoms have become local.
    void choose(std::span<const std::int32_t> ids) {
        if (is_chosen_ && std::ranges::equal(ids, local_ids_))
            return;
        is_chosen_ = false; // until all of it is there
        std::vector<std::uint32_t> local;
        for (const std::int32_t id : ids)
            local.push_back(static_cast<std::uint32_t>(place(id)));
        std::ranges::sort(local);
        if (const auto twice = std::ranges::adjacent_find(local); twice != local.end())
            throw invalid_structure{detail::text("two local atoms have the id ", id_of(*twice))};
        read_ = model_->choose_atoms(space_, local);
        local_ids_.assign(ids.begin(), ids.end());
        is_chosen_ = true;
    }

    /// Any image of an atom will do.
    void take_positions(const identified_atoms& atoms) {
        ++step_;
        for (std::size_t i = atoms.ids.size(); i-- > 0;) {
            std::copy_n(&atoms.positions[3 * i], 3, &by_id_[3 * place(atoms.ids[i])]);
            last_seen_[place(atoms.ids[i])] = step_;
        }
        for (const std::uint32_t atom : read_)
            if (last_seen_[atom] != step_)
                throw invalid_structure{detail::text("the atom with the id ", id_of(atom),
                                                     ", on which the force on a local atom depends, is "
                                                     "neither local nor a ghost: it was lost, or "
                                                     "ghosts reach less far than ",
                                                     halo(), " Å")};
    }

    std::shared_ptr<const force_model> model_;
    structure crystal_;
    std::int32_t first_id_;
    force_model::workspace space_;
    std::vector<double> by_id_;   ///< positions
    std::vector<double> results_; ///< by id

    bool is_chosen_ = false;
    std::vector<std::int32_t> local_ids_;  ///< chosen in the workspace
    std::vector<std::uint32_t> read_;      ///< what their forces depend on
    std::vector<std::uint64_t> last_seen_; ///< step, by id
    std::uint64_t step_ = 0;
};

} // namespace tinynet

#endif
