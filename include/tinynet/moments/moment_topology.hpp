// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_MOMENT_TOPOLOGY_HPP
#define TINYNET_MOMENTS_MOMENT_TOPOLOGY_HPP

/// \file
/// Topology time: who may be within reach of whom until the atoms have moved by half a skin.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <utility>
#include <vector>

namespace tinynet {

/// Neighbors of all atoms, sorted by species: the geometric topology of a moment descriptor.
class moment_topology {
public:
    /// What an atom sees of a neighbor.
    struct entry {
        std::uint32_t atom;        ///< the neighbor
        std::uint32_t translation; ///< number of the lattice vector to add to its position
        std::uint32_t reverse;     ///< number of the entry that sees this pair from the other end
    };

    /// \param kinds   the species that may occur, each once, by atomic number.
    /// \param radius  of the neighbors, Å: cutoff and skin.
    /// \throws unknown_species    if an atom is of another species; the message names it.
    /// \throws invalid_structure  if an atom is too far away from the cell.
    moment_topology(const structure& atoms, std::span<const species> kinds, double radius)
        : kinds_{kinds.begin(), kinds.end()}, radius_{radius}, species_(atoms.atom_count()) {
        for (std::size_t i = 0; i < atoms.atom_count(); ++i) {
            const auto found = std::ranges::lower_bound(kinds_, atoms.species()[i]);
            if (found == kinds_.end() || *found != atoms.species()[i])
                throw unknown_species{detail::text("atom ", i, " is ", atoms.species()[i].symbol(),
                                                   ", a species that the model does not know")};
            species_[i] = static_cast<std::uint32_t>(found - kinds_.begin());
        }
        for (std::uint32_t s = 0; s < kinds_.size(); ++s)
            for (std::uint32_t i = 0; i < species_.size(); ++i)
                if (species_[i] == s)
                    order_.push_back(i);
        rebuild(atoms);
    }

    /// Finds the neighbors anew; the atoms may have moved.
    /// \pre The same atoms in the same order.
    void rebuild(const structure& atoms) {
        list_.rebuild(atoms, radius_);
        entries_.clear();
        row_ends_.clear();
        translations_.clear();
        shifts_.clear();
        numbers_.clear();
        longest_row_ = 0;
        for (std::uint32_t i = 0; i < species_.size(); ++i)
            add_row(atoms.cell(), i);
        find_reverses();
    }

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return species_.size(); }
    /// Number of species that may occur.
    [[nodiscard]] std::size_t species_count() const noexcept { return kinds_.size(); }
    /// The species of an atom, as a number.
    [[nodiscard]] std::uint32_t species_of(std::size_t atom) const noexcept { return species_[atom]; }
    /// All atoms, by species.
    [[nodiscard]] std::span<const std::uint32_t> atoms_by_species() const noexcept { return order_; }
    /// All entries, atom after atom.
    [[nodiscard]] std::span<const entry> entries() const noexcept { return entries_; }
    /// Number of the first entry of an atom with a neighbor of some species or a later one.
    [[nodiscard]] std::size_t row_begin(std::size_t atom, std::size_t kind = 0) const noexcept {
        const std::size_t row = atom * species_count() + kind;
        return row == 0 ? 0 : row_ends_[row - 1];
    }
    /// The most entries of an atom.
    [[nodiscard]] std::size_t longest_row() const noexcept { return longest_row_; }
    /// A lattice vector, Å.
    [[nodiscard]] const vector3& translation(std::uint32_t number) const noexcept {
        return translations_[number];
    }

private:
    /// Nearest neighbors first, so that whether one is within reach is easily guessed.
    void add_row(const cell& lattice, std::uint32_t i) {
        const auto neighbors = list_.neighbors(atom_index{i});
        sorted_.assign(neighbors.begin(), neighbors.end());
        std::ranges::sort(sorted_, [&](const neighbor& left, const neighbor& right) {
            return std::tuple{species_[left.atom], left.distance, left.atom, left.shift} <
                   std::tuple{species_[right.atom], right.distance, right.atom, right.shift};
        });
        auto next = sorted_.begin();
        for (std::uint32_t kind = 0; kind < kinds_.size(); ++kind) {
            for (; next != sorted_.end() && species_[next->atom] == kind; ++next)
                entries_.push_back({static_cast<std::uint32_t>(static_cast<std::size_t>(next->atom)),
                                    number_of(lattice, next->shift), 0});
            row_ends_.push_back(entries_.size());
        }
        longest_row_ = std::max(longest_row_, neighbors.size());
    }

    std::uint32_t number_of(const cell& lattice, image_shift shift) {
        const auto [place, is_new] =
            numbers_.emplace(shift, static_cast<std::uint32_t>(translations_.size()));
        if (is_new) {
            translations_.push_back(lattice.translation(shift));
            shifts_.push_back(shift);
        }
        return place->second;
    }

    void find_reverses() {
        for (std::uint32_t i = 0; i < species_.size(); ++i)
            for (std::size_t e = row_begin(i); e < row_begin(i + 1); ++e) {
                entry& own = entries_[e];
                const image_shift back = -shifts_[own.translation];
                std::size_t other = row_begin(own.atom, species_[i]);
                while (entries_[other].atom != i || shifts_[entries_[other].translation] != back)
                    ++other;
                own.reverse = static_cast<std::uint32_t>(other);
            }
    }

    std::vector<species> kinds_;
    double radius_;
    std::vector<std::uint32_t> species_;
    std::vector<std::uint32_t> order_;
    neighbor_list list_;
    std::vector<neighbor> sorted_; ///< scratch of a row
    std::vector<entry> entries_;
    std::vector<std::size_t> row_ends_; ///< by atom and species of the neighbor
    std::map<image_shift, std::uint32_t> numbers_;
    std::vector<vector3> translations_;
    std::vector<image_shift> shifts_;
    std::size_t longest_row_ = 0;
};

} // namespace tinynet

#endif
