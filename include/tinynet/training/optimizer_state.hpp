// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_OPTIMIZER_STATE_HPP
#define TINYNET_TRAINING_OPTIMIZER_STATE_HPP

/// \file
/// What update rules have in common: which constants make sense, and what is carried from one update to the
/// next, part of a checkpoint.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <cstdint>
#include <limits>
#include <string_view>
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

namespace detail {

/// \param rule  its name, for the message.
/// \throws invalid_option  if beta is not in [0, 1), epsilon not positive, the weight decay negative, or one of
///                         them not finite.
inline void check_rule(std::string_view rule, double beta, double epsilon, double weight_decay) {
    if (!is_finite(beta) || beta < 0.0 || beta >= 1.0)
        throw invalid_option{text("a beta of ", rule, " is ", beta, ", it must be in [0, 1)")};
    if (!is_finite(epsilon) || epsilon <= 0.0)
        throw invalid_option{text("epsilon of ", rule, " is ", epsilon, ", it must be positive and finite")};
    if (!is_finite(weight_decay) || weight_decay < 0.0)
        throw invalid_option{
            text("the weight decay is ", weight_decay, ", it must be 0 or above and finite")};
}

/// \throws invalid_option  if beta or epsilon makes no sense once it is in the precision of the parameters.
template <typename Real>
void check_precision(std::string_view rule, double beta, double epsilon) {
    if (static_cast<Real>(beta) == Real{1} || static_cast<Real>(epsilon) < std::numeric_limits<Real>::min())
        throw invalid_option{text("a beta of ", rule, ", ", beta,
                                  ", is 1 in the precision of the parameters, or ", "epsilon, ", epsilon,
                                  ", is 0")};
}

} // namespace detail

} // namespace tinynet

#endif
