// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_RANDOM_HPP
#define TINYNET_DETAIL_RANDOM_HPP

/// \file
/// Random numbers that are the same with every compiler: the distributions of the standard library are not.

#include <tinynet/detail/assert.hpp>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <span>
#include <utility>

namespace tinynet::detail {

/// What a random sequence is a function of: streams of one seed are independent of each other.
struct random_stream {
    std::uint64_t seed = 0;
    std::uint64_t stream = 0;
};

/// A sequence of random numbers, fixed by its seed and stream.
class random_source {
public:
    explicit random_source(random_stream origin) : bits_{scramble(scramble(origin.seed) + origin.stream)} {}

    /// Uniform in [0, 1), a multiple of 2^-53.
    [[nodiscard]] double uniform() { return static_cast<double>(bits_() >> 11U) * 0x1p-53; }

    /// Normal with mean 0 and variance 1 (polar method of Marsaglia).
    [[nodiscard]] double normal() {
        for (;;) {
            const double x = 2.0 * uniform() - 1.0;
            const double y = 2.0 * uniform() - 1.0;
            const double square = x * x + y * y;
            if (square < 1.0 && square > 0.0)
                return x * std::sqrt(-2.0 * std::log(square) / square);
        }
    }

    /// Uniform in 0 .. count - 1, without bias.
    /// \pre count > 0.
    [[nodiscard]] std::size_t index(std::size_t count) {
        TINYNET_ASSERT(count > 0);
        constexpr std::uint64_t largest = std::numeric_limits<std::uint64_t>::max();
        const std::uint64_t end = largest - largest % count; // a multiple of count
        std::uint64_t bits = bits_();
        while (bits >= end)
            bits = bits_();
        return static_cast<std::size_t>(bits % count);
    }

    /// Every order equally likely.
    template <typename Value>
    void shuffle(std::span<Value> values) {
        for (std::size_t left = values.size(); left > 1; --left)
            std::swap(values[left - 1], values[index(left)]);
    }

private:
    /// Neighboring numbers become unrelated ones (finalizer of SplitMix64).
    static std::uint64_t scramble(std::uint64_t number) noexcept {
        number += 0x9e3779b97f4a7c15U;
        number = (number ^ (number >> 30U)) * 0xbf58476d1ce4e5b9U;
        number = (number ^ (number >> 27U)) * 0x94d049bb133111ebU;
        return number ^ (number >> 31U);
    }

    std::mt19937_64 bits_;
};

} // namespace tinynet::detail

#endif
