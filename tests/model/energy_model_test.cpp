// SPDX-License-Identifier: MIT
#include <tinynet/model/energy_model.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

namespace tinynet::test::energy_model_test {

TEST_CASE("either precision says what its moment model says") {
    random_engine rng{1};
    const structure atoms = random_structure(rng, 8, moment_species, {true, true, true}, 1.3);
    const moment_options options{.cutoff = 4.5};
    const auto check = [&](const auto& precise) {
        training_record record;
        record.seed = 7;
        const energy_model model{precise, record};
        const auto expected = evaluate(precise, atoms);
        const auto found = evaluate(model, atoms);
        CHECK(found.energy == expected.energy);
        CHECK(found.atomic_energies == expected.atomic_energies);
        CHECK(found.forces == expected.forces);
        CHECK(found.virial == expected.virial);
        worker_pool pool{2};
        auto space = model.make_workspace(atoms, 2);
        std::vector<vector3> forces(8);
        CHECK(model.evaluate(space, flat(atoms.positions()), flat(forces), {}, pool).energy ==
              expected.energy);
        CHECK(forces == expected.forces);
        CHECK(model.member_count() == 1);
        committee_results members;
        auto own = model.make_workspace(atoms);
        model.evaluate_members(own, flat(atoms.positions()), members);
        CHECK(members.energies == std::vector{expected.energy});
        CHECK(model.cutoff() == 4.5);
        CHECK(model.receptive_radius() == 9.0);
        CHECK(model.known_species().size() == 3);
        CHECK(model.moments() == options);
        CHECK(model.record().seed == 7);
    };
    check(random_moment_model<float>(options, moment_species));
    check(random_moment_model<double>(options, moment_species));
}

} // namespace tinynet::test::energy_model_test
