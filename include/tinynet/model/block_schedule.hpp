// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_BLOCK_SCHEDULE_HPP
#define TINYNET_MODEL_BLOCK_SCHEDULE_HPP

/// \file
/// Which blocks of bonds and of atoms a step works on, and in which order. Topology time.

#include <tinynet/descriptor/features.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/lanes.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// The order of a step for some atoms of a structure, or all. Bonds become known chunk by chunk, and atoms
/// follow as soon as all their bonds are known, so that those of large structures are still in a cache.
class block_schedule {
public:
    /// Atoms that are computed side by side.
    struct block {
        std::uint32_t group; ///< of the topology
        std::uint32_t first; ///< atom of the group
        std::uint32_t bonds; ///< so many of bond_blocks() must be known
    };

    /// \param is_wanted  by atom.
    block_schedule(const frozen_topology& topology, const std::vector<bool>& is_wanted) {
        std::vector<std::uint32_t> bond_block_of_view(topology.view_count());
        const std::span<const frozen_bond> bonds = topology.bonds();
        for (std::size_t k = 0; k < bonds.size(); ++k)
            bond_block_of_view[bonds[k].view] = bond_block_of_view[bonds[k].reverse_view] =
                static_cast<std::uint32_t>(k / detail::lane_count);
        std::vector<bool> is_needed(detail::filled_lanes(bonds.size()) / detail::lane_count);
        for_each_block(topology, [&](const atom_group& group, std::size_t first) {
            const std::size_t last = std::min(first + detail::lane_count, group.atoms.size());
            if (std::none_of(&group.atoms[first], group.atoms.data() + last,
                             [&](std::uint32_t atom) { return is_wanted[atom]; }))
                return;
            std::uint32_t last_bond_block = 0;
            for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
                for_each_view(group, first, lane, [&](std::uint32_t view) {
                    is_needed[bond_block_of_view[view]] = true;
                    last_bond_block = std::max(last_bond_block, bond_block_of_view[view]);
                });
            blocks_.push_back({static_cast<std::uint32_t>(&group - topology.groups().data()),
                               static_cast<std::uint32_t>(first), last_bond_block});
        });
        std::vector<std::uint32_t> needed_up_to; // and with a block of bonds
        for (std::uint32_t k = 0; k < is_needed.size(); ++k) {
            if (is_needed[k])
                bond_blocks_.push_back(k);
            needed_up_to.push_back(static_cast<std::uint32_t>(bond_blocks_.size()));
        }
        for (block& b : blocks_) {
            const std::size_t known = needed_up_to.empty() ? 0 : needed_up_to[b.bonds];
            b.bonds = static_cast<std::uint32_t>(
                std::min(bond_blocks_.size(), detail::block_count(known, chunk_size) * chunk_size));
        }
        // Among those whose bonds become known together, neighbors, which share bonds, come one after the
        // other.
        std::ranges::sort(blocks_, {}, [&](const block& b) {
            return std::pair{b.bonds, *frozen_topology::first_views(topology.groups()[b.group], b.first, 0)};
        });
        blocks_.shrink_to_fit();
        bond_blocks_.shrink_to_fit();
    }

    /// Blocks of atoms.
    [[nodiscard]] std::span<const block> blocks() const noexcept { return blocks_; }
    /// Blocks of bonds, as bond_geometry::update_block() counts them.
    [[nodiscard]] std::span<const std::uint32_t> bond_blocks() const noexcept { return bond_blocks_; }

    /// The atoms whose positions the features of others depend on, and these, by index.
    /// \param is_wanted  by atom.
    [[nodiscard]] static std::vector<std::uint32_t> atoms_around(const frozen_topology& topology,
                                                                 std::vector<bool> is_wanted) {
        std::vector<bool> is_read(topology.view_count());
        for_each_block(topology, [&](const atom_group& group, std::size_t first) {
            const std::size_t count = std::min(detail::lane_count, group.atoms.size() - first);
            for (std::size_t lane = 0; lane < count; ++lane)
                if (is_wanted[group.atoms[first + lane]])
                    for_each_view(group, first, lane, [&](std::uint32_t view) { is_read[view] = true; });
        });
        for (const frozen_bond& bond : topology.bonds())
            if (is_read[bond.view] || is_read[bond.reverse_view])
                is_wanted[bond.from] = is_wanted[bond.to] = true;
        std::vector<std::uint32_t> atoms;
        for (std::uint32_t i = 0; i < is_wanted.size(); ++i)
            if (is_wanted[i])
                atoms.push_back(i);
        return atoms;
    }

private:
    /// Of blocks of bonds; their records fill a second-level cache in part.
    static constexpr std::size_t chunk_size = 1024;

    /// The views that the features of one atom of a group are made of.
    template <typename Visitor>
    static void for_each_view(const atom_group& group, std::size_t first, std::size_t lane,
                              const Visitor& visit) {
        for (const auto& [origin, rank] : group.places)
            visit(frozen_topology::first_views(group, first, origin)[lane] + rank);
    }

    std::vector<block> blocks_;
    std::vector<std::uint32_t> bond_blocks_;
};

} // namespace tinynet

#endif
