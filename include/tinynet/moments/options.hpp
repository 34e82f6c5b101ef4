// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_OPTIONS_HPP
#define TINYNET_MOMENTS_OPTIONS_HPP

/// \file
/// What a moment descriptor looks at.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>

namespace tinynet {

/// Reach and resolution of the closed-walk sums of an atom.
struct moment_options {
    double pair_cutoff = 5.5;             ///< of walks of two hops, Å
    std::size_t pair_count = 8;           ///< bond weights of walks of two hops
    double orbital_cutoff = 5.0;          ///< of walks of four hops through an orbital of the atom, Å
    std::size_t orbital_count = 4;        ///< bond weights of these; 0 leaves them out
    std::size_t max_angular_momentum = 3; ///< of the orbitals: 0 (s) to 4 (g)
    double repulsion_cutoff = 0.0; ///< of a repulsion added to the networks (repulsion.hpp), Å; 0: none

    friend bool operator==(const moment_options&, const moment_options&) = default;
};

/// What suits so many species: the products of channels grow with their square, so that from three species on
/// fewer weights and a shorter reach do as well.
[[nodiscard]] inline moment_options suggested_moments(std::size_t species_count) noexcept {
    moment_options options;
    if (species_count > 2) {
        options.orbital_cutoff = 4.5;
        options.orbital_count = 3;
    }
    return options;
}

/// The largest of all numbers of bond weights.
inline constexpr std::size_t max_bond_weight_count = 16;
/// The largest angular momentum of an orbital.
inline constexpr std::size_t max_orbital_angular_momentum = 4;
/// Atoms that are closer, Å, count as so far apart: at distance zero there is no direction.
inline constexpr double shortest_distance = 1e-6;
/// The longest cutoff of a moment descriptor, Å.
inline constexpr double max_moment_cutoff = 20.0;

/// \throws invalid_option  if an option is out of range; the message says what was expected.
inline void check(const moment_options& options) {
    for (const double cutoff : {options.pair_cutoff, options.orbital_cutoff})
        if (!(detail::is_finite(cutoff) && cutoff > 0.0 && cutoff <= max_moment_cutoff))
            throw invalid_option{detail::text("a cutoff of the moments is ", cutoff,
                                              " Å, expected a number above 0, at most ", max_moment_cutoff)};
    if (options.pair_count == 0)
        throw invalid_option{"the moments have 0 bond weights for walks of two hops, at least 1 is needed"};
    if (const std::size_t most = std::max(options.pair_count, options.orbital_count);
        most > max_bond_weight_count)
        throw invalid_option{detail::text("the moments have ", most, " bond weights, at most ",
                                          max_bond_weight_count, " are possible")};
    if (!(detail::is_finite(options.repulsion_cutoff) && options.repulsion_cutoff >= 0.0 &&
          options.repulsion_cutoff <= options.pair_cutoff))
        throw invalid_option{detail::text("the repulsion ends at ", options.repulsion_cutoff,
                                          " Å, expected a number from 0 to the cutoff of pairs, ",
                                          options.pair_cutoff)};
    if (options.max_angular_momentum > max_orbital_angular_momentum)
        throw invalid_option{detail::text("the largest angular momentum is ", options.max_angular_momentum,
                                          ", at most ", max_orbital_angular_momentum, " is possible")};
}

/// How far from an atom its moments look, Å.
[[nodiscard]] inline double cutoff_of(const moment_options& options) noexcept {
    return options.orbital_count == 0 ? options.pair_cutoff
                                      : std::max(options.pair_cutoff, options.orbital_cutoff);
}

} // namespace tinynet

#endif
