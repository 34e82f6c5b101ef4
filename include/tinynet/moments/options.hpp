// SPDX-License-Identifier: MIT
#ifndef TINYNET_MOMENTS_OPTIONS_HPP
#define TINYNET_MOMENTS_OPTIONS_HPP

/// \file
/// What a moment descriptor looks at.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <cstddef>

namespace tinynet {

/// Reach and resolution of the closed-walk sums of an atom.
struct moment_options {
    double cutoff = 5.5;                  ///< the longest bond of a walk, Å
    std::size_t weight_count = 8;         ///< weights of a bond
    std::size_t orbital_count = 8;        ///< orbitals of each angular momentum; 0 leaves out four hops
    std::size_t max_angular_momentum = 3; ///< of the orbitals: 0 (s) to 4 (g)
    double repulsion_cutoff = 0.0; ///< of a repulsion added to the networks (repulsion.hpp), Å; 0: none

    friend bool operator==(const moment_options&, const moment_options&) = default;
};

/// The most weights of a bond.
inline constexpr std::size_t max_bond_weight_count = 16;
/// The most orbitals of an angular momentum.
inline constexpr std::size_t max_orbital_count = 64;
/// The largest angular momentum of an orbital.
inline constexpr std::size_t max_orbital_angular_momentum = 4;
/// Atoms that are closer, Å, count as so far apart: at distance zero there is no direction.
inline constexpr double shortest_distance = 1e-6;
/// The longest cutoff of a moment descriptor, Å.
inline constexpr double max_moment_cutoff = 20.0;

/// \throws invalid_option  if an option is out of range; the message says what was expected.
inline void check(const moment_options& options) {
    if (!(detail::is_finite(options.cutoff) && options.cutoff > 0.0 && options.cutoff <= max_moment_cutoff))
        throw invalid_option{detail::text("the cutoff of the moments is ", options.cutoff,
                                          " Å, expected a number above 0, at most ", max_moment_cutoff)};
    if (options.weight_count == 0 || options.weight_count > max_bond_weight_count)
        throw invalid_option{detail::text("a bond of the moments has ", options.weight_count,
                                          " weights, 1 to ", max_bond_weight_count, " are possible")};
    if (options.orbital_count > max_orbital_count)
        throw invalid_option{detail::text("the moments have ", options.orbital_count, " orbitals, at most ",
                                          max_orbital_count, " are possible")};
    if (!(detail::is_finite(options.repulsion_cutoff) && options.repulsion_cutoff >= 0.0 &&
          options.repulsion_cutoff <= options.cutoff))
        throw invalid_option{detail::text("the repulsion ends at ", options.repulsion_cutoff,
                                          " Å, expected a number from 0 to the cutoff of bonds, ",
                                          options.cutoff)};
    if (options.max_angular_momentum > max_orbital_angular_momentum)
        throw invalid_option{detail::text("the largest angular momentum is ", options.max_angular_momentum,
                                          ", at most ", max_orbital_angular_momentum, " is possible")};
}

} // namespace tinynet

#endif
