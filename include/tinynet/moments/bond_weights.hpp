// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_BOND_WEIGHTS_HPP
#define TINYNET_MOMENTS_BOND_WEIGHTS_HPP

/// \file
/// Smooth weights of bonds as functions of their length, for several bonds side by side.

#include <tinynet/moments/options.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>

namespace tinynet::detail {

/// The weights t_k(d) = T_k(x) f(d), k = 0 .. count - 1.
///
/// T_k are the Chebyshev polynomials, x rises linearly with exp(-d / decay_length) from -1 at the cutoff to 1
/// at the shortest bond to be expected: combinations of the decays exp(-k d / decay_length) that stay apart
/// from each other. f(d) = (1 - (d / cutoff)^2)^3 goes to zero at the cutoff with two continuous derivatives.
template <typename Lanes>
class bond_weights {
public:
    using real = typename Lanes::real; ///< number type

    /// Å.
    static constexpr double decay_length = 1.5;
    /// The length at which x is 1, Å, unless the cutoff is less than twice as long: then half of it. Shorter
    /// bonds are no error.
    static constexpr double shortest_bond = 1.2;

    /// \param cutoff  Å.
    bond_weights(std::size_t count, double cutoff)
        : count_{count}, inverse_square_cutoff_{static_cast<real>(1.0 / (cutoff * cutoff))} {
        const double at_cutoff = std::exp(-cutoff / decay_length);
        const double range = std::exp(-std::min(shortest_bond, 0.5 * cutoff) / decay_length) - at_cutoff;
        slope_ = static_cast<real>(2.0 / range);
        offset_ = static_cast<real>(-1.0 - 2.0 * at_cutoff / range);
    }

    /// Number of weights.
    [[nodiscard]] std::size_t count() const noexcept { return count_; }

    /// exp(-d / decay_length), which all weights of a bond share.
    [[nodiscard]] static Lanes decay_of(const Lanes& d) noexcept {
        return (d * static_cast<real>(-1.0 / decay_length)).exp();
    }

    /// Calls `visit(k, weight k)` for bonds of lengths d (Å); weights are zero beyond the cutoff.
    /// \param decay  decay_of(d).
    template <typename Visitor>
    void for_each_value(const Lanes& d, const Lanes& decay, const Visitor& visit) const noexcept {
        const Lanes cut = inside(d).cube();
        const Lanes x = slope_ * decay + offset_;
        const Lanes twice = x + x;
        Lanes before = cut; // T_k-1 f, then T_k f
        Lanes value = x * cut;
        visit(0, cut);
        for (std::size_t k = 1; k < count_; ++k) {
            visit(k, value);
            const Lanes next = twice * value - before;
            before = value;
            value = next;
        }
    }

    /// Weights and their derivatives with respect to d (1/Å).
    void evaluate(const Lanes& d, const Lanes& decay, Lanes* values, Lanes* derivatives) const noexcept {
        const Lanes in = inside(d);
        const Lanes cut = in.cube();
        const Lanes cut_slope = real{-6} * inverse_square_cutoff_ * d * in.square();
        const Lanes x = slope_ * decay + offset_;
        const Lanes x_slope_cut = static_cast<real>(-1.0 / decay_length) * slope_ * decay * cut;
        const Lanes twice = x + x;
        Lanes before = real{1}; // T_k-1, then T_k; their derivatives with respect to x
        Lanes before_slope = Lanes::zero();
        Lanes polynomial = x;
        Lanes polynomial_slope = real{1};
        values[0] = cut;
        derivatives[0] = cut_slope;
        for (std::size_t k = 1; k < count_; ++k) {
            values[k] = polynomial * cut;
            derivatives[k] = polynomial_slope * x_slope_cut + polynomial * cut_slope;
            const Lanes next = twice * polynomial - before;
            const Lanes next_slope = real{2} * polynomial + twice * polynomial_slope - before_slope;
            before = polynomial;
            before_slope = polynomial_slope;
            polynomial = next;
            polynomial_slope = next_slope;
        }
    }

private:
    /// 1 - (d / cutoff)^2, zero beyond the cutoff.
    [[nodiscard]] Lanes inside(const Lanes& d) const noexcept {
        return max(real{1} - d.square() * inverse_square_cutoff_, real{0});
    }

    std::size_t count_;
    real inverse_square_cutoff_;
    real slope_;
    real offset_;
};

} // namespace tinynet::detail

#endif
