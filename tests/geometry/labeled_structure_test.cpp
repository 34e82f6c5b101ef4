// SPDX-License-Identifier: MIT
#include <tinynet/geometry/labeled_structure.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <vector>

namespace tinynet::test::labeled_structure_test {

TEST_CASE("labels are absent by default") {
    const labeled_structure unlabeled;
    CHECK(unlabeled.geometry.atom_count() == 0);
    CHECK_FALSE(unlabeled.energy.has_value());
    CHECK_FALSE(unlabeled.forces.has_value());
    CHECK_FALSE(unlabeled.stress.has_value());
    CHECK_FALSE(unlabeled.ldos.has_value());
}

TEST_CASE("labels are named at construction") {
    const structure atom{cell{}, {species{"H"}}, {vector3::Zero()}};
    const labeled_structure labeled{.geometry = atom,
                                    .energy = -13.6,
                                    .forces = std::vector<vector3>{{0, 0, 1}},
                                    .stress = std::nullopt,
                                    .ldos = std::nullopt};
    CHECK(labeled.geometry.atom_count() == 1);
    CHECK(labeled.energy == -13.6);
    CHECK(labeled.forces->front().z() == 1.0);
}

TEST_CASE("labels whose squares are too large for sums, or that are not finite, are refused by name") {
    const structure atoms{cell{}, {species{"H"}, species{"H"}}, {vector3::Zero(), vector3::Ones()}};
    const labeled_structure sound{.geometry = atoms,
                                  .energy = -largest_label,
                                  .forces = std::vector<vector3>{{0, 0, 1}, {0, largest_label, 0}},
                                  .stress = matrix3::Ones(),
                                  .ldos = ldos_labels{{}, Eigen::MatrixXd::Ones(3, 2)}};
    CHECK_NOTHROW(check_labels(sound));
    CHECK_NOTHROW(check_labels({}));
    const auto check_refused = [](const labeled_structure& labeled, const char* message) {
        CHECK_THROWS_WITH_AS(check_labels(labeled), doctest::Contains(message), invalid_dataset);
    };
    for (const double bad : {1e200, -2.0 * largest_label, std::numeric_limits<double>::infinity(),
                             std::numeric_limits<double>::quiet_NaN()}) {
        CAPTURE(bad);
        auto labeled = sound;
        labeled.energy = bad;
        check_refused(labeled, "the energy is ");
        labeled = sound;
        (*labeled.forces)[1][0] = bad;
        check_refused(labeled, "force on atom 1 is ");
        labeled = sound;
        (*labeled.stress)(2, 1) = bad;
        check_refused(labeled, "a component of the stress is ");
        labeled = sound;
        labeled.ldos->values(2, 1) = bad;
        check_refused(labeled, "the LDOS of atom 1 is ");
    }
}

TEST_CASE("energy grids are equal when all their numbers and the reference are") {
    const energy_grid grid = {
        .first = -5.0, .step = 0.1, .count = 80, .broadening = 0.05, .reference = "VBM"};
    energy_grid other = grid;
    CHECK(grid == other);
    other.reference = "Fermi";
    CHECK_FALSE(grid == other);
    CHECK(energy_grid{}.count == 0);
}

} // namespace tinynet::test::labeled_structure_test
