// SPDX-License-Identifier: MIT
#include <tinynet/training/atomic_trainer.hpp>

#include "support/data_files.hpp"
#include "support/temporary_directory.hpp"
#include <tinynet/io/extxyz.hpp>
#include <tinynet/training/checkpoint.hpp>
#include <tinynet/training/train.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

namespace tinynet::test::atomic_trainer_test {

namespace {

using trainer = atomic_trainer<float>;

const std::array<std::size_t, 7> training = {0, 1, 2, 3, 4, 5, 6};
const std::array<std::size_t, 2> validation = {7, 8};

const std::vector<labeled_structure>& structures() {
    static const temporary_directory folder;
    static const auto result = read_extxyz(folder.file("data", frames_of(data_file("moo3.extxyz"), 0, 10)));
    return result;
}

std::shared_ptr<const descriptor> moo3_descriptor() {
    return std::make_shared<const descriptor>(
        read_extxyz(data_file("moo3_reference.extxyz")).front().geometry, bond_rule{},
        descriptor_options{.max_walk_hops = hop_count{2}, .max_neighbor_hops = hop_count{1}});
}

trainer make_trainer(const atomic_training_settings& settings, bool with_validation = true) {
    return {moo3_descriptor(),
            {structures(), training,
             with_validation ? std::span<const std::size_t>{validation} : std::span<const std::size_t>{}},
            force_targets,
            settings};
}

atomic_training_settings short_run(network_choice networks = network_choice::site, std::uint64_t seed = 1) {
    return {
        networks, {4, 4}, {.epochs = 8, .batch_structures = 3, .adam = {}, .schedule = {}, .seed = seed}, {}};
}

std::vector<float> parameters(const atomic_model<float>& model) {
    std::vector<float> all;
    for (const auto& trained : model.networks())
        all.insert(all.end(), trained.net.parameters().begin(), trained.net.parameters().end());
    return all;
}

std::vector<float> trained_parameters(const atomic_training_settings& settings, std::size_t thread_count) {
    trainer t = make_trainer(settings);
    worker_pool pool{thread_count};
    train(t, pool);
    return parameters(t.model());
}

/// Root mean squared error of the forces on some structures, by the model itself.
double force_rmse(const atomic_model<float>& model, std::span<const std::size_t> indices) {
    double sum = 0.0;
    double count = 0.0;
    for (const std::size_t index : indices) {
        const labeled_structure& labeled = structures()[index];
        auto space = model.make_workspace(labeled.geometry);
        std::vector<double> forces(3 * labeled.geometry.atom_count());
        model.evaluate(space, flat(labeled.geometry.positions()), forces);
        for (std::size_t k = 0; k < forces.size(); ++k) {
            const double error = forces[k] - (*labeled.forces)[k / 3][static_cast<Eigen::Index>(k % 3)];
            sum += error * error;
            ++count;
        }
    }
    return std::sqrt(sum / count);
}

} // namespace

TEST_CASE("the same seed gives the same bits for any number of threads") {
    for (const network_choice networks :
         {network_choice::shared, network_choice::species, network_choice::site}) {
        const auto once = trained_parameters(short_run(networks), 1);
        CHECK(once == trained_parameters(short_run(networks), 1));
        CHECK(once == trained_parameters(short_run(networks), 2));
        CHECK(once == trained_parameters(short_run(networks), 3));
        CHECK(once != trained_parameters(short_run(networks, 2), 1));
    }
}

TEST_CASE("a training resumed from a checkpoint at any epoch ends like the uninterrupted one, bit by bit") {
    const temporary_directory folder;
    worker_pool pool{2};
    trainer uninterrupted = make_trainer(short_run());
    train(uninterrupted, pool);
    for (const std::uint64_t stop : {0U, 1U, 3U, 7U, 8U}) {
        CAPTURE(stop);
        trainer first = make_trainer(short_run());
        while (first.epoch() < stop)
            first.run_epoch(pool);
        save_checkpoint<float>(folder.path() / "c", {"settings", "curve", first.state()});
        trainer second = make_trainer(short_run());
        second.run_epoch(pool); // leaves nothing behind
        second.restore(load_checkpoint<float>(folder.path() / "c").networks);
        CHECK(second.epoch() == stop);
        train(second, pool);
        CHECK(second.state() == uninterrupted.state());
        CHECK(second.best_epochs() == uninterrupted.best_epochs());
        CHECK(second.best_rmse() == uninterrupted.best_rmse());
        CHECK(parameters(second.model()) == parameters(uninterrupted.model()));
    }
}

TEST_CASE("reported errors are those of the model, in units of the target") {
    worker_pool pool{1};
    for (const bool with_validation : {true, false})
        for (const network_choice networks : {network_choice::shared, network_choice::site}) {
            trainer t = make_trainer(short_run(networks), with_validation);
            std::vector<double> seen;
            train(t, pool, [&](const epoch_errors& report) {
                CHECK(report.epoch == seen.size() + 1);
                CHECK(report.learning_rate > 0.0);
                CHECK(report.validation_rmse.has_value() == with_validation);
                seen.push_back(report.validation_rmse.value_or(report.training_rmse));
            });
            CHECK(seen.size() == 8);
            CHECK(t.is_finished());
            CHECK(t.best_epochs().size() == (networks == network_choice::shared ? 1 : 4));
            if (networks == network_choice::shared)
                CHECK(t.best_rmse() ==
                      doctest::Approx(*std::min_element(seen.begin(), seen.end())).epsilon(1e-12));
            else
                CHECK(t.best_rmse() <= *std::min_element(seen.begin(), seen.end()) * (1.0 + 1e-12));
            if (with_validation)
                CHECK(t.best_rmse() == doctest::Approx(force_rmse(t.model(), validation)).epsilon(1e-4));
        }
}

TEST_CASE("training lowers the error well below that of predicting the mean") {
    auto settings = short_run();
    settings.regression.epochs = 300;
    settings.hidden = {16, 32};
    trainer t = make_trainer(settings);
    worker_pool pool{2};
    const double start = t.run_epoch(pool).training_rmse;
    train(t, pool);
    CHECK(force_rmse(t.model(), training) < 0.6 * start);
    CHECK(t.best_rmse() < 0.8 * start);
}

TEST_CASE("the number of epochs can be set before the first one") {
    auto settings = short_run();
    settings.regression.epochs = 1000;
    trainer t = make_trainer(settings);
    t.set_epochs(8);
    worker_pool pool{1};
    train(t, pool);
    CHECK(t.epoch() == 8);
    CHECK(parameters(t.model()) == trained_parameters(short_run(), 1));
}

TEST_CASE("networks of one model start from different weights") {
    const auto model = make_trainer(short_run()).model();
    const auto first = model.networks()[0].net.weights(1);
    const auto second = model.networks()[1].net.weights(1);
    CHECK(first != second);
}

TEST_CASE("states of other networks are refused") {
    trainer sites = make_trainer(short_run());
    const trainer shared = make_trainer(short_run(network_choice::shared));
    CHECK_THROWS_AS(sites.restore(shared.state()), invalid_option);
    auto wider = short_run();
    wider.hidden = {5, 4};
    CHECK_THROWS_AS(sites.restore(make_trainer(wider).state()), invalid_option);
}

TEST_CASE("descriptors that are missing or see nothing are refused") {
    CHECK_THROWS_WITH_AS((trainer{nullptr, {structures(), training, {}}, force_targets, short_run()}),
                         "there is no descriptor", invalid_option);
    const auto without_bonds = std::make_shared<const descriptor>(
        moo3_descriptor()->reference(), bond_rule{0.5}, descriptor_options{.max_walk_hops = hop_count{2}});
    CHECK_THROWS_WITH_AS((trainer{without_bonds, {structures(), training, {}}, force_targets, short_run()}),
                         doctest::Contains("network 0 would have no inputs"), invalid_option);
}

TEST_CASE("settings and data that cannot be trained are refused") {
    auto settings = short_run();
    settings.hidden = {};
    CHECK_THROWS_AS(make_trainer(settings), invalid_option);
    settings = short_run();
    settings.regression.batch_structures = 0;
    CHECK_THROWS_AS(make_trainer(settings), invalid_option);
    auto unlabeled = structures();
    unlabeled[4].forces.reset();
    CHECK_THROWS_WITH_AS((trainer{moo3_descriptor(), {unlabeled, training, {}}, force_targets, short_run()}),
                         "structure 4 has no forces to learn", invalid_dataset);
}

TEST_CASE("the suggested weight decay grows with the parameters per sample within its limits") {
    CHECK(suggested_weight_decay(1000, 1000000) == 0.1);
    CHECK(suggested_weight_decay(4000, 1000) == doctest::Approx(0.2));
    CHECK(suggested_weight_decay(1000000, 1000) == 0.5);
}

} // namespace tinynet::test::atomic_trainer_test
