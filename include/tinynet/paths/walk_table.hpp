// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_WALK_TABLE_HPP
#define TINYNET_PATHS_WALK_TABLE_HPP

/// \file
/// A frozen enumeration of walks, flattened for step time.

#include <tinynet/detail/assert.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet {

/// Walks of one length as rows of bond numbers, to be evaluated again at every step without walking a graph.
/// What a number refers to is the owner's choice: bonds of a graph, or of an environment.
class walk_table {
public:
    /// \param hops  length of every walk, at least 1.
    explicit walk_table(hop_count hops) : hops_{hops} { TINYNET_ASSERT(hops > 0); }

    /// Adds a walk.
    /// \param bonds  one number per hop.
    void add(std::span<const std::uint32_t> bonds) {
        TINYNET_ASSERT(bonds.size() == hops_);
        bonds_.insert(bonds_.end(), bonds.begin(), bonds.end());
    }

    /// Length of the walks.
    [[nodiscard]] hop_count hops() const noexcept { return hops_; }
    /// Number of walks.
    [[nodiscard]] std::size_t size() const noexcept { return bonds_.size() / hops_; }
    /// The bond numbers of a walk.
    [[nodiscard]] std::span<const std::uint32_t> walk(std::size_t number) const {
        return std::span{bonds_}.subspan(number * hops_, hops_);
    }

    /// The product of the bonds' weights along every walk. Step time.
    /// \param weights   one per bond number.
    /// \param products  size() numbers, one per walk in the order they were added.
    template <typename Real>
    void products(std::span<const Real> weights, std::span<Real> products) const noexcept {
        TINYNET_ASSERT(products.size() == size());
        const std::uint32_t* bond = bonds_.data();
        for (Real& product : products) {
            product = weights[*bond++];
            for (std::size_t hop = 1; hop < hops_; ++hop)
                product *= weights[*bond++];
        }
    }

private:
    hop_count hops_;
    std::vector<std::uint32_t> bonds_;
};

} // namespace tinynet

#endif
