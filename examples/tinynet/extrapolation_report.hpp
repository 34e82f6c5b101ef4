// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_EXTRAPOLATION_REPORT_HPP
#define TINYNET_EXAMPLES_EXTRAPOLATION_REPORT_HPP

/// \file
/// How much of what was predicted lies outside what an energy model was trained on.

#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/extrapolation.hpp>
#include <tinynet/moments/feature_names.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <ostream>
#include <span>

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

private:
    std::size_t atoms_ = 0;
    std::size_t outside_ = 0;
    std::size_t frame_ = 0;
    std::optional<extrapolation> worst_;
};

} // namespace tinynet::program

#endif
