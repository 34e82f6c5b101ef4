// SPDX-License-Identifier: MIT
#include <tinynet/model/ldos_model.hpp>

#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace tinynet::test::ldos_model_test {

namespace {

const energy_grid five_energies{-2.0, 0.5, 5, 0.25, "VBM"};

/// An LDOS model of random networks with five energies.
ldos_model random_ldos_model(const Eigen::MatrixXd& site_means, const energy_grid& grid = five_energies) {
    const auto d = crystal_descriptor(perovskite(4.0));
    return {atomic_model<double>{d, network_choice::species,
                                 random_networks<double, 5>(*d, network_choice::species)},
            grid, site_means, training_record{}};
}

/// Ba, Ti and three kinds of O.
Eigen::MatrixXd some_means() { return Eigen::MatrixXd::Random(5, 5); }

} // namespace

TEST_CASE("an LDOS model gives the energies of atom after atom") {
    const structure crystal = perovskite(4.0);
    const ldos_model model = random_ldos_model(some_means());
    CHECK(model.output_width() == 5);
    CHECK(model.grid() == five_energies);
    auto space = model.make_workspace(crystal);
    std::vector<double> results(5 * crystal.atom_count());
    model.evaluate(space, flat(crystal.positions()), results);

    const auto& networks = std::get<atomic_model<double>>(model.precise());
    auto expected_space = networks.make_workspace(crystal);
    std::vector<double> expected(results.size());
    networks.evaluate(expected_space, flat(crystal.positions()), expected);
    CHECK(results == expected);
    CHECK(results.front() != results[5]);
}

TEST_CASE("it keeps the means of its sites") {
    const Eigen::MatrixXd means = some_means();
    CHECK(random_ldos_model(means).site_means() == means);
}

TEST_CASE("energies or means of another number than the outputs are refused") {
    energy_grid grid = five_energies;
    grid.count = 4;
    CHECK_THROWS_WITH_AS(random_ldos_model(some_means(), grid), doctest::Contains("5 outputs"),
                         invalid_option);
    CHECK_THROWS_AS(random_ldos_model(Eigen::MatrixXd::Zero(5, 4)), invalid_option);
    CHECK_THROWS_AS(random_ldos_model(Eigen::MatrixXd::Zero(4, 5)), invalid_option);
    for (const energy_grid& wrong :
         {energy_grid{-2.0, 0.0, 5, 0.25, "VBM"}, energy_grid{-2.0, 0.5, 5, -0.1, "VBM"},
          energy_grid{std::numeric_limits<double>::infinity(), 0.5, 5, 0.25, "VBM"}})
        CHECK_THROWS_WITH_AS(random_ldos_model(some_means(), wrong), doctest::Contains("positive step"),
                             invalid_option);
    Eigen::MatrixXd means = some_means();
    means(2, 1) = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_AS(random_ldos_model(means), invalid_option);
}

} // namespace tinynet::test::ldos_model_test
