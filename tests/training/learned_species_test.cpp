// SPDX-License-Identifier: MIT
#include <tinynet/training/learned_species.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_neighborhoods.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace tinynet::test::learned_species_test {

namespace {

const moment_options options{.weight_count = 3, .orbital_count = 2, .max_angular_momentum = 2};
const detail::walk_sums<double> walks{options, moment_species.size()};

learned_species<double> some_species(std::uint64_t seed = 1) {
    auto net = make_network<double>(walks.feature_count(), std::array<std::size_t, 1>{4}, 1);
    initialize(net, {.seed = seed});
    const auto coefficients =
        detail::random_coefficients<double>(walks.orbital_count(), walks.bonds().count(), seed, 0);
    return {walks, coefficients, std::move(net)};
}

/// Amplitudes of some sums.
std::vector<detail::lanes<double>> seen_by(const learned_species<double>& own) {
    random_engine rng{1};
    std::vector<detail::lanes<double>> amplitudes(own.orbitals().size());
    own.orbitals().form(random_lanes(rng, walks.bonds().size()), amplitudes);
    return amplitudes;
}

} // namespace

TEST_CASE("numbers are those of the orbitals, then those of the network, which follow them") {
    learned_species<double> one = some_species(1);
    const learned_species<double> other = some_species(2);
    const std::size_t count = one.orbitals().coefficient_count();
    CHECK(count == 2 * 9);
    CHECK(one.parameters().size() == count + one.net().parameter_count());
    CHECK(one.orbital_part(one.parameters()).size() == count);
    CHECK(std::ranges::equal(one.network_part(one.parameters()), one.net().parameters()));
    CHECK(seen_by(one) != seen_by(other));
    one.set_parameters(other.parameters());
    CHECK(std::ranges::equal(one.net().parameters(), other.net().parameters()));
    CHECK(seen_by(one) == seen_by(other));
}

TEST_CASE("an update moves orbitals and network by one rule") {
    learned_species<double> one = some_species();
    const auto blocks = one.blocks();
    REQUIRE(blocks.size() == 5);
    CHECK((blocks[0].rows == 2 && blocks[0].columns == 9));
    soap<double> rule{blocks};
    soap<double> same{blocks};
    std::vector<double> expected(one.parameters().begin(), one.parameters().end());
    random_engine rng{1};
    const auto gradient = random_numbers(rng, expected.size());
    one.update(rule, gradient, 0.1);
    same.step(expected, gradient, 0.1);
    CHECK(std::ranges::equal(one.parameters(), expected));
    CHECK(std::ranges::equal(one.network_part(one.parameters()), one.net().parameters()));
}

TEST_CASE("statistics are those of the features that the network of the species takes") {
    random_engine rng{2};
    const std::vector<species> kinds{moment_species.begin(), moment_species.end()};
    const energy_sampler<double> sampler{options, kinds, Eigen::Vector3d::Zero()};
    labeled_structure labeled;
    labeled.geometry = random_structure(rng, 9, moment_species, {true, true, true}, 1.3);
    labeled.energy = 1.0;
    const std::vector samples{sampler(labeled, 0)};
    const std::vector learned{some_species(1), some_species(2), some_species(3)};
    const auto found = statistics_of<double>(sampler.walks(), learned, samples);
    REQUIRE(found.size() == 3);
    for (std::size_t kind = 0; kind < 3; ++kind) {
        const auto [first, count] = samples[0].columns_of(kind);
        Eigen::VectorXd sum = Eigen::VectorXd::Zero(found[kind].size());
        std::vector<detail::lanes<double>> sums(walks.bonds().size());
        std::vector<detail::lanes<double>> features(walks.feature_count());
        std::vector<detail::lanes<double>> amplitudes(learned[kind].orbitals().size());
        for (Eigen::Index at = first; at < first + count; ++at) {
            for (std::size_t k = 0; k < sums.size(); ++k)
                sums[k] = samples[0].sums(static_cast<Eigen::Index>(k), at);
            learned[kind].orbitals().form(sums, amplitudes);
            walks.describe(sums, amplitudes, features);
            for (std::size_t k = 0; k < features.size(); ++k)
                sum[static_cast<Eigen::Index>(k)] += features[k][0];
        }
        if (count > 0)
            CHECK((sum / static_cast<double>(count) - found[kind].mean).norm() < 1e-10 * (1.0 + sum.norm()));
        else
            CHECK(found[kind].factors().isZero(0.0));
    }
}

} // namespace tinynet::test::learned_species_test
