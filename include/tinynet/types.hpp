// SPDX-License-Identifier: MIT
#ifndef TINYNET_TYPES_HPP
#define TINYNET_TYPES_HPP

/// \file
/// Indices that cannot be mixed up, image shifts, and the vector types of the library.

#include <Eigen/Core>

#include <compare>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet {

/// Cartesian vector (Å, eV/Å or fractional, as the context says).
using vector3 = Eigen::Vector3d;
/// 3 x 3 matrix; a cell stores one lattice vector per row.
using matrix3 = Eigen::Matrix3d;

namespace detail {

/// A count or index of one kind: built explicitly, read implicitly, so that an atom index is never taken for
/// a bond index but indexes an array without ceremony.
template <typename Tag>
class strong_index {
public:
    constexpr strong_index() noexcept = default;
    /// \param value  must fit 32 bits.
    constexpr explicit strong_index(std::size_t value) noexcept : value_{static_cast<std::uint32_t>(value)} {}

    // NOLINTNEXTLINE(google-explicit-constructor,hicpp-explicit-conversions): reading is the point
    constexpr operator std::size_t() const noexcept { return value_; }

    friend constexpr bool operator==(strong_index, strong_index) noexcept = default;
    friend constexpr auto operator<=>(strong_index, strong_index) noexcept = default;

private:
    std::uint32_t value_ = 0;
};

} // namespace detail

/// Position of an atom in its structure, from 0.
using atom_index = detail::strong_index<struct atom_index_tag>;
/// Position of a directed bond (one of the two ends' views) in its graph, from 0.
using bond_index = detail::strong_index<struct bond_index_tag>;
/// Length of a walk, in bonds.
using hop_count = detail::strong_index<struct hop_count_tag>;

/// Integer number of cell translations along the three lattice vectors. Ordered lexicographically.
struct image_shift {
    std::int32_t a = 0; ///< along the first lattice vector
    std::int32_t b = 0; ///< along the second
    std::int32_t c = 0; ///< along the third

    friend constexpr bool operator==(const image_shift&, const image_shift&) noexcept = default;
    friend constexpr auto operator<=>(const image_shift&, const image_shift&) noexcept = default;

    /// One translation after the other.
    friend constexpr image_shift operator+(image_shift left, image_shift right) noexcept {
        return {left.a + right.a, left.b + right.b, left.c + right.c};
    }
    /// The first translation and the second one back.
    friend constexpr image_shift operator-(image_shift left, image_shift right) noexcept {
        return {left.a - right.a, left.b - right.b, left.c - right.c};
    }
    /// The translation back.
    constexpr image_shift operator-() const noexcept { return {-a, -b, -c}; }

    /// The shift as a vector of fractional coordinates.
    [[nodiscard]] vector3 fractional() const noexcept {
        return {static_cast<double>(a), static_cast<double>(b), static_cast<double>(c)};
    }
};

/// The 3n numbers x0 y0 z0 x1 ... behind n vectors, without a copy.
inline std::span<const double> flat(std::span<const vector3> vectors) noexcept {
    return {reinterpret_cast<const double*>(vectors.data()), 3 * vectors.size()};
}
/// The 3n numbers x0 y0 z0 x1 ... behind n vectors, to be written.
inline std::span<double> flat(std::span<vector3> vectors) noexcept {
    return {reinterpret_cast<double*>(vectors.data()), 3 * vectors.size()};
}

/// The 3n numbers x0 y0 z0 x1 ... behind n vectors, to be written.
inline std::span<double> flat(std::vector<vector3>& vectors) noexcept { return flat(std::span{vectors}); }

static_assert(sizeof(vector3) == 3 * sizeof(double), "flat() relies on vectors without padding");

} // namespace tinynet

#endif
