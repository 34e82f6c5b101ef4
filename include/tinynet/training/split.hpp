// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_SPLIT_HPP
#define TINYNET_TRAINING_SPLIT_HPP

/// \file
/// Which structures are trained on, which choose the best network, and which are kept for the final test.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/random.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/model/training_record.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numeric>
#include <span>
#include <vector>

namespace tinynet {

/// Parts of a data set; what they leave is not used.
struct split_fractions {
    double training = 0.8;   ///< fitted
    double validation = 0.1; ///< chooses the best epoch
    double test = 0.1;       ///< never looked at
};

namespace detail {

/// Sizes of the parts: rounded down, what that leaves given out by largest remainder, then at least one
/// structure for every part that is wanted, taken from the largest.
inline std::array<std::size_t, 3> part_sizes(std::size_t structure_count,
                                             const std::array<double, 3>& fractions) {
    const auto count = static_cast<double>(structure_count);
    std::array<std::size_t, 3> sizes{};
    std::array<double, 3> remainders{};
    for (std::size_t part = 0; part < 3; ++part) {
        sizes[part] = static_cast<std::size_t>(fractions[part] * count);
        remainders[part] = fractions[part] * count - static_cast<double>(sizes[part]);
    }
    const double wanted = std::accumulate(fractions.begin(), fractions.end(), 0.0) * count;
    const std::size_t total = std::min(structure_count, static_cast<std::size_t>(std::llround(wanted)));
    for (std::size_t given = sizes[0] + sizes[1] + sizes[2]; given < total; ++given) {
        const auto largest = std::max_element(remainders.begin(), remainders.end());
        ++sizes[static_cast<std::size_t>(largest - remainders.begin())];
        *largest -= 1.0;
    }
    for (std::size_t part = 0; part < 3; ++part) {
        if (fractions[part] == 0.0 || sizes[part] > 0)
            continue;
        ++sizes[part];
        if (sizes[0] + sizes[1] + sizes[2] > structure_count)
            --*std::max_element(sizes.begin(), sizes.end());
    }
    return sizes;
}

inline void check(const split_fractions& fractions) {
    for (const double fraction : {fractions.training, fractions.validation, fractions.test})
        if (!is_finite(fraction) || fraction < 0.0)
            throw invalid_option{
                detail::text("a fraction of the split is ", fraction, ", it must be 0 to 1")};
    const double sum = fractions.training + fractions.validation + fractions.test;
    if (sum > 1.0 + 8.0 * std::numeric_limits<double>::epsilon())
        throw invalid_option{detail::text("the fractions of the split add up to ", sum, ", more than 1")};
    if (fractions.training == 0.0)
        throw invalid_option{"the training fraction of the split is 0, it must be positive"};
}

} // namespace detail

/// Deals the structures 0 .. structure_count - 1 out at random; a function of its arguments only.
///
/// Every part whose fraction is not zero gets at least one structure.
/// \throws invalid_option   if a fraction is negative or not finite, the training fraction zero, or their sum
///                          above 1.
/// \throws invalid_dataset  if there are fewer structures than parts.
[[nodiscard]] inline dataset_split split_dataset(std::size_t structure_count,
                                                 const split_fractions& fractions, std::uint64_t seed) {
    detail::check(fractions);
    const auto parts = static_cast<std::size_t>(1 + (fractions.validation > 0.0) + (fractions.test > 0.0));
    if (structure_count < parts)
        throw invalid_dataset{detail::text("the data set has ", structure_count,
                                           " structures, the split needs at least ", parts)};
    std::vector<std::size_t> order(structure_count);
    std::iota(order.begin(), order.end(), std::size_t{0});
    detail::random_source{{.seed = seed}}.shuffle(std::span{order});
    const auto sizes =
        detail::part_sizes(structure_count, {fractions.training, fractions.validation, fractions.test});
    auto next = order.begin();
    const auto take = [&next](std::size_t size) {
        const auto begin = next;
        next += static_cast<std::ptrdiff_t>(size);
        std::vector<std::size_t> part(begin, next);
        std::sort(part.begin(), part.end());
        return part;
    };
    dataset_split result;
    result.training = take(sizes[0]);
    result.validation = take(sizes[1]);
    result.test = take(sizes[2]);
    return result;
}

} // namespace tinynet

#endif
