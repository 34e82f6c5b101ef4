// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_NEIGHBORHOOD_HPP
#define TINYNET_MOMENTS_NEIGHBORHOOD_HPP

/// \file
/// The neighbors of one atom at one moment, several side by side: what the moments are summed over.

#include <tinynet/detail/assert.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

namespace tinynet::detail {

/// Neighbors worked on together.
inline constexpr std::size_t neighbor_lane_count = 8;

/// One number of each of them.
template <typename Real>
using neighbor_lanes = Eigen::Array<Real, static_cast<int>(neighbor_lane_count), 1>;

/// A vector to each of them.
template <typename Real>
struct neighbor_vectors {
    neighbor_lanes<Real> x;
    neighbor_lanes<Real> y;
    neighbor_lanes<Real> z;
};

/// Neighbors by species, those within reach of the atom's orbitals first, filled up to whole groups of lanes
/// by some beyond every cutoff.
template <typename Real>
class neighborhood {
public:
    /// Marks a lane without neighbor.
    static constexpr std::uint32_t nobody = std::numeric_limits<std::uint32_t>::max();

    /// Groups of lanes with neighbors of one species.
    struct segment {
        std::uint32_t species;
        std::uint32_t first; ///< group
        std::uint32_t last;  ///< group behind the last one
        bool is_near;        ///< whether the orbitals of the atom see them
    };

    /// Makes room, so that appending allocates nothing.
    /// \param group_count  the most groups.
    void reserve(std::size_t group_count, std::size_t species_count) {
        vectors_.reserve(group_count);
        segments_.reserve(2 * species_count);
        entries_.reserve(group_count * neighbor_lane_count);
    }

    /// Starts the neighborhood of another atom.
    void clear() noexcept {
        vectors_.clear();
        segments_.clear();
        entries_.clear();
    }

    /// Adds neighbors of one species.
    /// \param vectors  three numbers per neighbor, Å.
    /// \param entries  their numbers in the row of the atom.
    /// \param beyond   a distance beyond every cutoff, Å.
    void append(std::uint32_t species, bool is_near, std::span<const double> vectors,
                std::span<const std::uint32_t> entries, double beyond) {
        if (entries.empty())
            return;
        const auto first = static_cast<std::uint32_t>(vectors_.size());
        for (std::size_t start = 0; start < entries.size(); start += neighbor_lane_count) {
            neighbor_vectors<Real>& group = vectors_.emplace_back();
            for (std::size_t lane = 0; lane < neighbor_lane_count; ++lane) {
                const std::size_t number = start + lane;
                const bool is_there = number < entries.size();
                const auto at = static_cast<Eigen::Index>(lane);
                group.x[at] = static_cast<Real>(is_there ? vectors[3 * number] : beyond);
                group.y[at] = static_cast<Real>(is_there ? vectors[3 * number + 1] : 0.0);
                group.z[at] = static_cast<Real>(is_there ? vectors[3 * number + 2] : 0.0);
                entries_.push_back(is_there ? entries[number] : nobody);
            }
        }
        segments_.push_back({species, first, static_cast<std::uint32_t>(vectors_.size()), is_near});
    }

    /// Segments.
    [[nodiscard]] std::span<const segment> segments() const noexcept { return segments_; }
    /// Vectors from the atom, Å, by group.
    [[nodiscard]] std::span<const neighbor_vectors<Real>> vectors() const noexcept { return vectors_; }
    /// Which entry of the row each lane holds, by group and lane, or nobody.
    [[nodiscard]] std::span<const std::uint32_t> entries() const noexcept { return entries_; }

private:
    std::vector<neighbor_vectors<Real>> vectors_;
    std::vector<segment> segments_;
    std::vector<std::uint32_t> entries_;
};

/// Picks the neighbors within reach out of those that may be.
class neighbor_gatherer {
public:
    explicit neighbor_gatherer(const moment_options& options)
        : near_square_{options.orbital_count == 0 ? 0.0 : options.orbital_cutoff * options.orbital_cutoff},
          far_square_{options.pair_cutoff * options.pair_cutoff}, beyond_{2.0 * cutoff_of(options)} {}

    /// Makes room, so that gathering allocates nothing.
    /// \param row_length  the most entries of a row.
    void reserve(std::size_t row_length) {
        for (shell* s : {&near_, &far_}) {
            s->vectors.resize(3 * (row_length + 1));
            s->entries.resize(row_length + 1);
        }
    }

    /// The most groups that the entries of a row can fill.
    [[nodiscard]] static std::size_t group_count(std::size_t row_length, std::size_t species_count) noexcept {
        return row_length / neighbor_lane_count + 2 * species_count;
    }

    /// Finds the neighborhood of an atom as it is now.
    template <typename Real>
    void gather(const moment_topology& topology, std::size_t atom, std::span<const double> positions,
                neighborhood<Real>& into) {
        into.clear();
        const std::size_t row = topology.row_begin(atom);
        const vector3 center = Eigen::Map<const vector3>{positions.data() + 3 * atom};
        for (std::uint32_t kind = 0; kind < topology.species_count(); ++kind) {
            std::size_t near_count = 0;
            std::size_t far_count = 0;
            for (std::size_t e = topology.row_begin(atom, kind); e < topology.row_begin(atom, kind + 1);
                 ++e) {
                const auto& entry = topology.entries()[e];
                const vector3 vector =
                    Eigen::Map<const vector3>{positions.data() + 3 * std::size_t{entry.atom}} +
                    topology.translation(entry.translation) - center;
                const double square = vector.squaredNorm();
                const bool is_near = square < near_square_;
                // Written to both, counted in one: no branch to guess.
                near_.put(near_count, vector, e - row);
                far_.put(far_count, vector, e - row);
                near_count += is_near ? 1 : 0;
                far_count += !is_near && square < far_square_ ? 1 : 0;
            }
            into.append(kind, true, near_.vectors, std::span{near_.entries}.first(near_count), beyond_);
            into.append(kind, false, far_.vectors, std::span{far_.entries}.first(far_count), beyond_);
        }
    }

private:
    /// Neighbors of one species within some distances, packed; room for one more than there may be.
    struct shell {
        std::vector<double> vectors;
        std::vector<std::uint32_t> entries;

        void put(std::size_t at, const vector3& vector, std::size_t entry) noexcept {
            TINYNET_ASSERT(at < entries.size());
            Eigen::Map<vector3>{vectors.data() + 3 * at} = vector;
            entries[at] = static_cast<std::uint32_t>(entry);
        }
    };

    double near_square_;
    double far_square_;
    double beyond_;
    shell near_;
    shell far_;
};

} // namespace tinynet::detail

#endif
