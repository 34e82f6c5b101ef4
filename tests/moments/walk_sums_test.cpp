// SPDX-License-Identifier: MIT
#include <tinynet/moments/walk_sums.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_neighborhoods.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <vector>

namespace tinynet::test::walk_sums_test {

const moment_options options{.cutoff = 4.5, .weight_count = 3, .orbital_count = 9, .max_angular_momentum = 4};

/// As many atoms as there are lanes, of random structures, with all that their moments are made of.
struct described_atoms {
    detail::walk_sums<double> walks{options, moment_species.size()};
    detail::orbitals<double> own = walks.make_orbitals();
    std::vector<double> coefficients;
    std::vector<structure> structures;
    std::vector<detail::lanes<double>> sums = std::vector<detail::lanes<double>>(walks.bonds().size());
    std::vector<detail::lanes<double>> amplitudes = std::vector<detail::lanes<double>>(own.size());
    std::vector<detail::lanes<double>> features = std::vector<detail::lanes<double>>(walks.feature_count());

    explicit described_atoms(random_engine& rng)
        : coefficients{random_numbers(rng, own.coefficient_count())} {
        own.set_coefficients(coefficients);
        std::vector<double> sums_of_one(walks.bonds().size());
        for (std::size_t lane = 0; lane < detail::lane_count; ++lane) {
            structures.push_back(random_structure(rng, 6, moment_species, {true, true, true}, 1.3));
            walks.bonds().collect(neighborhood_of(structures.back(), 2, options.cutoff), sums_of_one);
            for (std::size_t k = 0; k < sums.size(); ++k)
                sums[k][lane] = sums_of_one[k];
        }
        own.form(sums, amplitudes);
        walks.describe(sums, amplitudes, features);
    }
};

/// Sums of closed walks by their definition: all pairs of neighbors, Legendre polynomials of their angle.
std::vector<double> listed_walks(const structure& atoms, std::size_t atom,
                                 const std::vector<double>& coefficients) {
    using lane = detail::lane_array<double, 2>;
    const detail::bond_weights<lane> weights{options.weight_count, options.cutoff};
    const auto weights_of = [&](double distance) {
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
    const std::size_t count = options.orbital_count;
    /// How strongly each orbital sees a bond.
    const auto seen_by_orbitals = [&](const neighbor& j) {
        std::vector<double> found(count);
        const auto weight = weights_of(j.distance);
        for (std::size_t k = 0; k < weight.size(); ++k)
            for (std::size_t c = 0; c < count; ++c)
                found[c] += coefficients[(kind_of(j.atom) * weight.size() + k) * count + c] * weight[k];
        return found;
    };
    const neighbor_list list{atoms, options.cutoff};
    const auto neighbors = list.neighbors(atom_index{atom});
    std::vector<double> sums(moment_species.size() * options.weight_count);
    std::vector<double> products(5 * count * count);
    for (const neighbor& j : neighbors) {
        const auto of_j = seen_by_orbitals(j);
        const auto weight = weights_of(j.distance);
        for (std::size_t k = 0; k < weight.size(); ++k)
            sums[kind_of(j.atom) * options.weight_count + k] += weight[k];
        for (const neighbor& k : neighbors) {
            const auto of_k = seen_by_orbitals(k);
            const double c = j.vector.dot(k.vector) / (j.distance * k.distance);
            const std::array<double, 5> legendre{1.0, c, 1.5 * c * c - 0.5, 2.5 * c * c * c - 1.5 * c,
                                                 (35.0 * c * c * c * c - 30.0 * c * c + 3.0) / 8.0};
            for (std::size_t l = 0; l < 5; ++l)
                for (std::size_t a = 0; a < count; ++a)
                    for (std::size_t b = 0; b < count; ++b)
                        products[(l * count + a) * count + b] += of_j[a] * of_k[b] * legendre[l];
        }
    }
    for (std::size_t l = 0; l < 5; ++l)
        for (std::size_t a = 0; a < count; ++a)
            for (std::size_t b = a; b < count; ++b)
                sums.push_back(products[(l * count + a) * count + b]);
    return sums;
}

TEST_CASE("property: features are the sums over closed walks") {
    random_engine rng{1};
    for (int k = 0; k < 2; ++k) {
        const described_atoms found{rng};
        for (std::size_t lane = 0; lane < detail::lane_count; ++lane) {
            const auto expected = listed_walks(found.structures[lane], 2, found.coefficients);
            REQUIRE(found.walks.feature_count() == expected.size());
            for (std::size_t f = 0; f < expected.size(); ++f)
                CHECK(std::abs(found.features[f][lane] - expected[f]) <
                      1e-10 * std::max(1.0, std::abs(expected[f])));
        }
    }
}

TEST_CASE("property: the tangent is the change of the features, and the gradient is adjoint to it") {
    random_engine rng{2};
    for (int k = 0; k < 2; ++k) {
        const described_atoms atoms{rng};
        const auto sum_changes = random_lanes(rng, atoms.sums.size());
        auto amplitude_changes = atoms.amplitudes;
        atoms.own.form(sum_changes, amplitude_changes);
        auto feature_changes = atoms.features;
        atoms.walks.tangent(atoms.amplitudes, sum_changes, amplitude_changes, feature_changes);
        constexpr double step = 1e-5;
        const auto features_at = [&](double by) {
            auto sums = atoms.sums;
            for (std::size_t n = 0; n < sums.size(); ++n)
                sums[n] += by * sum_changes[n];
            auto amplitudes = atoms.amplitudes;
            auto features = atoms.features;
            atoms.own.form(sums, amplitudes);
            atoms.walks.describe(sums, amplitudes, features);
            return features;
        };
        const auto above = features_at(step);
        const auto below = features_at(-step);
        const auto slopes = random_lanes(rng, atoms.features.size());
        std::vector<detail::lanes<double>> sum_gradient(atoms.sums.size(), 0.0);
        auto amplitude_gradient = atoms.amplitudes;
        atoms.walks.add_sum_gradient(atoms.own, atoms.amplitudes, slopes, amplitude_gradient, sum_gradient);
        detail::lanes<double> along = 0.0;
        for (std::size_t f = 0; f < feature_changes.size(); ++f) {
            along += slopes[f] * feature_changes[f];
            for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
                CHECK(std::abs((above[f][lane] - below[f][lane]) / (2 * step) - feature_changes[f][lane]) <
                      1e-7 * std::max(1.0, std::abs(feature_changes[f][lane])));
        }
        detail::lanes<double> against = 0.0;
        for (std::size_t n = 0; n < sum_gradient.size(); ++n)
            against += sum_gradient[n] * sum_changes[n];
        for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
            CHECK(std::abs(along[lane] - against[lane]) < 1e-9 * std::max(1.0, std::abs(along[lane])));
    }
}

} // namespace tinynet::test::walk_sums_test
