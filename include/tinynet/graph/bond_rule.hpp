// SPDX-License-Identifier: MIT
#ifndef TINYNET_GRAPH_BOND_RULE_HPP
#define TINYNET_GRAPH_BOND_RULE_HPP

/// \file
/// Which pairs of atoms are bonds.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>

#include <algorithm>
#include <concepts>
#include <map>
#include <string_view>
#include <utility>

namespace tinynet {

/// A predicate on pairs with a distance (Å) beyond which it is never true. It must not depend on the order of
/// the two species.
template <typename Rule>
concept bond_predicate = requires(const Rule& rule, species kind, double distance) {
    { rule(kind, kind, distance) } -> std::convertible_to<bool>;
    { rule.cutoff() } -> std::convertible_to<double>;
};

/// Which species may be bonded at all.
enum class bond_partners {
    unlike, ///< only atoms of different species (the paper's rule)
    all     ///< any two atoms
};

/// The name used in files and options.
constexpr std::string_view name_of(bond_partners partners) noexcept {
    return partners == bond_partners::unlike ? "unlike" : "all";
}

/// Longest cutoff of a bond_rule, Å: it bounds what a model file or an option can ask for.
inline constexpr double max_bond_cutoff = 20.0;

/// Bonded when closer than a cutoff, which may differ from pair to pair of species.
class bond_rule {
public:
    /// Both species of a pair, the lighter one first.
    using species_pair = std::pair<species, species>;

    /// The paper's rule by default: unlike species closer than 3.1 Å.
    /// \param cutoff  Å, for every pair without a cutoff of its own.
    /// \throws invalid_option  if the cutoff is not positive, or longer than max_bond_cutoff.
    explicit bond_rule(double cutoff = 3.1, bond_partners partners = bond_partners::unlike)
        : default_cutoff_{cutoff}, partners_{partners} {
        if (!detail::is_finite(cutoff) || cutoff <= 0.0 || cutoff > max_bond_cutoff)
            throw invalid_option{detail::text("the bond cutoff is ", cutoff,
                                              " Å; expected a positive length of at most ", max_bond_cutoff)};
    }

    /// Gives a pair its own cutoff (Å), whatever the rule says of it otherwise; 0 means never bonded.
    /// \throws invalid_option  if the cutoff is negative, or longer than max_bond_cutoff.
    void set_pair_cutoff(species one, species other, double cutoff) {
        if (!detail::is_finite(cutoff) || cutoff < 0.0 || cutoff > max_bond_cutoff)
            throw invalid_option{detail::text("the bond cutoff of ", one.symbol(), "-", other.symbol(),
                                              " is ", cutoff, " Å; expected a length from 0 to ",
                                              max_bond_cutoff)};
        pair_cutoffs_[std::minmax(one, other)] = cutoff;
    }

    /// Bonded below this distance, Å; 0 if such a pair is never bonded.
    [[nodiscard]] double cutoff(species one, species other) const {
        if (const auto own = pair_cutoffs_.find(std::minmax(one, other)); own != pair_cutoffs_.end())
            return own->second;
        return partners_ == bond_partners::all || one != other ? default_cutoff_ : 0.0;
    }

    /// The longest distance at which any pair may be bonded, Å.
    [[nodiscard]] double cutoff() const {
        double longest = default_cutoff_;
        for (const auto& [pair, cutoff] : pair_cutoffs_)
            longest = std::max(longest, cutoff);
        return longest;
    }

    /// Whether two atoms at this distance (Å) are bonded.
    [[nodiscard]] bool operator()(species one, species other, double distance) const {
        return distance < cutoff(one, other);
    }

    /// The cutoff of pairs without one of their own, Å.
    [[nodiscard]] double default_cutoff() const noexcept { return default_cutoff_; }
    /// Which species may be bonded.
    [[nodiscard]] bond_partners partners() const noexcept { return partners_; }
    /// Pairs with a cutoff of their own, Å.
    [[nodiscard]] const std::map<species_pair, double>& pair_cutoffs() const noexcept {
        return pair_cutoffs_;
    }

    friend bool operator==(const bond_rule&, const bond_rule&) = default;

private:
    double default_cutoff_;
    bond_partners partners_;
    std::map<species_pair, double> pair_cutoffs_;
};

static_assert(bond_predicate<bond_rule>);
static_assert(!bond_predicate<double>);

/// Any predicate as a bond rule: `predicate_rule{3.5, [](species a, species b, double d) { ... }}`.
template <std::predicate<species, species, double> Predicate>
class predicate_rule {
public:
    /// \param cutoff     the predicate is asked below this distance only, Å.
    /// \param predicate  (species, species, distance in Å) -> bonded?
    predicate_rule(double cutoff, Predicate predicate) : cutoff_{cutoff}, predicate_{std::move(predicate)} {}

    /// The distance below which the predicate is asked, Å.
    [[nodiscard]] double cutoff() const noexcept { return cutoff_; }
    /// Asks the predicate.
    [[nodiscard]] bool operator()(species one, species other, double distance) const {
        return predicate_(one, other, distance);
    }

private:
    double cutoff_;
    Predicate predicate_;
};

} // namespace tinynet

#endif
