// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_BOND_GEOMETRY_HPP
#define TINYNET_DESCRIPTOR_BOND_GEOMETRY_HPP

/// \file
/// Vectors and weights of all bonds of a structure. Step time: one exponential per bond.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/prefetch.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/types.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet {

namespace detail {

/// Adds matrix^T * vectors, lane by lane. Zeros of the matrix cost nothing: most cells are orthogonal.
/// \param vectors  three lanes or more.
template <typename Vectors, typename Sums>
inline void add_transposed_product(const matrix3& matrix, const Vectors& vectors, Sums& sums) noexcept {
    using number = typename Sums::value_type::real;
    for (std::size_t row = 0; row < 3; ++row)
        for (std::size_t column = 0; column < 3; ++column)
            if (const double entry =
                    matrix(static_cast<Eigen::Index>(row), static_cast<Eigen::Index>(column));
                entry != 0.0)
                sums[column] += vectors[row] * static_cast<number>(entry);
}

/// The vectors of bonds far from where the reference expects them, one by one in double precision.
/// \param bond  gives the one of a lane.
template <typename BondOfLane>
[[gnu::noinline]] void set_bond_vectors(const frozen_topology& topology, std::span<const double> positions,
                                        const BondOfLane& bond,
                                        std::array<lanes<double>, 3>& vectors) noexcept {
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        const vector3 vector = topology.bond_vector(bond(lane), positions);
        for (std::size_t axis = 0; axis < 3; ++axis)
            vectors[axis][lane] = vector[static_cast<Eigen::Index>(axis)];
    }
}

} // namespace detail

/// What the features of all atoms have in common: bond vectors and exp(-length), once per view of a bond.
/// Differences of positions are taken in double precision, whatever `Real` is.
template <typename Real>
class bond_geometry {
public:
    /// Reserves memory for the bonds of a topology.
    explicit bond_geometry(const frozen_topology& topology)
        : records_(topology.view_count() * detail::record_size) {}

    /// Number of equal parts of the work of update().
    [[nodiscard]] static std::size_t block_count(const frozen_topology& topology) noexcept {
        return detail::filled_lanes(topology.bonds().size()) / detail::lane_count;
    }

    /// \param topology   the one given to the constructor.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not.
    void update(const frozen_topology& topology, std::span<const double> positions) noexcept {
        for (std::size_t block = 0; block < block_count(topology); ++block)
            update_block(topology, positions, block);
    }

    /// One part of update(); different parts may be done by different threads. Most efficient one after the
    /// other: each asks for the memory of one that follows.
    void update_block(const frozen_topology& topology, std::span<const double> positions,
                      std::size_t block) noexcept;

    /// Asks for the records of an atom's views, two lines of a cache: most have no more.
    [[gnu::always_inline]] void prefetch_views(std::size_t first_view) const noexcept {
        constexpr std::size_t numbers_per_line = 64 / sizeof(Real);
        const std::size_t first = first_view * detail::record_size;
        for (const std::size_t number : {first, first + numbers_per_line})
            detail::prefetch(records_.data() + std::min(number, records_.size()));
    }
    /// x, y and z of a bond's vector, away from the atom whose view it is (Å), then exp(-length/Å).
    [[nodiscard]] const Real* record(std::size_t view) const noexcept {
        return records_.data() + view * detail::record_size;
    }
    /// The bond's vector, away from the atom whose view it is, Å.
    [[nodiscard]] Eigen::Matrix<Real, 3, 1> vector(std::size_t view) const {
        return Eigen::Map<const Eigen::Matrix<Real, 3, 1>>{record(view)};
    }
    /// exp(-length/Å).
    [[nodiscard]] Real weight(std::size_t view) const { return record(view)[3]; }

private:
    /// In large structures the other atom of a bond, and its view, come from memory.
    [[gnu::always_inline]] void prefetch_block(const frozen_topology& topology,
                                               std::span<const double> positions,
                                               std::size_t block) const noexcept {
        const std::size_t end = std::min(topology.bonds().size(), (block + 1) * detail::lane_count);
        for (std::size_t k = block * detail::lane_count; k < end; ++k) {
            const frozen_bond& bond = topology.bonds()[k];
            detail::prefetch_to_write(record(bond.reverse_view));
            detail::prefetch(&positions[3 * bond.to]);
        }
    }

    std::vector<Real> records_; ///< by view
};

template <typename Real>
void bond_geometry<Real>::update_block(const frozen_topology& topology, std::span<const double> positions,
                                       std::size_t block) noexcept {
    using detail::lane_count;
    using exact = detail::lanes<double>;
    using rounded = detail::lanes<Real>;
    TINYNET_ASSERT(positions.size() == 3 * topology.atom_count());
    prefetch_block(topology, positions, block + detail::blocks_ahead);
    const std::size_t first = block * lane_count;
    const std::size_t last = topology.bonds().size() - 1;
    const auto bond = [&, bonds = topology.bonds().data()](std::size_t lane) -> const frozen_bond& {
        return bonds[std::min(first + lane, last)];
    };
    const vector3* const references = topology.references().data();
    std::array<exact, 3> difference;
    std::array<rounded, 3> drift; // in fractional coordinates: exact enough to tell a few images apart
    for (std::size_t lane = 0; lane < lane_count; ++lane) {
        const std::size_t from = bond(lane).from;
        const std::size_t to = bond(lane).to;
        const vector3& reference = references[bond(lane).reference];
        for (std::size_t axis = 0; axis < 3; ++axis) {
            difference[axis][lane] = positions[3 * to + axis] - positions[3 * from + axis];
            drift[axis][lane] = -static_cast<Real>(reference[static_cast<Eigen::Index>(axis)]);
        }
    }
    std::array<rounded, detail::record_size> records;
    for (std::size_t axis = 0; axis < 3; ++axis)
        records[axis] = difference[axis].template cast<Real>();
    detail::add_transposed_product(topology.cell().inverse(), records, drift);
    rounded any_image = rounded::zero();
    for (std::size_t axis = 0; axis < 3; ++axis) {
        drift[axis] = topology.cell().periodic()[axis] ? drift[axis].rint() : rounded::zero();
        any_image += drift[axis].abs();
    }
    if (const Real most_images = any_image.largest(); most_images != Real{0}) {
        constexpr Real most_counted{1000}; // millions of images cannot be told apart in single precision
        if (most_images > most_counted) {
            detail::set_bond_vectors(topology, positions, bond, difference);
        } else {
            std::array<exact, 3> images;
            for (std::size_t axis = 0; axis < 3; ++axis)
                images[axis] = -drift[axis].template cast<double>();
            detail::add_transposed_product(topology.cell().rows(), images, difference);
        }
        for (std::size_t axis = 0; axis < 3; ++axis)
            records[axis] = difference[axis].template cast<Real>();
    }
    records[3] = (-(records[0].square() + records[1].square() + records[2].square()).sqrt()).exp();
    Real* const destination = records_.data();
    detail::write_records<Real>(
        records, [&](std::size_t lane) { return destination + detail::record_size * bond(lane).view; });
    for (std::size_t axis = 0; axis < 3; ++axis)
        records[axis] = -records[axis];
    detail::write_records<Real>(records, [&](std::size_t lane) {
        return destination + detail::record_size * bond(lane).reverse_view;
    });
}

} // namespace tinynet

#endif
