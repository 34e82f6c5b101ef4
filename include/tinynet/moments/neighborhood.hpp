// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_NEIGHBORHOOD_HPP
#define TINYNET_MOMENTS_NEIGHBORHOOD_HPP

/// \file
/// The neighbors of one atom at one moment, several side by side: what the moments are summed over.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/lane_array.hpp>
#include <tinynet/moments/moment_topology.hpp>
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
using neighbor_lanes = lane_array<Real, neighbor_lane_count>;

/// A vector to each of them.
template <typename Real>
struct neighbor_vectors {
    neighbor_lanes<Real> x;
    neighbor_lanes<Real> y;
    neighbor_lanes<Real> z;
};

/// Neighbors by species, those of each filled up to whole groups of lanes by some beyond the cutoff.
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
    };

    /// Makes room, so that appending allocates nothing.
    /// \param group_count  the most groups.
    void reserve(std::size_t group_count, std::size_t species_count) {
        vectors_.reserve(group_count);
        segments_.reserve(species_count + 1);
        entries_.reserve(group_count * neighbor_lane_count);
    }

    /// Starts the neighborhood of another atom.
    void clear() noexcept {
        vectors_.clear();
        segments_.clear();
        entries_.clear();
    }

    /// Starts the neighbors of one species.
    void begin_segment(std::uint32_t species) {
        const auto first = static_cast<std::uint32_t>(vectors_.size());
        segments_.push_back({species, first, first});
        lane_ = neighbor_lane_count;
    }

    /// Adds a neighbor to the segment.
    /// \param vector  from the atom, Å.
    /// \param entry   its number in the row of the atom.
    /// \param beyond  a distance beyond the cutoff, Å.
    void add(const vector3& vector, std::uint32_t entry, Real beyond) {
        if (lane_ == neighbor_lane_count) {
            vectors_.push_back({beyond, lanes::zero(), lanes::zero()});
            entries_.insert(entries_.end(), neighbor_lane_count, nobody);
            lane_ = 0;
        }
        vectors_.back().x[lane_] = static_cast<Real>(vector.x());
        vectors_.back().y[lane_] = static_cast<Real>(vector.y());
        vectors_.back().z[lane_] = static_cast<Real>(vector.z());
        entries_[entries_.size() - neighbor_lane_count + lane_] = entry;
        ++lane_;
    }

    /// Ends the segment; one without neighbors is forgotten.
    void end_segment() {
        segments_.back().last = static_cast<std::uint32_t>(vectors_.size());
        if (segments_.back().first == segments_.back().last)
            segments_.pop_back();
    }

    /// Segments.
    [[nodiscard]] std::span<const segment> segments() const noexcept { return segments_; }
    /// Vectors from the atom, Å, by group.
    [[nodiscard]] std::span<const neighbor_vectors<Real>> vectors() const noexcept { return vectors_; }
    /// Which entry of the row each lane holds, by group and lane, or nobody.
    [[nodiscard]] std::span<const std::uint32_t> entries() const noexcept { return entries_; }

private:
    using lanes = neighbor_lanes<Real>;

    std::vector<neighbor_vectors<Real>> vectors_;
    std::vector<segment> segments_;
    std::vector<std::uint32_t> entries_;
    std::size_t lane_ = 0; ///< the next one of the last group
};

/// Picks the neighbors within reach out of those that may be.
class neighbor_gatherer {
public:
    /// \param cutoff  Å.
    explicit neighbor_gatherer(double cutoff) : square_{cutoff * cutoff}, beyond_{2.0 * cutoff} {}

    /// The most groups that the entries of a row can fill.
    [[nodiscard]] static std::size_t group_count(std::size_t row_length, std::size_t species_count) noexcept {
        return row_length / neighbor_lane_count + species_count;
    }

    /// Finds the neighborhood of an atom as it is now.
    template <typename Real>
    void gather(const moment_topology& topology, std::size_t atom, std::span<const double> positions,
                neighborhood<Real>& into) const {
        into.clear();
        const auto beyond = static_cast<Real>(beyond_);
        const std::size_t row = topology.row_begin(atom);
        const vector3 center = Eigen::Map<const vector3>{positions.data() + 3 * atom};
        std::size_t e = row;
        for (std::uint32_t kind = 0; kind < topology.species_count(); ++kind) {
            into.begin_segment(kind);
            for (const std::size_t end = topology.row_begin(atom, kind + 1); e < end; ++e) {
                const auto& entry = topology.entries()[e];
                const vector3 vector =
                    Eigen::Map<const vector3>{positions.data() + 3 * std::size_t{entry.atom}} +
                    topology.translation(entry.translation) - center;
                if (vector.squaredNorm() < square_)
                    into.add(vector, static_cast<std::uint32_t>(e - row), beyond);
            }
            into.end_segment();
        }
    }

private:
    double square_;
    double beyond_;
};

} // namespace tinynet::detail

#endif
