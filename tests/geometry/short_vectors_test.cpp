// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/geometry/short_vectors.hpp>

#include <doctest/doctest.h>

#include <Eigen/LU>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>

namespace tinynet::test::short_vectors_test {

namespace {

/// Some, all, or none of the axes.
periodic_axes axes_of(std::uint64_t seed) { return {(seed & 1) != 0, (seed & 2) != 0, (seed & 4) != 0}; }

/// Length of the shortest vector that repeats a structure, by trying all.
double shortest_vector(const cell& lattice) {
    double shortest = std::numeric_limits<double>::infinity();
    for_each_translation(lattice, 4, [&](const vector3& translation) {
        if (!translation.isZero(0.0))
            shortest = std::min(shortest, translation.norm());
    });
    return shortest;
}

} // namespace

TEST_CASE("property: short vectors make the same lattice, one of them is its shortest") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const cell given = random_cell(rng, axes_of(seed));
        const cell skewed = skewed_cell(given, rng);
        const matrix3 sums = detail::shortening_of(skewed);
        const cell lattice = by_short_vectors(skewed);
        CHECK(sums == sums.array().round().matrix());
        CHECK(std::abs(std::abs(sums.determinant()) - 1.0) < 1e-6);
        double shortest = std::numeric_limits<double>::infinity();
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const vector3 row = lattice.rows().row(static_cast<Eigen::Index>(axis));
            if (!lattice.periodic()[axis]) {
                CHECK(row.norm() == doctest::Approx(1.0));
                continue;
            }
            // Skewed cells are of vectors of up to 10^3 Å.
            vector3 in_given = given.fractional(row);
            for (std::size_t open = 0; open < 3; ++open)
                if (!given.periodic()[open])
                    in_given[static_cast<Eigen::Index>(open)] = 0.0;
            const vector3 whole = in_given.array().round();
            CHECK((row - given.cartesian(whole)).norm() < 1e-9);
            shortest = std::min(shortest, row.norm());
        }
        const double expected = shortest_vector(given);
        CHECK((shortest == expected || std::abs(shortest - expected) < 1e-9));
        CHECK(detail::shortening_of(lattice) == matrix3::Identity());
    }
}

TEST_CASE("vectors that are short already are kept") {
    CHECK(detail::shortening_of(cell{matrix3{{4, 0, 0}, {0, 5, 0}, {0, 0, 6}}}) == matrix3::Identity());
    CHECK(detail::shortening_of(cell{matrix3{{0, 2, 2}, {2, 0, 2}, {2, 2, 0}}}) == matrix3::Identity());
    const cell molecule;
    CHECK(by_short_vectors(molecule).rows() == matrix3::Identity());
}

TEST_CASE("property: a vector below half of the distances of faces has its nearest lattice vector found") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const cell skewed = skewed_cell(random_cell(rng, axes_of(seed)), rng);
        const cell lattice = by_short_vectors(skewed);
        double reach = std::numeric_limits<double>::infinity();
        for (std::size_t axis = 0; axis < 3; ++axis)
            if (lattice.periodic()[axis])
                reach = std::min(reach, lattice.face_distance(axis) / 2.0);
        CHECK(reach >= 0.35 * shortest_vector(lattice));
        const vector3 small = std::min(0.99 * reach, 100.0) * random_rotation(rng).row(0).transpose();
        vector3 whole;
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            whole[axis] = lattice.periodic()[static_cast<std::size_t>(axis)] ? random_integer(rng, -9, 9) : 0;
        const vector3 found =
            nearest_lattice_vector(lattice, lattice.fractional(lattice.cartesian(whole) + small));
        CHECK(found == whole);
    }
}

TEST_CASE("property: a strained lattice is known by whatever vectors it is given, another one is not") {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const cell plain = random_cell(rng, axes_of(seed));
        const cell known = by_short_vectors(skewed_cell(plain, rng));
        const matrix3 strain =
            matrix3::Identity() + 0.02 * matrix3::NullaryExpr([&] { return random_real(rng, -1.0, 1.0); });
        const cell strained{known.rows() * strain, known.periodic()};
        const std::optional<cell> found = by_vectors_like(known, skewed_cell(strained, rng));
        REQUIRE(found);
        for (std::size_t axis = 0; axis < 3; ++axis) {
            const auto row = static_cast<Eigen::Index>(axis);
            const cell& expected = known.periodic()[axis] ? strained : known;
            CHECK((found->rows().row(row) - expected.rows().row(row)).norm() < 1e-9);
        }
        if (known.periodic()[0])
            CHECK(!by_vectors_like(known, cell{Eigen::DiagonalMatrix<double, 3>{3.0, 1.0, 1.0} * known.rows(),
                                               known.periodic()}));
    }
    CHECK(!by_vectors_like(cell{}, cell{matrix3::Identity()}));
}

} // namespace tinynet::test::short_vectors_test
