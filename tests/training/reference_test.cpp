// SPDX-License-Identifier: MIT
#include <tinynet/training/reference.hpp>

#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace tinynet::test::reference_test {

namespace {

std::vector<std::size_t> all_of(const std::vector<labeled_structure>& structures) {
    std::vector<std::size_t> indices(structures.size());
    std::iota(indices.begin(), indices.end(), std::size_t{0});
    return indices;
}

std::vector<labeled_structure> labeled(const std::vector<structure>& geometries) {
    std::vector<labeled_structure> result;
    for (const structure& geometry : geometries)
        result.push_back({geometry, {}, {}, {}, {}});
    return result;
}

structure mean_of(const std::vector<structure>& geometries) {
    const auto data = labeled(geometries);
    return mean_structure(data, all_of(data));
}

/// Vectors from atom 0 to the other atoms, by the nearest image to those of another structure.
double largest_deviation(const structure& one, const structure& other) {
    double largest = 0.0;
    for (std::size_t i = 1; i < one.atom_count(); ++i) {
        const vector3 difference =
            (one.positions()[i] - one.positions()[0]) - (other.positions()[i] - other.positions()[0]);
        vector3 fractional = one.cell().fractional(difference);
        for (double& f : fractional)
            f -= std::round(f);
        largest = std::max(largest, one.cell().cartesian(fractional).norm());
    }
    return largest;
}

} // namespace

TEST_CASE("the mean of one structure is that structure") {
    const structure crystal = reference_crystal("moo3");
    const auto data = labeled({crystal});
    const structure mean = mean_structure(data, all_of(data));
    CHECK(mean.cell() == crystal.cell());
    for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
        CHECK(mean.species()[i] == crystal.species()[i]);
        CHECK((mean.positions()[i] - crystal.positions()[i]).norm() < 1e-13);
    }
}

TEST_CASE("the mean of opposite displacements is the undisplaced structure") {
    const structure crystal = reference_crystal("batio3");
    random_engine rng{1};
    const structure plus = rattled(crystal, rng, 0.2);
    std::vector<vector3> opposite;
    for (std::size_t i = 0; i < crystal.atom_count(); ++i)
        opposite.emplace_back(2.0 * crystal.positions()[i] - plus.positions()[i]);
    const auto data = labeled({plus, with_positions(crystal, opposite)});
    CHECK(largest_deviation(mean_structure(data, all_of(data)), crystal) < 1e-12);
}

TEST_CASE("property: the mean is the same by whatever vectors a lattice is given") {
    const structure crystal = reference_crystal("moo3");
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        std::vector<structure> plain;
        std::vector<structure> disguised;
        for (int k = 0; k < 4; ++k) {
            plain.push_back(rattled(crystal, rng, 0.3));
            const auto positions = plain.back().positions();
            disguised.push_back({skewed_cell(crystal.cell(), rng),
                                 {crystal.species().begin(), crystal.species().end()},
                                 {positions.begin(), positions.end()}});
        }
        const structure mean = mean_of(disguised);
        const structure known = mean_of(plain);
        CHECK(mean.cell() == disguised.front().cell());
        for (std::size_t i = 0; i < mean.atom_count(); ++i)
            CHECK((mean.positions()[i] - known.positions()[i]).norm() < 1e-8);
    }
}

TEST_CASE("property: wrapping, images of single atoms and drift of the whole do not change the mean") {
    const structure crystal = reference_crystal("moo3");
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        std::vector<structure> plain;
        std::vector<structure> disguised;
        for (int k = 0; k < 4; ++k) {
            plain.push_back(rattled(crystal, rng, 0.1));
            const vector3 drift = {random_real(rng, -20, 20), random_real(rng, -20, 20),
                                   random_real(rng, -20, 20)};
            disguised.push_back(k % 2 == 0 ? wrapped(translated(plain.back(), drift))
                                           : with_lattice_shifts(translated(plain.back(), drift), rng));
        }
        CHECK(largest_deviation(mean_of(disguised), mean_of(plain)) < 1e-12);
    }
}

TEST_CASE("only the chosen structures count, and the first of them gives the cell") {
    const structure one = perovskite(4.0);
    const structure other = perovskite(4.2);
    const auto data = labeled({other, one, one});
    const std::vector<std::size_t> chosen = {1, 2};
    const structure mean = mean_structure(data, chosen);
    CHECK(mean.cell() == one.cell());
    CHECK(largest_deviation(mean, one) < 1e-13);
}

TEST_CASE("axes that are not periodic have no images") {
    const structure molecule{cell{10.0 * matrix3::Identity(), {false, false, false}},
                             {species{"C"}, species{"O"}},
                             {{0, 0, 0}, {9.0, 0, 0}}};
    const auto data = labeled({molecule, molecule});
    CHECK((mean_structure(data, all_of(data)).positions()[1] - vector3{9.0, 0, 0}).norm() < 1e-13);
}

TEST_CASE("open axes that differ in length do not strain a molecule or a slab") {
    for (const periodic_axes& periodic :
         {periodic_axes{false, false, false}, periodic_axes{true, true, false}}) {
        std::vector<structure> structures;
        for (const double height : {10.0, 20.0, 7.0})
            structures.emplace_back(cell{matrix3{{9.0, 0, 0}, {0, 9.0, 0}, {0, 0, height}}, periodic},
                                    std::vector<species>{species{"C"}, species{"O"}},
                                    std::vector<vector3>{{1, 1, 1}, {1.5, 1, 3.2}});
        const auto data = labeled(structures);
        const structure mean = mean_structure(data, all_of(data));
        CHECK((mean.positions()[1] - mean.positions()[0] - vector3{0.5, 0, 2.2}).norm() < 1e-13);
    }
}

TEST_CASE("a structure of another lattice is refused and named") {
    const structure crystal = perovskite(4.0);
    const structure longer{cell{Eigen::DiagonalMatrix<double, 3>{3.0, 1.0, 1.0} * crystal.cell().rows()},
                           {crystal.species().begin(), crystal.species().end()},
                           {crystal.positions().begin(), crystal.positions().end()}};
    CHECK_THROWS_WITH_AS(mean_of({crystal, longer}),
                         doctest::Contains("the cell of structure 1 is not that of structure 0"),
                         topology_mismatch);
}

TEST_CASE("no structure, permuted species and another atom count are refused, the structure named") {
    const structure crystal = reference_crystal("moo3");
    const auto one = labeled({crystal});
    CHECK_THROWS_AS(mean_structure(one, {}), invalid_dataset);
    std::vector<std::size_t> order(crystal.atom_count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::swap(order[3], order[30]);
    const auto swapped = labeled({crystal, crystal, crystal, permuted(crystal, order)});
    CHECK_THROWS_WITH_AS(mean_structure(swapped, std::array<std::size_t, 2>{2, 3}),
                         doctest::Contains("atom 3 of structure 3 is O, in structure 2 it is Mo"),
                         topology_mismatch);
    const auto larger = labeled({crystal, supercell(crystal, 2, 1, 1)});
    CHECK_THROWS_WITH_AS(mean_structure(larger, all_of(larger)),
                         doctest::Contains("structure 1 has 64 atoms, structure 0 has 32"),
                         topology_mismatch);
}

} // namespace tinynet::test::reference_test
