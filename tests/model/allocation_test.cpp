// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"
#include "support/random_models.hpp"
#include "support/random_moment_models.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/model/force_model.hpp>
#include <tinynet/parallel/worker_pool.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace tinynet::test::allocation_test {

TEST_CASE_TEMPLATE("property: evaluating a model allocates nothing for any choice of networks", Real, float,
                   double) {
    const structure crystal = reference_crystal("moo3");
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const force_model model{random_model<Real>(crystal_descriptor(crystal, layout), choice), {}};
            // More than one batch of 64 atoms where the layout allows it.
            const structure geometry =
                layout == feature_layout::compact ? supercell(crystal, 3, 2, 1) : crystal;
            auto space = model.make_workspace(geometry);
            std::vector<double> forces(3 * geometry.atom_count());
            CHECK(allocations_of([&] { model.evaluate(space, flat(geometry.positions()), forces); }) == 0);
            worker_pool pool{2};
            auto shared = model.make_workspace(geometry, 2);
            CHECK(allocations_of([&] { model.evaluate(shared, flat(geometry.positions()), forces, pool); }) ==
                  0); // of this thread, which does half of the work
        }
}

TEST_CASE_TEMPLATE("evaluating an energy model allocates nothing while atoms move by less than half the skin",
                   Real, float, double) {
    const auto model = random_moment_model<Real>({}, moment_species, 1, {7, 5}, 2);
    const structure atoms = supercell(perovskite(4.0), 2, 2, 2);
    auto space = model.make_workspace(atoms, 1, 1.0);
    worker_pool pool{2};
    auto shared = model.make_workspace(atoms, 2, 1.0);
    std::vector<vector3> positions(atoms.positions().begin(), atoms.positions().end());
    std::vector<double> forces(3 * atoms.atom_count());
    std::vector<double> virial(9);
    committee_results members;
    random_engine rng{1};
    for (int step = 0; step < 5; ++step) {
        for (vector3& position : positions)
            position += vector3::Constant(random_real(rng, -0.05, 0.05));
        CHECK(allocations_of([&] { model.evaluate(space, flat(positions), forces, virial); }) == 0);
        CHECK(allocations_of([&] { model.evaluate(shared, flat(positions), forces, virial, pool); }) == 0);
        const cell strained{(1.0 + 0.001 * step) * atoms.cell().rows()};
        CHECK(allocations_of([&] { model.set_cell(space, strained); }) == 0);
        const std::size_t for_members =
            allocations_of([&] { model.evaluate_members(space, flat(positions), members); });
        CHECK((step == 0 || for_members == 0));
    }
    CHECK(space.build_count() == 1);
}

TEST_CASE("property: after memory ran out, an evaluation says what a new workspace says") {
    const auto model = random_moment_model<double>({}, moment_species, 1, {7}, 2);
    const structure sparse = supercell(perovskite(5.0), 1, 1, 1);
    const structure dense = supercell(perovskite(3.5), 1, 1, 1);
    std::vector<double> expected(3 * dense.atom_count());
    auto fresh = model.make_workspace(dense);
    const double energy = model.evaluate(fresh, flat(dense.positions()), expected).energy;
    std::optional<moment_model<double>::workspace> space;
    std::vector<double> forces(expected.size());
    std::size_t failures = 0;
    fail_each_allocation([&] { space = model.make_workspace(sparse); },
                         [&] {
                             model.set_cell(*space, dense.cell());
                             model.evaluate(*space, flat(dense.positions()), forces);
                         },
                         [&] {
                             ++failures;
                             model.set_cell(*space, dense.cell());
                             CHECK(model.evaluate(*space, flat(dense.positions()), forces).energy == energy);
                             CHECK(forces == expected);
                         });
    CHECK(failures > 5);
}

TEST_CASE("property: after memory ran out while an engine set neighbors, it has to set them again") {
    const auto model = random_moment_model<double>({}, moment_species, 1, {7}, 2);
    const std::vector<species> kinds(2, moment_species.front());
    const std::vector<double> positions{0.0, 0.0, 0.0, 2.0, 0.0, 0.0};
    const std::vector<std::size_t> first{0, 1, 2};
    const std::vector<std::int32_t> others{1, 0};
    std::optional<moment_model<double>::workspace> space;
    std::vector<double> forces(6);
    committee_results members;
    const auto check_reason_if_refused = [](const auto& evaluation) {
        try {
            evaluation();
        } catch (const invalid_structure& problem) {
            CHECK(std::string{problem.what()}.find("memory") != std::string::npos);
        }
    };
    fail_each_allocation([&] { space = model.make_workspace(); },
                         [&] {
                             model.set_neighbors(*space, kinds, positions, {first, others});
                         },
                         [&] {
                             if (space->topology().atom_count() == 2) {
                                 check_reason_if_refused(
                                     [&] { model.evaluate_members(*space, positions, members); });
                                 check_reason_if_refused([&] { model.evaluate(*space, positions, forces); });
                             }
                             model.set_neighbors(*space, kinds, positions, {first, others});
                             CHECK_NOTHROW(model.evaluate(*space, positions, forces));
                         });
}

} // namespace tinynet::test::allocation_test
