// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_OPTIMIZER_STATE_HPP
#define TINYNET_TRAINING_OPTIMIZER_STATE_HPP

/// \file
/// What an update rule carries from one update to the next: part of a checkpoint.

#include <cstdint>
#include <vector>

namespace tinynet {

/// What an update rule remembers.
template <typename Real>
struct optimizer_state {
    std::vector<Real> first_moment;  ///< running mean of the gradient, per parameter
    std::vector<Real> second_moment; ///< running mean of the squared gradient, per parameter
    /// Of soap: running means of the products of gradients, and the bases found from them, block by block.
    std::vector<Real> curvature;
    std::uint64_t step = 0; ///< updates so far

    friend bool operator==(const optimizer_state&, const optimizer_state&) = default;
};

} // namespace tinynet

#endif
