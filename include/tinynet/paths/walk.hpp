// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_WALK_HPP
#define TINYNET_PATHS_WALK_HPP

/// \file
/// Walks in the infinite crystal, hop by hop.

#include <tinynet/graph/concepts.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

namespace tinynet {

/// A vertex of the infinite crystal: an atom of the cell in one of its images.
struct image_atom {
    atom_index atom;   ///< atom of the cell
    image_shift shift; ///< image, relative to the image in which the walk started

    friend constexpr bool operator==(const image_atom&, const image_atom&) noexcept = default;
    friend constexpr auto operator<=>(const image_atom&, const image_atom&) noexcept = default;
};

/// One hop of a walk.
template <typename Bond>
struct walk_hop {
    Bond bond;            ///< the bond, seen from where the hop starts
    image_atom end;       ///< where the hop leads
    std::uint32_t vertex; ///< number of that vertex in the environment the walk was found in
};

/// A walk: its hops in order. `walk.back().end` is where it ends.
template <bonded_graph Graph>
using walk_view = std::span<const walk_hop<bond_type_of<Graph>>>;

} // namespace tinynet

/// Hashes a vertex of the infinite crystal.
template <>
struct std::hash<tinynet::image_atom> {
    /// The hash.
    std::size_t operator()(const tinynet::image_atom& vertex) const noexcept {
        constexpr std::uint64_t factor = 0x9e3779b97f4a7c15ULL;
        std::uint64_t mixed = vertex.atom * factor;
        for (const std::int32_t part : {vertex.shift.a, vertex.shift.b, vertex.shift.c})
            mixed = (mixed ^ static_cast<std::uint32_t>(part)) * factor;
        return static_cast<std::size_t>(mixed ^ (mixed >> 32U));
    }
};

#endif
