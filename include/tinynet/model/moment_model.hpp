// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_MOMENT_MODEL_HPP
#define TINYNET_MODEL_MOMENT_MODEL_HPP

/// \file
/// Energy, forces and virial from moments, in one precision.

#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/block_energies.hpp>
#include <tinynet/model/committee_results.hpp>
#include <tinynet/model/moment_workspace.hpp>
#include <tinynet/model/species_network.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>
#include <Eigen/LU>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Energy of a structure and of its atoms.
struct energy_result {
    double energy;                           ///< eV
    std::span<const double> atomic_energies; ///< eV, one per atom; valid until the next evaluation
};

/// E = sum over atoms of constant + scale * mean over a committee of network(moments), by species. Immutable;
/// one model serves many threads.
///
/// Forces and virial are the exact gradient. The energy does not change under translation, rotation,
/// reflection and exchange of atoms of one species, and has two continuous derivatives.
template <typename Real>
class moment_model {
public:
    /// What is needed to evaluate structures of the same atoms. Made by make_workspace().
    using workspace = moment_workspace<Real>;

    /// \param networks  one per species, by atomic number.
    /// \param scale     of the outputs of the networks, eV.
    /// \throws invalid_option  if an option is out of range, there is no network, two are for one species, a
    ///                         width does not fit the descriptor, or a number is not finite.
    moment_model(const moment_options& options, std::vector<species_network<Real>> networks, double scale)
        : options_{options}, networks_{std::move(networks)}, scale_{scale}, energies_{options_, networks_,
                                                                                      scale_} {
        for (const species_network<Real>& n : networks_)
            kinds_.push_back(n.kind);
    }

    /// Prepares for structures with the atoms of this one, and its cell until set_cell(). Topology time:
    /// allocates.
    /// \param thread_count  the most threads that will evaluate with it.
    /// \param skin          evaluate() finds the neighbors anew when an atom has moved by half of it, Å.
    /// \throws invalid_option   if thread_count is 0 or the skin is negative or not finite.
    /// \throws unknown_species  if the model has not seen a species; the message names the atom.
    [[nodiscard]] workspace make_workspace(const structure& atoms, std::size_t thread_count = 1,
                                           double skin = 0.5) const;

    /// Prepares for atoms whose neighbors an engine finds: a workspace to set_neighbors() of.
    [[nodiscard]] workspace make_workspace() const;

    /// Takes over the neighbors that an engine has found; evaluate() then keeps to them, and gives the
    /// energies of local atoms and the forces that these exert on all. Topology time: allocates where
    /// sizes grow.
    /// \param space      from make_workspace().
    /// \param atoms      species of the local atoms, then of the ghosts.
    /// \param positions  of all, x0 y0 z0 x1 ..., Å.
    /// \throws invalid_option     if the workspace is of a structure.
    /// \throws unknown_species    if the model has not seen a species; the message names the atom.
    /// \throws invalid_structure  if a position is not finite, the lists make no sense, or not every pair is
    ///                            listed from both ends. The workspace is that of no atoms then.
    void set_neighbors(workspace& space, std::span<const species> atoms, std::span<const double> positions,
                       const listed_neighbors& neighbors) const;

    /// Gives the atoms of a workspace another cell. The next evaluation finds the neighbors anew only if
    /// those that are known may no longer be all, so that this is a matter of step time.
    /// \param space    from make_workspace() of a structure.
    /// \param lattice  periodic along the same axes.
    /// \throws invalid_option  if it is not, or the workspace has no cell because an engine finds neighbors.
    void set_cell(workspace& space, const cell& lattice) const;

    /// Energy, forces and virial. Step time: allocates nothing. Finds the neighbors anew when atoms have
    /// moved by half the skin, or they and the cell by as much together, and allocates then where sizes grow.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not; an atom that jumps by a lattice
    ///                   vector costs a search for neighbors.
    /// \param forces     fx0 fy0 fz0 fx1 ..., eV/Å.
    /// \param virial     -dE/dstrain, eV, nine numbers by rows; or none.
    /// \throws invalid_option     as neighbor_list::rebuild(), where neighbors are found anew.
    /// \throws invalid_structure  if a position is not finite, a size does not fit the workspace, or a result
    ///                            is not finite because the numbers of the model are too large.
    energy_result evaluate(workspace& space, std::span<const double> positions, std::span<double> forces,
                           std::span<double> virial = {}) const;

    /// The same by several threads; the results have the same bits for any number of them.
    /// \throws invalid_option     if the pool has more threads than the workspace was made for.
    /// \throws invalid_structure  as evaluate() by one.
    energy_result evaluate(workspace& space, std::span<const double> positions, std::span<double> forces,
                           std::span<double> virial, worker_pool& pool) const;

    /// Energy and forces by every member of the committee, from one pass over neighbors and moments.
    /// Allocates when a workspace or results are used for it the first time.
    /// \throws invalid_structure  as evaluate().
    void evaluate_members(workspace& space, std::span<const double> positions,
                          committee_results& results) const;

    /// Calls `visit(atom, number of its species, features)` for every atom, species by species; the features
    /// are those that the network of a member takes, a column of feature_count() numbers. Topology time.
    /// \throws invalid_option     if there is no such member.
    /// \throws invalid_structure  as evaluate().
    template <typename Visitor>
    void describe(workspace& space, std::span<const double> positions, const Visitor& visit,
                  std::size_t member = 0) const {
        if (member >= member_count())
            throw invalid_option{detail::text("there is no member ", member, " of ", member_count())};
        check_positions(space, positions);
        follow(space, positions);
        typename workspace::scratch& own = space.scratches_.front();
        batch_matrix<Real> features(static_cast<Eigen::Index>(feature_count()),
                                    static_cast<Eigen::Index>(detail::lane_count));
        for (const species_block& block : space.topology_.blocks()) {
            energies_.describe_block(space, own, block, positions, member);
            detail::write_columns<Real>(own.features, features.data(), feature_count(), block.count);
            for (std::size_t lane = 0; lane < block.count; ++lane)
                visit(std::size_t{space.topology_.atoms_by_species()[block.first + lane]},
                      std::size_t{block.species}, features.col(static_cast<Eigen::Index>(lane)));
        }
    }

    /// Networks per species, whose mean counts.
    [[nodiscard]] std::size_t member_count() const noexcept { return networks_.front().nets.size(); }
    /// What the descriptor looks at.
    [[nodiscard]] const moment_options& options() const noexcept { return options_; }
    /// Species in the order of the networks.
    [[nodiscard]] std::span<const species> known_species() const noexcept { return kinds_; }
    /// The networks as they were trained.
    [[nodiscard]] std::span<const species_network<Real>> networks() const noexcept { return networks_; }
    /// Of the outputs of the networks, eV.
    [[nodiscard]] double scale() const noexcept { return scale_; }
    /// Numbers that describe an atom.
    [[nodiscard]] std::size_t feature_count() const noexcept { return energies_.walks().feature_count(); }
    /// How far from an atom the model looks, Å.
    [[nodiscard]] double cutoff() const noexcept { return options_.cutoff; }

private:
    static void check_positions(std::size_t atoms, std::span<const double> positions);
    void check_positions(const workspace& space, std::span<const double> positions) const {
        check_positions(space.topology_.atom_count(), positions);
    }
    void check_sizes(const workspace& space, std::span<double> forces, std::span<double> virial) const;
    /// Finds the neighbors anew if an atom has moved, or the cell changed, too far.
    void follow(workspace& space, std::span<const double> positions) const;
    /// Room for the neighbors that were found.
    void reserve(workspace& space) const;

    template <typename Run>
    energy_result evaluate_by(const Run& run, workspace& space, std::span<const double> positions,
                              std::span<double> forces, std::span<double> virial) const;
    /// Room for results of each member.
    void reserve_members(workspace& space) const;
    static vector3 force_on(const workspace& space, std::size_t atom, std::size_t output) noexcept;

    moment_options options_;
    std::vector<species_network<Real>> networks_;
    double scale_;
    std::vector<species> kinds_;
    detail::block_energies<Real> energies_;
};

template <typename Real>
typename moment_model<Real>::workspace moment_model<Real>::make_workspace(const structure& atoms,
                                                                          std::size_t thread_count,
                                                                          double skin) const {
    detail::check_thread_count(thread_count);
    detail::check_skin(skin);
    workspace space{moment_topology{atoms, kinds_, cutoff() + skin}};
    space.atoms_ = atoms;
    space.cell_ = atoms.cell();
    space.skin_ = skin;
    space.scratches_.assign(thread_count, energies_.make_scratch());
    reserve(space);
    return space;
}

template <typename Real>
typename moment_model<Real>::workspace moment_model<Real>::make_workspace() const {
    workspace space{moment_topology{kinds_}};
    space.scratches_.push_back(energies_.make_scratch());
    space.is_whole_ = true;
    return space;
}

template <typename Real>
void moment_model<Real>::set_neighbors(workspace& space, std::span<const species> atoms,
                                       std::span<const double> positions,
                                       const listed_neighbors& neighbors) const {
    if (space.atoms_)
        throw invalid_option{"the workspace is of a structure: it finds its neighbors itself"};
    space.is_whole_ = false;
    try {
        check_positions(atoms.size(), positions);
        space.topology_.rebuild(atoms, positions, neighbors);
    } catch (const error&) {
        space.topology_.forget_atoms();
        reserve(space);
        throw;
    }
    ++space.build_count_;
    reserve(space);
}

template <typename Real>
void moment_model<Real>::reserve(workspace& space) const {
    space.is_whole_ = false;
    space.strain_derivatives_.resize(space.topology_.blocks().size());
    space.atomic_energies_.resize(space.output_count_ * space.topology_.center_count());
    space.entry_gradients_.resize(space.output_count_ * space.topology_.entries().size());
    const std::size_t row_length = space.topology_.longest_row();
    const std::size_t groups = detail::neighbor_gatherer::group_count(row_length, kinds_.size());
    for (auto& own : space.scratches_) {
        for (auto& around : own.around)
            around.reserve(groups, kinds_.size());
        own.neighbor_gradients.resize(groups);
    }
    space.is_whole_ = true;
}

template <typename Real>
void moment_model<Real>::check_positions(std::size_t atoms, std::span<const double> positions) {
    if (positions.size() != 3 * atoms)
        throw invalid_structure{
            detail::text(positions.size(), " coordinates for a workspace of ", atoms, " atoms")};
    check_coordinates(positions);
}

template <typename Real>
void moment_model<Real>::check_sizes(const workspace& space, std::span<double> forces,
                                     std::span<double> virial) const {
    const std::size_t atoms = space.topology_.atom_count();
    if (forces.size() != 3 * atoms)
        throw invalid_structure{
            detail::text(forces.size(), " force components for a workspace of ", atoms, " atoms")};
    if (!virial.empty() && virial.size() != 9)
        throw invalid_structure{
            detail::text("the virial has ", virial.size(), " numbers, expected 9 or none")};
}

template <typename Real>
void moment_model<Real>::set_cell(workspace& space, const cell& lattice) const {
    if (!space.atoms_)
        throw invalid_option{"the workspace has no cell: an engine finds its neighbors"};
    if (lattice.periodic() != space.cell_.periodic())
        throw invalid_option{"the cell is periodic along other axes than that of the workspace"};
    space.cell_ = with_open_axes_of(lattice, space.cell_);
    space.strain_ = space.cell_.rows().transpose() * space.atoms_->cell().inverse().transpose();
    if (space.is_whole_)
        space.topology_.set_cell(space.cell_);
}

template <typename Real>
void moment_model<Real>::follow(workspace& space, std::span<const double> positions) const {
    if (!space.atoms_ && !space.is_whole_)
        throw invalid_structure{"there was no memory for the neighbors of the workspace; set them again"};
    if (!space.atoms_ || (space.is_whole_ && space.knows_all_pairs(positions, cutoff())))
        return;
    space.moved_ = *space.atoms_; // in memory that is there already
    space.moved_.move_to(space.cell_, positions);
    space.is_whole_ = false;
    space.topology_.rebuild(space.moved_, cutoff() + space.skin_);
    std::swap(*space.atoms_, space.moved_);
    space.strain_.setIdentity();
    ++space.build_count_;
    reserve(space);
}

template <typename Real>
template <typename Run>
energy_result moment_model<Real>::evaluate_by(const Run& run, workspace& space,
                                              std::span<const double> positions, std::span<double> forces,
                                              std::span<double> virial) const {
    check_positions(space, positions);
    check_sizes(space, forces, virial);
    follow(space, positions);
    run(space.topology_.blocks().size(), [&](std::size_t block, std::size_t worker) {
        energies_.evaluate_block(space, space.scratches_[worker], block, positions, 1);
    });
    constexpr std::size_t atoms_per_task = 64;
    const std::size_t atoms = space.topology_.atom_count();
    run(detail::block_count(atoms, atoms_per_task), [&](std::size_t task, std::size_t) {
        for (std::size_t i = task * atoms_per_task; i < std::min(atoms, (task + 1) * atoms_per_task); ++i)
            Eigen::Map<vector3>{forces.data() + 3 * i} = force_on(space, i, 0);
    });
    if (!virial.empty()) {
        matrix3 sum = matrix3::Zero();
        for (const matrix3& part : space.strain_derivatives_)
            sum -= part;
        Eigen::Map<Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>{virial.data()} = sum;
    }
    const auto atomic_energies =
        std::span<const double>{space.atomic_energies_}.first(space.topology_.center_count());
    const double energy = std::accumulate(atomic_energies.begin(), atomic_energies.end(), 0.0);
    check_results({&energy, 1}, "the energy");
    check_results(forces, "the forces");
    check_results(virial, "the virial");
    return {energy, atomic_energies};
}

template <typename Real>
energy_result moment_model<Real>::evaluate(workspace& space, std::span<const double> positions,
                                           std::span<double> forces, std::span<double> virial) const {
    const auto run = [](std::size_t count, const auto& task) {
        for (std::size_t k = 0; k < count; ++k)
            task(k, 0);
    };
    return evaluate_by(run, space, positions, forces, virial);
}

template <typename Real>
energy_result moment_model<Real>::evaluate(workspace& space, std::span<const double> positions,
                                           std::span<double> forces, std::span<double> virial,
                                           worker_pool& pool) const {
    detail::check_thread_count(space.scratches_.size(), pool);
    const auto run = [&](std::size_t count, const auto& task) { pool.run(count, task); };
    return evaluate_by(run, space, positions, forces, virial);
}

template <typename Real>
void moment_model<Real>::reserve_members(workspace& space) const {
    const std::size_t before = std::exchange(space.output_count_, member_count());
    if (before != member_count() && space.is_whole_) // else follow() does, or refuses
        reserve(space);
}

template <typename Real>
void moment_model<Real>::evaluate_members(workspace& space, std::span<const double> positions,
                                          committee_results& results) const {
    check_positions(space, positions);
    reserve_members(space);
    follow(space, positions);
    for (std::size_t block = 0; block < space.topology_.blocks().size(); ++block)
        energies_.evaluate_block(space, space.scratches_.front(), block, positions, member_count());
    const std::size_t atoms = space.topology_.atom_count();
    const std::size_t centers = space.topology_.center_count();
    results.energies.resize(member_count());
    results.forces.resize(member_count() * positions.size());
    for (std::size_t member = 0; member < member_count(); ++member) {
        const double* const atomic_energies = space.atomic_energies_.data() + member * centers;
        results.energies[member] = std::accumulate(atomic_energies, atomic_energies + centers, 0.0);
        for (std::size_t i = 0; i < atoms; ++i)
            Eigen::Map<vector3>{results.forces.data() + 3 * (member * atoms + i)} =
                force_on(space, i, member);
    }
    check_results(results.energies, "the energies");
    check_results(results.forces, "the forces");
}

/// Every pair acts on its two atoms with opposite forces, to the last bit.
template <typename Real>
vector3 moment_model<Real>::force_on(const workspace& space, std::size_t atom, std::size_t output) noexcept {
    const moment_topology& topology = space.topology_;
    const auto* const gradients = space.entry_gradients_.data() + output * topology.entries().size();
    const auto row = [&](std::size_t number) {
        return Eigen::Map<const Eigen::Array<Real, 3, 1>>{gradients[number].data()};
    };
    Eigen::Array3d force = Eigen::Array3d::Zero();
    for (std::size_t e = topology.row_begin(atom); e < topology.row_begin(atom + 1); ++e)
        force += row(e).template cast<double>();
    for (const std::uint32_t e : topology.incoming(atom))
        force -= row(e).template cast<double>();
    return force;
}

TINYNET_PRECOMPILED(class moment_model<float>);
TINYNET_PRECOMPILED(class moment_model<double>);

} // namespace tinynet

#endif
