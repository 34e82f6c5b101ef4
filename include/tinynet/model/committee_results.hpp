// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_COMMITTEE_RESULTS_HPP
#define TINYNET_MODEL_COMMITTEE_RESULTS_HPP

/// \file
/// What the members of a committee say one by one, and how far they disagree.

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <vector>

namespace tinynet {

/// The most members of a committee.
inline constexpr std::size_t max_committee_size = 256;

/// Energy and forces by every member of a committee. Their spread grows where the training structures say
/// little; it is no error bar in itself (docs/moments.md shows it against true errors).
struct committee_results {
    std::vector<double> energies; ///< one per member, eV
    std::vector<double> forces;   ///< 3N per member, member after member, eV/Å

    /// Number of members.
    [[nodiscard]] std::size_t member_count() const noexcept { return energies.size(); }
    /// Standard deviation of the energy, eV; 0 for a single member.
    [[nodiscard]] double energy_deviation() const {
        return deviation([&](std::size_t member) { return energies[member]; });
    }
    /// Standard deviation of a force component, eV/Å; 0 for a single member.
    /// \param component  of 3N.
    [[nodiscard]] double force_deviation(std::size_t component) const {
        const std::size_t stride = forces.size() / std::max<std::size_t>(1, energies.size());
        return deviation([&](std::size_t member) { return forces[member * stride + component]; });
    }

private:
    template <typename Value>
    [[nodiscard]] double deviation(const Value& value) const {
        const auto count = static_cast<double>(energies.size());
        if (energies.size() < 2)
            return 0.0;
        double mean = 0.0;
        for (std::size_t member = 0; member < energies.size(); ++member)
            mean += value(member) / count;
        double squares = 0.0;
        for (std::size_t member = 0; member < energies.size(); ++member)
            squares += (value(member) - mean) * (value(member) - mean);
        return std::sqrt(squares / (count - 1.0));
    }
};

} // namespace tinynet

#endif
