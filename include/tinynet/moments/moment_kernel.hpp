// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_MOMENT_KERNEL_HPP
#define TINYNET_MOMENTS_MOMENT_KERNEL_HPP

/// \file
/// Step time: the moments of one atom, their gradient, and their change along given displacements.
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
#include <span>
#include <vector>

namespace tinynet::detail {

/// Closed-walk sums of an atom i with neighbors j, k of species s, s'.
///
/// Two hops: sum over j of t_a(r_ij), one per species and weight. Four hops through an orbital of angular
/// momentum l of the atom: sum over j, k of t_a(r_ij) t_b(r_ik) P_l(cos of the angle j-i-k), one per l and
/// pair of channels, a channel being a species and a weight. The double sum is that over m of products of
/// densities A_lm = sum over j of t_a(r_ij) Y_lm.
///
/// Features stand in this order: two hops by species and weight; four hops by l, first channel and second
/// channel, the second one not before the first. Immutable; scratch belongs to the caller.
template <typename Real>
class moment_kernel {
public:
    using lanes = neighbor_lanes<Real>; ///< one number of several neighbors

    /// What one thread needs.
    struct scratch {
        std::vector<Real> coupling;  ///< by channel, twice
        std::vector<Real> densities; ///< like densities of an atom
    };

    /// \throws invalid_option  if an option is out of range.
    moment_kernel(const moment_options& options, std::size_t species_count)
        : pair_{options.pair_count, options.pair_cutoff}, orbital_{options.orbital_count,
                                                                   options.orbital_cutoff},
          species_count_{species_count}, max_l_{options.max_angular_momentum} {
        check(options);
    }

    /// Entries of a feature array that mean something.
    [[nodiscard]] std::size_t feature_count() const noexcept {
        const std::size_t products = channel_count() * (channel_count() + 1) / 2;
        return species_count_ * pair_.count() + (max_l_ + 1) * products;
    }
    /// Entries that a feature array must have room for.
    [[nodiscard]] std::size_t feature_stride() const noexcept {
        return padded(feature_count() + neighbor_lane_count);
    }
    /// Entries of the densities of an atom.
    [[nodiscard]] std::size_t density_count() const noexcept {
        return harmonic_count(max_l_) * channel_stride() + neighbor_lane_count;
    }

    /// Scratch for one thread.
    [[nodiscard]] scratch make_scratch() const {
        scratch made;
        made.coupling.resize(channel_count() * channel_stride());
        made.densities.resize(density_count());
        return made;
    }

    /// Features of an atom; `densities` are what gradient() and tangent() need of it.
    [[gnu::flatten]] void describe(const neighborhood<Real>& around, std::span<Real> densities,
                                   std::span<Real> features) const noexcept;

    /// Gradient of a function of the features with respect to the vector to each neighbor.
    /// \param feature_gradient  derivatives of the function with respect to the features.
    /// \param gradients         one entry per group of the neighborhood.
    [[gnu::flatten]] void gradient(const neighborhood<Real>& around, scratch& space,
                                   std::span<const Real> densities, std::span<const Real> feature_gradient,
                                   std::span<neighbor_vectors<Real>> gradients) const noexcept;

    /// Change of the features when the vectors to the neighbors change.
    /// \param changes  of the vectors, one entry per group of the neighborhood.
    [[gnu::flatten]] void tangent(const neighborhood<Real>& around, scratch& space,
                                  std::span<const Real> densities,
                                  std::span<const neighbor_vectors<Real>> changes,
                                  std::span<Real> feature_changes) const noexcept;

private:
    using weight_array = std::array<lanes, max_bond_weight_count>;
    using segment = typename neighborhood<Real>::segment;

    [[nodiscard]] static constexpr std::size_t padded(std::size_t count) noexcept {
        return (count + neighbor_lane_count - 1) / neighbor_lane_count * neighbor_lane_count;
    }
    [[nodiscard]] std::size_t channel_count() const noexcept { return species_count_ * orbital_.count(); }
    [[nodiscard]] std::size_t channel_stride() const noexcept { return padded(channel_count()); }

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
    };

    /// Four sums over lanes.
    [[gnu::always_inline]] static four<Real> sums_over_lanes(const std::array<lanes, 4>& numbers) noexcept {
        std::array<four<Real>, 4> halves;
        for (std::size_t k = 0; k < 4; ++k)
            halves[k] = four<Real>::load(numbers[k].data()) + four<Real>::load(numbers[k].data() + 4);
        std::array<four<Real>, 4> parts;
        transpose_fours<Real>([&](std::size_t k) { return halves[k].data(); },
                              [&](std::size_t k, const four<Real>& part) { parts[k] = part; });
        return (parts[0] + parts[1]) + (parts[2] + parts[3]);
    }

    /// Adds the products of weights and harmonics to the densities of a species.
    void add_products(std::uint32_t species, const block& factors, std::size_t group_count,
                      std::span<Real> densities) const noexcept {
        const std::size_t count = orbital_.count();
        for (std::size_t m = 0; m < harmonic_count(max_l_); ++m) {
            Real* const target = densities.data() + m * channel_stride() + species * count;
            std::size_t n = 0;
            for (; n + 4 <= count; n += 4) {
                std::array<lanes, 4> sums;
                sums.fill(lanes::zero());
                for (std::size_t g = 0; g < group_count; ++g)
                    for (std::size_t k = 0; k < 4; ++k)
                        sums[k] += factors.weights[g][n + k] * factors.angular[g][m];
                (four<Real>::load(target + n) + sums_over_lanes(sums)).store(target + n);
            }
            for (; n < count; ++n)
                for (std::size_t g = 0; g < group_count; ++g)
                    target[n] += (factors.weights[g][n] * factors.angular[g][m]).sum();
        }
    }

    /// Walks over pairs of channels: visit(l, first channel, position of the products with it).
    template <typename Visitor>
    void for_each_product_row(const Visitor& visit) const {
        std::size_t position = species_count_ * pair_.count();
        for (std::size_t l = 0; l <= max_l_; ++l)
            for (std::size_t a = 0; a < channel_count(); position += channel_count() - a, ++a)
                visit(l, a, position);
    }

    void multiply_densities(std::span<const Real> densities, std::span<Real> features) const noexcept;
    /// Derivative of a function of the products with respect to the densities.
    void differentiate_products(std::span<const Real> densities, std::span<const Real> feature_gradient,
                                scratch& space) const noexcept;

    bond_weights<lanes> pair_;
    bond_weights<lanes> orbital_;
    std::size_t species_count_;
    std::size_t max_l_;
};

template <typename Real>
void moment_kernel<Real>::describe(const neighborhood<Real>& around, std::span<Real> densities,
                                   std::span<Real> features) const noexcept {
    TINYNET_ASSERT(densities.size() >= density_count() && features.size() >= feature_stride());
    std::ranges::fill(densities, Real{0});
    std::ranges::fill(features, Real{0});
    weight_array pair_sums;
    block factors;
    for (const segment& part : around.segments()) {
        std::fill_n(pair_sums.begin(), pair_.count(), lanes::zero());
        std::size_t filled = 0;
        for (std::size_t group = part.first; group < part.last; ++group) {
            const directions u{around.vectors()[group]};
            const lanes decay = bond_weights<lanes>::decay_of(u.length);
            pair_.for_each_value(u.length, decay,
                                 [&](std::size_t k, const lanes& value) { pair_sums[k] += value; });
            if (!part.is_near)
                continue;
            orbital_.for_each_value(u.length, decay, [&](std::size_t n, const lanes& value) {
                factors.weights[filled][n] = value;
            });
            harmonics<lanes>::values(max_l_, u.x, u.y, u.z, factors.angular[filled]);
            if (++filled == groups_per_block || group + 1 == part.last) {
                add_products(part.species, factors, filled, densities);
                filled = 0;
            }
        }
        for (std::size_t k = 0; k < pair_.count(); ++k)
            features[part.species * pair_.count() + k] += pair_sums[k].sum();
    }
    multiply_densities(densities, features);
}

/// Rows of products are written in whole lanes: what sticks out of one is overwritten by the next.
template <typename Real>
void moment_kernel<Real>::multiply_densities(std::span<const Real> densities,
                                             std::span<Real> features) const noexcept {
    const std::size_t stride = channel_stride();
    for_each_product_row([&](std::size_t l, std::size_t a, std::size_t position) {
        for (std::size_t b = a; b < channel_count(); b += neighbor_lane_count) {
            lanes sum = lanes::zero();
            for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
                sum += densities[m * stride + a] * lanes::load(&densities[m * stride + b]);
            sum.store(&features[position + b - a]);
        }
    });
}

template <typename Real>
void moment_kernel<Real>::differentiate_products(std::span<const Real> densities,
                                                 std::span<const Real> feature_gradient,
                                                 scratch& space) const noexcept {
    const std::size_t channels = channel_count();
    const std::size_t stride = channel_stride();
    for_each_product_row([&](std::size_t l, std::size_t a, std::size_t position) {
        for (std::size_t b = a; b < channels; ++b) {
            const Real slope = feature_gradient[position + b - a];
            space.coupling[a * stride + b] = slope;
            space.coupling[b * stride + a] = slope;
        }
        space.coupling[a * stride + a] *= Real{2};
        if (a + 1 < channels)
            return;
        for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
            for (std::size_t first = 0; first < channels; first += neighbor_lane_count) {
                lanes sum = lanes::zero();
                for (std::size_t b = 0; b < channels; ++b)
                    sum += densities[m * stride + b] * lanes::load(&space.coupling[b * stride + first]);
                sum.store(&space.densities[m * stride + first]);
            }
    });
}

template <typename Real>
void moment_kernel<Real>::gradient(const neighborhood<Real>& around, scratch& space,
                                   std::span<const Real> densities, std::span<const Real> feature_gradient,
                                   std::span<neighbor_vectors<Real>> gradients) const noexcept {
    TINYNET_ASSERT(gradients.size() >= around.vectors().size());
    const std::size_t count = orbital_.count();
    differentiate_products(densities, feature_gradient, space);
    weight_array values;
    weight_array slopes;
    harmonics<lanes> angular;
    for (const segment& part : around.segments()) {
        const Real* const pair_gradient = feature_gradient.data() + part.species * pair_.count();
        const Real* const density_gradient = space.densities.data() + part.species * count;
        for (std::size_t group = part.first; group < part.last; ++group) {
            const directions u{around.vectors()[group]};
            const lanes decay = bond_weights<lanes>::decay_of(u.length);
            lanes radial = pair_.derivative_of_sum(u.length, decay, pair_gradient);
            lanes tx = lanes::zero();
            lanes ty = lanes::zero();
            lanes tz = lanes::zero();
            if (part.is_near) {
                orbital_.evaluate(u.length, decay, values.data(), slopes.data());
                angular.evaluate(max_l_, u.x, u.y, u.z);
                for (std::size_t m = 0; m < harmonic_count(max_l_); ++m) {
                    lanes weight = lanes::zero();
                    lanes slope = lanes::zero();
                    for (std::size_t n = 0; n < count; ++n) {
                        const Real factor = density_gradient[m * channel_stride() + n];
                        weight += factor * values[n];
                        slope += factor * slopes[n];
                    }
                    radial += slope * angular.value[m];
                    tx += weight * angular.x[m];
                    ty += weight * angular.y[m];
                    tz += weight * angular.z[m];
                }
            }
            const lanes along = radial - (u.x * tx + u.y * ty + u.z * tz) * u.inverse;
            gradients[group] = {u.x * along + tx * u.inverse, u.y * along + ty * u.inverse,
                                u.z * along + tz * u.inverse};
        }
    }
}

template <typename Real>
void moment_kernel<Real>::tangent(const neighborhood<Real>& around, scratch& space,
                                  std::span<const Real> densities,
                                  std::span<const neighbor_vectors<Real>> changes,
                                  std::span<Real> feature_changes) const noexcept {
    const std::size_t stride = channel_stride();
    const std::span<Real> density_changes{space.densities};
    std::ranges::fill(density_changes, Real{0});
    std::ranges::fill(feature_changes, Real{0});
    weight_array slopes;
    weight_array pair_sums;
    harmonics<lanes> angular;
    block factors; // values times turned harmonics, then slopes times stretched ones
    for (const segment& part : around.segments()) {
        std::fill_n(pair_sums.begin(), pair_.count(), lanes::zero());
        for (std::size_t group = part.first; group < part.last; ++group) {
            const directions u{around.vectors()[group]};
            const neighbor_vectors<Real>& change = changes[group];
            const lanes longer = u.x * change.x + u.y * change.y + u.z * change.z;
            const lanes decay = bond_weights<lanes>::decay_of(u.length);
            pair_.evaluate(u.length, decay, factors.weights[0].data(), slopes.data());
            for (std::size_t k = 0; k < pair_.count(); ++k)
                pair_sums[k] += slopes[k] * longer;
            if (!part.is_near)
                continue;
            orbital_.evaluate(u.length, decay, factors.weights[0].data(), factors.weights[1].data());
            angular.evaluate(max_l_, u.x, u.y, u.z);
            const lanes vx = (change.x - u.x * longer) * u.inverse;
            const lanes vy = (change.y - u.y * longer) * u.inverse;
            const lanes vz = (change.z - u.z * longer) * u.inverse;
            for (std::size_t m = 0; m < harmonic_count(max_l_); ++m) {
                factors.angular[0][m] = angular.x[m] * vx + angular.y[m] * vy + angular.z[m] * vz;
                factors.angular[1][m] = angular.value[m] * longer;
            }
            add_products(part.species, factors, 2, density_changes);
        }
        for (std::size_t k = 0; k < pair_.count(); ++k)
            feature_changes[part.species * pair_.count() + k] += pair_sums[k].sum();
    }
    for_each_product_row([&](std::size_t l, std::size_t a, std::size_t position) {
        for (std::size_t b = a; b < channel_count(); b += neighbor_lane_count) {
            lanes sum = lanes::zero();
            for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
                sum += densities[m * stride + a] * lanes::load(&density_changes[m * stride + b]) +
                       density_changes[m * stride + a] * lanes::load(&densities[m * stride + b]);
            sum.store(&feature_changes[position + b - a]);
        }
    });
}

TINYNET_PRECOMPILED(class moment_kernel<float>);
TINYNET_PRECOMPILED(class moment_kernel<double>);

} // namespace tinynet::detail

#endif
