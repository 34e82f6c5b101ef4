// SPDX-License-Identifier: MIT
#include "support/kpoint_moments.hpp"
#include "support/plain_features.hpp"
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/features.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::features_test {

namespace {

descriptor_options options_of(feature_layout layout, path_kind paths = path_kind::walks, std::size_t n = 4,
                              std::size_t neighbors = 2) {
    return {.paths = paths,
            .max_walk_hops = hop_count{n},
            .max_neighbor_hops = hop_count{neighbors},
            .layout = layout};
}

Eigen::MatrixXd reference_features(const descriptor& d, const structure& geometry) {
    return describe(d, d.reference_topology(), flat(geometry.positions()));
}

/// Calls `visit(group, columns)` with the features of the first block of every group.
template <typename Real, typename Visitor>
void for_each_first_block(const descriptor& d, const structure& geometry, const Visitor& visit) {
    const frozen_topology& topology = d.reference_topology();
    const column_layout layout = shared_layout(d);
    feature_writer<Real> writer{d.sites()};
    bond_geometry<Real> bonds{topology};
    bonds.update(topology, flat(geometry.positions()));
    std::vector<detail::lanes<Real>> columns(layout.width(), detail::lanes<Real>{-1});
    for (const atom_group& group : topology.groups()) {
        writer.write(bonds, group, 0, d.sites()[group.site], layout, columns);
        visit(group, columns);
    }
}

/// Every golden value of one crystal and kind of paths.
void check_golden(const std::string& crystal, path_kind paths, std::size_t n, std::size_t neighbors,
                  std::size_t frames) {
    const descriptor d{golden_frame(crystal, 0), bond_rule{},
                       options_of(feature_layout::paper, paths, n, neighbors)};
    for (std::size_t frame = 1; frame <= frames; ++frame) {
        const auto file = detail::text(crystal, paths == path_kind::walks ? "_walks_n" : "_cycles_n", n, "_N",
                                       neighbors, "_frame", frame, ".csv");
        CAPTURE(file);
        const Eigen::MatrixXd expected = golden_features(file);
        const Eigen::MatrixXd features = reference_features(d, golden_frame(crystal, frame));
        REQUIRE(features.rows() == expected.rows());
        REQUIRE(features.cols() == expected.cols());
        CHECK((features - expected).cwiseAbs().maxCoeff() < 1e-10);
    }
}

/// The features of one block of one atom, without padding.
std::vector<double> block_of(const Eigen::MatrixXd& features, const column_layout& layout, std::size_t block,
                             const site& pattern, std::size_t atom) {
    const auto first = features.col(static_cast<Eigen::Index>(atom)).data() + layout.paths()[block].first;
    return {first, first + pattern.paths[block].size()};
}

/// Whether a sorted list has a number, up to the rounding of products taken in another order.
bool holds(const std::vector<double>& values, double wanted) {
    return std::any_of(values.begin(), values.end(),
                       [&](double value) { return std::abs(value - wanted) <= 1e-14 * wanted; });
}

/// Coordinates of all neighbors of one atom, each once, in order.
std::vector<vector3> neighbor_places(const Eigen::MatrixXd& features, const column_layout& layout,
                                     const site& pattern, std::size_t atom) {
    std::vector<vector3> places;
    for (std::size_t shell = 0; shell < pattern.shells.size(); ++shell)
        for (std::size_t place = 0; place < pattern.shells[shell].vertices.size(); ++place) {
            const auto column = static_cast<Eigen::Index>(layout.shells()[shell][place].coordinates);
            const vector3 found = features.block<3, 1>(column, static_cast<Eigen::Index>(atom));
            if (std::none_of(places.begin(), places.end(),
                             [&](const vector3& known) { return (known - found).norm() < 1e-9; }))
                places.push_back(found);
        }
    std::sort(places.begin(), places.end(), [](const vector3& left, const vector3& right) {
        return std::lexicographical_compare(left.begin(), left.end(), right.begin(), right.end());
    });
    return places;
}

} // namespace

TEST_CASE("golden: BaTiO3, simple cycles") { check_golden("batio3", path_kind::cycles, 4, 2, 2); }
TEST_CASE("golden: BaTiO3, closed walks") { check_golden("batio3", path_kind::walks, 4, 2, 2); }
TEST_CASE("golden: MoO3, simple cycles") { check_golden("moo3", path_kind::cycles, 4, 2, 2); }
TEST_CASE("golden: MoO3, closed walks") { check_golden("moo3", path_kind::walks, 4, 2, 2); }
TEST_CASE("golden: MoO3, closed walks of six hops and neighbors three hops away") {
    check_golden("moo3", path_kind::walks, 6, 3, 1);
}

TEST_CASE("moments: the walk features of layout paper add up to the k-point average") {
    const structure ideal = perovskite(4.0);
    random_engine rng{8};
    const structure moved = rattled(ideal, rng, 0.05);
    const descriptor d{ideal, bond_rule{}, options_of(feature_layout::paper, path_kind::walks, 6, 0)};
    const bond_graph graph{moved, bond_rule{}};
    const auto moments =
        kpoint_moments(graph, 6, [&](bond_index bond) { return std::exp(-graph.length(bond)); });
    const Eigen::MatrixXd features = reference_features(d, moved);
    const column_layout layout = shared_layout(d);
    for (std::size_t block = 0; block < 3; ++block)
        for (Eigen::Index i = 0; i < features.cols(); ++i) {
            const auto [first, width] = layout.paths()[block];
            const double sum =
                features.col(i)
                    .segment(static_cast<Eigen::Index>(first), static_cast<Eigen::Index>(width))
                    .sum();
            const double expected = moments[2 * block + 2][i];
            CHECK(std::abs(sum - expected) <= 1e-12 * expected);
        }
}

TEST_CASE("path features descend within their block, the padding behind them is zero") {
    const structure crystal = reference_crystal("batio3");
    random_engine rng{9};
    for (const feature_layout kind : {feature_layout::paper, feature_layout::compact}) {
        const descriptor d{crystal, bond_rule{}, options_of(kind)};
        const column_layout layout = shared_layout(d);
        const Eigen::MatrixXd features = reference_features(d, rattled(crystal, rng, 0.1));
        for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
            const site& pattern = d.sites()[d.reference_topology().site_of(i)];
            for (std::size_t block = 0; block < layout.paths().size(); ++block) {
                const auto values = block_of(features, layout, block, pattern, i);
                CHECK(std::is_sorted(values.begin(), values.end(), std::greater{}));
                CHECK((values.empty() || values.back() > 0.0));
                for (std::size_t k = values.size(); k < layout.paths()[block].width; ++k)
                    CHECK(features(static_cast<Eigen::Index>(layout.paths()[block].first + k),
                                   static_cast<Eigen::Index>(i)) == 0.0);
            }
            for (std::size_t shell = 0; shell < layout.shells().size(); ++shell)
                for (std::size_t k = pattern.shells[shell].vertices.size(); k < layout.shells()[shell].size();
                     ++k)
                    CHECK(features
                              .block<3, 1>(static_cast<Eigen::Index>(layout.shells()[shell][k].coordinates),
                                           static_cast<Eigen::Index>(i))
                              .isZero(0.0));
        }
    }
}

TEST_CASE("both layouts hold the same path features and the same neighbors") {
    random_engine rng{10};
    for (const std::string name : {"batio3", "moo3"})
        for (const path_kind paths : {path_kind::walks, path_kind::cycles}) {
            const structure crystal = reference_crystal(name);
            const structure moved = rattled(crystal, rng, 0.1);
            const descriptor paper{crystal, bond_rule{}, options_of(feature_layout::paper, paths)};
            const descriptor compact{crystal, bond_rule{}, options_of(feature_layout::compact, paths)};
            const Eigen::MatrixXd published = reference_features(paper, moved);
            const Eigen::MatrixXd features = reference_features(compact, moved);
            const column_layout published_layout = shared_layout(paper);
            const column_layout layout = shared_layout(compact);
            for (std::size_t i = 0; i < crystal.atom_count(); i += 3) {
                const site& published_site = paper.sites()[paper.reference_topology().site_of(i)];
                const site& pattern = compact.sites()[compact.reference_topology().site_of(i)];
                for (std::size_t block = 0; block < 2; ++block) { // 2 and 4 hops; compact has 3 between
                    const auto all = block_of(published, published_layout, block, published_site, i);
                    const auto once = block_of(features, layout, 2 * block, pattern, i);
                    CHECK(std::all_of(all.begin(), all.end(), [&](double f) { return holds(once, f); }));
                    CHECK(std::all_of(once.begin(), once.end(), [&](double f) { return holds(all, f); }));
                }
                const auto all = neighbor_places(published, published_layout, published_site, i);
                const auto once = neighbor_places(features, layout, pattern, i);
                REQUIRE(all.size() == once.size());
                for (std::size_t k = 0; k < all.size(); ++k)
                    CHECK((all[k] - once[k]).norm() < 1e-12);
            }
        }
}

TEST_CASE("property: wrapping, drift and lattice shifts of single atoms change no feature") {
    const structure crystal = reference_crystal("moo3");
    for (const feature_layout kind : {feature_layout::paper, feature_layout::compact}) {
        const descriptor d{crystal, bond_rule{}, options_of(kind)};
        for (std::uint64_t seed = 0; seed < 20; ++seed) {
            CAPTURE(seed);
            random_engine rng{seed};
            const structure moved = rattled(crystal, rng, 0.2);
            const Eigen::MatrixXd expected = reference_features(d, moved);
            const structure drifted = translated(moved, {13.0, -5.0, 4.0});
            for (const structure& same : {drifted, wrapped(drifted), with_lattice_shifts(moved, rng)})
                CHECK((reference_features(d, same) - expected).cwiseAbs().maxCoeff() < 1e-12);
        }
    }
}

TEST_CASE("property: the kernels give what the definition says") {
    random_engine rng{11};
    for (const std::string name : {"batio3", "moo3"})
        for (const path_kind paths : {path_kind::walks, path_kind::cycles})
            for (const feature_layout kind : {feature_layout::paper, feature_layout::compact})
                for (const auto& [n, neighbors] : {std::pair{4, 2}, std::pair{5, 1}, std::pair{0, 3}}) {
                    const descriptor d{reference_crystal(name), bond_rule{},
                                       options_of(kind, paths, static_cast<std::size_t>(n),
                                                  static_cast<std::size_t>(neighbors))};
                    const structure moved = rattled(d.reference(), rng, 0.1);
                    const Eigen::MatrixXd expected = plain_features{d, moved}();
                    const Eigen::MatrixXd features = reference_features(d, moved);
                    REQUIRE(features.rows() == expected.rows());
                    CHECK((features - expected).cwiseAbs().maxCoeff() < 1e-13);
                }
}

TEST_CASE("the species of the center closes the columns where sites differ in it") {
    const structure crystal = perovskite(4.0);
    const descriptor d{crystal, bond_rule{}, options_of(feature_layout::compact)};
    const column_layout layout = shared_layout(d);
    for_each_first_block<double>(d, crystal, [&](const atom_group& group, const auto& columns) {
        const int atomic_number = crystal.species()[group.atoms.front()].atomic_number();
        CHECK(columns[*layout.species()] == detail::lanes<double>(atomic_number));
    });
}

TEST_CASE("features in single precision are those in double precision, rounded") {
    const structure crystal = perovskite(4.0);
    const descriptor d{crystal, bond_rule{}, options_of(feature_layout::compact)};
    const Eigen::MatrixXd expected = reference_features(d, crystal);
    for_each_first_block<float>(d, crystal, [&](const atom_group& group, const auto& columns) {
        for (Eigen::Index k = 0; k < expected.rows(); ++k) // a walk has up to four factors
            for (const std::uint32_t atom : group.atoms)
                CHECK(columns[static_cast<std::size_t>(k)][0] ==
                      doctest::Approx(expected(k, atom)).epsilon(1e-6));
    });
}

TEST_CASE("positions of other atoms, or that are not finite, are refused") {
    const structure crystal = reference_crystal("moo3");
    const descriptor d{crystal, bond_rule{}, options_of(feature_layout::compact)};
    std::vector<double> positions(flat(crystal.positions()).begin(), flat(crystal.positions()).end());
    CHECK_THROWS_AS(describe(d, d.reference_topology(), std::span{positions}.first(3)), invalid_structure);
    positions[4] = std::nan("");
    CHECK_THROWS_AS(describe(d, d.reference_topology(), positions), invalid_structure);
}

TEST_CASE("an isolated atom has features: none but padding") {
    const structure atoms{
        cell{}, {species{"O"}, species{"Ti"}, species{"O"}}, {{0, 0, 0}, {2, 0, 0}, {30, 0, 0}}};
    const descriptor d{atoms, bond_rule{}, options_of(feature_layout::compact)};
    const Eigen::MatrixXd features = reference_features(d, atoms);
    CHECK(features.col(2).isZero(0.0));
    CHECK(features.col(0).cwiseAbs().maxCoeff() > 0.0);
}

} // namespace tinynet::test::features_test
