// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_BOND_GEOMETRY_HPP
#define TINYNET_DESCRIPTOR_BOND_GEOMETRY_HPP

/// \file
/// Vectors and weights of all bonds of a structure. Step time: one exponential per bond.

#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/detail/assert.hpp>
#include <tinynet/types.hpp>

#include <cmath>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet {

/// What the features of all atoms have in common: bond vectors and exp(-length).
class bond_geometry {
public:
    /// Reserves memory for the bonds of a topology.
    explicit bond_geometry(const frozen_topology& topology)
        : vectors_(topology.bonds().size()), weights_(topology.bonds().size()) {}

    /// \param topology   the one given to the constructor.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not.
    void update(const frozen_topology& topology, std::span<const double> positions) noexcept {
        TINYNET_ASSERT(topology.bonds().size() == vectors_.size());
        TINYNET_ASSERT(positions.size() == 3 * topology.atom_count());
        for (std::size_t b = 0; b < vectors_.size(); ++b) {
            vectors_[b] = topology.bond_vector(topology.bonds()[b], positions);
            weights_[b] = std::exp(-vectors_[b].norm());
        }
    }

    /// From the bond's first atom to its second, Å.
    [[nodiscard]] const vector3& vector(std::size_t bond) const { return vectors_[bond]; }
    /// exp(-length/Å).
    [[nodiscard]] double weight(std::size_t bond) const { return weights_[bond]; }

private:
    std::vector<vector3> vectors_;
    std::vector<double> weights_;
};

} // namespace tinynet

#endif
