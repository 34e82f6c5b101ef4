// SPDX-License-Identifier: MIT
#include <tinynet/model/moment_model.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_neighborhoods.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>
#include <span>
#include <utility>
#include <vector>

namespace tinynet::test::moment_model_test {

/// A descriptor and what stands on it.
struct model_choice {
    moment_options options;
    std::vector<std::size_t> hidden{7, 5};
    std::size_t members = 1;
    bool has_walls = false;
};

/// What `tinynet train energy` makes unless told otherwise.
const model_choice default_choice{.options = {}, .hidden = {32}, .members = 2, .has_walls = true};

const std::vector<model_choice> all_choices{
    {{.cutoff = 4.5, .weight_count = 5, .orbital_count = 0}},
    {{.cutoff = 4.5, .weight_count = 1, .orbital_count = 1, .max_angular_momentum = 0}},
    {{.cutoff = 4.5, .weight_count = 3, .orbital_count = 9, .max_angular_momentum = 2}},
    {{.cutoff = 5.0, .weight_count = 4, .orbital_count = 2, .max_angular_momentum = 4}},
    {{.cutoff = 4.0, .weight_count = 16, .orbital_count = 3, .max_angular_momentum = 3}},
    {{.cutoff = 4.0, .weight_count = 3, .orbital_count = 0, .repulsion_cutoff = 1.9}, {7, 5}, 1, true},
    default_choice,
};

template <typename Real>
moment_model<Real> random_model(const model_choice& choice) {
    const auto model =
        random_moment_model<Real>(choice.options, moment_species, 1, choice.hidden, choice.members);
    std::vector<species_network<Real>> networks(model.networks().begin(), model.networks().end());
    if (choice.has_walls)
        for (auto& own : networks)
            own.shortest_distances = {1.6, 0.0, 2.1};
    return {choice.options, std::move(networks), model.scale()};
}

structure random_atoms(random_engine& rng) {
    return random_structure(rng, static_cast<std::size_t>(random_integer(rng, 1, 7)), moment_species,
                            {random_integer(rng, 0, 3) > 0, random_integer(rng, 0, 3) > 0, true}, 1.3);
}

TEST_CASE("property: forces are minus the gradient of the energy") {
    random_engine rng{1};
    for (const model_choice& choice : all_choices) {
        const auto model = random_model<double>(choice);
        for (int k = 0; k < 100; ++k) {
            const structure atoms = random_atoms(rng);
            const auto results = evaluate(model, atoms);
            const auto i =
                static_cast<std::size_t>(random_integer(rng, 0, static_cast<int>(atoms.atom_count()) - 1));
            for (Eigen::Index axis = 0; axis < 3; ++axis) {
                constexpr double step = 1e-4;
                const auto energy_at = [&](double by) {
                    std::vector<vector3> moved(atoms.positions().begin(), atoms.positions().end());
                    moved[i][axis] += by;
                    return evaluate(model, with_positions(atoms, moved)).energy;
                };
                const double slope = (8.0 * (energy_at(step) - energy_at(-step)) -
                                      (energy_at(2 * step) - energy_at(-2 * step))) /
                                     (12.0 * step);
                CHECK(std::abs(results.forces[i][axis] + slope) < 1e-7);
            }
        }
    }
}

TEST_CASE("property: the virial is minus the derivative with respect to strain") {
    random_engine rng{2};
    for (const model_choice& choice : all_choices) {
        const auto model = random_model<double>(choice);
        for (int k = 0; k < 100; ++k) {
            const structure atoms = random_atoms(rng);
            const matrix3 virial = evaluate(model, atoms).virial;
            for (int direction = 0; direction < 3; ++direction) {
                const auto numbers = random_numbers(rng, 9);
                const matrix3 strain = Eigen::Map<const matrix3>{numbers.data()};
                constexpr double step = 1e-4;
                const auto energy_at = [&](double by) {
                    return evaluate(model, rotated(atoms, matrix3{matrix3::Identity() + by * strain})).energy;
                };
                const double slope = (8.0 * (energy_at(step) - energy_at(-step)) -
                                      (energy_at(2 * step) - energy_at(-2 * step))) /
                                     (12.0 * step);
                CHECK(std::abs(virial.cwiseProduct(strain).sum() + slope) <
                      1e-6 * std::max(1.0, virial.norm()));
            }
        }
    }
}

TEST_CASE("property: rotation, reflection, translation, exchange and replication change nothing") {
    random_engine rng{3};
    for (const model_choice& choice : all_choices) {
        const auto model = random_model<double>(choice);
        for (int k = 0; k < 100; ++k) {
            const structure atoms = random_atoms(rng);
            const auto results = evaluate(model, atoms);
            const double tolerance = 1e-11 * std::max(1.0, std::abs(results.energy));
            const std::size_t count = atoms.atom_count();
            const auto same_forces = [&](const moment_results& found, const auto& place_of) {
                for (std::size_t i = 0; i < found.forces.size(); ++i)
                    CHECK((found.forces[i] - results.forces[place_of(i)]).norm() < tolerance);
            };
            matrix3 rotation = random_rotation(rng);
            if (k % 2 == 0)
                rotation = -rotation;
            const auto turned = evaluate(model, rotated(atoms, rotation));
            CHECK(std::abs(turned.energy - results.energy) < tolerance);
            for (std::size_t i = 0; i < atoms.atom_count(); ++i)
                CHECK((turned.forces[i] - rotation * results.forces[i]).norm() < tolerance);
            CHECK((turned.virial - rotation * results.virial * rotation.transpose()).norm() <
                  1e-11 * std::max(1.0, results.virial.norm()));
            for (const structure& moved :
                 {translated(atoms, {0.3, -1.7, 20.2}), with_lattice_shifts(atoms, rng)}) {
                const auto found = evaluate(model, moved);
                CHECK(std::abs(found.energy - results.energy) < tolerance);
                same_forces(found, [](std::size_t i) { return i; });
            }
            std::vector<std::size_t> order(atoms.atom_count());
            std::iota(order.rbegin(), order.rend(), std::size_t{0});
            const auto exchanged = evaluate(model, permuted(atoms, order));
            CHECK(std::abs(exchanged.energy - results.energy) < tolerance);
            same_forces(exchanged, [&](std::size_t i) { return order[i]; });
            const auto [a, b, c] = atoms.cell().periodic();
            const auto larger = evaluate(model, supercell(atoms, a ? 2 : 1, b ? 2 : 1, c ? 3 : 1));
            const double copies = (a ? 2.0 : 1.0) * (b ? 2.0 : 1.0) * (c ? 3.0 : 1.0);
            CHECK(std::abs(larger.energy - copies * results.energy) < copies * tolerance);
            same_forces(larger, [&](std::size_t i) { return i % count; });
        }
    }
}

TEST_CASE("property: forces add up to zero and atomic energies to the energy") {
    random_engine rng{4};
    const auto check = [&](const auto& model) {
        for (int k = 0; k < 100; ++k) {
            const auto results = evaluate(model, random_atoms(rng));
            vector3 sum = vector3::Zero();
            for (const vector3& force : results.forces)
                sum += force;
            CHECK(sum.norm() < 1e-10);
            CHECK(std::accumulate(results.atomic_energies.begin(), results.atomic_energies.end(), 0.0) ==
                  doctest::Approx(results.energy).epsilon(1e-12));
        }
    };
    for (const model_choice& choice : all_choices) {
        check(random_model<double>(choice));
        check(random_model<float>(choice));
    }
}

TEST_CASE("energy and forces are continuous where a neighbor comes within reach") {
    for (const model_choice& choice : all_choices) {
        const auto model = random_model<double>(choice);
        const double cutoff = choice.options.cutoff;
        const auto at = [&](double distance) {
            return evaluate(model,
                            structure{cell{},
                                      {species{"Ti"}, species{"O"}, species{"O"}},
                                      {vector3{0, 0, 0}, vector3{distance, 0, 0}, vector3{0, 1.9, 0}}});
        };
        constexpr double step = 1e-5;
        const auto farther = at(cutoff + 3 * step);
        const auto outside = at(cutoff + step);
        const auto inside = at(cutoff - step);
        const double force = 0.5 * (inside.forces[1][0] + outside.forces[1][0]);
        CHECK(std::abs(outside.energy - inside.energy + 2 * step * force) < 1e-12);
        CHECK((inside.forces[1] - outside.forces[1]).norm() <
              1.1 * (outside.forces[1] - farther.forces[1]).norm() + 1e-9);
    }
}

TEST_CASE(
    "property: the force is smooth from close atoms to beyond the cutoff, walls and repulsion included") {
    constexpr double step = 0.005;
    constexpr std::size_t window = 40;
    for (const model_choice& choice : all_choices) {
        const auto model = random_model<double>(choice);
        std::vector<double> forces;
        for (double distance = 1.2; distance < choice.options.cutoff + 0.3; distance += step)
            forces.push_back(
                evaluate(model, structure{cell{},
                                          {species{"Ti"}, species{"O"}, species{"O"}},
                                          {vector3{0, 0, 0}, vector3{distance, 0, 0}, vector3{0, 1.9, 0}}})
                    .forces[1][0]);
        // Without jump and kink, second differences fall with the square of the step.
        for (std::size_t from = 2; from + window + 2 < forces.size(); from += window) {
            std::array<double, 2> roughest{};
            for (std::size_t k = from; k < from + window; ++k)
                for (const std::size_t by : {1U, 2U})
                    roughest[by - 1] = std::max(roughest[by - 1],
                                                std::abs(forces[k - by] - 2.0 * forces[k] + forces[k + by]));
            CAPTURE(1.2 + step * static_cast<double>(from));
            CHECK(roughest[0] < 0.4 * roughest[1] + 1e-9);
        }
    }
}

TEST_CASE("an atom alone has the energy of an atom alone and no force") {
    const auto model = random_model<double>(all_choices[2]);
    const auto one = evaluate(model, structure{cell{}, {species{"Ti"}}, {vector3{1, 2, 3}}});
    const auto two = evaluate(
        model, structure{cell{}, {species{"Ti"}, species{"Ti"}}, {vector3{1, 2, 3}, vector3{1, 2, 30}}});
    CHECK(one.forces[0].norm() == 0.0);
    CHECK(two.energy == doctest::Approx(2.0 * one.energy).epsilon(1e-14));
}

TEST_CASE("float agrees with double") {
    random_engine rng{5};
    const auto fine = random_model<double>(default_choice);
    const auto coarse = random_model<float>(default_choice);
    for (int k = 0; k < 20; ++k) {
        const structure atoms = random_atoms(rng);
        const auto expected = evaluate(fine, atoms);
        const auto found = evaluate(coarse, atoms);
        CHECK(std::abs(found.energy - expected.energy) < 1e-4 * static_cast<double>(atoms.atom_count()));
        for (std::size_t i = 0; i < atoms.atom_count(); ++i)
            CHECK((found.forces[i] - expected.forces[i]).norm() < 1e-3 * (1.0 + expected.forces[i].norm()));
    }
}

TEST_CASE("any number of threads gives the same bits") {
    random_engine rng{6};
    const structure atoms =
        supercell(random_structure(rng, 9, moment_species, {true, true, true}, 1.3), 3, 2, 2);
    const auto model = random_model<float>(default_choice);
    const auto expected = evaluate(model, atoms);
    for (const std::size_t threads : {1U, 2U, 5U}) {
        worker_pool pool{threads};
        auto space = model.make_workspace(atoms, threads);
        std::vector<vector3> forces(atoms.atom_count());
        std::array<double, 9> virial{};
        const auto found = model.evaluate(space, flat(atoms.positions()), flat(forces), virial, pool);
        CHECK(found.energy == expected.energy);
        CHECK(forces == expected.forces);
        CHECK(Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>{virial.data()} ==
              expected.virial);
    }
}

TEST_CASE("a committee says the mean of what its members say, one by one or together") {
    random_engine rng{9};
    const structure atoms = random_structure(rng, 12, moment_species, {true, true, true}, 1.3);
    for (const model_choice& choice : all_choices) {
        const auto model = random_moment_model<double>(choice.options, moment_species, 1, choice.hidden, 3);
        REQUIRE(model.member_count() == 3);
        auto space = model.make_workspace(atoms);
        committee_results members;
        model.evaluate_members(space, flat(atoms.positions()), members);
        REQUIRE(members.member_count() == 3);
        const auto mean = evaluate(model, atoms);
        double energy = 0.0;
        std::vector<double> forces(3 * atoms.atom_count());
        for (std::size_t member = 0; member < 3; ++member) {
            std::vector<species_network<double>> alone(model.networks().begin(), model.networks().end());
            for (auto& own : alone) {
                own.nets = {own.nets[member]};
                own.orbitals = {own.orbitals[member]};
            }
            const auto expected = evaluate(moment_model<double>{choice.options, alone, model.scale()}, atoms);
            CHECK(members.energies[member] == doctest::Approx(expected.energy).epsilon(1e-13));
            energy += expected.energy / 3.0;
            for (std::size_t k = 0; k < forces.size(); ++k) {
                const double force = flat(expected.forces)[k];
                CHECK(std::abs(members.forces[member * forces.size() + k] - force) < 1e-12);
                forces[k] += force / 3.0;
            }
        }
        CHECK(mean.energy == doctest::Approx(energy).epsilon(1e-13));
        for (std::size_t k = 0; k < forces.size(); ++k)
            CHECK(std::abs(flat(mean.forces)[k] - forces[k]) < 1e-11);
        // The same workspace serves the mean again.
        std::vector<vector3> again(atoms.atom_count());
        CHECK(model.evaluate(space, flat(atoms.positions()), flat(again)).energy == mean.energy);
        CHECK(again == mean.forces);
    }
}

TEST_CASE("after a cell was refused, members say what they say of a new workspace") {
    const auto model = random_moment_model<double>({}, moment_species, 1, {7}, 2);
    const structure atoms = perovskite(4.0);
    std::vector<double> forces(3 * atoms.atom_count());
    committee_results expected;
    auto fresh = model.make_workspace(atoms);
    model.evaluate_members(fresh, flat(atoms.positions()), expected);
    auto space = model.make_workspace(atoms);
    model.set_cell(space, cell{1e-3 * atoms.cell().rows()});
    CHECK_THROWS_AS(model.evaluate(space, flat(atoms.positions()), forces), error);
    model.set_cell(space, atoms.cell());
    committee_results members;
    model.evaluate_members(space, flat(atoms.positions()), members);
    CHECK(members.energies == expected.energies);
    CHECK(members.forces == expected.forces);
}

TEST_CASE("describe() gives the moments of every atom") {
    random_engine rng{4};
    const structure atoms = random_structure(rng, 6, moment_species, {true, true, true}, 1.3);
    const auto model = random_model<double>(all_choices[2]);
    auto space = model.make_workspace(atoms);
    std::vector<bool> seen(6, false);
    model.describe(space, flat(atoms.positions()),
                   [&](std::size_t atom, std::size_t kind, const auto& features) {
                       CHECK(model.known_species()[kind] == atoms.species()[atom]);
                       CHECK(static_cast<std::size_t>(features.size()) == model.feature_count());
                       seen[atom] = true;
                   });
    CHECK(std::ranges::all_of(seen, [](bool s) { return s; }));
}

TEST_CASE("an energy that overflows is refused") {
    const auto good = random_moment_model<double>({}, moment_species);
    std::vector<species_network<double>> networks(good.networks().begin(), good.networks().end());
    for (species_network<double>& n : networks)
        n.constant = 1e308;
    const moment_model<double> model{good.options(), networks, good.scale()};
    const structure atoms = supercell(perovskite(4.0), 1, 1, 1);
    auto space = model.make_workspace(atoms);
    std::vector<double> forces(3 * atoms.atom_count());
    CHECK_THROWS_WITH_AS(model.evaluate(space, flat(atoms.positions()), forces),
                         doctest::Contains("the energy"), invalid_structure);
    committee_results results;
    CHECK_THROWS_WITH_AS(model.evaluate_members(space, flat(atoms.positions()), results),
                         doctest::Contains("the energies"), invalid_structure);
}

TEST_CASE("bad input is refused and named") {
    const auto model = random_moment_model<float>(all_choices[0].options, std::span{moment_species}.first(2));
    const structure known{cell{}, {species{"O"}}, {vector3{0, 0, 0}}};
    CHECK_THROWS_WITH_AS(
        model.make_workspace({cell{}, {species{"O"}, species{"Ba"}}, {vector3{0, 0, 0}, vector3{3, 0, 0}}}),
        "atom 1 is Ba, a species that the model does not know", unknown_species);
    CHECK_THROWS_AS(model.make_workspace(known, 0), invalid_option);
    CHECK_THROWS_AS(model.make_workspace(known, 1, -0.1), invalid_option);
    auto space = model.make_workspace(known);
    std::vector<double> numbers(3);
    std::vector<double> more(6);
    CHECK_THROWS_AS(model.evaluate(space, more, numbers), invalid_structure);
    worker_pool two{2};
    CHECK_THROWS_WITH_AS(model.evaluate(space, numbers, numbers, {}, two),
                         "the workspace was made for 1 threads, the pool has 2", invalid_option);
    CHECK_THROWS_AS(model.evaluate(space, numbers, numbers, more), invalid_structure);
    numbers[1] = std::numeric_limits<double>::quiet_NaN();
    std::vector<double> forces(3);
    CHECK_THROWS_WITH_AS(model.evaluate(space, numbers, forces), "the position of atom 0 is not finite",
                         invalid_structure);
    CHECK_THROWS_AS((moment_model<float>{{.cutoff = -1.0}, {}, 1.0}), invalid_option);
    CHECK_THROWS_AS((moment_model<float>{{}, {}, 1.0}), invalid_option);
    CHECK_THROWS_AS(random_moment_model<float>({}, std::array{species{"Ti"}, species{"O"}}), invalid_option);
}

TEST_CASE("neighbors that were refused leave no atoms, and none are taken for the atoms of a structure") {
    const auto model =
        random_moment_model<double>(all_choices[0].options, std::span{moment_species}.first(2));
    const std::vector<species> kinds(2, model.known_species()[0]);
    const std::vector<double> positions{0, 0, 0, 2, 0, 0};
    const std::vector<std::size_t> first{0, 1, 2};
    const std::vector<std::int32_t> neighbors{1, 0};
    const listed_neighbors lists{first, neighbors};
    auto space = model.make_workspace();
    std::vector<double> forces(6);
    const auto refused = [&](const std::vector<species>& atoms, const std::vector<double>& places,
                             const std::vector<std::int32_t>& listed) {
        model.set_neighbors(space, kinds, positions, lists);
        model.evaluate(space, positions, forces);
        CHECK_THROWS_AS(model.set_neighbors(space, atoms, places, {first, listed}), error);
        CHECK(space.topology().atom_count() == 0);
        CHECK_THROWS_AS(model.evaluate(space, positions, forces), invalid_structure);
    };
    refused(kinds, positions, {1, 7});
    refused({2, species{"U"}}, positions, neighbors);
    refused(kinds, {0, 0, 0, std::numeric_limits<double>::quiet_NaN(), 0, 0}, neighbors);

    CHECK_THROWS_AS(model.describe(
                        space, {}, [](auto&&...) {}, 1),
                    invalid_option); // there is one member

    auto of_structure = model.make_workspace({cell{}, kinds, {vector3{0, 0, 0}, vector3{2, 0, 0}}});
    CHECK_THROWS_AS(model.set_neighbors(of_structure, kinds, positions, lists), invalid_option);
}

TEST_CASE(
    "positions that were refused are refused again, and others are evaluated as if nothing had happened") {
    const auto model = random_model<double>(all_choices[0]);
    const structure atoms{cell{0.9 * matrix3::Identity()},
                          {species{"O"}, species{"Ti"}},
                          {vector3{0, 0, 0}, vector3{0.4, 0.4, 0.4}}};
    auto space = model.make_workspace(atoms);
    const std::vector<double> near(flat(atoms.positions()).begin(), flat(atoms.positions()).end());
    std::vector<double> far = near;
    far[3] = 1e9;
    std::vector<double> forces(6);
    const double expected = model.evaluate(space, near, forces).energy;
    CHECK_THROWS_AS(model.evaluate(space, far, forces), invalid_structure);
    CHECK_THROWS_AS(model.evaluate(space, far, forces), invalid_structure);
    CHECK(model.evaluate(space, near, forces).energy == expected);
}

TEST_CASE_TEMPLATE("atoms at one place have finite energies, and forces that push nobody", Real, float,
                   double) {
    moment_options options{.weight_count = 2, .orbital_count = 2};
    for (const double repulsion : {0.0, 1.5}) {
        options.repulsion_cutoff = repulsion;
        const auto model = random_moment_model<Real>(options, moment_species);
        for (const double distance : {0.0, 1e-300, 1e-30, 1e-9}) {
            const structure atoms{
                cell{}, {species{"O"}, species{"O"}}, {vector3::Zero(), vector3{0.0, distance, 0.0}}};
            const moment_results found = evaluate(model, atoms);
            CHECK(std::isfinite(found.energy));
            CHECK(found.virial.allFinite());
            CHECK(found.forces[0].allFinite());
            CHECK((found.forces[0] + found.forces[1]).isZero(0.0));
            if (distance == 0.0)
                CHECK(found.forces[0].isZero(0.0));
        }
    }
}

} // namespace tinynet::test::moment_model_test
