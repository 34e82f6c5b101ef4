// SPDX-License-Identifier: MIT
#include <tinynet/moments/repulsion.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace tinynet::test::repulsion_test {

TEST_CASE("two nuclei that nearly touch repel as bare charges") {
    const pair_energy found = zbl_repulsion(species{"Ba"}, species{"O"}, 2.0, 1e-5);
    CHECK(found.value == doctest::Approx(14.399645 * 56 * 8 / 1e-5).epsilon(1e-3));
}

TEST_CASE("the slope is the derivative, and nothing jumps at half the cutoff or at the cutoff") {
    const auto energy = [](double r) { return zbl_repulsion(species{"Ti"}, species{"O"}, 1.6, r).value; };
    constexpr double step = 1e-5;
    for (double r = 0.2; r < 1.8; r += 0.037)
        CHECK(zbl_repulsion(species{"Ti"}, species{"O"}, 1.6, r).slope ==
              doctest::Approx((energy(r + step) - energy(r - step)) / (2.0 * step)).epsilon(1e-6));
    for (const double r : {0.8, 1.6}) {
        const auto second = [&](double at) {
            return (energy(at + 1e-3) - 2.0 * energy(at) + energy(at - 1e-3)) / 1e-6;
        };
        CHECK(std::abs(energy(r + 1e-9) - energy(r - 1e-9)) < 1e-5);
        CHECK(std::abs(second(r + 2e-3) - second(r - 2e-3)) < 0.05 * std::abs(second(0.8)));
    }
    CHECK(energy(1.6) == 0.0);
    CHECK(energy(0.5) > energy(0.6));
}

TEST_CASE("the wall rises smoothly from where training structures end") {
    constexpr double start = 1.7;
    const auto energy = [](double r) { return wall_repulsion(start, r).value; };
    for (const double r : {1.7, 1.71, 5.0}) {
        CHECK(energy(r) == 0.0);
        CHECK(wall_repulsion(start, r).slope == 0.0);
    }
    CHECK(energy(1.45) == doctest::Approx(1.0)); // eV
    constexpr double step = 1e-5;
    for (double r = 0.1; r < 1.69; r += 0.037)
        CHECK(wall_repulsion(start, r).slope ==
              doctest::Approx((energy(r + step) - energy(r - step)) / (2.0 * step)).epsilon(1e-6));
    CHECK(std::abs(energy(start - 1e-3) / 1e-6) < 0.1); // no second derivative at the start
    CHECK(wall_repulsion(0.0, 0.01).value == 0.0);
}

TEST_CASE("what is taken off a structure is the energy, force and stress of its pairs") {
    random_engine rng{2};
    labeled_structure labeled;
    labeled.geometry = random_structure(rng, 6, moment_species, {true, true, true}, 1.0);
    labeled.energy = 0.0;
    labeled.forces = std::vector<vector3>(6, vector3::Zero());
    labeled.stress = matrix3::Zero();
    const auto energy_of = [](const structure& atoms) {
        labeled_structure one;
        one.geometry = atoms;
        one.energy = 0.0;
        return -*without_repulsion(one, 1.9).energy;
    };
    const labeled_structure rest = without_repulsion(labeled, 1.9);
    CHECK(energy_of(labeled.geometry) == -*rest.energy);
    CHECK(-*rest.energy > 0.0);
    constexpr double step = 1e-5;
    for (std::size_t i = 0; i < 6; ++i)
        for (Eigen::Index axis = 0; axis < 3; ++axis) {
            const auto energy_at = [&](double by) {
                std::vector<vector3> moved(labeled.geometry.positions().begin(),
                                           labeled.geometry.positions().end());
                moved[i][axis] += by;
                return energy_of(with_positions(labeled.geometry, moved));
            };
            const double force = -(energy_at(step) - energy_at(-step)) / (2.0 * step);
            CHECK(std::abs((*rest.forces)[i][axis] + force) < 1e-4 * (1.0 + std::abs(force)));
        }
    labeled.energy.reset();
    labeled.forces.reset();
    labeled.stress.reset();
    CHECK(!without_repulsion(labeled, 1.9).energy);
}

} // namespace tinynet::test::repulsion_test
