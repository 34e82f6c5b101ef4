// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_ENERGY_DATASET_HPP
#define TINYNET_TRAINING_ENERGY_DATASET_HPP

/// \file
/// What does not change while an energy model is trained: neighbors, sums over bonds and labels.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/model/training_record.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/moments/walk_sums.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Cholesky>
#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <set>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// \throws invalid_dataset  if a structure has no atoms, neither energy nor forces, or a label that is not
///                          finite; the message names the structure.
inline void check_energy_labels(const labeled_structure& labeled, std::size_t number) {
    if (labeled.geometry.atom_count() == 0)
        throw invalid_dataset{detail::text("structure ", number, " has no atoms")};
    if (!labeled.energy && !labeled.forces)
        throw invalid_dataset{detail::text("structure ", number, " has neither energy nor forces to learn")};
    if (labeled.energy && !detail::is_finite(*labeled.energy))
        throw invalid_dataset{detail::text("the energy of structure ", number, " is not finite")};
    if (labeled.stress && !detail::are_finite(labeled.stress->array()))
        throw invalid_dataset{detail::text("the stress of structure ", number, " is not finite")};
    if (!labeled.forces)
        return;
    if (labeled.forces->size() != labeled.geometry.atom_count())
        throw invalid_dataset{detail::text("structure ", number, " has forces on ", labeled.forces->size(),
                                           " of ", labeled.geometry.atom_count(), " atoms")};
    for (std::size_t i = 0; i < labeled.forces->size(); ++i)
        if (!detail::are_finite((*labeled.forces)[i]))
            throw invalid_dataset{
                detail::text("the force on atom ", i, " of structure ", number, " is not finite")};
}

/// The species of the chosen structures, each once, by atomic number.
inline std::vector<species> species_of(std::span<const labeled_structure> structures,
                                       std::span<const std::size_t> chosen) {
    std::set<species> found;
    for (const std::size_t index : chosen) {
        const auto kinds = structures[index].geometry.species();
        found.insert(kinds.begin(), kinds.end());
    }
    return {found.begin(), found.end()};
}

/// Moves structures into the training part until that has every species of all three: each time the first
/// one, validation before test, with a species that is missing.
inline void cover_species(dataset_split& split, std::span<const labeled_structure> structures) {
    std::vector<species> known = species_of(structures, split.training);
    const auto is_known = [&](species kind) { return std::ranges::find(known, kind) != known.end(); };
    for (std::vector<std::size_t>* const part : {&split.validation, &split.test})
        for (std::size_t k = 0; k < part->size();) {
            const std::size_t number = (*part)[k];
            const auto kinds = structures[number].geometry.species();
            if (std::ranges::all_of(kinds, is_known)) {
                ++k;
                continue;
            }
            known.insert(known.end(), kinds.begin(), kinds.end());
            split.training.insert(std::ranges::upper_bound(split.training, number), number);
            part->erase(part->begin() + static_cast<std::ptrdiff_t>(k));
        }
}

/// Energies of single atoms, eV, by species, that come closest to the energies of the chosen structures: what
/// a model starts from. The smallest ones where compositions leave them open; zero without energies.
inline Eigen::VectorXd fit_atom_energies(std::span<const labeled_structure> structures,
                                         std::span<const std::size_t> chosen,
                                         std::span<const species> kinds) {
    const auto count = static_cast<Eigen::Index>(kinds.size());
    Eigen::MatrixXd normal_matrix = Eigen::MatrixXd::Zero(count, count);
    Eigen::VectorXd right = Eigen::VectorXd::Zero(count);
    Eigen::VectorXd counts{count};
    for (const std::size_t index : chosen) {
        if (!structures[index].energy)
            continue;
        const auto atoms = structures[index].geometry.species();
        for (Eigen::Index k = 0; k < count; ++k)
            counts[k] = static_cast<double>(std::ranges::count(atoms, kinds[static_cast<std::size_t>(k)]));
        normal_matrix += counts * counts.transpose();
        right += *structures[index].energy * counts;
    }
    constexpr double penalty = 1e-11; // chooses the smallest ones; too little to be seen otherwise
    normal_matrix.diagonal().array() += penalty * std::max(1.0, normal_matrix.trace());
    return normal_matrix.llt().solve(right);
}

/// A structure as training sees it. Atoms stand by species.
template <typename Real>
struct energy_sample {
    std::vector<std::size_t> species_ends; ///< columns of the species before the next one, by species
    std::vector<species_block> blocks;     ///< all columns
    std::vector<detail::neighborhood<Real>> around; ///< by column
    /// The column of each neighbor, by column of the atom, group and lane; its own for idle lanes.
    std::vector<std::vector<std::uint32_t>> partners;
    batch_matrix<Real> sums;                  ///< over bonds, a column per atom
    std::optional<double> energy;             ///< eV, without the energies of single atoms
    Eigen::Matrix3Xd forces;                  ///< eV/Å, a column per atom; none if unknown
    std::optional<matrix3> strain_derivative; ///< volume * stress, eV

    /// Whether derivatives of the energy are known, not just the energy.
    [[nodiscard]] bool learns_gradient() const noexcept { return forces.cols() > 0 || strain_derivative; }
    /// Number of atoms.
    [[nodiscard]] std::size_t atom_count() const noexcept { return around.size(); }
    /// The sums over bonds of the atoms of a block, one per lane; of idle lanes 0.
    void read_sums(const species_block& block, std::span<detail::lanes<Real>> into) const noexcept {
        detail::read_columns<Real>(sums.col(static_cast<Eigen::Index>(block.first)).data(),
                                   static_cast<std::size_t>(sums.rows()), block.count, into);
    }
    /// The columns of a species: first and number.
    [[nodiscard]] std::pair<Eigen::Index, Eigen::Index> columns_of(std::size_t kind) const noexcept {
        const std::size_t first = kind == 0 ? 0 : species_ends[kind - 1];
        return {static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(species_ends[kind] - first)};
    }
};

/// From the atoms of a species to those of each, over some samples, Å; 0 where none are within the cutoff,
/// and no more than that, whatever the precision.
template <typename Real>
std::vector<double> shortest_distances(std::size_t kind, std::size_t species_count,
                                       std::span<const energy_sample<Real>> samples, double cutoff) {
    constexpr double none = std::numeric_limits<double>::max();
    std::vector<double> squares(species_count, none);
    for (const energy_sample<Real>& sample : samples) {
        const auto [first, count] = sample.columns_of(kind);
        for (const auto& around : std::span{sample.around}.subspan(static_cast<std::size_t>(first),
                                                                   static_cast<std::size_t>(count)))
            for (const auto& part : around.segments())
                for (std::uint32_t group = part.first; group < part.last; ++group) {
                    const auto& r = around.vectors()[group];
                    const Real closest = (r.x.square() + r.y.square() + r.z.square()).smallest();
                    squares[part.species] = std::min(squares[part.species], static_cast<double>(closest));
                }
    }
    for (double& square : squares)
        square = square == none ? 0.0 : std::min(std::sqrt(square), cutoff);
    return squares;
}

/// Turns structures into samples.
template <typename Real>
class energy_sampler {
public:
    /// \param atom_energies  eV, by species.
    /// \throws invalid_option  if an option of the moments is out of range.
    energy_sampler(const moment_options& options, std::vector<species> kinds, Eigen::VectorXd atom_energies)
        : cutoff_{options.cutoff}, kinds_{std::move(kinds)}, walks_{options, kinds_.size()},
          atom_energies_{std::move(atom_energies)} {}

    /// The moments.
    [[nodiscard]] const detail::walk_sums<Real>& walks() const noexcept { return walks_; }

    /// A structure as a sample.
    /// \throws unknown_species, invalid_dataset  if the structure cannot be learned; the message names it.
    energy_sample<Real> operator()(const labeled_structure& labeled, std::size_t number) const;

private:
    void add_labels(const labeled_structure& labeled, std::span<const std::uint32_t> atoms,
                    energy_sample<Real>& sample) const;

    double cutoff_;
    std::vector<species> kinds_;
    detail::walk_sums<Real> walks_;
    Eigen::VectorXd atom_energies_;
};

template <typename Real>
energy_sample<Real> energy_sampler<Real>::operator()(const labeled_structure& labeled,
                                                     std::size_t number) const {
    check_energy_labels(labeled, number);
    const structure& atoms = labeled.geometry;
    const moment_topology topology{atoms, kinds_, cutoff_};
    const auto order = topology.atoms_by_species();
    const std::size_t count = atoms.atom_count();
    energy_sample<Real> sample;
    sample.species_ends.assign(kinds_.size(), 0);
    std::vector<std::uint32_t> column_of(count);
    for (std::uint32_t column = 0; column < count; ++column) {
        column_of[order[column]] = column;
        for (std::size_t kind = topology.species_of(order[column]); kind < kinds_.size(); ++kind)
            sample.species_ends[kind] = column + 1;
    }
    sample.blocks.assign(topology.blocks().begin(), topology.blocks().end());
    sample.around.resize(count);
    sample.partners.resize(count);
    const std::size_t sum_count = walks_.bonds().size();
    sample.sums.resize(static_cast<Eigen::Index>(sum_count), static_cast<Eigen::Index>(count));
    const detail::neighbor_gatherer gatherer{cutoff_};
    for (std::uint32_t column = 0; column < count; ++column) {
        auto& around = sample.around[column];
        gatherer.gather(topology, order[column], flat(atoms.positions()), around);
        walks_.bonds().collect(around,
                               {sample.sums.col(static_cast<Eigen::Index>(column)).data(), sum_count});
        const std::size_t row = topology.row_begin(order[column]);
        for (const std::uint32_t entry : around.entries())
            sample.partners[column].push_back(entry == detail::neighborhood<Real>::nobody
                                                  ? column
                                                  : column_of[topology.entries()[row + entry].atom]);
    }
    add_labels(labeled, order, sample);
    return sample;
}

template <typename Real>
void energy_sampler<Real>::add_labels(const labeled_structure& labeled, std::span<const std::uint32_t> atoms,
                                      energy_sample<Real>& sample) const {
    if (labeled.energy) {
        double own = 0.0;
        for (std::size_t kind = 0; kind < kinds_.size(); ++kind)
            own += static_cast<double>(sample.columns_of(kind).second) *
                   atom_energies_[static_cast<Eigen::Index>(kind)];
        sample.energy = *labeled.energy - own;
    }
    if (labeled.forces) {
        sample.forces.resize(3, static_cast<Eigen::Index>(atoms.size()));
        for (std::size_t column = 0; column < atoms.size(); ++column)
            sample.forces.col(static_cast<Eigen::Index>(column)) = (*labeled.forces)[atoms[column]];
    }
    if (labeled.stress && labeled.geometry.cell().repeats_everywhere())
        sample.strain_derivative = labeled.geometry.cell().volume() * *labeled.stress;
}

TINYNET_PRECOMPILED(class energy_sampler<float>);
TINYNET_PRECOMPILED(class energy_sampler<double>);

} // namespace tinynet

#endif
