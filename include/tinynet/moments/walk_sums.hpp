// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_WALK_SUMS_HPP
#define TINYNET_MOMENTS_WALK_SUMS_HPP

/// \file
/// Step time: the moments of atoms, sums over their closed walks, from their sums of bonds and their
/// orbitals. Sixteen atoms of a species side by side, one per lane. Derivation: docs/moments.md.

#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/moments/bond_sums.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/moments/orbitals.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <span>

namespace tinynet::detail {

/// Closed-walk sums of an atom i with neighbors j, k.
///
/// Two hops: sum over j of t_k(r_ij), one per species of j and weight: the sums of bonds of harmonic 0. Four
/// hops, i -> j -> i -> k -> i, passing i in orbitals c, c' of angular momentum l: sum over m of A_c,lm
/// A_c',lm, one per l and pair of orbitals.
///
/// Features stand in this order: two hops by species and weight; four hops by l, first orbital and second
/// orbital, the second one not before the first. Immutable.
template <typename Real>
class walk_sums {
public:
    using lanes = detail::lanes<Real>; ///< one number of each atom

    /// \throws invalid_option  if an option is out of range.
    walk_sums(const moment_options& options, std::size_t species_count)
        : bonds_{options, species_count}, orbital_count_{options.orbital_count} {}

    /// Sums over bonds, which everything else is made of.
    [[nodiscard]] const bond_sums<Real>& bonds() const noexcept { return bonds_; }
    /// Orbitals of an angular momentum.
    [[nodiscard]] std::size_t orbital_count() const noexcept { return orbital_count_; }
    /// Orbitals without coefficients.
    [[nodiscard]] orbitals<Real> make_orbitals() const { return {orbital_count_, bonds_}; }
    /// Numbers that describe an atom.
    [[nodiscard]] std::size_t feature_count() const noexcept {
        return bonds_.count() + (bonds_.max_l() + 1) * orbital_count_ * (orbital_count_ + 1) / 2;
    }

    /// The features.
    void describe(std::span<const lanes> sums, std::span<const lanes> amplitudes,
                  std::span<lanes> features) const noexcept {
        std::copy_n(sums.begin(), bonds_.count(), features.begin());
        for_each_four(features, [&](std::size_t m, std::size_t first, std::size_t a, std::size_t b) {
            return part_of(amplitudes, m, a, first) * part_of(amplitudes, m, b, first);
        });
    }

    /// Change of the features when sums and amplitudes change.
    void tangent(std::span<const lanes> amplitudes, std::span<const lanes> sum_changes,
                 std::span<const lanes> amplitude_changes, std::span<lanes> feature_changes) const noexcept {
        std::copy_n(sum_changes.begin(), bonds_.count(), feature_changes.begin());
        for_each_four(feature_changes, [&](std::size_t m, std::size_t first, std::size_t a, std::size_t b) {
            return part_of(amplitudes, m, a, first) * part_of(amplitude_changes, m, b, first) +
                   part_of(amplitude_changes, m, a, first) * part_of(amplitudes, m, b, first);
        });
    }

    /// Adds the gradient of a function of the features with respect to the sums of bonds.
    /// \param feature_gradient    derivatives of the function with respect to the features.
    /// \param amplitude_gradient  those with respect to the amplitudes, written here.
    void add_sum_gradient(const orbitals<Real>& own, std::span<const lanes> amplitudes,
                          std::span<const lanes> feature_gradient, std::span<lanes> amplitude_gradient,
                          std::span<lanes> sum_gradient) const noexcept {
        for (std::size_t k = 0; k < bonds_.count(); ++k)
            sum_gradient[k] += feature_gradient[k];
        std::ranges::fill(amplitude_gradient, lanes::zero());
        add_amplitude_gradient(amplitudes, feature_gradient, amplitude_gradient);
        own.add_sum_gradient(amplitude_gradient, sum_gradient);
    }

    /// Adds the derivatives of sum over features of gradient * product with respect to the amplitudes; with
    /// changes in the place of amplitudes, those of gradient * change of the product.
    void add_amplitude_gradient(std::span<const lanes> amplitudes, std::span<const lanes> feature_gradient,
                                std::span<lanes> amplitude_gradient) const noexcept {
        for_each_row([&](std::size_t l, std::size_t a, std::size_t position) {
            for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m) {
                const lanes own = amplitudes[m * orbital_count_ + a];
                lanes sum = feature_gradient[position] * own;
                sum += sum;
                for (std::size_t b = a + 1; b < orbital_count_; ++b) {
                    const lanes& slope = feature_gradient[position + b - a];
                    sum += slope * amplitudes[m * orbital_count_ + b];
                    amplitude_gradient[m * orbital_count_ + b] += slope * own;
                }
                amplitude_gradient[m * orbital_count_ + a] += sum;
            }
        });
    }

private:
    using part = lane_part<Real>;

    [[gnu::always_inline]] part part_of(std::span<const lanes> amplitudes, std::size_t m, std::size_t orbital,
                                        std::size_t first) const noexcept {
        return part::load(amplitudes[m * orbital_count_ + orbital].data() + first);
    }

    /// Walks over pairs of orbitals: visit(l, first orbital, position of the features with it).
    template <typename Visitor>
    void for_each_row(const Visitor& visit) const {
        std::size_t position = bonds_.count();
        for (std::size_t l = 0; l <= bonds_.max_l(); ++l)
            for (std::size_t a = 0; a < orbital_count_; position += orbital_count_ - a, ++a)
                visit(l, a, position);
    }

    /// Writes sums over m of product(m, first lane, orbital, other orbital), four others at a time; the last
    /// ones may be the same again.
    template <typename Product>
    [[gnu::always_inline]] void for_each_four(std::span<lanes> features,
                                              const Product& product) const noexcept {
        for_each_row([&](std::size_t l, std::size_t a, std::size_t position) {
            for (std::size_t first = 0; first < lane_count; first += part::size())
                for (std::size_t start = a; start < orbital_count_; start += 4) {
                    std::array<std::size_t, 4> b;
                    for (std::size_t k = 0; k < 4; ++k)
                        b[k] = std::min(start + k, orbital_count_ - 1);
                    part sum0 = part::zero();
                    part sum1 = part::zero();
                    part sum2 = part::zero();
                    part sum3 = part::zero();
                    for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m) {
                        sum0 += product(m, first, a, b[0]);
                        sum1 += product(m, first, a, b[1]);
                        sum2 += product(m, first, a, b[2]);
                        sum3 += product(m, first, a, b[3]);
                    }
                    sum0.store(features[position + b[0] - a].data() + first);
                    sum1.store(features[position + b[1] - a].data() + first);
                    sum2.store(features[position + b[2] - a].data() + first);
                    sum3.store(features[position + b[3] - a].data() + first);
                }
        });
    }

    bond_sums<Real> bonds_;
    std::size_t orbital_count_;
};

TINYNET_PRECOMPILED(class walk_sums<float>);
TINYNET_PRECOMPILED(class walk_sums<double>);

} // namespace tinynet::detail

#endif
