// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_FUZZ_SUPPORT_CROWDED_HPP
#define TINYNET_TESTS_FUZZ_SUPPORT_CROWDED_HPP

/// \file
/// Which cells a fuzzer leaves out, because one of them takes the time of a thousand others.

#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <cstddef>

namespace tinynet::test {

/// Whether atoms in a cell have thousands of pairs, yet not so many that they are refused at once. That lists
/// of that length are right is tested by graph/neighbor_list.
inline bool is_crowded(const matrix3& rows, const periodic_axes& periodic, std::size_t atom_count,
                       double cutoff) {
    constexpr double many = 3000.0;
    constexpr double too_many = 0x1p20;
    try {
        const cell lattice{rows, periodic};
        auto pairs = static_cast<double>(atom_count * atom_count);
        for (std::size_t axis = 0; axis < 3; ++axis)
            if (periodic[axis])
                pairs *= std::max(1.0, 2.0 * cutoff / lattice.face_distance(axis));
        return pairs > many && pairs < too_many;
    } catch (const error&) {
        return false; // what is no cell is refused
    }
}

} // namespace tinynet::test

#endif
