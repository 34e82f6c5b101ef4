// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_ATOMIC_MODEL_HPP
#define TINYNET_MODEL_ATOMIC_MODEL_HPP

/// \file
/// What the force and the LDOS model have in common: some numbers per atom from its features, by one or
/// several networks.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/features.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/scaler.hpp>
#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/index_range.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/prefetch.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/geometry/structure.hpp>
#include <tinynet/model/block_schedule.hpp>
#include <tinynet/model/folded_networks.hpp>
#include <tinynet/model/network_choice.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/parallel/worker_pool.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet {

/// Affine map from the outputs of a network, which are of order one, to physical units.
struct output_scaling {
    Eigen::VectorXd mean;  ///< one per output, in units of the target
    Eigen::VectorXd width; ///< one per output, in units of the target
};

/// A trained network with what stands before and behind it.
template <typename Real>
struct trained_network {
    network<Real> net;       ///< takes scaled features, gives scaled outputs
    min_max_scaler features; ///< ranges of the features in the training set
    output_scaling outputs;  ///< units of the target
};

/// The same function as one network from raw features to physical units: both scalings become part of its
/// first and last layer.
template <typename Real>
network<Real> absorb_scalings(const trained_network<Real>& trained) {
    network<Real> absorbed = trained.net;
    const std::size_t last = absorbed.layer_count() - 1;
    const Eigen::VectorXd factors = trained.features.factors();
    const Eigen::MatrixXd first_weights = absorbed.weights(0).template cast<double>();
    const Eigen::MatrixXd scaled_weights = first_weights * factors.asDiagonal();
    absorbed.weights(0) = scaled_weights.template cast<Real>();
    absorbed.bias(0) =
        (absorbed.bias(0).template cast<double>() - scaled_weights * trained.features.midpoints())
            .template cast<Real>();
    const Eigen::VectorXd& width = trained.outputs.width;
    absorbed.weights(last) =
        (width.asDiagonal() * absorbed.weights(last).template cast<double>()).template cast<Real>();
    absorbed.bias(last) =
        (absorbed.bias(last).template cast<double>().cwiseProduct(width) + trained.outputs.mean)
            .template cast<Real>();
    return absorbed;
}

/// Numbers per atom predicted from L_n^(N). Immutable; one model serves many threads.
template <typename Real>
class atomic_model {
public:
    /// What one thread needs to evaluate structures of one topology. Made by make_workspace().
    class workspace {
    public:
        /// Bonds and sites of the structure.
        [[nodiscard]] const frozen_topology& topology() const noexcept { return topology_; }

    private:
        friend class atomic_model;

        /// What one thread works on.
        struct scratch {
            feature_writer<Real> writer;
            std::vector<mlp_workspace<Real>> activations; ///< by network, unless they are folded
            typename folded_networks<Real>::workspace folded;
            std::vector<typename feature_writer<Real>::column> inputs;
            batch_matrix<Real> outputs;
        };

        workspace(frozen_topology topology, std::optional<frozen_topology> folded)
            : topology_{std::move(topology)}, folded_topology_{std::move(folded)}, geometry_{evaluated()},
              schedule_{evaluated(), std::vector<bool>(topology_.atom_count(), true)} {}

        [[nodiscard]] const frozen_topology& evaluated() const noexcept {
            return folded_topology_ ? *folded_topology_ : topology_;
        }

        frozen_topology topology_;
        std::optional<frozen_topology> folded_topology_; ///< of the same bonds, for folded networks
        bond_geometry<Real> geometry_;
        block_schedule schedule_;
        bool is_partial_ = false;        ///< whether the schedule leaves atoms out
        std::vector<scratch> scratches_; ///< by thread
    };

    /// \param networks  one per entry of sites_of_networks(d, choice), in that order.
    /// \throws invalid_option  if their number or a width does not fit the descriptor, or a parameter or
    ///                         scaling is not finite.
    atomic_model(std::shared_ptr<const descriptor> d, network_choice choice,
                 std::vector<trained_network<Real>> networks);

    /// Prepares for structures with the atoms, cell and bonds of this one. Topology time: allocates.
    /// \param thread_count  the most threads that will evaluate with it.
    /// \param progress      is told how far the mapping of a large structure is.
    /// \throws invalid_option     if thread_count is 0.
    /// \throws unknown_species    if the reference has no atom of a species; the message names the atom.
    /// \throws topology_mismatch  if the structure does not fit the reference; see descriptor::topology_of().
    [[nodiscard]] workspace make_workspace(const structure& geometry, std::size_t thread_count = 1,
                                           const mapping_progress& progress = {}) const;

    /// Restricts evaluate() to some atoms, such as those of one rank of a parallel engine. Topology time.
    /// \param atoms  by index, in any order.
    /// \return the atoms whose positions the results of these depend on, these among them, by index. All others
    ///         may be anywhere within largest_coordinate; their results have no meaning.
    /// \throws invalid_structure  if the structure has no such atom.
    std::vector<std::uint32_t> choose_atoms(workspace& space, std::span<const std::uint32_t> atoms) const;

    /// Predicts. Step time: allocates nothing.
    /// \param positions  x0 y0 z0 x1 ..., Å, wrapped into the cell or not.
    /// \param results    output_width() numbers per atom, atom after atom, in units of the target.
    /// \throws invalid_structure  if a position is not finite, a size does not fit the workspace, or a result
    ///                            is not finite because the numbers of the model are too large.
    void evaluate(workspace& space, std::span<const double> positions, std::span<double> results) const;

    /// The same by several threads; the results have the same bits for any number of them.
    /// \throws invalid_option     if the pool has more threads than the workspace was made for.
    /// \throws invalid_structure  as evaluate() by one.
    void evaluate(workspace& space, std::span<const double> positions, std::span<double> results,
                  worker_pool& pool) const;

    /// The descriptor.
    [[nodiscard]] const descriptor& features() const noexcept { return *descriptor_; }
    /// Which sites share a network.
    [[nodiscard]] network_choice choice() const noexcept { return choice_; }
    /// The networks with their scalings.
    [[nodiscard]] std::span<const trained_network<Real>> networks() const noexcept { return networks_; }
    /// Which network serves a site of features().
    [[nodiscard]] std::size_t network_of(std::size_t site_number) const {
        return network_of_site_[site_number];
    }
    /// The input columns of each network.
    [[nodiscard]] std::span<const column_layout> layouts() const noexcept { return layouts_; }
    /// The descriptor whose features are computed: features() itself or, for layout paper, one that lists
    /// them once.
    [[nodiscard]] const descriptor& evaluated_features() const noexcept {
        return distinct_ ? distinct_->features() : *descriptor_;
    }
    /// The columns computed for a site of evaluated_features().
    [[nodiscard]] const column_layout& evaluated_layout(std::size_t site_number) const {
        return distinct_ ? distinct_->layout(site_number) : layouts_[network_of_site_[site_number]];
    }
    /// Numbers per atom.
    [[nodiscard]] std::size_t output_width() const noexcept { return absorbed_.front().output_width(); }

private:
    void check_widths(std::size_t k) const {
        const trained_network<Real>& n = networks_[k];
        const auto input = static_cast<Eigen::Index>(layouts_[k].width());
        const auto output = static_cast<Eigen::Index>(n.net.output_width());
        if (n.net.input_width() != layouts_[k].width() || n.features.size() != input ||
            n.outputs.mean.size() != output || n.outputs.width.size() != output ||
            n.net.output_width() != networks_.front().net.output_width())
            throw invalid_option{detail::text(
                "network ", k, " takes ", n.net.input_width(), " inputs and gives ", n.net.output_width(),
                " outputs; the descriptor has ", layouts_[k].width(), " features")};
    }

    /// Whatever is not finite in a network or its scalings leaves its trace in the parameters that absorbed
    /// them.
    void check_numbers(std::size_t k) const {
        for (const Real parameter : absorbed_[k].parameters())
            if (!detail::is_finite(parameter))
                throw invalid_option{
                    detail::text("network ", k, " or its scaling has a number that is not finite")};
    }

    /// Of networks that are evaluated on distinct features, what follows the first layer is a network.
    void check_hidden_layers() const {
        for (const auto& [net, inputs, outputs] : networks_)
            if (net.layer_count() < 2 || net.layer_count() > max_hidden_layer_count + 1)
                throw invalid_option{detail::text("a network of layout paper has ", net.layer_count() - 1,
                                                  " hidden layers, expected 1 to ", max_hidden_layer_count)};
    }

    void check_species(const structure& geometry) const {
        const auto known = descriptor_->reference().species();
        for (std::size_t i = 0; i < geometry.atom_count(); ++i)
            if (std::ranges::find(known, geometry.species()[i]) == known.end())
                detail::refuse_species(name_of_atom(i), geometry.species()[i]);
    }

    void prepare(const workspace& space, std::span<const double> positions, std::span<double> results) const {
        const std::size_t atoms = space.topology_.atom_count();
        if (positions.size() != 3 * atoms || results.size() != output_width() * atoms)
            throw invalid_structure{detail::text(positions.size(), " coordinates and ", results.size(),
                                                 " results for a workspace of ", atoms, " atoms")};
        check_coordinates(positions);
        if (space.is_partial_)
            std::ranges::fill(results, 0.0);
    }

    /// In large structures the bonds of neighbors two hops away come from memory.
    [[gnu::always_inline]] static void prefetch_block(const workspace& space,
                                                      const block_schedule::block& block) noexcept {
        const atom_group& group = space.evaluated().groups()[block.group];
        for (std::size_t origin = 0; origin < group.origins.size(); ++origin)
            for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
                space.geometry_.prefetch_views(
                    frozen_topology::first_views(group, block.first, origin)[lane]);
    }

    void evaluate_block(const workspace& space, typename workspace::scratch& scratch,
                        const block_schedule::block& block, std::span<double> results) const noexcept;

    std::shared_ptr<const descriptor> descriptor_;
    network_choice choice_;
    std::vector<trained_network<Real>> networks_;
    std::vector<column_layout> layouts_;
    std::vector<network<Real>> absorbed_;
    std::vector<std::uint32_t> network_of_site_;
    std::optional<folded_networks<Real>> distinct_; ///< in layout paper
};

template <typename Real>
atomic_model<Real>::atomic_model(std::shared_ptr<const descriptor> d, network_choice choice,
                                 std::vector<trained_network<Real>> networks)
    : descriptor_{std::move(d)}, choice_{choice}, networks_{std::move(networks)} {
    if (!descriptor_)
        throw invalid_option{"there is no descriptor"};
    const auto sites = sites_of_networks(*descriptor_, choice_);
    if (sites.size() != networks_.size())
        throw invalid_option{
            detail::text("the model has ", networks_.size(), " networks; its sites need ", sites.size())};
    network_of_site_.resize(descriptor_->sites().size());
    for (std::uint32_t k = 0; k < sites.size(); ++k) {
        layouts_.push_back(layout_of(*descriptor_, sites[k]));
        check_widths(k);
        absorbed_.push_back(absorb_scalings(networks_[k]));
        check_numbers(k);
        for (const std::uint32_t number : sites[k])
            network_of_site_[number] = k;
    }
    if (descriptor_->options().layout == feature_layout::paper) {
        check_hidden_layers();
        distinct_.emplace(*descriptor_, absorbed_, layouts_, network_of_site_); // a site is an atom there
    }
}

template <typename Real>
typename atomic_model<Real>::workspace atomic_model<Real>::make_workspace(
    const structure& geometry, std::size_t thread_count, const mapping_progress& progress) const {
    detail::check_thread_count(thread_count);
    check_species(geometry);
    frozen_topology topology = descriptor_->topology_of(geometry, progress);
    std::optional<frozen_topology> folded;
    if (distinct_)
        folded = distinct_->features().topology_of(geometry);
    workspace result{std::move(topology), std::move(folded)};
    typename workspace::scratch scratch{feature_writer<Real>{evaluated_features().sites()}, {}, {}, {}, {}};
    if (distinct_)
        scratch.folded = distinct_->make_workspace();
    else
        for (const network<Real>& net : absorbed_)
            scratch.activations.push_back(net.make_workspace(detail::lane_count));
    std::size_t columns = 0;
    for (std::size_t number = 0; number < evaluated_features().sites().size(); ++number)
        columns = std::max(columns, evaluated_layout(number).width());
    scratch.inputs.resize(columns);
    scratch.outputs.resize(static_cast<Eigen::Index>(output_width()),
                           static_cast<Eigen::Index>(detail::lane_count));
    result.scratches_.assign(thread_count, scratch);
    return result;
}

template <typename Real>
std::vector<std::uint32_t> atomic_model<Real>::choose_atoms(workspace& space,
                                                            std::span<const std::uint32_t> atoms) const {
    std::vector<bool> is_wanted(space.topology_.atom_count());
    for (const std::uint32_t atom : atoms) {
        if (atom >= is_wanted.size())
            throw invalid_structure{
                detail::text("atom ", atom, " was chosen of a structure of ", is_wanted.size(), " atoms")};
        is_wanted[atom] = true;
    }
    block_schedule schedule{space.evaluated(), is_wanted};
    const bool is_partial = std::ranges::find(is_wanted, false) != is_wanted.end();
    std::vector<std::uint32_t> around = block_schedule::atoms_around(space.evaluated(), std::move(is_wanted));
    space.schedule_ = std::move(schedule);
    space.is_partial_ = is_partial;
    return around;
}

template <typename Real>
void atomic_model<Real>::evaluate(workspace& space, std::span<const double> positions,
                                  std::span<double> results) const {
    prepare(space, positions, results);
    const std::span<const block_schedule::block> blocks = space.schedule_.blocks();
    std::size_t known = 0;
    for (std::size_t k = 0; k < blocks.size(); ++k) {
        for (; known < blocks[k].bonds; ++known)
            space.geometry_.update_block(space.evaluated(), positions, space.schedule_.bond_blocks()[known]);
        if (k + detail::blocks_ahead < blocks.size())
            prefetch_block(space, blocks[k + detail::blocks_ahead]);
        evaluate_block(space, space.scratches_.front(), blocks[k], results);
    }
    check_results(results, "the predictions");
}

template <typename Real>
void atomic_model<Real>::evaluate(workspace& space, std::span<const double> positions,
                                  std::span<double> results, worker_pool& pool) const {
    detail::check_thread_count(space.scratches_.size(), pool);
    prepare(space, positions, results);
    constexpr std::size_t bond_blocks_per_task = 16;
    const std::span<const std::uint32_t> bond_blocks = space.schedule_.bond_blocks();
    pool.run(detail::block_count(bond_blocks.size(), bond_blocks_per_task),
             [&](std::size_t task, std::size_t) {
                 const std::size_t end = std::min(bond_blocks.size(), (task + 1) * bond_blocks_per_task);
                 for (std::size_t k = task * bond_blocks_per_task; k < end; ++k)
                     space.geometry_.update_block(space.evaluated(), positions, bond_blocks[k]);
             });
    pool.run(space.schedule_.blocks().size(), [&](std::size_t block, std::size_t worker) {
        evaluate_block(space, space.scratches_[worker], space.schedule_.blocks()[block], results);
    });
    check_results(results, "the predictions");
}

template <typename Real>
void atomic_model<Real>::evaluate_block(const workspace& space, typename workspace::scratch& scratch,
                                        const block_schedule::block& block,
                                        std::span<double> results) const noexcept {
    const atom_group& group = space.evaluated().groups()[block.group];
    const column_layout& layout = evaluated_layout(group.site);
    const std::span inputs = std::span{scratch.inputs}.first(layout.width());
    const std::size_t count = std::min(detail::lane_count, group.atoms.size() - block.first);
    scratch.writer.write(space.geometry_, group, block.first, evaluated_features().sites()[group.site],
                         layout, inputs);
    batch<Real> outputs = scratch.outputs.leftCols(static_cast<Eigen::Index>(count));
    if (distinct_) {
        distinct_->forward(group, block.first, inputs, scratch.folded, outputs);
    } else {
        const std::uint32_t k = network_of_site_[group.site];
        absorbed_[k].forward(inputs, scratch.activations[k], outputs);
    }
    const std::size_t width = output_width();
    for (std::size_t lane = 0; lane < count; ++lane)
        for (std::size_t output = 0; output < width; ++output)
            results[group.atoms[block.first + lane] * width + output] = static_cast<double>(
                scratch.outputs(static_cast<Eigen::Index>(output), static_cast<Eigen::Index>(lane)));
}

TINYNET_PRECOMPILED(class atomic_model<float>);
TINYNET_PRECOMPILED(class atomic_model<double>);

} // namespace tinynet

#endif
