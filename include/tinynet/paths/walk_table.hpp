// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_WALK_TABLE_HPP
#define TINYNET_PATHS_WALK_TABLE_HPP

/// \file
/// A frozen enumeration of walks, flattened for step time.

#include <tinynet/detail/assert.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <cstdint>
#include <map>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Walks of one length as rows of bond numbers, to be evaluated again at every step without walking a graph.
/// What a number refers to is the owner's choice: bonds of a graph, or of an environment.
///
/// Walks share work: a closed walk is a half walk out and another one, read backward, home. A half walk is a
/// shorter one and a bond. So a product of weights costs one multiplication per walk, whatever its length,
/// and one per half walk; a walk of even length and its reverse have the same bits.
class walk_table {
public:
    /// \param hops   length of every walk, at least 1.
    /// \param bonds  the walks one after the other, `hops` bond numbers each.
    walk_table(hop_count hops, std::span<const std::uint32_t> bonds) : hops_{hops} {
        TINYNET_ASSERT(hops > 0 && bonds.size() % hops == 0);
        std::map<half_walk, std::uint32_t> numbers;
        const auto number_of = [&](const half_walk& half) {
            const auto [known, is_new] =
                numbers.try_emplace(half, static_cast<std::uint32_t>(half_walks_.size()));
            if (is_new)
                half_walks_.push_back(half);
            return known->second;
        };
        const std::size_t length_out = (hops_ + 1) / 2;
        for (std::size_t first = 0; first < bonds.size(); first += hops_) {
            walk_halves walk{nothing, nothing};
            for (std::size_t hop = 0; hop < length_out; ++hop)
                walk.out = number_of({walk.out, bonds[first + hop]});
            for (std::size_t hop = hops_; hop-- > length_out;)
                walk.home = number_of({walk.home, bonds[first + hop]});
            walks_.push_back(walk);
        }
    }

    /// Length of the walks.
    [[nodiscard]] hop_count hops() const noexcept { return hops_; }
    /// Number of walks.
    [[nodiscard]] std::size_t size() const noexcept { return walks_.size(); }
    /// Number of half walks.
    [[nodiscard]] std::size_t half_walk_count() const noexcept { return half_walks_.size(); }

    /// The bond numbers of a walk. Topology time: allocates.
    [[nodiscard]] std::vector<std::uint32_t> walk(std::size_t number) const {
        std::vector<std::uint32_t> bonds(hops_);
        auto out = bonds.begin() + static_cast<std::ptrdiff_t>((hops_ + 1) / 2);
        for (std::uint32_t half = walks_[number].out; half != nothing; half = half_walks_[half].before)
            *--out = half_walks_[half].bond;
        auto home = bonds.begin() + static_cast<std::ptrdiff_t>((hops_ + 1) / 2);
        for (std::uint32_t half = walks_[number].home; half != nothing; half = half_walks_[half].before)
            *home++ = half_walks_[half].bond;
        return bonds;
    }

    /// The product of the bonds' weights along every walk. Step time.
    /// \tparam Number   a number, or an array of them that multiplies entry by entry.
    /// \param weights   one per bond number.
    /// \param scratch   half_walk_count() numbers to work on.
    /// \param products  size() numbers, one per walk in the order given to the constructor.
    template <typename Number>
    void products(std::span<const Number> weights, std::span<Number> scratch,
                  std::span<Number> products) const noexcept {
        TINYNET_ASSERT(scratch.size() >= half_walk_count() && products.size() == size());
        for (std::size_t h = 0; h < half_walks_.size(); ++h) {
            const auto [before, bond] = half_walks_[h];
            if (before == nothing)
                scratch[h] = weights[bond];
            else
                scratch[h] = scratch[before] * weights[bond];
        }
        for (std::size_t w = 0; w < walks_.size(); ++w) {
            const auto [out, home] = walks_[w];
            if (home == nothing)
                products[w] = scratch[out];
            else
                products[w] = scratch[out] * scratch[home];
        }
    }

private:
    static constexpr std::uint32_t nothing = 0xffffffffU; ///< number of the half walk that has no bond

    struct half_walk {
        std::uint32_t before; ///< the half walk without its last bond
        std::uint32_t bond;
        friend auto operator<=>(const half_walk&, const half_walk&) = default;
    };
    struct walk_halves {
        std::uint32_t out;  ///< the first bonds, one more than the others if their number is odd
        std::uint32_t home; ///< the last bonds, last one first
    };

    hop_count hops_;
    std::vector<half_walk> half_walks_;
    std::vector<walk_halves> walks_;
};

} // namespace tinynet

#endif
