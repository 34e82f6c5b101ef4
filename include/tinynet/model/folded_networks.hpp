// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_FOLDED_NETWORKS_HPP
#define TINYNET_MODEL_FOLDED_NETWORKS_HPP

/// \file
/// Networks of layout paper, rearranged so that they cost what their distinct features cost.
///
/// Layout paper lists a cycle and its reverse, and a neighbor once per walk that reaches it, each time with
/// weights of its own. Equal features times weights are the feature times the sum of the weights: the weights
/// of a neighbor add up, for every atom of the reference in its own way; those of a cycle and its reverse,
/// which stand next to each other when sorted, add up for all atoms alike; species are constants and become
/// part of the bias.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/descriptor/site_classes.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/mlp.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/nn/tile.hpp>
#include <tinynet/paths/environment.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

namespace tinynet {

/// The descriptor whose features a model of this one, of layout paper, can be evaluated with.
inline descriptor folded_descriptor(const descriptor& paper) {
    descriptor_options options = paper.options();
    options.layout = feature_layout::folded;
    return {paper.reference(), paper.rule(), options};
}

/// The networks of a model of layout paper on the features of layout folded. Equal to them up to rounding.
/// Immutable; serves many threads.
template <typename Real>
class folded_networks {
public:
    /// Topology time.
    /// \param paper            descriptor of layout paper.
    /// \param networks         from raw features to physical units.
    /// \param layouts          the input columns of each.
    /// \param network_of_atom  by atom of the reference.
    folded_networks(const descriptor& paper, std::span<const network<Real>> networks,
                    std::span<const column_layout> layouts, std::span<const std::uint32_t> network_of_atom)
        : descriptor_{folded_descriptor(paper)} {
        for (const network<Real>& net : networks)
            tails_.push_back(behind_first_layer(net));
        const bond_graph graph{paper.reference(), paper.rule()};
        const site_classes classes = classify_sites(paper.reference(), graph, paper.options().reach());
        for (std::size_t s = 0; s < descriptor_.sites().size(); ++s) {
            const atom_index atom = classes.representatives[s];
            const std::uint32_t k = network_of_atom[atom];
            const site& own = descriptor_.sites()[s];
            const std::array only{&own};
            sites_.push_back({k, {only, descriptor_.options()}, {}});
            fold_paths(sites_.back(), own, paper.sites()[atom], networks[k], layouts[k]);
        }
        for (std::size_t i = 0; i < paper.reference().atom_count(); ++i) {
            const environment<bond_graph> around{graph, atom_index{i}, paper.options().reach()};
            const std::uint32_t k = network_of_atom[i];
            first_weights_.push_back(weights_.size());
            const weight_matrix folded =
                fold_neighbors(paper.sites()[i], around, networks[k], layouts[k],
                               columns_of_atoms(classes.class_of_atom[i], classes.vertices[i]));
            weights_.insert(weights_.end(), folded.data(), folded.data() + folded.size());
        }
    }

    /// What layout folded needs to know of a structure.
    [[nodiscard]] const descriptor& features() const noexcept { return descriptor_; }
    /// The columns of a site.
    [[nodiscard]] const column_layout& layout(std::size_t site_number) const {
        return sites_[site_number].layout;
    }

    /// What one thread works on.
    struct workspace {
        std::vector<mlp_workspace<Real>> paths; ///< by site
        std::vector<mlp_workspace<Real>> tails; ///< by network
        batch_matrix<Real> sums;                ///< of the first layer, one atom per column
    };

    /// Topology time: allocates.
    [[nodiscard]] workspace make_workspace() const {
        workspace space;
        Eigen::Index widest = 0;
        for (const network<Real>& tail : tails_) {
            space.tails.push_back(tail.make_workspace(detail::lane_count));
            widest = std::max(widest, static_cast<Eigen::Index>(tail.input_width()));
        }
        for (const folded_site& own : sites_)
            space.paths.push_back(own.paths ? own.paths->make_workspace(detail::lane_count)
                                            : mlp_workspace<Real>{});
        space.sums.resize(widest, static_cast<Eigen::Index>(detail::lane_count));
        return space;
    }

    /// Outputs of a block of atoms of one group. Step time: allocates nothing.
    /// \param first    the atom of the group that stands in lane 0.
    /// \param inputs   layout(group.site).width() columns.
    /// \param outputs  one column per atom.
    void forward(const atom_group& group, std::size_t first, std::span<const detail::lanes<Real>> inputs,
                 workspace& space, batch<Real> outputs) const noexcept {
        const folded_site& own = sites_[group.site];
        const network<Real>& tail = tails_[own.network];
        batch<Real> sums =
            space.sums.topLeftCorner(static_cast<Eigen::Index>(tail.input_width()), outputs.cols());
        if (own.paths)
            own.paths->forward(inputs.first(own.path_count()), space.paths[group.site], sums);
        else
            sums.setZero();
        for (Eigen::Index lane = 0; lane < outputs.cols(); ++lane) {
            const std::uint32_t atom = group.atoms[first + static_cast<std::size_t>(lane)];
            add_neighbors(inputs.subspan(own.path_count()), static_cast<std::size_t>(lane),
                          &weights_[first_weights_[atom]], sums.col(lane).data(), tail.input_width());
        }
        tail.forward(sums, space.tails[own.network], outputs);
    }

private:
    using weight_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
    using path_layer = mlp<Real, dynamic_width>;
    using column_of_atom = std::unordered_map<image_atom, std::size_t>;

    struct folded_site {
        std::uint32_t network;
        column_layout layout;
        std::optional<path_layer> paths; ///< what path features add to the first layer, if there are any

        [[nodiscard]] std::size_t path_count() const noexcept { return paths ? paths->input_width() : 0; }
    };

    /// The same network, given the sums of its first layer.
    static network<Real> behind_first_layer(const network<Real>& net) {
        std::vector<std::size_t> hidden;
        for (std::size_t layer = 0; layer + 1 < net.layer_count(); ++layer)
            hidden.push_back(static_cast<std::size_t>(net.bias(layer).size()));
        network<Real> tail = make_network<Real>(hidden.front(), hidden, net.output_width());
        tail.weights(0).setIdentity();
        for (std::size_t layer = 1; layer < net.layer_count(); ++layer) {
            tail.weights(layer) = net.weights(layer);
            tail.bias(layer) = net.bias(layer);
        }
        return tail;
    }

    /// Adds up the weights of the columns that a sorted path stands in: two, where its reverse was a path of
    /// its own.
    static void fold_paths(folded_site& folded, const site& own, const site& original,
                           const network<Real>& net, const column_layout& columns) {
        const auto& blocks = folded.layout.paths();
        if (blocks.empty() || blocks.back().first + blocks.back().width == 0)
            return;
        folded.paths.emplace(
            blocks.back().first + blocks.back().width,
            typename path_layer::dynamic_widths{static_cast<std::size_t>(net.bias(0).size())});
        for (std::size_t b = 0; b < blocks.size(); ++b)
            for (std::size_t path = 0; path < blocks[b].width; ++path) {
                const auto times = static_cast<Eigen::Index>(original.paths[b].size() / own.paths[b].size());
                const auto first = static_cast<Eigen::Index>(columns.paths()[b].first) +
                                   times * static_cast<Eigen::Index>(path);
                folded.paths->weights(0).col(static_cast<Eigen::Index>(blocks[b].first + path)) =
                    net.weights(0).middleCols(first, times).rowwise().sum();
            }
    }

    /// Which column, behind those of paths, holds x of an atom near one of some site.
    [[nodiscard]] column_of_atom columns_of_atoms(std::uint32_t site_number,
                                                  std::span<const image_atom> vertices) const {
        column_of_atom result;
        const folded_site& folded = sites_[site_number];
        const site& own = descriptor_.sites()[site_number];
        for (std::size_t shell = 0; shell < own.shells.size(); ++shell)
            for (std::size_t place = 0; place < own.shells[shell].vertices.size(); ++place)
                result.emplace(vertices[own.shells[shell].vertices[place]],
                               folded.layout.shells()[shell][place].coordinates - folded.path_count());
        return result;
    }

    /// The weights of an atom's distinct neighbors, then its bias, rows padded with zeros.
    static weight_matrix fold_neighbors(const site& original, const environment<bond_graph>& around,
                                        const network<Real>& net, const column_layout& columns,
                                        const column_of_atom& column_of) {
        const auto inputs = static_cast<Eigen::Index>(3 * column_of.size());
        const Eigen::Index rows = net.bias(0).size();
        weight_matrix folded = weight_matrix::Zero(
            static_cast<Eigen::Index>(detail::padded(static_cast<std::size_t>(rows))), inputs + 1);
        const auto weights = net.weights(0);
        auto bias = folded.col(inputs).head(rows);
        const auto add_constant = [&](std::size_t column, const species& kind) {
            bias += weights.col(static_cast<Eigen::Index>(column)) * static_cast<Real>(kind.atomic_number());
        };
        bias = net.bias(0);
        if (columns.species())
            add_constant(*columns.species(), original.shape.front().kind);
        for (std::size_t shell = 0; shell < original.shells.size(); ++shell)
            for (std::size_t place = 0; place < original.shells[shell].vertices.size(); ++place) {
                const std::uint32_t vertex = original.shells[shell].vertices[place];
                const neighbor_columns& listed = columns.shells()[shell][place];
                if (listed.species)
                    add_constant(*listed.species, original.shape[vertex].kind);
                folded.block(0, static_cast<Eigen::Index>(column_of.at(around.vertex(vertex))), rows, 3) +=
                    weights.middleCols(static_cast<Eigen::Index>(listed.coordinates), 3);
            }
        return folded;
    }

    /// Adds weights times one atom's inputs and the bias to its sums.
    static void add_neighbors(std::span<const detail::lanes<Real>> inputs, std::size_t lane,
                              const Real* weights, Real* sums, std::size_t row_count) noexcept {
        const std::size_t stride = detail::padded(row_count);
        detail::for_each_row_tile<detail::highest_tile<Real>>(stride, [&](auto rows, std::size_t row) {
            using block = detail::lane_array<Real, decltype(rows)::value>;
            const auto column = [&](std::size_t k) { return block::load(weights + k * stride + row); };
            const auto input = [&](std::size_t k) { return inputs[k].data()[lane]; };
            block even = column(inputs.size()); // two sums, so that one addition need not wait for the last
            block odd = block::zero();
            std::size_t k = 0;
            for (; k + 1 < inputs.size(); k += 2) {
                even += column(k) * input(k);
                odd += column(k + 1) * input(k + 1);
            }
            if (k < inputs.size())
                even += column(k) * input(k);
            detail::add<Real, decltype(rows)::value>(even + odd, sums + row, row_count - row);
        });
    }

    descriptor descriptor_;
    std::vector<network<Real>> tails_;       ///< by network
    std::vector<folded_site> sites_;         ///< by site of the folded descriptor
    std::vector<Real> weights_;              ///< of neighbors, atom after atom
    std::vector<std::size_t> first_weights_; ///< by atom
};

} // namespace tinynet

#endif
