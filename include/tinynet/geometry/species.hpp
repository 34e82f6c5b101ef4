// SPDX-License-Identifier: MIT
#ifndef TINYNET_GEOMETRY_SPECIES_HPP
#define TINYNET_GEOMETRY_SPECIES_HPP

/// \file
/// What an atom is: its atomic number, with the element symbols.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <algorithm>
#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace tinynet {

namespace detail {

inline constexpr std::array<std::string_view, 119> element_symbols = {
    "X",  "H",  "He", "Li", "Be", "B",  "C",  "N",  "O",  "F",  "Ne", "Na", "Mg", "Al", "Si", "P",  "S",
    "Cl", "Ar", "K",  "Ca", "Sc", "Ti", "V",  "Cr", "Mn", "Fe", "Co", "Ni", "Cu", "Zn", "Ga", "Ge", "As",
    "Se", "Br", "Kr", "Rb", "Sr", "Y",  "Zr", "Nb", "Mo", "Tc", "Ru", "Rh", "Pd", "Ag", "Cd", "In", "Sn",
    "Sb", "Te", "I",  "Xe", "Cs", "Ba", "La", "Ce", "Pr", "Nd", "Pm", "Sm", "Eu", "Gd", "Tb", "Dy", "Ho",
    "Er", "Tm", "Yb", "Lu", "Hf", "Ta", "W",  "Re", "Os", "Ir", "Pt", "Au", "Hg", "Tl", "Pb", "Bi", "Po",
    "At", "Rn", "Fr", "Ra", "Ac", "Th", "Pa", "U",  "Np", "Pu", "Am", "Cm", "Bk", "Cf", "Es", "Fm", "Md",
    "No", "Lr", "Rf", "Db", "Sg", "Bh", "Hs", "Mt", "Ds", "Rg", "Cn", "Nh", "Fl", "Mc", "Lv", "Ts", "Og"};

} // namespace detail

/// A chemical element, hydrogen to oganesson. Ordered by atomic number.
class species {
public:
    /// \param atomic_number  1 to 118.
    /// \throws unknown_species  outside that range.
    constexpr explicit species(int atomic_number) : atomic_number_{static_cast<std::uint8_t>(atomic_number)} {
        if (atomic_number < 1 || atomic_number >= static_cast<int>(detail::element_symbols.size()))
            throw unknown_species{
                detail::text("no element has the atomic number ", atomic_number, "; expected 1 to 118")};
    }

    /// \param symbol  an element symbol, capitalized as usual: `Ba`, not `BA`.
    /// \throws unknown_species  if there is no such element.
    explicit species(std::string_view symbol) : species{atomic_number_of(symbol)} {}

    /// The atomic number Z.
    [[nodiscard]] constexpr int atomic_number() const noexcept { return atomic_number_; }
    /// The element symbol.
    [[nodiscard]] constexpr std::string_view symbol() const noexcept {
        return detail::element_symbols[atomic_number_];
    }

    friend constexpr bool operator==(species, species) noexcept = default;
    friend constexpr auto operator<=>(species, species) noexcept = default;

private:
    static int atomic_number_of(std::string_view symbol) {
        const auto& symbols = detail::element_symbols;
        const auto found = std::find(symbols.begin() + 1, symbols.end(), symbol);
        if (found == symbols.end())
            throw unknown_species{detail::text(detail::in_quotes(symbol),
                                               " is no element symbol; expected one such as O or Ba")};
        return static_cast<int>(found - symbols.begin());
    }

    std::uint8_t atomic_number_;
};

namespace detail {

/// \param atom  its name.
/// \throws unknown_species  always.
[[noreturn]] inline void refuse_species(std::string_view atom, species kind) {
    throw unknown_species{text(atom, " is ", kind.symbol(), ", a species that the model does not know")};
}

} // namespace detail

} // namespace tinynet

#endif
