// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_SPACE_FILLING_ORDER_HPP
#define TINYNET_GEOMETRY_SPACE_FILLING_ORDER_HPP

/// \file
/// An order in which atoms that are near each other in space are near each other in memory. Topology time.

#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

namespace tinynet {

namespace detail {

/// Bits per axis of a place on the curve; three of them fill 63 bits.
inline constexpr int curve_bits = 21;

/// The 21 bits of a number with two zeros between them.
constexpr std::uint64_t spread_bits(std::uint64_t number) noexcept {
    number = (number | number << 32U) & 0x001f'0000'0000'ffffU;
    number = (number | number << 16U) & 0x001f'0000'ff00'00ffU;
    number = (number | number << 8U) & 0x100f'00f0'0f00'f00fU;
    number = (number | number << 4U) & 0x10c3'0c30'c30c'30c3U;
    number = (number | number << 2U) & 0x1249'2492'4924'9249U;
    return number;
}

} // namespace detail

/// The atoms of a structure along a Morton curve (Morton 1966), which passes through all of one octant before
/// it comes to the next, and through the octants of an octant likewise: any stretch of the order is a few
/// lumps of space, however the atoms are numbered. Octants of cells that are not orthogonal are sheared with
/// them. Atoms along periodic axes count where they are when wrapped into the cell.
/// \return every atom once, by index; atoms in one place in the order of their indices.
inline std::vector<std::uint32_t> space_filling_order(const structure& atoms) {
    const cell& lattice = atoms.cell();
    vector3 edges; // of the cell, between opposite faces
    for (std::size_t axis = 0; axis < 3; ++axis)
        edges[static_cast<Eigen::Index>(axis)] = lattice.face_distance(axis);
    std::vector<vector3> places;
    places.reserve(atoms.atom_count());
    vector3 lowest = vector3::Zero();
    vector3 highest = vector3::Zero();
    for (const vector3& position : atoms.positions()) {
        vector3 place = lattice.fractional(position);
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            if (lattice.periodic()[static_cast<std::size_t>(axis)])
                place[axis] -= std::floor(place[axis]);
        place = place.cwiseProduct(edges);
        lowest = places.empty() ? place : lowest.cwiseMin(place);
        highest = places.empty() ? place : highest.cwiseMax(place);
        places.push_back(place);
    }
    const double extent = std::max((highest - lowest).maxCoeff(), 1e-9);
    const double scale = ((1U << detail::curve_bits) - 1) / extent;
    std::vector<std::pair<std::uint64_t, std::uint32_t>> along_curve;
    along_curve.reserve(places.size());
    for (const vector3& place : places) {
        std::uint64_t on_curve = 0;
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            on_curve = on_curve << 1U |
                       detail::spread_bits(static_cast<std::uint64_t>((place[axis] - lowest[axis]) * scale));
        along_curve.emplace_back(on_curve, static_cast<std::uint32_t>(along_curve.size()));
    }
    std::ranges::sort(along_curve);
    std::vector<std::uint32_t> order;
    order.reserve(along_curve.size());
    for (const auto& [on_curve, atom] : along_curve)
        order.push_back(atom);
    return order;
}

} // namespace tinynet

#endif
