// SPDX-License-Identifier: MIT
#ifndef TINYNET_MD_ENGINE_POTENTIAL_HPP
#define TINYNET_MD_ENGINE_POTENTIAL_HPP

/// \file
/// An energy model as molecular dynamics engines call it: flat arrays, local atoms and ghosts.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/moment_workspace.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet {

/// A periodic cell as flat numbers.
struct engine_cell {
    std::array<double, 9> vectors; ///< one lattice vector after the other, Å
    /// Which of them repeat.
    std::array<bool, 3> periodic{true, true, true};

    friend bool operator==(const engine_cell&, const engine_cell&) = default;
};

/// Atoms as an engine holds them; borrowed for one call.
struct engine_atoms {
    /// How many atoms are local: they come first, and energies are theirs. The others are ghosts: what the
    /// engine keeps of other ranks and of images, at least within the cutoff of every local atom.
    std::size_t local_count = 0;
    std::span<const double> positions;            ///< x0 y0 z0 x1 ..., Å, of all
    std::span<const std::int32_t> atomic_numbers; ///< of all
    /// Full lists of the engine; neighbors are found here if there are none.
    std::optional<listed_neighbors> neighbors;
    /// Where all atoms are local and their images are to be found here; not together with neighbors.
    std::optional<engine_cell> cell;
    /// What the engine calls its atoms, for messages; one per atom, or none, and then places are told, from
    /// 0.
    std::span<const std::int32_t> ids{};
};

/// Evaluates an energy model for an engine. Finds out itself what has changed since the last call: the same
/// neighbor lists (or, where it finds neighbors itself, atoms that have moved by less than half the skin, in
/// a cell that may change with them) make it a matter of step time, which allocates nothing. Other neighbors
/// of the same atoms cost allocations only where sizes grow.
///
/// The force on an atom here is what the energies of the local atoms do to it. What they do to ghosts is
/// given too; the engine adds it to the atoms the ghosts stand for. Serves one call at a time: one per
/// thread.
class engine_potential {
public:
    /// \param skin  where neighbors are found here, they are found anew when an atom has moved by half of it,
    ///              Å.
    /// \throws invalid_option  if there is no model or the skin is negative or not finite.
    explicit engine_potential(std::shared_ptr<const energy_model> model, double skin = 0.5)
        : model_{std::move(model)}, skin_{skin} {
        if (!model_)
            throw invalid_option{"there is no model to evaluate"};
        detail::check_skin(skin);
    }

    /// Energy of the local atoms (eV), in all and one by one, and its gradient.
    /// \param forces  fx0 fy0 fz0 fx1 ..., eV/Å, of all atoms; overwritten.
    /// \param virial  -dE/dstrain, eV, nine numbers by rows; or none.
    /// \throws unknown_species    if the model has not seen a species; the message names the atom.
    /// \throws invalid_cell       if the cell makes no sense.
    /// \throws invalid_option     as neighbor_list::rebuild(), where neighbors are found anew.
    /// \throws invalid_structure  if sizes do not fit, a position is not finite, or neighbor lists make no
    ///                            sense or are not full.
    energy_result evaluate(const engine_atoms& atoms, std::span<double> forces,
                           std::span<double> virial = {}) {
        check(atoms);
        if (has_changed(atoms))
            prepare(atoms);
        else if (atoms.cell != cell_)
            set_cell(*atoms.cell);
        return model_->evaluate(*space_, atoms.positions, forces, virial);
    }

    /// The model.
    [[nodiscard]] const energy_model& model() const noexcept { return *model_; }
    /// The same to share with another engine_potential.
    [[nodiscard]] const std::shared_ptr<const energy_model>& shared_model() const noexcept { return model_; }
    /// How often neighbors were taken over or found.
    [[nodiscard]] std::size_t build_count() const { return build_count_ + searches_of_model(); }

private:
    /// With a cell it is the model that finds neighbors anew.
    [[nodiscard]] std::size_t searches_of_model() const {
        if (!is_prepared_ || !cell_)
            return 0;
        return std::visit([](const auto& space) { return space.build_count(); }, *space_) - 1;
    }

    static void check(const engine_atoms& atoms) {
        using detail::text;
        const std::size_t count = atoms.atomic_numbers.size();
        if (atoms.positions.size() != 3 * count)
            throw invalid_structure{text(atoms.positions.size(), " coordinates for ", count, " atoms")};
        if (atoms.local_count > count)
            throw invalid_structure{text(atoms.local_count, " of ", count, " atoms are local")};
        if (!atoms.ids.empty() && atoms.ids.size() != count)
            throw invalid_structure{text(atoms.ids.size(), " ids for ", count, " atoms")};
        if (atoms.neighbors && atoms.neighbors->first.size() != atoms.local_count + 1)
            throw invalid_structure{text("the neighbor lists start at ", atoms.neighbors->first.size(),
                                         " places, expected one for each of ", atoms.local_count,
                                         " local atoms, then the end")};
        if (atoms.neighbors)
            detail::check_starts(*atoms.neighbors, count);
        if (atoms.cell && (atoms.neighbors || atoms.local_count != count))
            throw invalid_structure{"with a cell, all atoms must be local and neighbors are found here"};
        check_coordinates(atoms.positions, atoms.ids);
    }

    [[nodiscard]] bool has_changed(const engine_atoms& atoms) const {
        if (!is_prepared_ || atoms.local_count != local_count_ ||
            atoms.cell.has_value() != cell_.has_value() ||
            (cell_ && atoms.cell->periodic != cell_->periodic) || atoms.neighbors.has_value() != has_lists_ ||
            !std::ranges::equal(atoms.atomic_numbers, numbers_))
            return true;
        if (atoms.cell)
            return false; // the model follows the atoms and the cell
        if (atoms.neighbors)
            return !std::ranges::equal(atoms.neighbors->first, first_) ||
                   !std::ranges::equal(atoms.neighbors->atoms, neighbors_);
        const double limit = 0.25 * skin_ * skin_;
        for (std::size_t k = 0; k < positions_.size(); k += 3) {
            const double dx = atoms.positions[k] - positions_[k];
            const double dy = atoms.positions[k + 1] - positions_[k + 1];
            const double dz = atoms.positions[k + 2] - positions_[k + 2];
            if (dx * dx + dy * dy + dz * dz > limit)
                return true;
        }
        return false;
    }

    /// Topology time.
    void prepare(const engine_atoms& atoms) {
        take_species(atoms);
        build_count_ += searches_of_model();
        is_prepared_ = false;
        if (cell_ || atoms.cell)
            space_.reset(); // with the atoms of that cell
        cell_ = atoms.cell;
        if (cell_)
            space_ = model_->make_workspace(structure{cell_of(*cell_), kinds_, vectors_of(atoms.positions)},
                                            1, skin_);
        else {
            if (!space_)
                space_ = model_->make_workspace();
            if (atoms.neighbors) {
                first_.assign(atoms.neighbors->first.begin(), atoms.neighbors->first.end());
                neighbors_.assign(atoms.neighbors->atoms.begin(), atoms.neighbors->atoms.end());
            } else {
                find_neighbors(atoms);
            }
            model_->set_neighbors(*space_, kinds_, atoms.positions, {first_, neighbors_});
        }
        positions_.assign(atoms.positions.begin(), atoms.positions.end());
        local_count_ = atoms.local_count;
        has_lists_ = atoms.neighbors.has_value();
        numbers_.assign(atoms.atomic_numbers.begin(), atoms.atomic_numbers.end());
        ++build_count_;
        is_prepared_ = true;
    }

    void set_cell(const engine_cell& lattice) {
        model_->set_cell(*space_, cell_of(lattice));
        cell_ = lattice;
    }

    void take_species(const engine_atoms& atoms) {
        kinds_.clear();
        for (std::size_t i = 0; i < atoms.atomic_numbers.size(); ++i)
            kinds_.push_back(species_of(atoms, i));
    }

    [[nodiscard]] species species_of(const engine_atoms& atoms, std::size_t atom) const {
        const std::int32_t number = atoms.atomic_numbers[atom];
        if (number < 1 || number > 118)
            throw unknown_species{detail::text(name_of_atom(atom, atoms.ids), " has the atomic number ",
                                               number, ", expected 1 to 118")};
        const species kind{static_cast<int>(number)};
        if (!std::ranges::binary_search(model_->known_species(), kind))
            detail::refuse_species(name_of_atom(atom, atoms.ids), kind);
        return kind;
    }

    static tinynet::cell cell_of(const engine_cell& lattice) {
        matrix3 vectors;
        std::ranges::copy(lattice.vectors, vectors.reshaped<Eigen::RowMajor>().begin());
        return tinynet::cell{vectors, lattice.periodic};
    }

    static std::vector<vector3> vectors_of(std::span<const double> positions) {
        std::vector<vector3> vectors(positions.size() / 3);
        std::ranges::copy(positions, flat(vectors).begin());
        return vectors;
    }

    /// Neighbors of the local atoms among all.
    void find_neighbors(const engine_atoms& atoms) {
        if (std::ranges::equal(all_.species(), kinds_))
            all_.move_to(cell{}, atoms.positions);
        else
            all_ = structure{cell{}, kinds_, vectors_of(atoms.positions)};
        list_.rebuild(all_, model_->cutoff() + skin_);
        first_.assign(1, 0);
        neighbors_.clear();
        for (std::size_t i = 0; i < atoms.local_count; ++i) {
            for (const neighbor& n : list_.neighbors(atom_index{static_cast<std::uint32_t>(i)}))
                neighbors_.push_back(static_cast<std::int32_t>(static_cast<std::size_t>(n.atom)));
            first_.push_back(neighbors_.size());
        }
    }

    std::shared_ptr<const energy_model> model_;
    double skin_;
    std::optional<energy_model::workspace> space_;
    std::size_t build_count_ = 0;

    // What the workspace was prepared for, if nothing went wrong.
    bool is_prepared_ = false;
    std::size_t local_count_ = 0;
    bool has_lists_ = false;
    std::optional<engine_cell> cell_;
    std::vector<std::int32_t> numbers_;
    std::vector<double> positions_;
    std::vector<std::size_t> first_;
    std::vector<std::int32_t> neighbors_;

    std::vector<species> kinds_;
    structure all_; ///< where neighbors are found here
    neighbor_list list_;
};

} // namespace tinynet

#endif
