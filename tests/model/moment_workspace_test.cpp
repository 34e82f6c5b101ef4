// SPDX-License-Identifier: MIT
#include <tinynet/model/moment_workspace.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

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

} // namespace tinynet::test::moment_workspace_test
