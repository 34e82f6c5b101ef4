// SPDX-License-Identifier: MIT
#include <tinynet/training/energy_trainer.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/moments/repulsion.hpp>
#include <tinynet/training/train.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <span>
#include <type_traits>
#include <vector>

namespace tinynet::test::energy_trainer_test {

const moment_options options{.cutoff = 4.0, .weight_count = 4, .orbital_count = 3, .max_angular_momentum = 2};

std::vector<labeled_structure> labeled_by_a_model(std::size_t count) {
    return labeled_by(random_moment_model<double>(options, moment_species), count);
}

energy_training_settings quick_settings(std::size_t epochs) {
    energy_training_settings settings;
    settings.moments = options;
    settings.hidden = {8};
    settings.epochs = epochs;
    settings.weight_decay = 0.0;
    return settings;
}

const std::vector<std::size_t> training{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
const std::vector<std::size_t> validation{10, 11};

/// Of the second species.
std::vector<float> weights(const moment_model<float>& model, std::size_t member) {
    const auto all = model.networks()[1].nets[member].parameters();
    return {all.begin(), all.end()};
}

struct trained_models {
    moment_model<float> model;
    moment_model<float> control;
};

trained_models trained(std::span<const labeled_structure> structures, std::span<const std::size_t> learned,
                       std::span<const std::size_t> validated) {
    worker_pool pool{2};
    energy_trainer<float> trainer{structures, learned, validated, quick_settings(6), pool};
    train(trainer, pool);
    return {trainer.model(), trainer.control()};
}

static_assert(!std::is_copy_constructible_v<energy_trainer<float>>);
static_assert(!std::is_move_constructible_v<energy_trainer<float>>);

TEST_CASE("a training learns what a model says about structures of different cells and atoms") {
    const auto structures = labeled_by_a_model(12);
    worker_pool pool{1};
    energy_trainer<float> trainer{structures, training, validation, quick_settings(300), pool};
    const double before = trainer.run_epoch(pool).training_rmse;
    double after = 0.0;
    train(trainer, pool, [&](const epoch_errors& epoch) { after = epoch.training_rmse; });
    CHECK(after < 0.2 * before);
    const auto model = trainer.model();
    const auto found = evaluate(model, structures[0].geometry);
    CHECK(std::abs(found.energy - *structures[0].energy) < 0.5);
}

TEST_CASE("the model knows the shortest distances of training and validation, and repels what is closer") {
    auto structures = labeled_by_a_model(12);
    worker_pool pool{1};
    energy_trainer<double> trainer{structures, training, validation, quick_settings(1), pool};
    const auto model = trainer.model();
    const auto kinds = model.known_species();
    std::vector<double> shortest(kinds.size() * kinds.size(), model.cutoff());
    const auto number_of = [&](species kind) {
        return static_cast<std::size_t>(std::ranges::find(kinds, kind) - kinds.begin());
    };
    for (const labeled_structure& labeled : structures) {
        const structure& atoms = labeled.geometry;
        const neighbor_list pairs{atoms, model.cutoff()};
        for (std::size_t i = 0; i < atoms.atom_count(); ++i)
            for (const neighbor& pair : pairs.neighbors(atom_index{i})) {
                double& known = shortest[number_of(atoms.species()[i]) * kinds.size() +
                                         number_of(atoms.species()[pair.atom])];
                known = std::min(known, pair.vector.norm());
            }
    }
    for (std::size_t one = 0; one < kinds.size(); ++one)
        for (std::size_t other = 0; other < kinds.size(); ++other) {
            const double found = model.networks()[one].shortest_distances[other];
            const double expected = shortest[one * kinds.size() + other];
            CHECK(found == doctest::Approx(expected < model.cutoff() ? expected : 0.0));
        }
    const auto energy_of_pair = [&](double distance) {
        return evaluate(model, structure{cell{20.0 * matrix3::Identity()},
                                         {kinds[0], kinds[0]},
                                         {vector3::Zero(), vector3{distance, 0.0, 0.0}}})
            .energy;
    };
    const double start = model.networks()[0].shortest_distances[0];
    CHECK(energy_of_pair(start - 1.0) > energy_of_pair(start) + 40.0);
}

TEST_CASE("a species that only other structures have is none that the model knows") {
    auto structures = labeled_by_a_model(13);
    structures[12].geometry = structure{cell{}, {species{"H"}}, {vector3::Zero()}};
    worker_pool pool{1};
    const energy_trainer<float> trainer{structures, training, validation, quick_settings(1), pool};
    const auto model = trainer.model();
    CHECK(std::ranges::find(model.known_species(), species{"H"}) == model.known_species().end());
    CHECK_THROWS_AS(evaluate(model, structures[12].geometry), unknown_species);
}

TEST_CASE("a pair within a rounding of the cutoff makes no wall beyond it") {
    constexpr double cutoff = 5.4; // less than the nearest number in single precision
    labeled_structure pair;
    pair.geometry =
        structure{cell{}, {species{"O"}, species{"O"}}, {vector3::Zero(), vector3{cutoff - 1e-12, 0.0, 0.0}}};
    pair.energy = -1.0;
    energy_training_settings settings = quick_settings(1);
    settings.moments.cutoff = cutoff;
    worker_pool pool{1};
    const std::vector<labeled_structure> structures{pair};
    const energy_trainer<float> trainer{structures, std::vector<std::size_t>{0}, {}, settings, pool};
    CHECK(trainer.model().networks().front().shortest_distances.front() == cutoff);
}

TEST_CASE("any number of threads gives the same bits, and so does a training that was interrupted") {
    const auto structures = labeled_by_a_model(12);
    const auto parameters_of = [](const energy_trainer<float>& trainer) { return trainer.state(); };
    worker_pool one{1};
    energy_trainer<float> whole{structures, training, validation, quick_settings(12), one};
    train(whole, one);
    worker_pool three{3};
    energy_trainer<float> shared{structures, training, validation, quick_settings(12), three};
    train(shared, three);
    CHECK(parameters_of(whole) == parameters_of(shared));
    energy_trainer<float> moved{structures, training, validation, quick_settings(12), one};
    train(moved, three);
    CHECK(parameters_of(whole) == parameters_of(moved));
    energy_trainer<float> first{structures, training, validation, quick_settings(12), one};
    for (int epoch = 0; epoch < 5; ++epoch)
        first.run_epoch(one);
    energy_trainer<float> second{structures, training, validation, quick_settings(12), one};
    second.restore(first.state());
    train(second, one);
    CHECK(parameters_of(whole) == parameters_of(second));
}

TEST_CASE(
    "the first member of a committee is the training without one, and a restored committee goes on alike") {
    const auto structures = labeled_by_a_model(12);
    worker_pool pool{2};
    energy_trainer<float> single{structures, training, validation, quick_settings(6), pool};
    train(single, pool);
    auto settings = quick_settings(6);
    settings.committee = 3;
    energy_trainer<float> committee{structures, training, validation, settings, pool};
    energy_trainer<float> resumed{structures, training, validation, settings, pool};
    for (int epoch = 0; epoch < 2; ++epoch)
        committee.run_epoch(pool);
    resumed.restore(committee.state());
    train(committee, pool);
    train(resumed, pool);
    CHECK(committee.state() == resumed.state());
    const auto model = committee.model();
    CHECK(model.member_count() == 3);
    CHECK(weights(model, 0) == weights(single.model(), 0));
    CHECK(weights(model, 0) != weights(model, 1));
    CHECK(committee.control().member_count() == 1);
    CHECK(weights(committee.control(), 0) == weights(single.control(), 0));
    CHECK_THROWS_AS(committee.restore(single.state()), invalid_option);
}

TEST_CASE("the model learns from the validation structures as if they were for training") {
    const auto structures = labeled_by_a_model(12);
    auto all = training;
    all.insert(all.end(), validation.begin(), validation.end());
    const auto without_validation = trained(structures, all, {});
    const auto with_validation = trained(structures, training, validation);
    CHECK(weights(with_validation.model, 0) == weights(without_validation.model, 0));
    CHECK(weights(with_validation.control, 0) != weights(with_validation.model, 0));
    CHECK(weights(without_validation.control, 0) == weights(without_validation.model, 0));
}

TEST_CASE("the control knows nothing of the validation structures, and its error on them is the one shown") {
    auto structures = labeled_by_a_model(12);
    // No pair is closer than in training, so that no wall of the model adds to the errors.
    structures[10].geometry = structures[0].geometry;
    structures[11].geometry = structures[1].geometry;
    structures[10].forces = structures[0].forces;
    structures[11].forces = structures[1].forces;
    const auto before = trained(structures, training, validation);
    // Energies of the species and the scale of the forces, which all share, stay as they are.
    for (const std::size_t k : validation)
        for (vector3& force : *structures[k].forces)
            force = -force;
    const auto after = trained(structures, training, validation);
    CHECK(weights(after.control, 0) == weights(before.control, 0));
    CHECK(weights(after.model, 0) != weights(before.model, 0));

    worker_pool pool{1};
    energy_trainer<float> trainer{structures, training, validation, quick_settings(1), pool};
    const epoch_errors report = trainer.run_epoch(pool);
    double squares = 0.0;
    double count = 0.0;
    for (const std::size_t k : validation) {
        const auto found = evaluate(trainer.control(), structures[k].geometry);
        for (std::size_t i = 0; i < found.forces.size(); ++i) {
            squares += (found.forces[i] - (*structures[k].forces)[i]).squaredNorm();
            count += 3.0;
        }
    }
    CHECK(*report.validation_rmse == doctest::Approx(std::sqrt(squares / count)).epsilon(1e-4));
}

TEST_CASE("the repulsion is not learned by the networks, yet part of what the model says") {
    auto structures = labeled_by_a_model(12);
    auto settings = quick_settings(4);
    settings.moments.repulsion_cutoff = 2.0; // atoms are 1.6 Å apart and more
    worker_pool pool{1};
    const auto model_of = [&](std::span<const labeled_structure> data, const energy_training_settings& by) {
        energy_trainer<double> trainer{data, training, validation, by, pool};
        train(trainer, pool);
        return trainer.model();
    };
    const auto with = model_of(structures, settings);
    std::vector<labeled_structure> bare;
    for (const labeled_structure& one : structures)
        bare.push_back(without_repulsion(one, 2.0));
    settings.moments.repulsion_cutoff = 0.0;
    const auto without = model_of(bare, settings);
    const auto sum = evaluate(with, structures[3].geometry);
    const auto rest = evaluate(without, structures[3].geometry);
    for (std::size_t i = 0; i < sum.forces.size(); ++i) {
        const vector3 repulsion = (*structures[3].forces)[i] - (*bare[3].forces)[i];
        CHECK((sum.forces[i] - rest.forces[i] - repulsion).norm() < 1e-8);
    }
}

TEST_CASE("energies alone, forces alone and no validation structures will do") {
    auto structures = labeled_by_a_model(10);
    worker_pool pool{1};
    for (auto& one : structures) {
        one.energy.reset();
        one.stress.reset();
    }
    energy_trainer<float> of_forces{structures, training, {}, quick_settings(3), pool};
    CHECK(of_forces.learns_forces());
    CHECK(of_forces.run_epoch(pool).training_rmse > 0.0);
    structures = labeled_by_a_model(10);
    for (auto& one : structures)
        one.forces.reset();
    energy_trainer<float> of_energies{structures, training, {}, quick_settings(3), pool};
    CHECK(!of_energies.learns_forces());
    const auto report = of_energies.run_epoch(pool);
    CHECK(report.training_rmse > 0.0);
    CHECK(!report.validation_rmse);
}

TEST_CASE("validation structures without forces have no error of forces") {
    auto structures = labeled_by_a_model(12);
    for (const std::size_t k : validation)
        structures[k].forces.reset();
    worker_pool pool{1};
    energy_trainer<float> trainer{structures, training, validation, quick_settings(1), pool};
    CHECK(!trainer.run_epoch(pool).validation_rmse);
}

TEST_CASE("a stress is learned only where there is a volume") {
    auto structures = labeled_by_a_model(4);
    for (labeled_structure& one : structures) {
        const structure& atoms = one.geometry;
        one.geometry = structure{cell{},
                                 {atoms.species().begin(), atoms.species().end()},
                                 {atoms.positions().begin(), atoms.positions().end()}};
        one.stress = matrix3::Identity();
    }
    const std::vector<std::size_t> all{0, 1, 2, 3};
    const auto with = trained(structures, all, {});
    for (labeled_structure& one : structures)
        one.stress.reset();
    CHECK(weights(with.model, 0) == weights(trained(structures, all, {}).model, 0));
}

TEST_CASE("settings and data that make no sense are refused") {
    const auto structures = labeled_by_a_model(2);
    worker_pool pool{1};
    const std::vector<std::size_t> both{0, 1};
    auto settings = quick_settings(1);
    CHECK_THROWS_AS((energy_trainer<float>{structures, {}, {}, settings, pool}), invalid_dataset);
    auto with_nothing = structures;
    with_nothing[1] = {structure{}, 0.0, {}, {}, {}};
    CHECK_THROWS_WITH_AS((energy_trainer<float>{with_nothing, both, {}, settings, pool}),
                         doctest::Contains("structure 1 has no atoms"), invalid_dataset);
    settings.batch_structures = 0;
    CHECK_THROWS_AS((energy_trainer<float>{structures, both, {}, settings, pool}), invalid_option);
    settings = quick_settings(1);
    settings.committee = 0;
    CHECK_THROWS_AS((energy_trainer<float>{structures, both, {}, settings, pool}), invalid_option);
    settings = quick_settings(1);
    settings.loss.force_weight = -1.0;
    CHECK_THROWS_AS((energy_trainer<float>{structures, both, {}, settings, pool}), invalid_option);
    settings.loss = {0.0, 0.0, 1.0};
    CHECK_THROWS_AS((energy_trainer<float>{structures, both, {}, settings, pool}), invalid_option);
}

TEST_CASE("a training that diverges says so") {
    const auto structures = labeled_by_a_model(2);
    worker_pool pool{1};
    auto settings = quick_settings(50);
    settings.schedule.peak_rate = 1e38;
    energy_trainer<float> trainer{structures, std::vector<std::size_t>{0, 1}, {}, settings, pool};
    CHECK_THROWS_WITH_AS(train(trainer, pool), doctest::Contains("the training diverged at epoch"),
                         invalid_dataset);
}

TEST_CASE("the state of another training is refused") {
    const auto structures = labeled_by_a_model(2);
    worker_pool pool{1};
    const std::vector<std::size_t> both{0, 1};
    energy_trainer<float> trainer{structures, both, {}, quick_settings(1), pool};
    const auto states = trainer.state();
    CHECK_THROWS_AS(trainer.restore(std::span{states}.first(1)), invalid_option);
    auto settings = quick_settings(1);
    settings.hidden = {9};
    energy_trainer<float> wider{structures, both, {}, settings, pool};
    CHECK_THROWS_AS(wider.restore(states), invalid_option);
}

} // namespace tinynet::test::energy_trainer_test
