// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_BLOCK_ENERGIES_HPP
#define TINYNET_MODEL_BLOCK_ENERGIES_HPP

/// \file
/// Step time: energies of a few atoms of one species from their moments, and the derivatives with respect to
/// the vectors to their neighbors.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/model/moment_workspace.hpp>
#include <tinynet/model/species_network.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/moments/repulsion.hpp>
#include <tinynet/moments/walk_sums.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet::detail {

/// The moments and the networks of a moment_model. Immutable; what a step computes is in the workspace.
template <typename Real>
class block_energies {
public:
    using workspace = moment_workspace<Real>; ///< neighbors and results

    /// \param networks  one entry per species, by atomic number.
    /// \param scale     of the outputs of the networks, eV.
    /// \throws invalid_option  as moment_model.
    block_energies(const moment_options& options, std::span<const species_network<Real>> networks,
                   double scale)
        : walks_{options, networks.size()}, gatherer_{options.cutoff}, repulsion_cutoff_{
                                                                           options.repulsion_cutoff} {
        if (networks.empty())
            throw invalid_option{"the model has no network, at least one is needed"};
        for (std::size_t k = 0; k < networks.size(); ++k) {
            const species_network<Real>& n = networks[k];
            if (n.nets.size() != networks.front().nets.size())
                throw invalid_option{text(n.kind.symbol(), " has ", n.nets.size(), " networks, ",
                                          networks.front().kind.symbol(), " ", networks.front().nets.size(),
                                          "; expected as many")};
            if (k > 0 && !(networks[k - 1].kind < n.kind))
                throw invalid_option{text("the network of ", n.kind.symbol(),
                                          " is out of order, expected one per species, by atomic number")};
            species_.push_back(scaled(n, scale, walks_));
            add_walls(n, networks.size(), options.cutoff);
            constants_.push_back(n.constant);
            kinds_.push_back(n.kind);
        }
    }

    /// The moments.
    [[nodiscard]] const walk_sums<Real>& walks() const noexcept { return walks_; }
    /// Networks per species.
    [[nodiscard]] std::size_t member_count() const noexcept { return species_.front().nets.size(); }

    /// Room for one thread. Topology time.
    [[nodiscard]] typename workspace::scratch make_scratch() const;

    /// Writes the moments of the atoms of a block, as a member of the committee sees them, into the features.
    void describe_block(const workspace& space, typename workspace::scratch& own, const species_block& block,
                        std::span<const double> positions, std::size_t member) const noexcept {
        sum_bonds(space, own, block, positions);
        form_moments(species_[block.species].own[member], own);
    }

    /// Energies of the atoms of a block and dE/dr of their entries, by output; of the last output dE/dstrain.
    /// Allocates nothing.
    /// \param output_count  1 for the mean of the committee, or its number of members.
    void evaluate_block(workspace& space, typename workspace::scratch& own, std::size_t number,
                        std::span<const double> positions, std::size_t output_count) const noexcept;

private:
    /// Finds the neighbors of the atoms of a block and sums over their bonds.
    void sum_bonds(const workspace& space, typename workspace::scratch& own, const species_block& block,
                   std::span<const double> positions) const noexcept {
        for (std::size_t lane = 0; lane < block.count; ++lane) {
            auto& around = own.around[lane];
            gatherer_.gather(space.topology_, space.topology_.atoms_by_species()[block.first + lane],
                             positions, around);
            walks_.bonds().collect(around, column(own.sums, static_cast<Eigen::Index>(lane)));
        }
        read_columns<Real>(own.sums.data(), walks_.bonds().size(), block.count, own.sums_by_lane);
    }
    /// Amplitudes and features from the sums.
    void form_moments(const orbitals<Real>& seen_by, typename workspace::scratch& own) const noexcept {
        seen_by.form(own.sums_by_lane, own.amplitudes);
        walks_.describe(own.sums_by_lane, own.amplitudes, own.features);
    }
    /// Mean output of some members for the atoms of a block, and its gradients with respect to their sums.
    void average(typename workspace::scratch& own, const species_block& block, std::size_t first,
                 std::size_t count) const noexcept;
    /// Writes dE/dr of the entries of an atom and adds up the dE/dstrain of its energy.
    void differentiate_atom(typename workspace::scratch& own, Eigen::Index at,
                            std::span<std::array<Real, 3>> row, matrix3& strain_derivative) const noexcept;
    /// Takes over where the atoms of a species repel others.
    void add_walls(const species_network<Real>& n, std::size_t species_count, double cutoff);
    /// Below which distance an atom repels others of a species, Å.
    [[nodiscard]] double repulsion_reach(std::size_t center, std::size_t other) const noexcept {
        return std::max(repulsion_cutoff_, walls_[center * kinds_.size() + other]);
    }
    /// Half the repulsion of the pairs of an atom, eV; adds its derivatives to those of the entries.
    double add_repulsion(const neighborhood<Real>& around, std::size_t center,
                         std::span<std::array<Real, 3>> row, matrix3& strain_derivative) const noexcept;
    /// What one of two atoms has of their repulsion.
    [[nodiscard]] pair_energy half_repulsion(std::size_t center, std::size_t other,
                                             double distance) const noexcept;

    static std::span<Real> column(batch_matrix<Real>& numbers, Eigen::Index at) noexcept {
        return {numbers.col(at).data(), static_cast<std::size_t>(numbers.rows())};
    }

    walk_sums<Real> walks_;
    neighbor_gatherer gatherer_;
    std::vector<scaled_species<Real>> species_;
    std::vector<double> constants_; ///< eV, by species
    std::vector<species> kinds_;
    double repulsion_cutoff_;   ///< of nuclei, Å, 0 if there is none
    std::vector<double> walls_; ///< shortest distances seen, by two species, Å, 0 where none was
};

template <typename Real>
void block_energies<Real>::add_walls(const species_network<Real>& n, std::size_t species_count,
                                     double cutoff) {
    if (n.shortest_distances.empty()) {
        walls_.insert(walls_.end(), species_count, 0.0);
        return;
    }
    if (n.shortest_distances.size() != species_count)
        throw invalid_option{text(n.kind.symbol(), " has ", n.shortest_distances.size(),
                                  " shortest distances, expected one to each of ", species_count,
                                  " species, or none")};
    for (const double distance : n.shortest_distances) {
        // Beyond the cutoff a pair would meet its wall all at once.
        if (!(is_finite(distance) && distance >= 0.0 && distance <= cutoff))
            throw invalid_option{text("a shortest distance of ", n.kind.symbol(), " is ", distance,
                                      " Å, expected a number from 0 to the cutoff, ", cutoff, " Å")};
        walls_.push_back(distance);
    }
}

template <typename Real>
typename moment_workspace<Real>::scratch block_energies<Real>::make_scratch() const {
    constexpr auto columns = static_cast<Eigen::Index>(lane_count);
    typename workspace::scratch made;
    made.around.resize(lane_count);
    for (batch_matrix<Real>* const sums : {&made.sums, &made.sum_gradients})
        sums->setZero(static_cast<Eigen::Index>(walks_.bonds().size()), columns);
    for (auto* const by_lane : {&made.sums_by_lane, &made.sum_gradients_by_lane})
        by_lane->resize(walks_.bonds().size());
    for (auto* const by_lane : {&made.amplitudes, &made.amplitude_gradients})
        by_lane->resize(walks_.make_orbitals().size());
    for (auto* const by_lane : {&made.features, &made.feature_gradients})
        by_lane->resize(walks_.feature_count());
    for (batch_matrix<Real>* const outputs : {&made.outputs, &made.mean_outputs})
        outputs->resize(1, columns);
    made.ones.setOnes(1, columns);
    for (const scaled_species<Real>& n : species_)
        made.activations.push_back(n.nets.front().make_workspace(lane_count));
    return made;
}

template <typename Real>
void block_energies<Real>::average(typename workspace::scratch& own, const species_block& block,
                                   std::size_t first, std::size_t count) const noexcept {
    const scaled_species<Real>& n = species_[block.species];
    const auto columns = static_cast<Eigen::Index>(block.count);
    auto& activations = own.activations[block.species];
    own.mean_outputs.setZero();
    std::ranges::fill(own.sum_gradients_by_lane, lanes<Real>::zero());
    for (std::size_t member = first; member < first + count; ++member) {
        form_moments(n.own[member], own);
        for (std::size_t k = 0; k < own.features.size(); ++k)
            own.features[k] = (own.features[k] - n.mean[static_cast<Eigen::Index>(k)]) *
                              n.factor[static_cast<Eigen::Index>(k)];
        n.nets[member].forward(own.features, activations, own.outputs.leftCols(columns));
        n.nets[member].input_gradient(own.ones.leftCols(columns), activations, own.feature_gradients);
        own.mean_outputs.leftCols(columns) += own.outputs.leftCols(columns);
        for (std::size_t k = 0; k < own.feature_gradients.size(); ++k)
            own.feature_gradients[k] *= n.factor[static_cast<Eigen::Index>(k)];
        walks_.add_sum_gradient(n.own[member], own.amplitudes, own.feature_gradients, own.amplitude_gradients,
                                own.sum_gradients_by_lane);
    }
    if (count > 1) {
        const auto share = static_cast<Real>(1.0 / static_cast<double>(count));
        own.mean_outputs.leftCols(columns) *= share;
        for (lanes<Real>& gradient : own.sum_gradients_by_lane)
            gradient *= share;
    }
    write_columns<Real>(own.sum_gradients_by_lane, own.sum_gradients.data(), walks_.bonds().size(),
                        block.count);
}

template <typename Real>
void block_energies<Real>::evaluate_block(workspace& space, typename workspace::scratch& own,
                                          std::size_t number, std::span<const double> positions,
                                          std::size_t output_count) const noexcept {
    const species_block& block = space.topology_.blocks()[number];
    const auto atoms = space.topology_.atoms_by_species().subspan(block.first, block.count);
    const auto count = static_cast<Eigen::Index>(block.count);
    sum_bonds(space, own, block, positions);
    const std::size_t members_per_output = member_count() / output_count;
    for (std::size_t output = 0; output < output_count; ++output) {
        average(own, block, output * members_per_output, members_per_output);
        double* const atomic_energies =
            space.atomic_energies_.data() + output * space.topology_.center_count();
        auto* const entries = space.entry_gradients_.data() + output * space.topology_.entries().size();
        matrix3& strain_derivative = space.strain_derivatives_[number];
        strain_derivative.setZero();
        for (Eigen::Index at = 0; at < count; ++at) {
            const std::size_t atom = atoms[static_cast<std::size_t>(at)];
            atomic_energies[atom] = static_cast<double>(own.mean_outputs(0, at)) + constants_[block.species];
            const std::size_t begin = space.topology_.row_begin(atom);
            const std::span row{entries + begin, space.topology_.row_begin(atom + 1) - begin};
            differentiate_atom(own, at, row, strain_derivative);
            atomic_energies[atom] += add_repulsion(own.around[static_cast<std::size_t>(at)],
                                                   space.topology_.species_of(atom), row, strain_derivative);
        }
    }
}

template <typename Real>
void block_energies<Real>::differentiate_atom(typename workspace::scratch& own, Eigen::Index at,
                                              std::span<std::array<Real, 3>> row,
                                              matrix3& strain_derivative) const noexcept {
    const auto& around = own.around[static_cast<std::size_t>(at)];
    walks_.bonds().gradient(around, column(own.sum_gradients, at), own.neighbor_gradients);
    std::ranges::fill(row, std::array<Real, 3>{});
    std::array<neighbor_lanes<Real>, 9> sums;
    sums.fill(Real{0});
    for (std::size_t group = 0; group < around.vectors().size(); ++group) {
        const neighbor_vectors<Real>& r = around.vectors()[group];
        const neighbor_vectors<Real>& g = own.neighbor_gradients[group];
        sums[0] += g.x * r.x, sums[1] += g.x * r.y, sums[2] += g.x * r.z;
        sums[3] += g.y * r.x, sums[4] += g.y * r.y, sums[5] += g.y * r.z;
        sums[6] += g.z * r.x, sums[7] += g.z * r.y, sums[8] += g.z * r.z;
        for (std::size_t lane = 0; lane < neighbor_lane_count; ++lane) {
            const std::uint32_t entry = around.entries()[group * neighbor_lane_count + lane];
            if (entry != neighborhood<Real>::nobody)
                row[entry] = {g.x[lane], g.y[lane], g.z[lane]};
        }
    }
    for (Eigen::Index k = 0; k < 9; ++k)
        strain_derivative(k / 3, k % 3) += static_cast<double>(sums[static_cast<std::size_t>(k)].sum());
}

template <typename Real>
double block_energies<Real>::add_repulsion(const neighborhood<Real>& around, std::size_t center,
                                           std::span<std::array<Real, 3>> row,
                                           matrix3& strain_derivative) const noexcept {
    double energy = 0.0;
    for (const auto& segment : around.segments()) {
        const double reach = repulsion_reach(center, segment.species);
        const auto square = static_cast<Real>(reach * reach);
        for (std::uint32_t group = segment.first; reach > 0.0 && group < segment.last; ++group) {
            const neighbor_vectors<Real>& r = around.vectors()[group];
            const neighbor_lanes<Real> squares = r.x.square() + r.y.square() + r.z.square();
            for (std::size_t lane = 0; squares.smallest() < square && lane < neighbor_lane_count; ++lane) {
                const std::uint32_t entry = around.entries()[group * neighbor_lane_count + lane];
                if (entry == neighborhood<Real>::nobody || squares[lane] >= square)
                    continue;
                const vector3 vector{static_cast<double>(r.x[lane]), static_cast<double>(r.y[lane]),
                                     static_cast<double>(r.z[lane])};
                const pair_energy half = half_repulsion(center, segment.species, vector.norm());
                const vector3 slope = half.slope / std::max(vector.norm(), shortest_distance) * vector;
                energy += half.value;
                strain_derivative += slope * vector.transpose();
                row[entry][0] += static_cast<Real>(slope.x());
                row[entry][1] += static_cast<Real>(slope.y());
                row[entry][2] += static_cast<Real>(slope.z());
            }
        }
    }
    return energy;
}

template <typename Real>
pair_energy block_energies<Real>::half_repulsion(std::size_t center, std::size_t other,
                                                 double distance) const noexcept {
    const double apart = std::max(distance, shortest_distance);
    const pair_energy nuclei = zbl_repulsion(kinds_[center], kinds_[other], repulsion_cutoff_, apart);
    const pair_energy wall = wall_repulsion(walls_[center * kinds_.size() + other], apart);
    return {0.5 * (nuclei.value + wall.value), 0.5 * (nuclei.slope + wall.slope)};
}

TINYNET_PRECOMPILED(class block_energies<float>);
TINYNET_PRECOMPILED(class block_energies<double>);

} // namespace tinynet::detail

#endif
