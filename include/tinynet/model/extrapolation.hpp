// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_EXTRAPOLATION_HPP
#define TINYNET_MODEL_EXTRAPOLATION_HPP

/// \file
/// Which atoms have surroundings that the training structures did not show.

#include <tinynet/model/energy_model.hpp>
#include <tinynet/moments/feature_statistics.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <variant>
#include <vector>

namespace tinynet {

/// A feature of an atom outside its range over the training structures.
struct extrapolation {
    std::size_t atom;    ///< index
    std::size_t feature; ///< name_of_feature() says which that is
    double value;        ///< of the feature
    double lower;        ///< smallest value in training
    double upper;        ///< largest value in training

    /// How far outside, in widths of the range; infinite where the feature did not vary in training.
    [[nodiscard]] double excess() const noexcept {
        const double outside = std::max(lower - value, value - upper);
        return upper > lower ? outside / (upper - lower) : std::numeric_limits<double>::infinity();
    }
};

/// The feature of every atom that is farthest outside its range, for atoms that have one, in the order of the
/// atoms. Topology time: allocates.
/// \param space      from make_workspace() of this model.
/// \param positions  x0 y0 z0 x1 ..., Å.
/// \throws invalid_structure  as energy_model::evaluate.
inline std::vector<extrapolation> find_extrapolations(const energy_model& model,
                                                      energy_model::workspace& space,
                                                      std::span<const double> positions) {
    constexpr double rounding = 1e-5; // of single precision, in a range or a value
    std::vector<extrapolation> found;
    std::visit(
        [&]<typename Real>(const moment_model<Real>& precise) {
            auto& own = std::get<moment_workspace<Real>>(space);
            precise.describe(own, positions, [&](std::size_t atom, std::size_t kind, const auto& features) {
                const feature_statistics& seen = precise.networks()[kind].features;
                extrapolation worst{atom, 0, 0.0, 0.0, 0.0};
                double most = 0.0;
                for (Eigen::Index k = 0; k < seen.size(); ++k) {
                    const extrapolation here{atom, static_cast<std::size_t>(k),
                                             static_cast<double>(features[k]), seen.minima[k],
                                             seen.maxima[k]};
                    const double slack =
                        rounding * std::max({here.upper - here.lower, std::abs(here.upper), 1e-2});
                    const bool is_outside =
                        here.value > here.upper + slack || here.value < here.lower - slack;
                    if (is_outside && here.excess() > most) {
                        worst = here;
                        most = here.excess();
                    }
                }
                if (most > 0.0)
                    found.push_back(worst);
            });
        },
        model.precise());
    std::ranges::sort(found, {}, &extrapolation::atom);
    return found;
}

} // namespace tinynet

#endif
