// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_MOMENT_WORKSPACE_HPP
#define TINYNET_MODEL_MOMENT_WORKSPACE_HPP

/// \file
/// What a moment_model needs to evaluate structures of the same atoms.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/mlp.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>
#include <Eigen/LU>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

template <typename Real>
class moment_model;

namespace detail {

template <typename Real>
class block_energies;

/// \throws invalid_option  if it is negative or not finite.
inline void check_skin(double skin) {
    if (!(skin >= 0.0 && is_finite(skin)))
        throw invalid_option{text("the skin is ", skin, " Å, it must not be negative")};
}

} // namespace detail

/// Neighbors, and room for everything that a step computes. Made by moment_model::make_workspace(); serves
/// one evaluation at a time.
template <typename Real>
class moment_workspace {
public:
    /// Neighbors of the atoms.
    [[nodiscard]] const moment_topology& topology() const noexcept { return topology_; }
    /// How often the neighbors were found, the first time included.
    [[nodiscard]] std::size_t build_count() const noexcept { return build_count_; }

    /// The atoms as they were when their neighbors were found; none if an engine did. A workspace made for
    /// them, and given the cell of this one, gives the same bits: neighbors are summed in the order of their
    /// distances then.
    [[nodiscard]] const std::optional<structure>& listed_atoms() const noexcept { return atoms_; }

private:
    friend class moment_model<Real>;
    friend class detail::block_energies<Real>;

    /// What one thread works on.
    struct scratch {
        std::vector<detail::neighborhood<Real>> around;         ///< by atom of a block
        batch_matrix<Real> sums;                                ///< of bonds, a column per atom of a block
        batch_matrix<Real> sum_gradients;                       ///< likewise
        std::vector<detail::lanes<Real>> sums_by_lane;          ///< an atom of a block per lane
        std::vector<detail::lanes<Real>> amplitudes;            ///< likewise
        std::vector<detail::lanes<Real>> features;              ///< likewise
        std::vector<detail::lanes<Real>> feature_gradients;     ///< likewise
        std::vector<detail::lanes<Real>> amplitude_gradients;   ///< likewise
        std::vector<detail::lanes<Real>> sum_gradients_by_lane; ///< likewise
        batch_matrix<Real> outputs; ///< of one network, a column per atom of a block
        batch_matrix<Real> mean_outputs;
        batch_matrix<Real> ones;
        std::vector<detail::neighbor_vectors<Real>> neighbor_gradients; ///< of one atom
        std::vector<mlp_workspace<Real>> activations;                   ///< by species
    };

    explicit moment_workspace(moment_topology topology) : topology_{std::move(topology)} {}

    /// Whether all pairs within the cutoff are listed. With F the strain since the neighbors were found and u
    /// how far an atom is from F times its position then, a pair that was at d is not closer now than d /
    /// |F^-1|, less |u| of both atoms. Pairs that are not listed were farther apart than cutoff and skin. The
    /// largest sums of rows and columns bound the norm.
    [[nodiscard]] bool knows_all_pairs(std::span<const double> positions, double cutoff) const {
        double farthest = 0.0;
        for (std::size_t i = 0; i < atoms_->atom_count(); ++i) {
            const Eigen::Map<const vector3> now{&positions[3 * i]};
            farthest = std::max(farthest, (now - strain_ * atoms_->positions()[i]).squaredNorm());
        }
        const matrix3 inverse = strain_.inverse();
        const double largest_shrinkage = std::sqrt(inverse.cwiseAbs().rowwise().sum().maxCoeff() *
                                                   inverse.cwiseAbs().colwise().sum().maxCoeff());
        const double room = (cutoff + skin_) / largest_shrinkage - cutoff;
        return room >= 0.0 && 4.0 * farthest <= room * room;
    }

    std::optional<structure> atoms_; ///< when their neighbors were found
    structure moved_;                ///< the same while neighbors are found anew
    cell cell_;                      ///< that they have now
    matrix3 strain_ =
        matrix3::Identity(); ///< takes positions in the cell of then to the same ones in that of now
    moment_topology topology_;
    bool is_whole_ = false; ///< neighbors, and room for them: not if memory ran out on the way
    double skin_ = 0.0;
    std::size_t build_count_ = 1;
    std::size_t output_count_ = 1;                     ///< members of a committee that there is room for
    std::vector<matrix3> strain_derivatives_;          ///< dE/dstrain by block of the topology, eV
    std::vector<std::array<Real, 3>> entry_gradients_; ///< dE/dr by output and entry of the topology, eV/Å
    std::vector<double> atomic_energies_;              ///< by output and atom, eV
    std::vector<scratch> scratches_;                   ///< by thread
};

} // namespace tinynet

#endif
