// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_WALK_SUMS_HPP
#define TINYNET_MOMENTS_WALK_SUMS_HPP

/// \file
/// Step time: the moments of one atom, sums over its closed walks, from its sums of bonds and its orbitals.
/// Derivation: docs/moments.md.

#include <tinynet/detail/precompiled.hpp>
#include <tinynet/moments/bond_sums.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/moments/orbitals.hpp>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet::detail {

/// Closed-walk sums of an atom i with neighbors j, k.
///
/// Two hops: sum over j of t_k(r_ij), one per species of j and weight: the sums of bonds of harmonic 0. Four
/// hops, i -> j -> i -> k -> i, passing i in orbitals c, c' of angular momentum l: sum over m of A_c,lm
/// A_c',lm, one per l and pair of orbitals.
///
/// Features stand in this order: two hops by species and weight; four hops by l, first orbital and second
/// orbital, the second one not before the first. Immutable; scratch belongs to the caller.
template <typename Real>
class walk_sums {
public:
    using lanes = neighbor_lanes<Real>; ///< several features, or amplitudes

    /// What one thread needs.
    struct scratch {
        std::vector<Real> coupling;           ///< by angular momentum and two orbitals
        std::vector<Real> amplitude_gradient; ///< like amplitudes
    };

    /// \throws invalid_option  if an option is out of range.
    walk_sums(const moment_options& options, std::size_t species_count)
        : bonds_{options, species_count}, orbital_count_{options.orbital_count} {}

    /// Sums over bonds, which everything else is made of.
    [[nodiscard]] const bond_sums<Real>& bonds() const noexcept { return bonds_; }
    /// Orbitals of an angular momentum.
    [[nodiscard]] std::size_t orbital_count() const noexcept { return orbital_count_; }
    /// Orbitals without coefficients.
    [[nodiscard]] orbitals<Real> make_orbitals() const { return {orbital_count_, bonds_}; }
    /// Entries of a feature array that mean something.
    [[nodiscard]] std::size_t feature_count() const noexcept {
        return bonds_.count() + (bonds_.max_l() + 1) * orbital_count_ * (orbital_count_ + 1) / 2;
    }
    /// Entries that a feature array must have room for.
    [[nodiscard]] std::size_t feature_stride() const noexcept {
        return whole_lanes(feature_count() + neighbor_lane_count);
    }
    /// Scratch for one thread.
    [[nodiscard]] scratch make_scratch() const {
        scratch made;
        made.coupling.resize((bonds_.max_l() + 1) * orbital_count_ * stride());
        made.amplitude_gradient.resize(make_orbitals().size());
        return made;
    }

    /// The features of an atom.
    void describe(std::span<const Real> sums, std::span<const Real> amplitudes,
                  std::span<Real> features) const noexcept {
        std::copy_n(sums.data(), bonds_.count(), features.data());
        for_each_row([&](std::size_t l, std::size_t a, std::size_t position) {
            for (std::size_t b = a; b < orbital_count_; b += neighbor_lane_count) {
                lanes sum = lanes::zero();
                for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
                    sum += amplitudes[m * stride() + a] * lanes::load(&amplitudes[m * stride() + b]);
                sum.store(&features[position + b - a]);
            }
        });
    }

    /// Adds the gradient of a function of the features with respect to the sums of bonds.
    /// \param feature_gradient  derivatives of the function with respect to the features.
    void add_sum_gradient(const orbitals<Real>& own, std::span<const Real> amplitudes,
                          std::span<const Real> feature_gradient, scratch& space,
                          std::span<Real> sum_gradient) const noexcept {
        for (std::size_t k = 0; k < bonds_.count(); ++k)
            sum_gradient[k] += feature_gradient[k];
        std::ranges::fill(space.amplitude_gradient, Real{0});
        add_amplitude_gradient(amplitudes, feature_gradient, space.coupling, space.amplitude_gradient);
        own.add_sum_gradient(space.amplitude_gradient, sum_gradient);
    }

    /// Change of the features when sums and amplitudes change.
    void tangent(std::span<const Real> amplitudes, std::span<const Real> sum_changes,
                 std::span<const Real> amplitude_changes, std::span<Real> feature_changes) const noexcept {
        std::copy_n(sum_changes.data(), bonds_.count(), feature_changes.data());
        for_each_row([&](std::size_t l, std::size_t a, std::size_t position) {
            for (std::size_t b = a; b < orbital_count_; b += neighbor_lane_count) {
                lanes sum = lanes::zero();
                for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
                    sum += amplitudes[m * stride() + a] * lanes::load(&amplitude_changes[m * stride() + b]) +
                           amplitude_changes[m * stride() + a] * lanes::load(&amplitudes[m * stride() + b]);
                sum.store(&feature_changes[position + b - a]);
            }
        });
    }

    /// Adds the derivatives of sum over features of gradient * product with respect to the amplitudes; with
    /// changes in the place of amplitudes, those of gradient * change of the product.
    /// \param coupling  scratch.
    void add_amplitude_gradient(std::span<const Real> amplitudes, std::span<const Real> feature_gradient,
                                std::span<Real> coupling, std::span<Real> amplitude_gradient) const noexcept;

private:
    [[nodiscard]] std::size_t stride() const noexcept { return whole_lanes(orbital_count_); }

    /// Walks over pairs of orbitals: visit(l, first orbital, position of the features with it). A row is
    /// written in whole lanes: what sticks out of it is overwritten by the next one.
    template <typename Visitor>
    void for_each_row(const Visitor& visit) const {
        std::size_t position = bonds_.count();
        for (std::size_t l = 0; l <= bonds_.max_l(); ++l)
            for (std::size_t a = 0; a < orbital_count_; position += orbital_count_ - a, ++a)
                visit(l, a, position);
    }

    bond_sums<Real> bonds_;
    std::size_t orbital_count_;
};

template <typename Real>
void walk_sums<Real>::add_amplitude_gradient(std::span<const Real> amplitudes,
                                             std::span<const Real> feature_gradient, std::span<Real> coupling,
                                             std::span<Real> amplitude_gradient) const noexcept {
    const std::size_t size = orbital_count_ * stride();
    for_each_row([&](std::size_t l, std::size_t a, std::size_t position) {
        Real* const square = coupling.data() + l * size;
        for (std::size_t b = a; b < orbital_count_; ++b) {
            const Real slope = feature_gradient[position + b - a];
            square[a * stride() + b] = slope;
            square[b * stride() + a] = slope;
        }
        square[a * stride() + a] *= Real{2};
    });
    for (std::size_t l = 0; l <= bonds_.max_l(); ++l)
        for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
            add_product<Real>(coupling.data() + l * size, stride(),
                              amplitudes.subspan(m * stride(), orbital_count_),
                              &amplitude_gradient[m * stride()]);
}

TINYNET_PRECOMPILED(class walk_sums<float>);
TINYNET_PRECOMPILED(class walk_sums<double>);

} // namespace tinynet::detail

#endif
