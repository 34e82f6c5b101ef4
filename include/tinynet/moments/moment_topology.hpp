// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_MOMENT_TOPOLOGY_HPP
#define TINYNET_MOMENTS_MOMENT_TOPOLOGY_HPP

/// \file
/// Topology time: who may be within reach of whom until atoms and cell have moved too far for the skin.

#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tinynet {

/// Who neighbors whom, as molecular dynamics engines say it. Atoms that have neighbors (local ones) come
/// first; others (ghosts, images of atoms included) only are neighbors.
struct listed_neighbors {
    /// The neighbors of atom i start at first[i] and end before first[i + 1]; one number more than there are
    /// local atoms.
    std::span<const std::size_t> first;
    /// Every neighbor of a local atom within the cutoff, once, and each pair of local atoms from both ends;
    /// those beyond the cutoff may be there.
    std::span<const std::int32_t> atoms;
};

namespace detail {

/// Looks at where lists start, at none of the neighbors: there may be fewer than are announced.
/// \throws invalid_structure  if that makes no sense for so many atoms, each of which a list has once.
inline void check_starts(const listed_neighbors& neighbors, std::size_t atom_count) {
    const auto first = neighbors.first;
    bool fits = !first.empty() && first.size() - 1 <= atom_count && first.front() == 0 &&
                first.back() == neighbors.atoms.size();
    for (std::size_t i = 0; fits && i + 1 < first.size(); ++i)
        fits = first[i] <= first[i + 1] && first[i + 1] - first[i] <= atom_count;
    if (!fits)
        throw invalid_structure{text("the neighbor lists start at ", first.size(), " places that do not fit ",
                                     atom_count, " atoms and ", neighbors.atoms.size(),
                                     " neighbors: expected 0 first, one per local atom, then the end, and "
                                     "each neighbor once")};
}

} // namespace detail

/// Atoms of one species that are worked on side by side.
struct species_block {
    std::size_t first;     ///< in the atoms by species
    std::size_t count;     ///< at most detail::lane_count
    std::uint32_t species; ///< as a number
};

/// Neighbors of all atoms, sorted by species: the geometric topology of a moment descriptor.
class moment_topology {
public:
    /// What an atom sees of a neighbor.
    struct entry {
        std::uint32_t atom;        ///< the neighbor
        std::uint32_t translation; ///< number of the lattice vector to add to its position
    };

    /// No atoms.
    /// \param kinds   the species that may occur, each once, by atomic number.
    explicit moment_topology(std::span<const species> kinds) : kinds_{kinds.begin(), kinds.end()} {}

    /// \param radius  of the neighbors, Å: cutoff and skin.
    /// \throws unknown_species    if an atom is of another species; the message names it.
    /// \throws invalid_structure  if an atom is too far away from the cell.
    moment_topology(const structure& atoms, std::span<const species> kinds, double radius)
        : moment_topology{kinds} {
        set_atoms(atoms.species(), atoms.atom_count());
        rebuild(atoms, radius);
    }

    /// Finds the neighbors anew; the atoms may have moved.
    /// \pre The same atoms in the same order.
    void rebuild(const structure& atoms, double radius) {
        list_.rebuild(atoms, radius);
        clear();
        for (std::uint32_t i = 0; i < center_count_; ++i) {
            for (const neighbor& n : list_.neighbors(atom_index{i}))
                row_.push_back({species_[n.atom], n.distance,
                                static_cast<std::uint32_t>(static_cast<std::size_t>(n.atom)),
                                number_of(atoms.cell(), n.shift)});
            add_row();
        }
        find_incoming();
    }

    /// The lattice vectors become those of another cell; who neighbors whom stays.
    void set_cell(const cell& lattice) {
        for (const auto& [shift, number] : numbers_)
            translations_[number] = lattice.translation(shift);
    }

    /// Takes the neighbors from an engine.
    /// \param atoms      species of local atoms and ghosts.
    /// \param positions  x0 y0 z0 x1 ..., Å.
    /// \throws unknown_species    if an atom is of a species that may not occur; the message names it.
    /// \throws invalid_structure  if the lists make no sense, an atom is on one twice, or not every pair is
    ///                            listed from both ends; there are no atoms then.
    void rebuild(std::span<const species> atoms, std::span<const double> positions,
                 const listed_neighbors& neighbors) {
        try {
            take_over(atoms, positions, neighbors);
        } catch (const error&) {
            forget_atoms();
            throw;
        }
    }

    /// Becomes that of no atoms.
    void forget_atoms() {
        species_.clear();
        order_.clear();
        blocks_.clear();
        center_count_ = 0;
        clear();
        find_incoming();
    }

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return species_.size(); }
    /// Number of atoms that have neighbors; the first ones.
    [[nodiscard]] std::size_t center_count() const noexcept { return center_count_; }
    /// Number of species that may occur.
    [[nodiscard]] std::size_t species_count() const noexcept { return kinds_.size(); }
    /// The species of an atom, as a number.
    [[nodiscard]] std::uint32_t species_of(std::size_t atom) const noexcept { return species_[atom]; }
    /// All atoms that have neighbors, by species.
    [[nodiscard]] std::span<const std::uint32_t> atoms_by_species() const noexcept { return order_; }
    /// The same atoms in blocks.
    [[nodiscard]] std::span<const species_block> blocks() const noexcept { return blocks_; }
    /// All entries, atom after atom.
    [[nodiscard]] std::span<const entry> entries() const noexcept { return entries_; }
    /// Number of the first entry of an atom with a neighbor of some species or a later one.
    [[nodiscard]] std::size_t row_begin(std::size_t atom, std::size_t kind = 0) const noexcept {
        const std::size_t row = std::min(atom * species_count() + kind, row_ends_.size());
        return row == 0 ? 0 : row_ends_[row - 1];
    }
    /// Numbers of the entries that see an atom.
    [[nodiscard]] std::span<const std::uint32_t> incoming(std::size_t atom) const noexcept {
        return std::span{incoming_}.subspan(incoming_begin_[atom],
                                            incoming_begin_[atom + 1] - incoming_begin_[atom]);
    }
    /// The most entries of an atom.
    [[nodiscard]] std::size_t longest_row() const noexcept { return longest_row_; }
    /// A lattice vector, Å.
    [[nodiscard]] const vector3& translation(std::uint32_t number) const noexcept {
        return translations_[number];
    }

private:
    /// A neighbor on its way into a row.
    struct candidate {
        std::uint32_t species;
        double distance;
        std::uint32_t atom;
        std::uint32_t translation;

        friend auto operator<=>(const candidate&, const candidate&) = default;
    };

    /// Changes nothing if it throws.
    void set_atoms(std::span<const species> atoms, std::size_t center_count) {
        const auto place_of = [&](species own) { return std::ranges::lower_bound(kinds_, own); };
        for (std::size_t i = 0; i < atoms.size(); ++i)
            if (const auto found = place_of(atoms[i]); found == kinds_.end() || *found != atoms[i])
                detail::refuse_species(name_of_atom(i), atoms[i]);
        center_count_ = center_count;
        species_.clear();
        for (const species& own : atoms)
            species_.push_back(static_cast<std::uint32_t>(place_of(own) - kinds_.begin()));
        order_.clear();
        blocks_.clear();
        for (std::uint32_t s = 0; s < kinds_.size(); ++s) {
            std::size_t first = order_.size();
            for (std::uint32_t i = 0; i < center_count_; ++i)
                if (species_[i] == s)
                    order_.push_back(i);
            for (; first < order_.size(); first += blocks_.back().count)
                blocks_.push_back({first, std::min(detail::lane_count, order_.size() - first), s});
        }
    }

    void clear() {
        row_.clear(); // not empty if memory ran out while it was filled
        entries_.clear();
        row_ends_.clear();
        translations_.clear();
        spare_numbers_.merge(numbers_);
        longest_row_ = 0;
    }

    /// Nearest neighbors first, so that whether one is within reach is easily guessed.
    void add_row() {
        std::ranges::sort(row_);
        auto next = row_.begin();
        for (std::uint32_t kind = 0; kind < kinds_.size(); ++kind) {
            for (; next != row_.end() && next->species == kind; ++next)
                entries_.push_back({next->atom, next->translation});
            row_ends_.push_back(entries_.size());
        }
        longest_row_ = std::max(longest_row_, row_.size());
        row_.clear();
    }

    std::uint32_t number_of(const cell& lattice, image_shift shift) {
        if (const auto known = numbers_.find(shift); known != numbers_.end())
            return known->second;
        if (spare_numbers_.empty())
            spare_numbers_.emplace(shift, 0);
        const auto number = static_cast<std::uint32_t>(translations_.size());
        translations_.push_back(lattice.translation(shift));
        auto node = spare_numbers_.extract(spare_numbers_.begin());
        node.key() = shift;
        node.mapped() = number;
        numbers_.insert(std::move(node));
        return number;
    }

    void find_incoming() {
        incoming_begin_.assign(atom_count() + 2, 0);
        for (const entry& own : entries_)
            ++incoming_begin_[own.atom + 2];
        for (std::size_t i = 2; i < incoming_begin_.size(); ++i)
            incoming_begin_[i] += incoming_begin_[i - 1];
        incoming_.resize(entries_.size());
        for (std::size_t e = 0; e < entries_.size(); ++e)
            incoming_[incoming_begin_[entries_[e].atom + 1]++] = static_cast<std::uint32_t>(e);
        incoming_begin_.pop_back();
    }

    static void check(const listed_neighbors& neighbors, std::size_t atom_count) {
        using detail::text;
        const auto first = neighbors.first;
        detail::check_starts(neighbors, atom_count);
        if (neighbors.atoms.size() > std::numeric_limits<std::uint32_t>::max())
            throw invalid_structure{
                text(neighbors.atoms.size(), " neighbors, at most 2^32 - 1 are possible")};
        for (std::size_t i = 0; i + 1 < first.size(); ++i)
            for (std::size_t k = first[i]; k < first[i + 1]; ++k)
                if (const std::int32_t j = neighbors.atoms[k];
                    j < 0 || static_cast<std::size_t>(j) >= atom_count || static_cast<std::size_t>(j) == i)
                    throw invalid_structure{
                        text("atom ", i, " has atom ", j, " as a neighbor, of ", atom_count, " atoms")};
    }

    void take_over(std::span<const species> atoms, std::span<const double> positions,
                   const listed_neighbors& neighbors) {
        check(neighbors, atoms.size());
        set_atoms(atoms, neighbors.first.size() - 1);
        clear();
        translations_.push_back(vector3::Zero());
        for (std::uint32_t i = 0; i < center_count_; ++i) {
            const Eigen::Map<const vector3> center{positions.data() + std::size_t{3} * i};
            for (std::size_t k = neighbors.first[i]; k < neighbors.first[i + 1]; ++k) {
                const auto other = static_cast<std::uint32_t>(neighbors.atoms[k]);
                const Eigen::Map<const vector3> place{positions.data() + std::size_t{3} * other};
                row_.push_back({species_[other], (place - center).norm(), other, 0});
            }
            add_row();
        }
        find_incoming();
        if (const std::optional<std::string> problem = unfit_list())
            throw invalid_structure{*problem};
    }

    /// What is wrong with lists that would give wrong energies without a sign of it: an atom lists one twice,
    /// or, as in the half lists that many engines use, others than those that list it.
    [[nodiscard]] std::optional<std::string> unfit_list() {
        owners_.resize(entries_.size());
        for (std::uint32_t i = 0; i < center_count_; ++i)
            std::fill(owners_.begin() + static_cast<std::ptrdiff_t>(row_begin(i)),
                      owners_.begin() + static_cast<std::ptrdiff_t>(row_begin(i + 1)), i);
        for (std::size_t i = 0; i < center_count_; ++i) {
            listed_.clear();
            for (std::size_t e = row_begin(i); e < row_begin(i + 1); ++e)
                listed_.push_back(entries_[e].atom);
            std::ranges::sort(listed_);
            if (const auto twice = std::ranges::adjacent_find(listed_); twice != listed_.end())
                return detail::text("atom ", i, " lists atom ", *twice,
                                    " twice, expected every neighbor once: each image is an atom of its own");
            listed_.erase(std::ranges::lower_bound(listed_, center_count_), listed_.end());
            const auto owner = [&](std::uint32_t e) { return owners_[e]; };
            if (!std::ranges::equal(listed_, incoming(i), {}, {}, owner))
                return detail::text("atom ", i, " lists ", listed_.size(),
                                    " local neighbors, but is on the lists of ", incoming(i).size(),
                                    ", or of others: expected full neighbor lists");
        }
        return std::nullopt;
    }

    std::vector<species> kinds_;
    std::vector<std::uint32_t> species_;
    std::size_t center_count_ = 0;
    std::vector<std::uint32_t> order_;
    std::vector<species_block> blocks_;
    neighbor_list list_;
    std::vector<candidate> row_;        ///< scratch, like the next two
    std::vector<std::uint32_t> owners_; ///< of the entries
    std::vector<std::uint32_t> listed_; ///< atoms on one list
    std::vector<entry> entries_;
    std::vector<std::size_t> row_ends_;       ///< by atom and species of the neighbor
    std::vector<std::uint32_t> incoming_;     ///< entries by the atom they see
    std::vector<std::size_t> incoming_begin_; ///< by atom, and the end
    std::map<image_shift, std::uint32_t> numbers_;
    std::multimap<image_shift, std::uint32_t> spare_numbers_; ///< memory of earlier ones
    std::vector<vector3> translations_;
    std::size_t longest_row_ = 0;
};

} // namespace tinynet

#endif
