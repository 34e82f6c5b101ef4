// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_HARMONICS_HPP
#define TINYNET_MOMENTS_HARMONICS_HPP

/// \file
/// Real spherical harmonics of unit vectors, several vectors side by side.
///
/// Normalized so that the sum over m of Y_lm(u) Y_lm(v) is the Legendre polynomial P_l(u.v): the addition
/// theorem without its factor 4 pi / (2 l + 1). Y_lm is a polynomial in the components of u; outside the unit
/// sphere it is continued by that polynomial.

#include <array>
#include <cmath>
#include <cstddef>

namespace tinynet::detail {

/// Number of harmonics up to an angular momentum.
[[nodiscard]] constexpr std::size_t harmonic_count(std::size_t max_l) noexcept {
    return (max_l + 1) * (max_l + 1);
}

inline constexpr std::size_t max_harmonic_count = harmonic_count(4);

/// Values and derivatives with respect to the three components, harmonic l, m at number l^2 + l + m.
template <typename Lanes>
struct harmonics {
    using row = std::array<Lanes, max_harmonic_count>; ///< one entry per harmonic

    row value;
    row x; ///< derivative with respect to the first component
    row y; ///< to the second
    row z; ///< to the third

    /// Computes all harmonics up to `max_l` at the unit vectors (ux, uy, uz).
    void evaluate(std::size_t max_l, const Lanes& ux, const Lanes& uy, const Lanes& uz) noexcept {
        visit(
            max_l, ux, uy, uz,
            [&](std::size_t number, const auto& v, const auto& dx, const auto& dy, const auto& dz)
                __attribute__((always_inline)) {
                    value[number] = v;
                    x[number] = dx;
                    y[number] = dy;
                    z[number] = dz;
                });
    }

    /// The same without derivatives.
    static void values(std::size_t max_l, const Lanes& ux, const Lanes& uy, const Lanes& uz,
                       row& into) noexcept {
        visit(
            max_l, ux, uy, uz,
            [&](std::size_t number, const auto& v, const auto&, const auto&, const auto&)
                __attribute__((always_inline)) { into[number] = v; });
    }

private:
    using real = typename Lanes::real;

    template <typename Set>
    [[gnu::always_inline]] static void visit(std::size_t max_l, const Lanes& ux, const Lanes& uy,
                                             const Lanes& uz, const Set& set) {
        set(0, Lanes{real{1}}, Lanes::zero(), Lanes::zero(), Lanes::zero());
        if (max_l >= 1)
            visit_p(ux, uy, uz, set);
        if (max_l >= 2)
            visit_d(ux, uy, uz, set);
        if (max_l >= 3)
            visit_f(ux, uy, uz, set);
        if (max_l >= 4)
            visit_g(ux, uy, uz, set);
    }

    template <typename Set>
    [[gnu::always_inline]] static void visit_p(const Lanes& ux, const Lanes& uy, const Lanes& uz,
                                               const Set& set) {
        set(1, uy, Lanes::zero(), Lanes{real{1}}, Lanes::zero());
        set(2, uz, Lanes::zero(), Lanes::zero(), Lanes{real{1}});
        set(3, ux, Lanes{real{1}}, Lanes::zero(), Lanes::zero());
    }

    template <typename Set>
    [[gnu::always_inline]] static void visit_d(const Lanes& ux, const Lanes& uy, const Lanes& uz,
                                               const Set& set) {
        const real c = std::sqrt(real{3});
        const Lanes cx = c * ux;
        const Lanes cy = c * uy;
        const Lanes cz = c * uz;
        set(4, cx * uy, cy, cx, Lanes::zero());
        set(5, cy * uz, Lanes::zero(), cz, cy);
        set(6, real{1.5} * uz * uz - real{0.5}, Lanes::zero(), Lanes::zero(), real{3} * uz);
        set(7, cx * uz, cz, Lanes::zero(), cx);
        set(8, real{0.5} * (cx * ux - cy * uy), cx, -cy, Lanes::zero());
    }

    template <typename Set>
    [[gnu::always_inline]] static void visit_f(const Lanes& ux, const Lanes& uy, const Lanes& uz,
                                               const Set& set) {
        const real a = std::sqrt(real{0.625});
        const real b = std::sqrt(real{15});
        const real c = std::sqrt(real{0.375});
        const Lanes xx = ux * ux;
        const Lanes yy = uy * uy;
        const Lanes zz = uz * uz;
        const Lanes xy = ux * uy;
        const Lanes difference = xx - yy;
        const Lanes polar = real{5} * zz - real{1};
        set(9, a * uy * (real{3} * xx - yy), real{6} * a * xy, real{3} * a * difference, Lanes::zero());
        set(10, b * xy * uz, b * uy * uz, b * ux * uz, b * xy);
        set(11, c * uy * polar, Lanes::zero(), c * polar, real{10} * c * uy * uz);
        set(12, real{0.5} * uz * (real{5} * zz - real{3}), Lanes::zero(), Lanes::zero(),
            real{7.5} * zz - real{1.5});
        set(13, c * ux * polar, c * polar, Lanes::zero(), real{10} * c * ux * uz);
        set(14, real{0.5} * b * uz * difference, b * ux * uz, -b * uy * uz, real{0.5} * b * difference);
        set(15, a * ux * (xx - real{3} * yy), real{3} * a * difference, real{-6} * a * xy, Lanes::zero());
    }

    template <typename Set>
    [[gnu::always_inline]] static void visit_g(const Lanes& ux, const Lanes& uy, const Lanes& uz,
                                               const Set& set) {
        const real a = std::sqrt(real{35}) / real{2};
        const real b = std::sqrt(real{4.375});
        const real c = std::sqrt(real{5}) / real{2};
        const real d = std::sqrt(real{0.625});
        const Lanes xx = ux * ux;
        const Lanes yy = uy * uy;
        const Lanes zz = uz * uz;
        const Lanes xy = ux * uy;
        const Lanes yz = uy * uz;
        const Lanes xz = ux * uz;
        const Lanes difference = xx - yy;
        const Lanes polar7 = real{7} * zz - real{1};
        const Lanes polar3 = real{7} * zz - real{3};
        set(16, a * xy * difference, a * uy * (real{3} * xx - yy), a * ux * (xx - real{3} * yy),
            Lanes::zero());
        set(17, b * yz * (real{3} * xx - yy), real{6} * b * xy * uz, real{3} * b * uz * difference,
            b * uy * (real{3} * xx - yy));
        set(18, c * xy * polar7, c * uy * polar7, c * ux * polar7, real{14} * c * xy * uz);
        set(19, d * yz * polar3, Lanes::zero(), d * uz * polar3, d * uy * (real{21} * zz - real{3}));
        set(20, (real{35} * zz * zz - real{30} * zz + real{3}) / real{8}, Lanes::zero(), Lanes::zero(),
            uz * (real{17.5} * zz - real{7.5}));
        set(21, d * xz * polar3, d * uz * polar3, Lanes::zero(), d * ux * (real{21} * zz - real{3}));
        set(22, real{0.5} * c * difference * polar7, c * ux * polar7, -c * uy * polar7,
            real{7} * c * uz * difference);
        set(23, b * xz * (xx - real{3} * yy), real{3} * b * uz * difference, real{-6} * b * xy * uz,
            b * ux * (xx - real{3} * yy));
        set(24, real{0.25} * a * (xx * xx - real{6} * xx * yy + yy * yy), a * ux * (xx - real{3} * yy),
            a * uy * (yy - real{3} * xx), Lanes::zero());
    }
};

} // namespace tinynet::detail

#endif
