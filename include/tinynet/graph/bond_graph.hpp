// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_BOND_GRAPH_HPP
#define TINYNET_GRAPH_BOND_GRAPH_HPP

/// \file
/// The periodic bond graph: atoms of one cell, bonds with image shifts, in compressed rows.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/bond_rule.hpp>
#include <tinynet/graph/concepts.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>
#include <utility>
#include <vector>

namespace tinynet {

/// Who is bonded to whom, through which image of the cell.
///
/// A bond between atoms i and j is stored twice, as seen from each end; both views know each other by
/// `reverse()`. Two atoms may be bonded through several images, an atom to its own image. The bonds of an
/// atom are ordered by (image shift, atom).
class bond_graph {
public:
    /// A bond as seen from one end.
    using bond_type = bond_index;

    /// No atoms.
    bond_graph() = default;

    /// \param geometry  the shifts refer to its positions as they are, wrapped or not.
    /// \param rule      which pairs are bonds.
    /// \throws invalid_option  if the rule's cutoff is not positive and finite, or it accepts a bond from one
    ///                         end only.
    template <bond_predicate Rule>
    bond_graph(const structure& geometry, const Rule& rule) : offsets_{0} {
        const neighbor_list pairs{geometry, rule.cutoff()};
        const auto species = geometry.species();
        for (std::size_t i = 0; i < geometry.atom_count(); ++i) {
            const atom_index source{i};
            for (const neighbor& pair : pairs.neighbors(source))
                if (rule(species[i], species[pair.atom], pair.distance))
                    bonds_.push_back(
                        {source, pair.atom, pair.shift, bond_index{}, pair.vector, pair.distance});
            offsets_.push_back(bonds_.size());
        }
        connect_reverses();
    }

    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return offsets_.size() - 1; }
    /// Number of bonds as seen from their ends: twice the number of chemical bonds.
    [[nodiscard]] std::size_t bond_count() const noexcept { return bonds_.size(); }

    /// The bonds of an atom, seen from it, ordered by (image shift, atom).
    [[nodiscard]] auto bonds(atom_index atom) const {
        TINYNET_ASSERT(atom < atom_count());
        return detail::index_range<bond_index>{offsets_[atom], offsets_[atom + 1]};
    }
    /// The atom from which the bond is seen.
    [[nodiscard]] atom_index source(bond_index bond) const { return bonds_[bond].source; }
    /// The atom at the far end.
    [[nodiscard]] atom_index target(bond_index bond) const { return bonds_[bond].target; }
    /// The cell translation of the far end: r = x_target + shift * cell - x_source.
    [[nodiscard]] image_shift shift(bond_index bond) const { return bonds_[bond].shift; }
    /// The same bond seen from its other end.
    [[nodiscard]] bond_index reverse(bond_index bond) const { return bonds_[bond].reverse; }
    /// From the near to the far end, Å.
    [[nodiscard]] const vector3& vector(bond_index bond) const { return bonds_[bond].vector; }
    /// Length, Å.
    [[nodiscard]] double length(bond_index bond) const { return bonds_[bond].length; }

private:
    struct bond_record {
        atom_index source;
        atom_index target;
        image_shift shift;
        bond_index reverse;
        vector3 vector;
        double length;
    };

    [[nodiscard]] bond_index find(atom_index source, atom_index target, image_shift shift) const {
        const auto at = [this](std::size_t bond) {
            return bonds_.begin() + static_cast<std::ptrdiff_t>(bond);
        };
        const auto key = [](const bond_record& bond) { return std::pair{bond.shift, bond.target}; };
        const auto last = at(offsets_[source + 1]);
        const auto found =
            std::ranges::lower_bound(at(offsets_[source]), last, std::pair{shift, target}, {}, key);
        if (found == last || key(*found) != std::pair(shift, target))
            throw invalid_option{detail::text("the bond rule accepts the bond from atom ", target,
                                              " to atom ", source, ", but not the same bond seen from atom ",
                                              source)};
        return bond_index{static_cast<std::size_t>(found - bonds_.begin())};
    }

    void connect_reverses() {
        for (bond_record& bond : bonds_)
            bond.reverse = find(bond.target, bond.source, -bond.shift);
    }

    std::vector<std::size_t> offsets_{0};
    std::vector<bond_record> bonds_;
};

static_assert(bonded_graph<bond_graph>);

} // namespace tinynet

#endif
