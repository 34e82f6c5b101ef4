// SPDX-License-Identifier: MIT
#include <tinynet/moments/moment_kernel.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

namespace tinynet::test::moment_kernel_test {

const moment_options options{.pair_cutoff = 4.5,
                             .pair_count = 3,
                             .orbital_cutoff = 3.6,
                             .orbital_count = 5,
                             .max_angular_momentum = 4};

/// An atom of a random structure with all that the kernel needs of it.
struct described_atom {
    detail::moment_kernel<double> kernel{options, moment_species.size()};
    detail::moment_kernel<double>::scratch scratch = kernel.make_scratch();
    detail::neighborhood<double> around;
    std::vector<double> densities = std::vector<double>(kernel.density_count());
    std::vector<double> features = std::vector<double>(kernel.feature_stride());

    described_atom(const structure& atoms, std::size_t atom) {
        const moment_topology topology{atoms, moment_species, cutoff_of(options)};
        detail::neighbor_gatherer gatherer{options};
        gatherer.gather(topology, atom, flat(atoms.positions()), around);
        kernel.describe(around, densities, features);
    }
};

detail::neighbor_lanes<double> random_lanes(random_engine& rng) {
    detail::neighbor_lanes<double> made;
    for (std::size_t lane = 0; lane < made.size(); ++lane)
        made[lane] = random_real(rng, -1, 1);
    return made;
}

/// Sums of closed walks by their definition: all pairs of neighbors, Legendre polynomials of their angle.
std::vector<double> listed_walks(const structure& atoms, std::size_t atom) {
    using lane = detail::lane_array<double, 2>;
    const detail::bond_weights<lane> pair{options.pair_count, options.pair_cutoff};
    const detail::bond_weights<lane> orbital{options.orbital_count, options.orbital_cutoff};
    const auto weights_of = [](const auto& weights, double distance) {
        std::vector<double> found(weights.count());
        const lane d{distance};
        weights.for_each_value(d, detail::bond_weights<lane>::decay_of(d),
                               [&](std::size_t k, const lane& value) { found[k] = value[0]; });
        return found;
    };
    const auto kind_of = [&](std::size_t other) {
        return static_cast<std::size_t>(std::ranges::find(moment_species, atoms.species()[other]) -
                                        moment_species.begin());
    };
    const neighbor_list list{atoms, cutoff_of(options)};
    const auto neighbors = list.neighbors(atom_index{atom});
    const std::size_t kinds = moment_species.size();
    const std::size_t channels = kinds * options.orbital_count;
    std::vector<double> sums(kinds * options.pair_count);
    std::vector<double> products(5 * channels * channels);
    for (const neighbor& j : neighbors) {
        const auto of_j = weights_of(orbital, j.distance);
        const auto pairs = weights_of(pair, j.distance);
        for (std::size_t k = 0; k < pairs.size(); ++k)
            sums[kind_of(j.atom) * options.pair_count + k] += pairs[k];
        for (const neighbor& k : neighbors) {
            const auto of_k = weights_of(orbital, k.distance);
            const double c = j.vector.dot(k.vector) / (j.distance * k.distance);
            const std::array<double, 5> legendre{1.0, c, 1.5 * c * c - 0.5, 2.5 * c * c * c - 1.5 * c,
                                                 (35.0 * c * c * c * c - 30.0 * c * c + 3.0) / 8.0};
            for (std::size_t l = 0; l < 5; ++l)
                for (std::size_t a = 0; a < of_j.size(); ++a)
                    for (std::size_t b = 0; b < of_k.size(); ++b)
                        products[(l * channels + kind_of(j.atom) * options.orbital_count + a) * channels +
                                 kind_of(k.atom) * options.orbital_count + b] +=
                            of_j[a] * of_k[b] * legendre[l];
        }
    }
    for (std::size_t l = 0; l < 5; ++l)
        for (std::size_t a = 0; a < channels; ++a)
            for (std::size_t b = a; b < channels; ++b)
                sums.push_back(products[(l * channels + a) * channels + b]);
    return sums;
}

TEST_CASE("property: features are the sums over closed walks") {
    random_engine rng{1};
    for (int k = 0; k < 20; ++k) {
        const structure atoms = random_structure(rng, 6, moment_species, {true, true, true}, 1.3);
        const described_atom found{atoms, 2};
        const auto expected = listed_walks(atoms, 2);
        REQUIRE(found.kernel.feature_count() == expected.size());
        for (std::size_t f = 0; f < expected.size(); ++f)
            CHECK(std::abs(found.features[f] - expected[f]) < 1e-11 * std::max(1.0, std::abs(expected[f])));
    }
}

TEST_CASE("property: gradient and tangent are adjoint to each other") {
    random_engine rng{2};
    for (int k = 0; k < 20; ++k) {
        const structure atoms = random_structure(rng, 6, moment_species, {true, true, true}, 1.3);
        described_atom atom{atoms, 1};
        std::vector<double> slopes(atom.kernel.feature_stride());
        for (double& slope : slopes)
            slope = random_real(rng, -1, 1);
        std::vector<detail::neighbor_vectors<double>> changes(atom.around.vectors().size());
        for (auto& change : changes)
            change = {random_lanes(rng), random_lanes(rng), random_lanes(rng)};
        std::vector<detail::neighbor_vectors<double>> gradients(changes.size());
        atom.kernel.gradient(atom.around, atom.scratch, atom.densities, slopes, gradients);
        std::vector<double> feature_changes(atom.kernel.feature_stride());
        atom.kernel.tangent(atom.around, atom.scratch, atom.densities, changes, feature_changes);
        double along = 0.0;
        for (std::size_t f = 0; f < atom.kernel.feature_count(); ++f)
            along += slopes[f] * feature_changes[f];
        double against = 0.0;
        for (std::size_t g = 0; g < changes.size(); ++g)
            against += (gradients[g].x * changes[g].x + gradients[g].y * changes[g].y +
                        gradients[g].z * changes[g].z)
                           .sum();
        CHECK(std::abs(along - against) < 1e-10 * std::max(1.0, std::abs(along)));
    }
}

} // namespace tinynet::test::moment_kernel_test
