// SPDX-License-Identifier: MIT
#include <tinynet/geometry/labeled_structure.hpp>

#include <doctest/doctest.h>

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
