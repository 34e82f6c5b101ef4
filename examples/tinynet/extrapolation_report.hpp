// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_EXTRAPOLATION_REPORT_HPP
#define TINYNET_EXAMPLES_EXTRAPOLATION_REPORT_HPP

/// \file
/// How much of what was predicted lies outside what an energy model was trained on.

#include <tinynet/error.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/extrapolation.hpp>
#include <tinynet/moments/feature_names.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ostream>
#include <span>
#include <vector>

namespace tinynet::program {

/// Sums up the extrapolations of some structures.
class extrapolation_report {
public:
    /// Takes a structure into account.
    void add(std::size_t frame, std::size_t atom_count, std::span<const extrapolation> found) {
        atoms_ += atom_count;
        outside_ += found.size();
        for (const extrapolation& here : found)
            if (!worst_ || here.excess() > worst_->excess()) {
                worst_ = here;
                frame_ = frame;
            }
    }

    /// One line, if there was anything: how many atoms, and which is the worst.
    void print(std::ostream& out, const energy_model& model) const {
        if (!worst_)
            return;
        out << outside_ << " of " << atoms_
            << " atoms have a moment outside its range in training; the farthest is that of atom "
            << worst_->atom << " in structure " << frame_ << " ("
            << name_of_feature(model.moments(), model.known_species(), worst_->feature)
            << "): " << worst_->value << ", in training from " << worst_->lower << " to " << worst_->upper
            << '\n';
    }

    /// Everything it knows, for a checkpoint.
    [[nodiscard]] std::vector<double> numbers() const {
        std::vector<double> known{static_cast<double>(atoms_), static_cast<double>(outside_)};
        if (worst_)
            known.insert(known.end(),
                         {static_cast<double>(frame_), static_cast<double>(worst_->atom),
                          static_cast<double>(worst_->feature), worst_->value, worst_->lower, worst_->upper});
        return known;
    }
    /// Takes up what numbers() gave.
    /// \throws invalid_option  if it gave something else.
    void restore(std::span<const double> known) {
        const auto is_count = [](double x) { return x >= 0.0 && x < 0x1p53; };
        if ((known.size() != 2 && known.size() != 8) ||
            !std::ranges::all_of(known.first(std::min<std::size_t>(known.size(), 5)), is_count))
            throw invalid_option{"the counts of atoms outside the training make no sense"};
        const auto count = [&](std::size_t k) { return static_cast<std::size_t>(known[k]); };
        atoms_ = count(0);
        outside_ = count(1);
        worst_.reset();
        if (known.size() == 8) {
            frame_ = count(2);
            worst_ = extrapolation{count(3), count(4), known[5], known[6], known[7]};
        }
    }

private:
    std::size_t atoms_ = 0;
    std::size_t outside_ = 0;
    std::size_t frame_ = 0;
    std::optional<extrapolation> worst_;
};

} // namespace tinynet::program

#endif
