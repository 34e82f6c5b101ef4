// SPDX-License-Identifier: MIT
#include <tinynet/model/moment_workspace.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace tinynet::test::moment_workspace_test {

TEST_CASE("neighbors are found anew only when an atom has moved by half the skin") {
    random_engine rng{7};
    const structure atoms = random_structure(rng, 12, moment_species, {true, true, true}, 1.3);
    const auto model =
        random_moment_model<double>(moment_options{.cutoff = 5.0, .weight_count = 4}, moment_species);
    auto space = model.make_workspace(atoms, 1, 0.4);
    std::vector<vector3> positions(atoms.positions().begin(), atoms.positions().end());
    std::vector<vector3> forces(positions.size());
    for (int step = 1; step <= 30; ++step) {
        for (vector3& position : positions)
            position +=
                0.02 * vector3{random_real(rng, -1, 1), random_real(rng, -1, 1), random_real(rng, -1, 1)};
        const auto found = model.evaluate(space, flat(positions), flat(forces));
        const auto expected = evaluate(model, with_positions(atoms, positions));
        CHECK(found.energy == doctest::Approx(expected.energy).epsilon(1e-12));
        CHECK((forces[3] - expected.forces[3]).norm() < 1e-10);
        if (step == 2)
            CHECK(space.build_count() == 1);
    }
    positions[4] += atoms.cell().translation({1, -2, 0});
    const auto jumped = model.evaluate(space, flat(positions), flat(forces));
    CHECK(jumped.energy == doctest::Approx(evaluate(model, with_positions(atoms, positions)).energy));
    CHECK(space.build_count() > 1);
}

TEST_CASE("property: in a cell that changes, a workspace says what a new one does") {
    random_engine rng{8};
    const auto model =
        random_moment_model<double>(moment_options{.cutoff = 5.0, .weight_count = 4}, moment_species);
    for (int round = 0; round < 30; ++round) {
        const structure start =
            random_structure(rng, 6, moment_species, {true, round % 3 != 0, round % 2 == 0}, 1.3);
        auto space = model.make_workspace(start, 1, 0.5);
        structure atoms = start;
        for (int step = 0; step < 20; ++step) {
            const double size = step % 5 == 4 ? 0.15 : 0.003; // now and then a jump
            const matrix3 strain =
                matrix3::Identity() + size * matrix3::NullaryExpr([&] { return random_real(rng, -1, 1); });
            std::vector<vector3> positions;
            for (const vector3& position : atoms.positions())
                positions.emplace_back(strain * position + vector3::Constant(random_real(rng, -0.01, 0.01)));
            const cell lattice = with_open_axes_of(
                cell{atoms.cell().rows() * strain.transpose(), start.cell().periodic()}, start.cell());
            atoms = structure{lattice, {start.species().begin(), start.species().end()}, positions};
            model.set_cell(space, lattice);
            moment_results found{0.0, {}, std::vector<vector3>(positions.size()), matrix3::Zero()};
            found.energy =
                model.evaluate(space, flat(positions), flat(found.forces), {found.virial.data(), 9}).energy;
            const moment_results expected = evaluate(model, atoms);
            CHECK(found.energy == doctest::Approx(expected.energy).epsilon(1e-12));
            CHECK((found.virial.transpose() - expected.virial).norm() <
                  1e-10 * (1.0 + expected.virial.norm()));
            for (std::size_t i = 0; i < positions.size(); ++i)
                CHECK((found.forces[i] - expected.forces[i]).norm() < 1e-10);
            if (step == 3)
                CHECK(space.build_count() == 1);
        }
        CHECK(space.build_count() > 1);
    }
}

TEST_CASE("a pair that a strain brings within reach is found, whatever the atoms do besides") {
    const auto model =
        random_moment_model<double>(moment_options{.cutoff = 5.0, .weight_count = 4}, moment_species);
    const cell wide{matrix3{{5.6, 0, 0}, {0, 20, 0}, {0, 0, 20}}};
    const structure atoms{wide, {species{"Ti"}}, {vector3::Zero()}}; // its image is just not listed
    auto space = model.make_workspace(atoms, 1, 0.5);
    for (const double edge : {5.2, 4.9}) {
        const cell narrow{matrix3{{edge, 0, 0}, {0, 20, 0}, {0, 0, 20}}};
        model.set_cell(space, narrow);
        std::vector<vector3> forces(1);
        const double energy = model.evaluate(space, flat(atoms.positions()), flat(forces)).energy;
        CHECK(energy == evaluate(model, structure{narrow, {species{"Ti"}}, {vector3::Zero()}}).energy);
        CHECK((energy != evaluate(model, atoms).energy) == (edge < 5.0));
    }
}

TEST_CASE("a cell that does not fit the workspace is refused") {
    const auto model = random_moment_model<double>(moment_options{.weight_count = 2}, moment_species);
    const cell cube{4.0 * matrix3::Identity()};
    auto space = model.make_workspace(structure{cube, {species{"O"}}, {vector3::Zero()}});
    CHECK_THROWS_AS(model.set_cell(space, cell{cube.rows(), {true, true, false}}), invalid_option);
    auto listed = model.make_workspace();
    CHECK_THROWS_AS(model.set_cell(listed, cube), invalid_option);
}

} // namespace tinynet::test::moment_workspace_test
