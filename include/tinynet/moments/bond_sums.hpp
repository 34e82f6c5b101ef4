// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_BOND_SUMS_HPP
#define TINYNET_MOMENTS_BOND_SUMS_HPP

/// \file
/// Step time: sums over the bonds of one atom, their gradient, and their change along given displacements.
/// Derivation: docs/moments.md.

#include <tinynet/detail/assert.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/moments/bond_weights.hpp>
#include <tinynet/moments/harmonics.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstring>
#include <span>

namespace tinynet::detail {

/// The sums over the neighbors j of species s of t_k(r_ij) Y_lm(direction to j), for every species s, weight
/// k and harmonic lm.
///
/// An array of them has count() entries per harmonic, by species and weight. Immutable.
template <typename Real>
class bond_sums {
public:
    using lanes = neighbor_lanes<Real>; ///< one number of several neighbors

    /// \throws invalid_option  if an option is out of range.
    bond_sums(const moment_options& options, std::size_t species_count)
        : weights_{options.weight_count, options.cutoff}, species_count_{species_count},
          max_l_{options.orbital_count == 0 ? 0 : options.max_angular_momentum} {
        check(options);
    }

    /// Sums per harmonic.
    [[nodiscard]] std::size_t count() const noexcept { return species_count_ * weights_.count(); }
    /// Harmonics.
    [[nodiscard]] std::size_t harmonics_count() const noexcept { return harmonic_count(max_l_); }
    /// The largest angular momentum.
    [[nodiscard]] std::size_t max_l() const noexcept { return max_l_; }
    /// Entries of an array of sums.
    [[nodiscard]] std::size_t size() const noexcept { return harmonics_count() * count(); }

    /// The sums of an atom.
    void collect(const neighborhood<Real>& around, std::span<Real> sums) const noexcept;

    /// Gradient of a function of the sums with respect to the vector to each neighbor.
    /// \param sum_gradient  derivatives of the function with respect to the sums.
    /// \param gradients     one entry per group of the neighborhood.
    void gradient(const neighborhood<Real>& around, std::span<const Real> sum_gradient,
                  std::span<neighbor_vectors<Real>> gradients) const noexcept;

    /// Change of the sums when the vectors to the neighbors change.
    /// \param changes  of the vectors, one entry per group of the neighborhood.
    void tangent(const neighborhood<Real>& around, std::span<const neighbor_vectors<Real>> changes,
                 std::span<Real> sum_changes) const noexcept;

private:
    using weight_array = std::array<lanes, max_bond_weight_count>;
    using segment = typename neighborhood<Real>::segment;

    /// Direction and length of the vectors of a group.
    struct directions {
        lanes length;
        lanes inverse;
        lanes x;
        lanes y;
        lanes z;

        explicit directions(const neighbor_vectors<Real>& r)
            : length{max(r.x.square() + r.y.square() + r.z.square(),
                         static_cast<Real>(shortest_distance * shortest_distance))
                         .sqrt()},
              inverse{Real{1} / length}, x{r.x * inverse}, y{r.y * inverse}, z{r.z * inverse} {}
    };

    /// Groups whose weights and harmonics are multiplied together, with the sums in registers.
    static constexpr std::size_t groups_per_block = 4;

    /// Weights and harmonics of some groups of neighbors of one species.
    struct block {
        std::array<weight_array, groups_per_block> weights;
        std::array<std::array<lanes, max_harmonic_count>, groups_per_block> angular;

        /// Weights are multiplied eight at a time: those that fill up the last eight are 0.
        explicit block(std::size_t weight_count) noexcept {
            for (weight_array& numbers : weights)
                for (std::size_t k = weight_count; k % 8 != 0; ++k)
                    numbers[k] = lanes::zero();
        }
    };

    /// Sums over lanes of eight numbers: halves added to halves, then quarters, then neighbors.
    [[gnu::always_inline]] static lanes sums_over_lanes(const std::array<lanes, 8>& numbers) noexcept {
        using vector = typename native_vector<Real, lanes::size()>::type;
        std::array<vector, 8> v;
        std::memcpy(&v, &numbers, sizeof(v));
        std::array<vector, 4> w;
        for (std::size_t k = 0; k < 4; ++k)
            w[k] = __builtin_shufflevector(v[k], v[k + 4], 0, 1, 2, 3, 8, 9, 10, 11) +
                   __builtin_shufflevector(v[k], v[k + 4], 4, 5, 6, 7, 12, 13, 14, 15);
        for (std::size_t k = 0; k < 4; k += 2)
            v[k] = __builtin_shufflevector(w[k], w[k + 1], 0, 1, 8, 9, 4, 5, 12, 13) +
                   __builtin_shufflevector(w[k], w[k + 1], 2, 3, 10, 11, 6, 7, 14, 15);
        const vector sums = __builtin_shufflevector(v[0], v[2], 0, 2, 8, 10, 4, 6, 12, 14) +
                            __builtin_shufflevector(v[0], v[2], 1, 3, 9, 11, 5, 7, 13, 15);
        lanes made;
        std::memcpy(made.data(), &sums, sizeof(sums));
        return made;
    }

    /// Adds the products of weights and harmonics to the sums of a species.
    void add_products(std::uint32_t species, const block& factors, std::size_t group_count,
                      std::span<Real> sums) const noexcept {
        const std::size_t weight_count = weights_.count();
        for (std::size_t m = 0; m < harmonics_count(); ++m) {
            Real* const target = sums.data() + m * count() + species * weight_count;
            for (std::size_t n = 0; n < weight_count; n += 8) {
                std::array<lanes, 8> products;
                for (std::size_t k = 0; k < 8; ++k)
                    products[k] = factors.weights[0][n + k] * factors.angular[0][m];
                for (std::size_t g = 1; g < group_count; ++g)
                    for (std::size_t k = 0; k < 8; ++k)
                        products[k] += factors.weights[g][n + k] * factors.angular[g][m];
                const lanes sums_of_eight = sums_over_lanes(products);
                if (n + 8 <= weight_count)
                    (lanes::load(target + n) + sums_of_eight).store(target + n);
                else
                    for (std::size_t k = n; k < weight_count; ++k)
                        target[k] += sums_of_eight[k - n];
            }
        }
    }

    bond_weights<lanes> weights_;
    std::size_t species_count_;
    std::size_t max_l_;
};

template <typename Real>
void bond_sums<Real>::collect(const neighborhood<Real>& around, std::span<Real> sums) const noexcept {
    TINYNET_ASSERT(sums.size() >= size());
    std::ranges::fill(sums, Real{0});
    block factors{weights_.count()};
    for (const segment& part : around.segments()) {
        std::size_t filled = 0;
        for (std::size_t group = part.first; group < part.last; ++group) {
            const directions u{around.vectors()[group]};
            weights_.for_each_value(
                u.length, bond_weights<lanes>::decay_of(u.length),
                [&](std::size_t k, const lanes& value) { factors.weights[filled][k] = value; });
            harmonics<lanes>::values(max_l_, u.x, u.y, u.z, factors.angular[filled]);
            if (++filled == groups_per_block || group + 1 == part.last) {
                add_products(part.species, factors, filled, sums);
                filled = 0;
            }
        }
    }
}

template <typename Real>
void bond_sums<Real>::gradient(const neighborhood<Real>& around, std::span<const Real> sum_gradient,
                               std::span<neighbor_vectors<Real>> gradients) const noexcept {
    TINYNET_ASSERT(sum_gradient.size() >= size() && gradients.size() >= around.vectors().size());
    const std::size_t weight_count = weights_.count();
    weight_array values;
    weight_array slopes;
    harmonics<lanes> angular;
    for (const segment& part : around.segments()) {
        const Real* const own_gradient = sum_gradient.data() + part.species * weight_count;
        for (std::size_t group = part.first; group < part.last; ++group) {
            const directions u{around.vectors()[group]};
            weights_.evaluate(u.length, bond_weights<lanes>::decay_of(u.length), values.data(),
                              slopes.data());
            angular.evaluate(max_l_, u.x, u.y, u.z);
            lanes radial = lanes::zero();
            lanes tx = lanes::zero();
            lanes ty = lanes::zero();
            lanes tz = lanes::zero();
            for (std::size_t m = 0; m < harmonics_count(); ++m) {
                lanes weight = lanes::zero();
                lanes slope = lanes::zero();
                for (std::size_t k = 0; k < weight_count; ++k) {
                    const Real factor = own_gradient[m * count() + k];
                    weight += factor * values[k];
                    slope += factor * slopes[k];
                }
                radial += slope * angular.value[m];
                tx += weight * angular.x[m];
                ty += weight * angular.y[m];
                tz += weight * angular.z[m];
            }
            const lanes along = radial - (u.x * tx + u.y * ty + u.z * tz) * u.inverse;
            gradients[group] = {u.x * along + tx * u.inverse, u.y * along + ty * u.inverse,
                                u.z * along + tz * u.inverse};
        }
    }
}

template <typename Real>
void bond_sums<Real>::tangent(const neighborhood<Real>& around,
                              std::span<const neighbor_vectors<Real>> changes,
                              std::span<Real> sum_changes) const noexcept {
    TINYNET_ASSERT(sum_changes.size() >= size() && changes.size() >= around.vectors().size());
    std::ranges::fill(sum_changes, Real{0});
    harmonics<lanes> angular;
    block factors{weights_.count()}; // values times turned harmonics, then slopes times stretched ones
    for (const segment& part : around.segments())
        for (std::size_t group = part.first; group < part.last; ++group) {
            const directions u{around.vectors()[group]};
            const neighbor_vectors<Real>& change = changes[group];
            const lanes longer = u.x * change.x + u.y * change.y + u.z * change.z;
            weights_.evaluate(u.length, bond_weights<lanes>::decay_of(u.length), factors.weights[0].data(),
                              factors.weights[1].data());
            angular.evaluate(max_l_, u.x, u.y, u.z);
            const lanes vx = (change.x - u.x * longer) * u.inverse;
            const lanes vy = (change.y - u.y * longer) * u.inverse;
            const lanes vz = (change.z - u.z * longer) * u.inverse;
            for (std::size_t m = 0; m < harmonics_count(); ++m) {
                factors.angular[0][m] = angular.x[m] * vx + angular.y[m] * vy + angular.z[m] * vz;
                factors.angular[1][m] = angular.value[m] * longer;
            }
            add_products(part.species, factors, 2, sum_changes);
        }
}

TINYNET_PRECOMPILED(class bond_sums<float>);
TINYNET_PRECOMPILED(class bond_sums<double>);

} // namespace tinynet::detail

#endif
