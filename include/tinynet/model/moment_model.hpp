// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_MOMENT_MODEL_HPP
#define TINYNET_MODEL_MOMENT_MODEL_HPP

/// \file
/// Energy, forces and virial from moments, in one precision.

#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/moment_workspace.hpp>
#include <tinynet/moments/feature_statistics.hpp>
#include <tinynet/moments/moment_kernel.hpp>
#include <tinynet/moments/moment_topology.hpp>
#include <tinynet/moments/neighborhood.hpp>
#include <tinynet/moments/options.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// What the atoms of one species need.
template <typename Real>
struct species_network {
    species kind;                ///< whose atoms
    network<Real> net;           ///< takes standardized features, gives one number
    feature_statistics features; ///< of the training set
    double constant = 0.0;       ///< energy of an atom apart from the network, eV
};

/// Energy of a structure and of its atoms.
struct energy_result {
    double energy;                           ///< eV
    std::span<const double> atomic_energies; ///< eV, one per atom; valid until the next evaluation
};

/// E = sum over atoms of constant + scale * network(moments), by species. Immutable; one model serves many
/// threads.
///
/// Forces and virial are the exact gradient. The energy does not change under translation, rotation,
/// reflection and exchange of atoms of one species, and has two continuous derivatives.
template <typename Real>
class moment_model {
    using vectors = detail::neighbor_vectors<Real>;

public:
    /// What is needed to evaluate structures of the same atoms and cell. Made by make_workspace().
    using workspace = moment_workspace<Real>;

    /// \param networks  one per species, by atomic number.
    /// \param scale     of the outputs of the networks, eV.
    /// \throws invalid_option  if an option is out of range, there is no network, two are for one species, a
    ///                         width does not fit the descriptor, or a number is not finite.
    moment_model(const moment_options& options, std::vector<species_network<Real>> networks, double scale)
        : options_{options}, networks_{std::move(networks)}, scale_{scale}, kernel_{options,
                                                                                    networks_.size()} {
        if (networks_.empty())
            throw invalid_option{"the model has no network, at least one is needed"};
        for (const species_network<Real>& n : networks_)
            take_over(n);
    }

    /// Prepares for structures with the atoms and cell of this one. Topology time: allocates.
    /// \param thread_count  the most threads that will evaluate with it.
    /// \param skin          evaluate() finds the neighbors anew when an atom has moved by half of it, Å.
    /// \throws invalid_option   if thread_count is 0 or the skin is negative or not finite.
    /// \throws unknown_species  if the model has not seen a species; the message names the atom.
    [[nodiscard]] workspace make_workspace(const structure& atoms, std::size_t thread_count = 1,
                                           double skin = 0.5) const;

    /// Energy, forces and virial. Step time: allocates nothing, unless atoms have moved by half the skin.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not; an atom that jumps by a lattice
    ///                   vector costs a search for neighbors.
    /// \param forces     fx0 fy0 fz0 fx1 ..., eV/Å.
    /// \param virial     -dE/dstrain, eV, nine numbers by rows; or none.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    energy_result evaluate(workspace& space, std::span<const double> positions, std::span<double> forces,
                           std::span<double> virial = {}) const {
        const auto run = [](std::size_t count, const auto& task) {
            for (std::size_t k = 0; k < count; ++k)
                task(k, 0);
        };
        return evaluate_by(run, space, positions, forces, virial);
    }

    /// The same by several threads; the results have the same bits for any number of them.
    /// \throws invalid_option     if the pool has more threads than the workspace was made for.
    /// \throws invalid_structure  if a position is not finite or a size does not fit the workspace.
    energy_result evaluate(workspace& space, std::span<const double> positions, std::span<double> forces,
                           std::span<double> virial, worker_pool& pool) const {
        if (pool.thread_count() > space.scratches_.size())
            throw invalid_option{detail::text("the workspace was made for ", space.scratches_.size(),
                                              " threads, the pool has ", pool.thread_count())};
        const auto run = [&](std::size_t count, const auto& task) { pool.run(count, task); };
        return evaluate_by(run, space, positions, forces, virial);
    }

    /// What the descriptor looks at.
    [[nodiscard]] const moment_options& options() const noexcept { return options_; }
    /// Species in the order of the networks.
    [[nodiscard]] std::span<const species> known_species() const noexcept { return kinds_; }
    /// The networks as they were trained.
    [[nodiscard]] std::span<const species_network<Real>> networks() const noexcept { return networks_; }
    /// Of the outputs of the networks, eV.
    [[nodiscard]] double scale() const noexcept { return scale_; }
    /// Numbers that describe an atom.
    [[nodiscard]] std::size_t feature_count() const noexcept { return kernel_.feature_count(); }
    /// How far from an atom the model looks, Å.
    [[nodiscard]] double cutoff() const noexcept { return cutoff_of(options_); }

private:
    using column = Eigen::Array<Real, Eigen::Dynamic, 1>;

    /// A species at step time.
    struct folded_network {
        network<Real> net; ///< gives eV
        column mean;
        column factor;
    };

    void take_over(const species_network<Real>& n);
    void check_sizes(const workspace& space, std::span<const double> positions, std::span<double> forces,
                     std::span<double> virial) const;
    /// Finds the neighbors anew if an atom has moved too far.
    void follow(workspace& space, std::span<const double> positions) const;
    /// Room for the neighbors that were found.
    void reserve(workspace& space) const;

    template <typename Run>
    energy_result evaluate_by(const Run& run, workspace& space, std::span<const double> positions,
                              std::span<double> forces, std::span<double> virial) const;
    void describe_atom(const workspace& space, typename workspace::scratch& own, std::size_t atom,
                       Eigen::Index at, std::span<const double> positions) const noexcept;
    void evaluate_block(workspace& space, typename workspace::scratch& own, std::size_t number,
                        std::span<const double> positions) const noexcept;
    /// Writes dE/dr of the entries of an atom and adds up the dE/dstrain of its energy.
    void differentiate_atom(workspace& space, typename workspace::scratch& own, std::size_t atom,
                            Eigen::Index at, matrix3& strain_derivative) const noexcept;
    static vector3 force_on(const workspace& space, std::size_t atom) noexcept;

    moment_options options_;
    std::vector<species_network<Real>> networks_;
    double scale_;
    detail::moment_kernel<Real> kernel_;
    std::vector<species> kinds_;
    std::vector<folded_network> folded_;
};

template <typename Real>
void moment_model<Real>::take_over(const species_network<Real>& n) {
    if (!kinds_.empty() && !(kinds_.back() < n.kind))
        throw invalid_option{detail::text("the network of ", n.kind.symbol(),
                                          " is out of order, expected one per species, by atomic number")};
    const auto width = static_cast<Eigen::Index>(kernel_.feature_count());
    if (n.net.input_width() != kernel_.feature_count() || n.net.output_width() != 1 ||
        n.features.size() != width || n.features.deviation.size() != width)
        throw invalid_option{detail::text("the network of ", n.kind.symbol(), " takes ", n.net.input_width(),
                                          " inputs and gives ", n.net.output_width(), " outputs, expected ",
                                          kernel_.feature_count(), " and 1")};
    kinds_.push_back(n.kind);
    folded_network folded{n.net, column::Zero(static_cast<Eigen::Index>(kernel_.feature_stride())),
                          column::Zero(static_cast<Eigen::Index>(kernel_.feature_stride()))};
    folded.mean.head(width) = n.features.mean.template cast<Real>();
    folded.factor.head(width) = n.features.factors().template cast<Real>();
    const std::size_t last = folded.net.layer_count() - 1;
    folded.net.weights(last) *= static_cast<Real>(scale_);
    folded.net.bias(last) *= static_cast<Real>(scale_);
    bool is_finite =
        std::isfinite(n.constant) && folded.mean.isFinite().all() && folded.factor.isFinite().all();
    for (const Real parameter : folded.net.parameters())
        is_finite = is_finite && std::isfinite(parameter);
    if (!is_finite)
        throw invalid_option{detail::text("the network of ", n.kind.symbol(),
                                          " or its scaling has a number that is not finite")};
    folded_.push_back(std::move(folded));
}

template <typename Real>
typename moment_model<Real>::workspace moment_model<Real>::make_workspace(const structure& atoms,
                                                                          std::size_t thread_count,
                                                                          double skin) const {
    if (thread_count == 0)
        throw invalid_option{"a workspace for 0 threads was asked for, at least 1 is needed"};
    if (!(skin >= 0.0 && std::isfinite(skin)))
        throw invalid_option{detail::text("the skin is ", skin, " Å, it must not be negative")};
    workspace space{atoms, kinds_, cutoff() + skin};
    space.skin_ = skin;
    space.atomic_energies_.resize(atoms.atom_count());
    const auto by_species = space.topology_.atoms_by_species();
    for (std::size_t first = 0; first < by_species.size();) {
        const std::uint32_t kind = space.topology_.species_of(by_species[first]);
        std::size_t count = 1;
        while (count < detail::lane_count && first + count < by_species.size() &&
               space.topology_.species_of(by_species[first + count]) == kind)
            ++count;
        space.blocks_.push_back({first, count, kind});
        first += count;
    }
    space.block_virials_.resize(space.blocks_.size());
    constexpr auto columns = static_cast<Eigen::Index>(detail::lane_count);
    typename workspace::scratch scratch{
        kernel_.make_scratch(),
        detail::neighbor_gatherer{options_},
        std::vector<detail::neighborhood<Real>>(detail::lane_count),
        batch_matrix<Real>(static_cast<Eigen::Index>(kernel_.density_count()), columns),
        batch_matrix<Real>(static_cast<Eigen::Index>(kernel_.feature_stride()), columns),
        batch_matrix<Real>(static_cast<Eigen::Index>(kernel_.feature_stride()), columns),
        batch_matrix<Real>(1, columns),
        batch_matrix<Real>::Ones(1, columns),
        {},
        {}};
    scratch.gradients.setZero();
    for (const folded_network& n : folded_)
        scratch.activations.push_back(n.net.make_workspace(detail::lane_count));
    space.scratches_.assign(thread_count, scratch);
    reserve(space);
    return space;
}

template <typename Real>
void moment_model<Real>::reserve(workspace& space) const {
    space.entry_gradients_.resize(space.topology_.entries().size());
    const std::size_t row_length = space.topology_.longest_row();
    const std::size_t groups = detail::neighbor_gatherer::group_count(row_length, kinds_.size());
    for (auto& own : space.scratches_) {
        own.gatherer.reserve(row_length);
        for (auto& around : own.around)
            around.reserve(groups, kinds_.size());
        own.neighbor_gradients.resize(groups);
    }
}

template <typename Real>
void moment_model<Real>::check_sizes(const workspace& space, std::span<const double> positions,
                                     std::span<double> forces, std::span<double> virial) const {
    const std::size_t atoms = space.topology_.atom_count();
    if (positions.size() != 3 * atoms || forces.size() != 3 * atoms)
        throw invalid_structure{detail::text(positions.size(), " coordinates and ", forces.size(),
                                             " force components for a workspace of ", atoms, " atoms")};
    if (!virial.empty() && virial.size() != 9)
        throw invalid_structure{
            detail::text("the virial has ", virial.size(), " numbers, expected 9 or none")};
    for (std::size_t k = 0; k < positions.size(); ++k)
        if (!std::isfinite(positions[k]))
            throw invalid_structure{detail::text("the position of atom ", k / 3, " is not finite")};
}

template <typename Real>
void moment_model<Real>::follow(workspace& space, std::span<const double> positions) const {
    const std::span<const double> before = flat(space.atoms_.positions());
    double farthest = 0.0;
    for (std::size_t k = 0; k < positions.size(); k += 3) {
        const double dx = positions[k] - before[k];
        const double dy = positions[k + 1] - before[k + 1];
        const double dz = positions[k + 2] - before[k + 2];
        farthest = std::max(farthest, dx * dx + dy * dy + dz * dz);
    }
    if (4.0 * farthest <= space.skin_ * space.skin_)
        return;
    std::vector<vector3> moved(space.atoms_.atom_count());
    std::ranges::copy(positions, flat(moved).begin());
    const auto kinds = space.atoms_.species();
    space.atoms_ = structure{space.atoms_.cell(), {kinds.begin(), kinds.end()}, std::move(moved)};
    space.topology_.rebuild(space.atoms_);
    ++space.build_count_;
    reserve(space);
}

template <typename Real>
template <typename Run>
energy_result moment_model<Real>::evaluate_by(const Run& run, workspace& space,
                                              std::span<const double> positions, std::span<double> forces,
                                              std::span<double> virial) const {
    check_sizes(space, positions, forces, virial);
    follow(space, positions);
    run(space.blocks_.size(), [&](std::size_t block, std::size_t worker) {
        evaluate_block(space, space.scratches_[worker], block, positions);
    });
    constexpr std::size_t atoms_per_task = 64;
    const std::size_t atoms = space.topology_.atom_count();
    run((atoms + atoms_per_task - 1) / atoms_per_task, [&](std::size_t task, std::size_t) {
        for (std::size_t i = task * atoms_per_task; i < std::min(atoms, (task + 1) * atoms_per_task); ++i)
            Eigen::Map<vector3>{forces.data() + 3 * i} = force_on(space, i);
    });
    if (!virial.empty()) {
        matrix3 sum = matrix3::Zero();
        for (const matrix3& part : space.block_virials_)
            sum -= part;
        Eigen::Map<Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>{virial.data()} = sum;
    }
    double energy = 0.0;
    for (const double own : space.atomic_energies_)
        energy += own;
    return {energy, space.atomic_energies_};
}

template <typename Real>
void moment_model<Real>::describe_atom(const workspace& space, typename workspace::scratch& own,
                                       std::size_t atom, Eigen::Index at,
                                       std::span<const double> positions) const noexcept {
    auto& around = own.around[static_cast<std::size_t>(at)];
    own.gatherer.gather(space.topology_, atom, positions, around);
    kernel_.describe(around, {own.densities.col(at).data(), static_cast<std::size_t>(own.densities.rows())},
                     {own.features.col(at).data(), static_cast<std::size_t>(own.features.rows())});
}

template <typename Real>
void moment_model<Real>::evaluate_block(workspace& space, typename workspace::scratch& own,
                                        std::size_t number,
                                        std::span<const double> positions) const noexcept {
    const typename workspace::block& block = space.blocks_[number];
    const folded_network& n = folded_[block.species];
    const auto atoms = space.topology_.atoms_by_species().subspan(block.first, block.count);
    const auto count = static_cast<Eigen::Index>(block.count);
    const auto width = static_cast<Eigen::Index>(kernel_.feature_count());
    for (Eigen::Index at = 0; at < count; ++at) {
        describe_atom(space, own, atoms[static_cast<std::size_t>(at)], at, positions);
        own.features.col(at).array() = (own.features.col(at).array() - n.mean) * n.factor;
    }
    n.net.forward(own.features.topLeftCorner(width, count), own.activations[block.species],
                  own.outputs.leftCols(count));
    n.net.input_gradient(own.ones.leftCols(count), own.activations[block.species],
                         own.gradients.topLeftCorner(width, count));
    matrix3& strain_derivative = space.block_virials_[number];
    strain_derivative.setZero();
    for (Eigen::Index at = 0; at < count; ++at) {
        const std::size_t atom = atoms[static_cast<std::size_t>(at)];
        space.atomic_energies_[atom] =
            static_cast<double>(own.outputs(0, at)) + networks_[block.species].constant;
        own.gradients.col(at).array() *= n.factor;
        differentiate_atom(space, own, atom, at, strain_derivative);
    }
}

template <typename Real>
void moment_model<Real>::differentiate_atom(workspace& space, typename workspace::scratch& own,
                                            std::size_t atom, Eigen::Index at,
                                            matrix3& strain_derivative) const noexcept {
    const auto& around = own.around[static_cast<std::size_t>(at)];
    kernel_.gradient(around, own.kernel,
                     {own.densities.col(at).data(), static_cast<std::size_t>(own.densities.rows())},
                     {own.gradients.col(at).data(), static_cast<std::size_t>(own.gradients.rows())},
                     own.neighbor_gradients);
    const std::size_t begin = space.topology_.row_begin(atom);
    const std::size_t end = space.topology_.row_begin(atom + 1);
    std::array<Real, 3>* const row = space.entry_gradients_.data() + begin;
    std::fill(row, row + (end - begin), std::array<Real, 3>{});
    std::array<detail::neighbor_lanes<Real>, 9> sums;
    sums.fill(detail::neighbor_lanes<Real>::Zero());
    for (std::size_t group = 0; group < around.vectors().size(); ++group) {
        const vectors& r = around.vectors()[group];
        const vectors& g = own.neighbor_gradients[group];
        sums[0] += g.x * r.x, sums[1] += g.x * r.y, sums[2] += g.x * r.z;
        sums[3] += g.y * r.x, sums[4] += g.y * r.y, sums[5] += g.y * r.z;
        sums[6] += g.z * r.x, sums[7] += g.z * r.y, sums[8] += g.z * r.z;
        for (std::size_t lane = 0; lane < detail::neighbor_lane_count; ++lane) {
            const std::uint32_t entry = around.entries()[group * detail::neighbor_lane_count + lane];
            const auto at_lane = static_cast<Eigen::Index>(lane);
            if (entry != detail::neighborhood<Real>::nobody)
                row[entry] = {g.x[at_lane], g.y[at_lane], g.z[at_lane]};
        }
    }
    for (Eigen::Index k = 0; k < 9; ++k)
        strain_derivative(k / 3, k % 3) += static_cast<double>(sums[static_cast<std::size_t>(k)].sum());
}

/// Every pair acts on its two atoms with opposite forces, to the last bit.
template <typename Real>
vector3 moment_model<Real>::force_on(const workspace& space, std::size_t atom) noexcept {
    const auto entries = space.topology_.entries();
    vector3 force = vector3::Zero();
    for (std::size_t e = space.topology_.row_begin(atom); e < space.topology_.row_begin(atom + 1); ++e) {
        const auto& own = space.entry_gradients_[e];
        const auto& other = space.entry_gradients_[entries[e].reverse];
        for (std::size_t axis = 0; axis < 3; ++axis)
            force[static_cast<Eigen::Index>(axis)] +=
                static_cast<double>(own[axis]) - static_cast<double>(other[axis]);
    }
    return force;
}

} // namespace tinynet

#endif
