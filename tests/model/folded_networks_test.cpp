// SPDX-License-Identifier: MIT
#include <tinynet/model/folded_networks.hpp>

#include "support/atom_features.hpp"
#include "support/random_models.hpp"
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/feature_count.hpp>
#include <tinynet/model/atomic_model.hpp>

#include <doctest/doctest.h>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

namespace tinynet::test::folded_networks_test {

namespace {

struct paper_case {
    std::string crystal;
    path_kind paths;
    std::size_t hops;
    std::size_t neighbors;
};

const std::vector<paper_case> cases = {
    {"batio3", path_kind::cycles, 4, 2}, {"batio3", path_kind::cycles, 6, 1},
    {"batio3", path_kind::cycles, 4, 0}, {"batio3", path_kind::walks, 4, 2},
    {"moo3", path_kind::walks, 6, 4},    {"moo3", path_kind::walks, 8, 1},
    {"moo3", path_kind::walks, 0, 3},    {"moo3", path_kind::cycles, 6, 2},
};

std::shared_ptr<const descriptor> paper_descriptor(const paper_case& c) {
    return std::make_shared<const descriptor>(reference_crystal(c.crystal), bond_rule{},
                                              descriptor_options{.paths = c.paths,
                                                                 .max_walk_hops = hop_count{c.hops},
                                                                 .max_neighbor_hops = hop_count{c.neighbors},
                                                                 .layout = feature_layout::paper});
}

/// What the networks make of all features of layout paper, site by site.
std::vector<double> unfolded(const atomic_model<double>& model, const structure& geometry) {
    std::vector<double> results(3 * geometry.atom_count());
    const auto networks = sites_of_networks(model.features(), model.choice());
    for (std::size_t k = 0; k < networks.size(); ++k) {
        const trained_network<double>& trained = model.networks()[k];
        auto space = trained.net.make_workspace(1);
        for (const std::uint32_t atom : networks[k]) { // one site per atom
            Eigen::MatrixXd column = atom_features(model.features(), geometry, model.layouts()[k], atom);
            trained.features.apply(column);
            Eigen::MatrixXd output(3, 1);
            trained.net.forward(column, space, output);
            Eigen::Map<Eigen::Vector3d>{&results[3 * std::size_t{atom}]} =
                output.col(0).cwiseProduct(trained.outputs.width) + trained.outputs.mean;
        }
    }
    return results;
}

/// Largest difference between folded and unfolded networks, relative to the largest force.
double folding_error(const paper_case& c, const atomic_model<double>& model, std::uint64_t seed) {
    random_engine rng{seed};
    const structure geometry = rattled(reference_crystal(c.crystal), rng, 0.15);
    const auto expected = unfolded(model, geometry);
    const auto found = predicted(model, geometry);
    double largest = 0.0;
    double difference = 0.0;
    for (std::size_t k = 0; k < expected.size(); ++k) {
        largest = std::max(largest, std::abs(expected[k]));
        difference = std::max(difference, std::abs(found[k] - expected[k]));
    }
    return difference / largest;
}

} // namespace

TEST_CASE("property: folded networks give what the networks give on all features of layout paper") {
    for (const paper_case& c : cases)
        for (const network_choice choice : network_choices) {
            CAPTURE(c.crystal);
            CAPTURE(c.hops);
            CAPTURE(c.neighbors);
            const auto model = random_model<double>(paper_descriptor(c), choice);
            for (std::uint64_t seed = 0; seed < 3; ++seed)
                CHECK(folding_error(c, model, seed) < 1e-10);
        }
}

TEST_CASE("the largest descriptor of the paper, with 21,228 features, folds as well") {
    const paper_case c{"batio3", path_kind::cycles, 6, 4};
    const auto model = random_model<double>(paper_descriptor(c), network_choice::shared);
    CHECK(model.networks().front().net.input_width() == 21229); // and the species
    CHECK(folding_error(c, model, 0) < 1e-10);
}

TEST_CASE("folded networks give the same where all distances are equal") {
    for (const paper_case& c : cases) {
        const auto model = random_model<double>(paper_descriptor(c), network_choice::species);
        const structure crystal = reference_crystal(c.crystal);
        const auto expected = unfolded(model, crystal);
        const auto found = predicted(model, crystal);
        for (std::size_t k = 0; k < expected.size(); ++k)
            CHECK(std::abs(found[k] - expected[k]) < 1e-10);
    }
}

TEST_CASE("folded networks in single precision differ by rounding") {
    const paper_case c{"batio3", path_kind::cycles, 4, 2};
    const auto fine = random_model<double>(paper_descriptor(c), network_choice::species);
    const auto coarse = random_model<float>(paper_descriptor(c), network_choice::species);
    random_engine rng{7};
    const structure geometry = rattled(reference_crystal(c.crystal), rng, 0.1);
    const auto expected = predicted(fine, geometry);
    const auto found = predicted(coarse, geometry);
    for (std::size_t k = 0; k < expected.size(); ++k)
        CHECK(std::abs(found[k] - expected[k]) < 1e-4);
}

TEST_CASE("one hidden layer or three fold as well") {
    const auto d = paper_descriptor({"moo3", path_kind::walks, 4, 2});
    const std::size_t width = layout_of(*d, sites_of_networks(*d, network_choice::shared).front()).width();
    random_engine rng{3};
    const structure geometry = rattled(reference_crystal("moo3"), rng, 0.1);
    for (const std::vector<std::size_t>& hidden : {std::vector<std::size_t>{5}, {7, 6, 5}}) {
        trained_network<double> trained = random_network<double>(width, 1);
        trained.net = make_network<double>(width, hidden, 3);
        initialize(trained.net, {.seed = 2});
        const atomic_model<double> model{d, network_choice::shared, {trained}};
        const auto expected = unfolded(model, geometry);
        const auto found = predicted(model, geometry);
        for (std::size_t k = 0; k < expected.size(); ++k)
            CHECK(std::abs(found[k] - expected[k]) < 1e-12);
    }
    trained_network<double> linear = random_network<double>(width, 1);
    linear.net = network<double>{mlp<double, 3>{width}};
    CHECK_THROWS_WITH_AS((atomic_model<double>{d, network_choice::shared, {linear}}),
                         "a network of layout paper has 0 hidden layers, expected 1 to 3", invalid_option);
}

TEST_CASE("layout folded lists cycles and neighbors once, walks with their reverses") {
    const auto columns = [](const paper_case& c, feature_layout layout) {
        descriptor_options options{c.paths, hop_count{c.hops}, hop_count{c.neighbors}, layout};
        return feature_count(reference_crystal(c.crystal), bond_rule{}, options);
    };
    const paper_case cycles{"batio3", path_kind::cycles, 6, 4};
    CHECK(columns(cycles, feature_layout::folded) == columns(cycles, feature_layout::compact));
    const paper_case walks{"moo3", path_kind::walks, 6, 0};
    CHECK(columns(walks, feature_layout::folded) == columns(walks, feature_layout::paper));
    const auto model =
        random_model<double>(paper_descriptor({"batio3", path_kind::cycles, 4, 2}), network_choice::site);
    CHECK(model.evaluated_features().options().layout == feature_layout::folded);
    CHECK(model.evaluated_features().sites().size() == 5);
    const auto compact =
        random_model<double>(crystal_descriptor(reference_crystal("batio3")), network_choice::site);
    CHECK(&compact.evaluated_features() == &compact.features());
}

} // namespace tinynet::test::folded_networks_test
