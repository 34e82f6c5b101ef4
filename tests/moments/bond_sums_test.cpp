// SPDX-License-Identifier: MIT
#include <tinynet/moments/bond_sums.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_neighborhoods.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <vector>

namespace tinynet::test::bond_sums_test {

/// Fewer and more weights than a vector has numbers.
std::vector<moment_options> all_options() {
    std::vector<moment_options> all;
    for (const std::size_t weight_count : {1U, 6U, 8U, 9U, 16U})
        all.push_back(
            {.cutoff = 4.5, .weight_count = weight_count, .orbital_count = 1, .max_angular_momentum = 4});
    return all;
}

TEST_CASE("property: sums are those over the neighbors, one by one") {
    using lane = detail::lane_array<double, 2>;
    random_engine rng{1};
    for (const moment_options& options : all_options()) {
        CAPTURE(options.weight_count);
        const detail::bond_sums<double> bonds{options, moment_species.size()};
        const detail::bond_weights<lane> weights{options.weight_count, options.cutoff};
        for (int k = 0; k < 20; ++k) {
            const structure atoms = random_structure(rng, 6, moment_species, {true, true, true}, 1.3);
            std::vector<double> expected(bonds.size());
            const neighbor_list list{atoms, options.cutoff};
            for (const neighbor& j : list.neighbors(atom_index{2})) {
                const std::size_t kind = static_cast<std::size_t>(
                    std::ranges::find(moment_species, atoms.species()[j.atom]) - moment_species.begin());
                const lane d{j.distance};
                const vector3 u = j.vector / j.distance;
                detail::harmonics<lane>::row angular;
                detail::harmonics<lane>::values(4, lane{u.x()}, lane{u.y()}, lane{u.z()}, angular);
                for (std::size_t m = 0; m < 25; ++m)
                    weights.for_each_value(
                        d, detail::bond_weights<lane>::decay_of(d), [&](std::size_t n, const lane& value) {
                            expected[m * bonds.count() + kind * options.weight_count + n] +=
                                value[0] * angular[m][0];
                        });
            }
            std::vector<double> found(bonds.size(), 1.0);
            bonds.collect(neighborhood_of(atoms, 2, options.cutoff), found);
            for (std::size_t n = 0; n < expected.size(); ++n)
                CHECK(std::abs(found[n] - expected[n]) < 1e-12 * std::max(1.0, std::abs(expected[n])));
        }
    }
}

TEST_CASE("property: gradient and tangent are adjoint to each other") {
    random_engine rng{2};
    for (const moment_options& options : all_options()) {
        CAPTURE(options.weight_count);
        const detail::bond_sums<double> bonds{options, moment_species.size()};
        for (int k = 0; k < 20; ++k) {
            const structure atoms = random_structure(rng, 6, moment_species, {true, true, true}, 1.3);
            const auto around = neighborhood_of(atoms, 1, options.cutoff);
            const auto slopes = random_numbers(rng, bonds.size());
            const auto changes = random_changes(rng, around);
            std::vector<detail::neighbor_vectors<double>> gradients(changes.size());
            bonds.gradient(around, slopes, gradients);
            std::vector<double> sum_changes(bonds.size());
            bonds.tangent(around, changes, sum_changes);
            double along = 0.0;
            for (std::size_t n = 0; n < sum_changes.size(); ++n)
                along += slopes[n] * sum_changes[n];
            double against = 0.0;
            for (std::size_t g = 0; g < changes.size(); ++g)
                against += (gradients[g].x * changes[g].x + gradients[g].y * changes[g].y +
                            gradients[g].z * changes[g].z)
                               .sum();
            CHECK(std::abs(along - against) < 1e-10 * std::max(1.0, std::abs(along)));
        }
    }
}

TEST_CASE("without orbitals nothing but the lengths of bonds counts") {
    const detail::bond_sums<float> bonds{{.weight_count = 3, .orbital_count = 0}, 2};
    CHECK(bonds.harmonics_count() == 1);
    CHECK(bonds.count() == 6);
    CHECK(bonds.size() == 6);
    CHECK_THROWS_AS((detail::bond_sums<float>{{.weight_count = 0}, 2}), invalid_option);
}

} // namespace tinynet::test::bond_sums_test
