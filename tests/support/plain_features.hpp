// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_PLAIN_FEATURES_HPP
#define TINYNET_TESTS_SUPPORT_PLAIN_FEATURES_HPP

/// \file
/// The features of a descriptor straight from their definition: enumerate, multiply, sort. The oracle of the
/// step-time kernels, with which it shares nothing but the order of the columns.

#include <tinynet/descriptor/features.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/open_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <functional>
#include <limits>
#include <vector>

namespace tinynet::test {

/// The features of the atoms of the descriptor's reference after they moved, as describe() gives them.
class plain_features {
public:
    /// \param moved  the reference with other positions, no atom moved to another image.
    plain_features(const descriptor& d, const structure& moved)
        : descriptor_{d}, moved_{moved}, graph_{d.reference(), d.rule()}, layout_{shared_layout(d)} {}

    /// One column per atom.
    [[nodiscard]] Eigen::MatrixXd operator()() const {
        Eigen::MatrixXd features = Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(layout_.feature_count()),
                                                         static_cast<Eigen::Index>(moved_.atom_count()));
        for (std::size_t i = 0; i < moved_.atom_count(); ++i) {
            const environment<bond_graph> around{graph_, atom_index{i}, descriptor_.options().reach()};
            write_paths(around, features.col(static_cast<Eigen::Index>(i)));
            write_neighbors(around, features.col(static_cast<Eigen::Index>(i)));
        }
        return features;
    }

private:
    using column = Eigen::Ref<Eigen::VectorXd>;

    [[nodiscard]] vector3 bond_vector(bond_index bond, atom_index from) const {
        const atom_index to = graph_.target(bond);
        const auto displacement = [&](atom_index atom) -> vector3 {
            return moved_.positions()[atom] - descriptor_.reference().positions()[atom];
        };
        return graph_.vector(bond) + displacement(to) - displacement(from);
    }

    [[nodiscard]] bool is_listed(walk_view<bond_graph> walk) const {
        if (descriptor_.options().layout == feature_layout::paper)
            return true;
        std::vector<std::size_t> bonds;
        std::vector<std::size_t> reverse;
        for (const auto& hop : walk) {
            bonds.push_back(hop.bond);
            reverse.insert(reverse.begin(), graph_.reverse(hop.bond));
        }
        return bonds <= reverse;
    }

    void write_paths(const environment<bond_graph>& around, column features) const {
        std::size_t block = 0;
        for (std::size_t h = 2; h <= descriptor_.options().max_walk_hops; ++h) {
            if (!descriptor_.options().has_paths_of(h))
                continue;
            std::vector<double> values;
            const auto add = [&](walk_view<bond_graph> walk) {
                if (!is_listed(walk))
                    return;
                double length = 0.0;
                atom_index here = around.vertex(0).atom;
                for (const auto& hop : walk) {
                    length += bond_vector(hop.bond, here).norm();
                    here = hop.end.atom;
                }
                values.push_back(std::exp(-length));
            };
            if (descriptor_.options().paths == path_kind::walks)
                for_each_closed_walk(around, hop_count{h}, add);
            else
                for_each_simple_cycle(graph_, around, hop_count{h}, add);
            std::sort(values.begin(), values.end(), std::greater{});
            std::copy(values.begin(), values.end(), features.data() + layout_.paths()[block++].first);
        }
    }

    /// Where every vertex of the surroundings is, seen from the center.
    [[nodiscard]] std::vector<vector3> places(const environment<bond_graph>& around,
                                              bool after_motion) const {
        std::vector<vector3> result(around.vertex_count(), vector3::Zero());
        for (std::size_t v = 0; v < around.vertex_count(); ++v)
            for (const auto& hop : around.hops(v))
                if (around.distance(hop.vertex) > around.distance(v))
                    result[hop.vertex] =
                        result[v] + (after_motion ? bond_vector(hop.bond, around.vertex(v).atom)
                                                  : graph_.vector(hop.bond));
        return result;
    }

    void write_neighbors(const environment<bond_graph>& around, column features) const {
        const auto reference_places = places(around, false);
        const auto moved_places = places(around, true);
        const site& pattern =
            descriptor_.sites()[descriptor_.reference_topology().site_of(around.vertex(0).atom)];
        for (std::size_t h = 1; h <= descriptor_.options().max_neighbor_hops; ++h) {
            std::size_t place = 0;
            const auto list = [&](std::size_t vertex) {
                const neighbor_columns& columns = layout_.shells()[h - 1][place++];
                const species kind = moved_.species()[around.vertex(vertex).atom];
                if (columns.species)
                    features[static_cast<Eigen::Index>(*columns.species)] = kind.atomic_number();
                features.segment<3>(static_cast<Eigen::Index>(columns.coordinates)) = moved_places[vertex];
            };
            if (descriptor_.options().layout == feature_layout::paper)
                for_each_open_walk(around, hop_count{h},
                                   [&](walk_view<bond_graph> walk) { list(walk.back().vertex); });
            else
                for (const std::uint32_t vertex : pattern.shells[h - 1].vertices) {
                    const auto distance = [&](const vector3& candidate) {
                        return (candidate - pattern.shape[vertex].displacement).norm();
                    };
                    const auto nearest = std::ranges::min_element(reference_places, {}, distance);
                    list(static_cast<std::size_t>(nearest - reference_places.begin()));
                }
        }
    }

    const descriptor& descriptor_;
    const structure& moved_;
    bond_graph graph_;
    column_layout layout_;
};

} // namespace tinynet::test

#endif
