// SPDX-License-Identifier: MIT
#include <tinynet/model/atomic_model.hpp>

#include "support/atom_features.hpp"
#include "support/plain_features.hpp"
#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <span>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tinynet::test::atomic_model_test {

namespace {

constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

double largest_difference(const std::vector<double>& left, const std::vector<double>& right) {
    REQUIRE(left.size() == right.size());
    double largest = 0.0;
    for (std::size_t k = 0; k < left.size(); ++k)
        largest = std::max(largest, std::abs(left[k] - right[k]));
    return largest;
}

/// Predictions for a repeated small cell are those for the small cell, repeated.
double difference_in_supercell(const atomic_model<double>& model, const structure& small, int a, int b,
                               int c) {
    const auto once = predicted(model, small);
    std::vector<double> expected;
    for (int image = 0; image < a * b * c; ++image)
        expected.insert(expected.end(), once.begin(), once.end());
    return largest_difference(predicted(model, supercell(small, a, b, c)), expected);
}

/// What a network makes of the features of an atom, layer by layer.
template <typename Real>
Eigen::VectorXd plain_outputs(const trained_network<Real>& trained, const Eigen::VectorXd& features) {
    Eigen::MatrixXd column = features;
    trained.features.apply(column);
    Eigen::VectorXd values = column;
    for (std::size_t layer = 0; layer < trained.net.layer_count(); ++layer) {
        values = trained.net.weights(layer).template cast<double>() * values +
                 trained.net.bias(layer).template cast<double>();
        if (layer + 1 < trained.net.layer_count())
            values = values.array().tanh();
    }
    return values.cwiseProduct(trained.outputs.width) + trained.outputs.mean;
}

} // namespace

TEST_CASE_TEMPLATE("property: a step gives what features and network give straight from their definitions",
                   Real, float, double) {
    random_engine rng{8};
    for (const auto& [material, paths] :
         {std::pair{"batio3", path_kind::cycles}, std::pair{"moo3", path_kind::walks}})
        for (const auto& [n, neighbors] : {std::pair{4U, 2U}, std::pair{6U, 4U}})
            for (const feature_layout layout : {feature_layout::compact, feature_layout::paper}) {
                const std::string name{material}; // lambdas of Clang 14 capture no structured bindings
                const unsigned hops = n;
                CAPTURE(name);
                CAPTURE(hops);
                const structure crystal = reference_crystal(material);
                const auto d = std::make_shared<const descriptor>(
                    crystal, bond_rule{},
                    descriptor_options{paths, hop_count{n}, hop_count{neighbors}, layout});
                const auto model = random_model<Real>(d, network_choice::shared);
                const structure moved = rattled(crystal, rng, 0.1);
                const auto found = predicted(model, moved);
                const Eigen::MatrixXd features = plain_features{*d, moved}();
                const column_layout& columns = model.layouts().front();
                const double tolerance = sizeof(Real) == sizeof(double) ? 1e-10 : 1e-3;
                for (std::size_t i = 0; i < moved.atom_count(); ++i) {
                    Eigen::VectorXd inputs{static_cast<Eigen::Index>(columns.width())};
                    inputs.head(features.rows()) = features.col(static_cast<Eigen::Index>(i));
                    if (columns.species())
                        inputs[static_cast<Eigen::Index>(*columns.species())] =
                            moved.species()[i].atomic_number();
                    const Eigen::VectorXd expected = plain_outputs(model.networks().front(), inputs);
                    for (Eigen::Index axis = 0; axis < 3; ++axis)
                        CHECK(std::abs(found[3 * i + static_cast<std::size_t>(axis)] - expected[axis]) <
                              tolerance);
                }
            }
}

TEST_CASE("property: folded scalings give what scaling, network and unscaling give") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        const auto trained = random_network<double>(30, seed);
        const network<double> folded = absorb_scalings(trained);
        random_engine rng{seed};
        const Eigen::MatrixXd raw =
            Eigen::MatrixXd::NullaryExpr(30, 20, [&] { return random_real(rng, -4, 5); });
        Eigen::MatrixXd scaled = raw;
        trained.features.apply(scaled);
        auto space = folded.make_workspace(20);
        Eigen::MatrixXd expected(3, 20);
        Eigen::MatrixXd outputs(3, 20);
        trained.net.forward(scaled, space, expected);
        expected.array().colwise() *= trained.outputs.width.array();
        expected.colwise() += trained.outputs.mean;
        folded.forward(raw, space, outputs);
        CHECK((outputs - expected).cwiseAbs().maxCoeff() < 1e-10 * expected.cwiseAbs().maxCoeff());
    }
}

TEST_CASE("a model tells its descriptor, networks, layouts and outputs") {
    const auto d = crystal_descriptor(reference_crystal("batio3"));
    const auto model = random_model<double>(d, network_choice::species);
    CHECK(&model.features() == d.get());
    CHECK(model.choice() == network_choice::species);
    CHECK(model.networks().size() == 3);
    REQUIRE(model.layouts().size() == 3);
    for (std::size_t k = 0; k < 3; ++k)
        CHECK(model.networks()[k].net.input_width() == model.layouts()[k].width());
    CHECK(model.output_width() == 3);
    auto space = model.make_workspace(d->reference());
    CHECK(space.topology().atom_count() == 40);
}

TEST_CASE("an atom gets what the network of its site makes of its features") {
    const structure crystal = reference_crystal("batio3");
    random_engine rng{1};
    const structure geometry = rattled(crystal, rng, 0.1);
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const auto d = crystal_descriptor(crystal, layout);
            const auto model = random_model<double>(d, choice);
            const auto results = predicted(model, geometry);
            const auto networks = sites_of_networks(*d, choice);
            const frozen_topology topology = d->topology_of(geometry);
            for (std::size_t i = 0; i < geometry.atom_count(); ++i) {
                const std::uint32_t number = topology.site_of(i);
                const auto own = std::ranges::find_if(
                    networks, [&](const auto& sites) { return std::ranges::count(sites, number) > 0; });
                const auto k = static_cast<std::size_t>(own - networks.begin());
                Eigen::MatrixXd column = atom_features(*d, geometry, model.layouts()[k], i);
                model.networks()[k].features.apply(column);
                auto space = model.networks()[k].net.make_workspace(1);
                Eigen::MatrixXd output(3, 1);
                model.networks()[k].net.forward(column, space, output);
                for (Eigen::Index axis = 0; axis < 3; ++axis) {
                    const auto& scaling = model.networks()[k].outputs;
                    const double expected = output(axis, 0) * scaling.width[axis] + scaling.mean[axis];
                    CHECK(std::abs(results[3 * i + static_cast<std::size_t>(axis)] - expected) < 1e-12);
                }
            }
        }
}

TEST_CASE("property: results do not change when all atoms move alike or single ones by lattice vectors") {
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const structure crystal = reference_crystal("moo3");
            const auto model = random_model<double>(crystal_descriptor(crystal, layout), choice);
            for (std::uint64_t seed = 0; seed < 20; ++seed) {
                CAPTURE(seed);
                random_engine rng{seed};
                const structure geometry = rattled(crystal, rng, 0.15);
                const auto expected = predicted(model, geometry);
                const vector3 drift = {random_real(rng, -9, 9), random_real(rng, -9, 9),
                                       random_real(rng, -9, 9)};
                // Coordinates of some 50 Å round by 1e-14 Å.
                CHECK(largest_difference(predicted(model, translated(geometry, drift)), expected) < 1e-12);
                CHECK(largest_difference(predicted(model, with_lattice_shifts(geometry, rng)), expected) <
                      1e-12);
                CHECK(largest_difference(predicted(model, wrapped(translated(geometry, drift))), expected) <
                      1e-12);
            }
        }
}

TEST_CASE("property: a compact model gives the same in a supercell and in the primitive cell") {
    const structure primitive = perovskite(4.005);
    const structure reference = supercell(primitive, 2, 2, 2);
    for (const network_choice choice : network_choices) {
        const auto model = random_model<double>(crystal_descriptor(reference), choice);
        for (std::uint64_t seed = 0; seed < 5; ++seed) {
            CAPTURE(seed);
            random_engine rng{seed};
            const structure small = seed == 0 ? primitive : rattled(primitive, rng, 0.1);
            CHECK(difference_in_supercell(model, small, 2, 2, 2) < 1e-10);
            CHECK(difference_in_supercell(model, small, 3, 1, 2) < 1e-10);
            const structure cell = seed == 0 ? reference : rattled(reference, rng, 0.1);
            CHECK(difference_in_supercell(model, cell, 2, 1, 1) < 1e-10);
            CHECK(difference_in_supercell(model, cell, 1, 2, 2) < 1e-10);
        }
    }
}

TEST_CASE("a compact model gives every atom of an ideal crystal what its class gets") {
    const structure reference = supercell(perovskite(4.0), 2, 2, 2);
    const auto results =
        predicted(random_model<double>(crystal_descriptor(reference), network_choice::site), reference);
    for (std::size_t k = 0; k < results.size(); ++k)
        CHECK(std::abs(results[k] - results[k % 15]) < 1e-12);
}

TEST_CASE("threads with workspaces of their own get identical bits from one model") {
    const structure crystal = reference_crystal("batio3");
    const auto model = random_model<float>(crystal_descriptor(crystal), network_choice::site);
    random_engine rng{3};
    const structure geometry = rattled(crystal, rng, 0.1);
    const auto expected = predicted(model, geometry);
    std::vector<std::vector<double>> results(4);
    std::vector<std::thread> threads;
    for (auto& own : results)
        threads.emplace_back([&] {
            for (int step = 0; step < 20; ++step)
                own = predicted(model, geometry);
        });
    for (auto& thread : threads)
        thread.join();
    for (const auto& own : results)
        CHECK(own == expected);
}

TEST_CASE("property: a pool of any number of threads gives the bits that one thread gives") {
    const structure small = reference_crystal("batio3");
    const auto d = crystal_descriptor(small);
    random_engine rng{5};
    const structure geometry = rattled(supercell(small, 3, 3, 3), rng, 0.1);
    const auto model = random_model<float>(d, network_choice::site);
    const auto expected = predicted(model, geometry);
    auto space = model.make_workspace(geometry, 8);
    for (const std::size_t threads : {1U, 2U, 4U, 8U}) {
        worker_pool pool{threads};
        std::vector<double> results(expected.size());
        for (int step = 0; step < 5; ++step) {
            std::ranges::fill(results, 0.0);
            model.evaluate(space, flat(geometry.positions()), results, pool);
            CHECK(results == expected);
        }
    }
}

TEST_CASE("in a crystal of many chunks of bonds, one thread takes no bond of the positions before") {
    const atomic_model<float> model{random_model<float>(
        crystal_descriptor(perovskite(4.0), feature_layout::compact), network_choice::site)};
    const structure crystal = supercell(perovskite(4.0), 11, 10, 10);
    worker_pool pool{2}; // it computes all bonds before the first atom
    auto alone = model.make_workspace(crystal);
    auto shared = model.make_workspace(crystal, 2);
    REQUIRE(alone.topology().bonds().size() > std::size_t{16} * 1024);
    random_engine rng{1};
    for (int round = 0; round < 3; ++round) {
        const structure moved = rattled(crystal, rng, 0.1);
        std::vector<double> results(3 * crystal.atom_count());
        std::vector<double> expected(results.size());
        model.evaluate(alone, flat(moved.positions()), results);
        model.evaluate(shared, flat(moved.positions()), expected, pool);
        CHECK(results == expected);
    }
}

TEST_CASE("property: chosen atoms get the same bits, whatever is where they do not look") {
    const structure small = reference_crystal("batio3");
    random_engine rng{11};
    const structure geometry = rattled(supercell(small, 3, 2, 2), rng, 0.1);
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper}) {
        const structure& atoms = layout == feature_layout::paper ? small : geometry;
        const auto model = random_model<float>(crystal_descriptor(small, layout), network_choice::site);
        const auto expected = predicted(model, atoms);
        auto space = model.make_workspace(atoms, 2);
        worker_pool pool{2};
        for (int round = 0; round < 10; ++round) {
            std::vector<std::uint32_t> chosen;
            for (std::uint32_t i = 0; i < atoms.atom_count(); ++i)
                if (random_integer(rng, 0, round + 1) == 0)
                    chosen.push_back(i);
            std::shuffle(chosen.begin(), chosen.end(), rng);
            const auto read = model.choose_atoms(space, chosen);
            std::vector<double> positions(3 * atoms.atom_count());
            for (double& coordinate : positions)
                coordinate = random_real(rng, -1e3, 1e3);
            for (const std::uint32_t i : read)
                std::copy_n(&flat(atoms.positions())[3 * i], 3, &positions[3 * i]);
            std::vector<double> results(expected.size(), not_a_number);
            std::vector<double> results_of_pool(expected.size(), not_a_number);
            model.evaluate(space, positions, results);
            model.evaluate(space, positions, results_of_pool, pool);
            for (const std::uint32_t i : chosen)
                for (std::size_t k = 3 * i; k < 3 * i + 3; ++k) {
                    CHECK(results[k] == expected[k]);
                    CHECK(results_of_pool[k] == expected[k]);
                }
        }
        std::vector<std::uint32_t> all(atoms.atom_count());
        std::iota(all.begin(), all.end(), 0U);
        CHECK(model.choose_atoms(space, all) == all);
        std::vector<double> results(expected.size());
        model.evaluate(space, flat(atoms.positions()), results);
        CHECK(results == expected);
    }
}

TEST_CASE("an atom that the structure does not have cannot be chosen") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<float>(crystal_descriptor(crystal), network_choice::site);
    auto space = model.make_workspace(crystal);
    CHECK_THROWS_WITH_AS(model.choose_atoms(space, std::vector<std::uint32_t>{3, 32}),
                         "atom 32 was chosen of a structure of 32 atoms", invalid_structure);
}

TEST_CASE("a pool with more threads than the workspace was made for is refused") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<float>(crystal_descriptor(crystal), network_choice::site);
    auto space = model.make_workspace(crystal, 2);
    worker_pool pool{3};
    std::vector<double> results(3 * crystal.atom_count());
    CHECK_THROWS_WITH_AS(model.evaluate(space, flat(crystal.positions()), results, pool),
                         "the workspace was made for 2 threads, the pool has 3", invalid_option);
}

TEST_CASE("a model without a descriptor is refused") {
    CHECK_THROWS_WITH_AS((atomic_model<float>{nullptr, network_choice::site, {}}), "there is no descriptor",
                         invalid_option);
}

TEST_CASE("a workspace for no threads is refused") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<float>(crystal_descriptor(crystal), network_choice::site);
    CHECK_THROWS_WITH_AS(model.make_workspace(crystal, 0),
                         "a workspace for 0 threads was asked for, at least 1 is needed", invalid_option);
}

TEST_CASE("a workspace serves one set of positions after the other") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<double>(crystal_descriptor(crystal), network_choice::shared);
    auto space = model.make_workspace(crystal);
    std::vector<double> results(3 * crystal.atom_count());
    random_engine rng{4};
    for (int step = 0; step < 3; ++step) {
        const structure geometry = rattled(crystal, rng, 0.1);
        model.evaluate(space, flat(geometry.positions()), results);
        CHECK(results == predicted(model, geometry));
    }
}

TEST_CASE("a position that is not finite is refused and its atom named") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<double>(crystal_descriptor(crystal), network_choice::site);
    auto space = model.make_workspace(crystal);
    const auto given = flat(crystal.positions());
    std::vector<double> results(given.size(), 7.0);
    for (const double wrong : {not_a_number, std::numeric_limits<double>::infinity()}) {
        std::vector<double> positions{given.begin(), given.end()};
        positions[3 * 5 + 1] = wrong;
        CHECK_THROWS_WITH_AS(model.evaluate(space, positions, results),
                             "the position of atom 5 is not finite", invalid_structure);
    }
    CHECK(results == std::vector<double>(given.size(), 7.0));
}

TEST_CASE("positions or results of another size than the workspace's are refused") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<double>(crystal_descriptor(crystal), network_choice::site);
    auto space = model.make_workspace(crystal);
    const std::vector<double> positions(99, 0.0);
    std::vector<double> results(99);
    const auto evaluate = [&](std::size_t position_count, std::size_t result_count) {
        model.evaluate(space, std::span{positions}.first(position_count),
                       std::span{results}.first(result_count));
    };
    for (const auto& [position_count, result_count] :
         {std::pair{95, 96}, std::pair{99, 99}, std::pair{0, 0}, std::pair{96, 95}, std::pair{96, 64},
          std::pair{96, 32}, std::pair{96, 0}})
        CHECK_THROWS_AS(
            evaluate(static_cast<std::size_t>(position_count), static_cast<std::size_t>(result_count)),
            invalid_structure);
}

TEST_CASE("networks that do not fit the descriptor are refused") {
    const auto d = crystal_descriptor(reference_crystal("moo3"));
    const auto refuse = [&](auto&& damage) {
        auto networks = random_networks<double>(*d, network_choice::site);
        damage(networks);
        CHECK_THROWS_AS((atomic_model<double>{d, network_choice::site, std::move(networks)}), invalid_option);
    };
    refuse([](auto& networks) { networks.pop_back(); });
    refuse([](auto& networks) { networks.push_back(networks.front()); });
    refuse([](auto& networks) { networks.clear(); });
    refuse([](auto& networks) { networks[2].net = random_network<double>(7, 1).net; });
    refuse(
        [](auto& networks) { networks[1] = random_network<double>(networks[1].net.input_width() + 1, 1); });
    refuse([](auto& networks) { networks[1] = random_network<double, 2>(networks[1].net.input_width(), 1); });
    refuse([](auto& networks) { networks[0].features = {}; });
    refuse([](auto& networks) { networks[0].outputs.mean.resize(2); });
    refuse([](auto& networks) { networks[3].outputs.width.resize(4); });
    auto shared = random_networks<double>(*d, network_choice::shared);
    CHECK_THROWS_AS((atomic_model<double>{d, network_choice::site, std::move(shared)}), invalid_option);
}

TEST_CASE("parameters and scalings that are not finite are refused") {
    const auto d = crystal_descriptor(reference_crystal("moo3"));
    const auto refuse = [&](auto&& damage) {
        auto networks = random_networks<double>(*d, network_choice::site);
        damage(networks[1]);
        CHECK_THROWS_WITH_AS((atomic_model<double>{d, network_choice::site, std::move(networks)}),
                             "network 1 or its scaling has a number that is not finite", invalid_option);
    };
    for (const double wrong : {not_a_number, std::numeric_limits<double>::infinity()}) {
        for (std::size_t layer = 0; layer < 3; ++layer) {
            refuse([&](auto& n) { n.net.weights(layer)(0, 0) = wrong; });
            refuse([&](auto& n) { n.net.bias(layer)[0] = wrong; });
        }
        refuse([&](auto& n) { n.outputs.mean[1] = wrong; });
        refuse([&](auto& n) { n.outputs.width[2] = wrong; });
    }
}

TEST_CASE("predictions that overflow are refused, by one thread and by a pool") {
    const structure crystal = reference_crystal("moo3");
    const auto d = crystal_descriptor(crystal, feature_layout::compact);
    auto networks = random_networks<double>(*d, network_choice::shared);
    networks.front().outputs.mean.setConstant(1.7e308);
    networks.front().outputs.width.setConstant(1e308);
    const atomic_model<double> model{d, network_choice::shared, networks};
    auto space = model.make_workspace(crystal, 2);
    std::vector<double> results(3 * crystal.atom_count());
    CHECK_THROWS_WITH_AS(model.evaluate(space, flat(crystal.positions()), results),
                         doctest::Contains("overflowed"), invalid_structure);
    worker_pool pool{2};
    CHECK_THROWS_WITH_AS(model.evaluate(space, flat(crystal.positions()), results, pool),
                         doctest::Contains("overflowed"), invalid_structure);
}

TEST_CASE("a species that the model does not know is refused and its atom named") {
    const structure crystal = reference_crystal("moo3");
    const auto model = random_model<double>(crystal_descriptor(crystal), network_choice::site);
    std::vector<species> kinds{crystal.species().begin(), crystal.species().end()};
    kinds[9] = species{"S"};
    const structure geometry{crystal.cell(), kinds, {crystal.positions().begin(), crystal.positions().end()}};
    CHECK_THROWS_WITH_AS(model.make_workspace(geometry),
                         "atom 9 is S, a species that the model does not know", unknown_species);
}

TEST_CASE("a structure that does not fit the reference is refused") {
    const structure crystal = reference_crystal("moo3");
    const auto compact = random_model<double>(crystal_descriptor(crystal), network_choice::site);
    const auto paper =
        random_model<double>(crystal_descriptor(crystal, feature_layout::paper), network_choice::site);
    CHECK_THROWS_AS(paper.make_workspace(supercell(crystal, 2, 1, 1)), topology_mismatch);
    std::vector<std::size_t> order(crystal.atom_count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::swap(order[0], order[20]);
    CHECK_THROWS_AS(compact.make_workspace(permuted(crystal, order)), topology_mismatch);
}

} // namespace tinynet::test::atomic_model_test
