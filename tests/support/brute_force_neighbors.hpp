// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_BRUTE_FORCE_NEIGHBORS_HPP
#define TINYNET_TESTS_SUPPORT_BRUTE_FORCE_NEIGHBORS_HPP

/// \file
/// The neighbor list by its definition: every atom in every image that could be close enough.

#include <tinynet/geometry/structure.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <tuple>
#include <vector>

namespace tinynet::test {

/// The image shifts of `to`, in lexicographic order, among which are all that bring it within the cutoff.
inline std::vector<image_shift> possible_shifts(const cell& lattice, const vector3& from, const vector3& to,
                                                double cutoff) {
    const vector3 apart = lattice.fractional(to - from);
    std::array<std::int32_t, 3> first{};
    std::array<std::int32_t, 3> last{};
    for (std::size_t axis = 0; axis < 3; ++axis)
        if (lattice.periodic()[axis]) {
            const double center = -apart[static_cast<Eigen::Index>(axis)];
            const double reach = cutoff / lattice.face_distance(axis);
            first[axis] = static_cast<std::int32_t>(std::floor(center - reach));
            last[axis] = static_cast<std::int32_t>(std::ceil(center + reach));
        }
    std::vector<image_shift> shifts;
    for (std::int32_t a = first[0]; a <= last[0]; ++a)
        for (std::int32_t b = first[1]; b <= last[1]; ++b)
            for (std::int32_t c = first[2]; c <= last[2]; ++c)
                shifts.push_back({a, b, c});
    return shifts;
}

/// The neighbors of one atom, ordered as in a neighbor_list.
inline std::vector<neighbor> brute_force_neighbors(const structure& atoms, atom_index center, double cutoff) {
    std::vector<neighbor> found;
    for (std::size_t other = 0; other < atoms.atom_count(); ++other) {
        const vector3& from = atoms.positions()[center];
        const vector3& to = atoms.positions()[other];
        for (const image_shift shift : possible_shifts(atoms.cell(), from, to, cutoff)) {
            const vector3 vector = to - from + atoms.cell().translation(shift);
            const bool itself = other == center && shift == image_shift{};
            if (vector.norm() < cutoff && !itself)
                found.push_back({atom_index{other}, shift, vector, vector.norm()});
        }
    }
    std::sort(found.begin(), found.end(), [](const neighbor& left, const neighbor& right) {
        return std::tie(left.shift, left.atom) < std::tie(right.shift, right.atom);
    });
    return found;
}

} // namespace tinynet::test

#endif
