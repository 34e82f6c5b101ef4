// SPDX-License-Identifier: MIT
#include <tinynet/model/block_energies.hpp>

#include "support/random_moment_models.hpp"

#include <doctest/doctest.h>

#include <limits>
#include <span>
#include <vector>

namespace tinynet::test::block_energies_test {

// What a block comes to is tested with the whole model in moment_model_test.cpp.

TEST_CASE("networks are taken over in order, as many for every species") {
    const moment_options options{.orbital_count = 1};
    const auto model = random_moment_model<float>(options, moment_species, 1, {7, 5}, 2);
    std::vector<species_network<float>> networks(model.networks().begin(), model.networks().end());
    const detail::block_energies<float> energies{options, networks, 1.0};
    CHECK(energies.member_count() == 2);
    CHECK(energies.walks().feature_count() == model.feature_count());
    networks[1].nets.pop_back();
    networks[1].orbitals.pop_back();
    CHECK_THROWS_WITH_AS((detail::block_energies<float>{options, networks, 1.0}),
                         "Ti has 1 networks, O 2; expected as many", invalid_option);
    CHECK_THROWS_AS((detail::block_energies<float>{options, {}, 1.0}), invalid_option);
}

TEST_CASE("shortest distances are one per species or unknown, and numbers") {
    const moment_options options{.orbital_count = 1};
    const auto model = random_moment_model<float>(options, moment_species);
    std::vector<species_network<float>> networks(model.networks().begin(), model.networks().end());
    networks[2].shortest_distances = {1.0, 0.0, 2.0};
    CHECK_NOTHROW((detail::block_energies<float>{options, networks, 1.0}));
    networks[2].shortest_distances = {1.0, 2.0};
    CHECK_THROWS_WITH_AS((detail::block_energies<float>{options, networks, 1.0}),
                         "Ba has 2 shortest distances, expected one to each of 3 species, or none",
                         invalid_option);
    for (const double wrong : {-1.0, options.cutoff + 0.01, std::numeric_limits<double>::quiet_NaN()}) {
        networks[2].shortest_distances = {1.0, wrong, 2.0};
        CHECK_THROWS_AS((detail::block_energies<float>{options, networks, 1.0}), invalid_option);
    }
}

} // namespace tinynet::test::block_energies_test
