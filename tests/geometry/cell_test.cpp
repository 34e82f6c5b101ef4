// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/geometry/cell.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <limits>

namespace tinynet::test::cell_test {

namespace {

/// Cells with edges of some Å that are not flat: coordinates keep all but a few bits.
constexpr double tolerance = 1e3 * std::numeric_limits<double>::epsilon();

matrix3 rows(const vector3& a, const vector3& b, const vector3& c) {
    matrix3 result;
    result << a.transpose(), b.transpose(), c.transpose();
    return result;
}

} // namespace

TEST_CASE("a cell next to nothing, whose inverse is not finite, is refused") {
    CHECK_THROWS_AS((cell{1e-104 * matrix3::Identity()}), invalid_cell);
}

TEST_CASE("a cell has no periodic axis and unit rows by default") {
    CHECK(cell{}.periodic() == periodic_axes{false, false, false});
    CHECK(cell{}.rows().isApprox(matrix3::Identity(), tolerance));
}

TEST_CASE("a cell is periodic along all axes unless told otherwise") {
    CHECK(cell{matrix3::Identity()}.periodic() == periodic_axes{true, true, true});
}

TEST_CASE("lattice vectors are rows") {
    const cell slanted{rows({2, 0, 0}, {1, 3, 0}, {0, 0, 4})};
    CHECK(slanted.translation({0, 1, 0}) == vector3{1, 3, 0});
    CHECK(slanted.translation({1, -1, 2}) == vector3{1, -3, 8});
    CHECK(slanted.cartesian({0.5, 0.5, 0}).isApprox(vector3{1.5, 1.5, 0}, tolerance));
    CHECK(slanted.fractional({1, 3, 4}).isApprox(vector3{0, 1, 1}, tolerance));
}

TEST_CASE("volume and face distances are positive for a left-handed cell, too") {
    const cell left{rows({0, 3, 0}, {2, 0, 0}, {0, 0, 4})};
    CHECK(left.volume() == doctest::Approx(24.0));
    CHECK(left.face_distance(0) == doctest::Approx(3.0));
    CHECK(left.face_distance(1) == doctest::Approx(2.0));
}

TEST_CASE("a face distance is shorter than a slanted lattice vector") {
    CHECK(cell{rows({3, 4, 0}, {0, 5, 0}, {0, 0, 6})}.face_distance(0) == doctest::Approx(3.0));
}

TEST_CASE("wrapping brings a position into the cell along the periodic axes only") {
    const cell slab{2.0 * matrix3::Identity(), {true, true, false}};
    CHECK(slab.wrapping_shift({-0.5, 5.0, 9.0}) == image_shift{1, -2, 0});
    CHECK(slab.wrapping_shift({0.0, 2.0, -1.0}) == image_shift{0, -1, 0});
}

TEST_CASE("missing rows along axes that are not periodic are completed by unit normals") {
    const cell slab{rows({3, 0, 0}, {1, 2, 0}, {0, 0, 0}), {true, true, false}};
    CHECK(slab.rows().row(2).transpose().isApprox(vector3::UnitZ(), tolerance));
    CHECK(slab.rows().topRows(2) == rows({3, 0, 0}, {1, 2, 0}, {0, 0, 0}).topRows(2));
    const cell wire{rows({0, 0, 0}, {1, 2, 2}, {0, 0, 0}), {false, true, false}};
    CHECK(wire.volume() == doctest::Approx(3.0));
    CHECK(wire.rows().row(1) == vector3{1, 2, 2}.transpose());
}

TEST_CASE("rows along axes that are not periodic are replaced if they depend on the others") {
    const cell slab{rows({3, 0, 0}, {0, 2, 0}, {1, 1, 0}), {true, true, false}};
    CHECK(slab.volume() == doctest::Approx(6.0));
    CHECK(slab.rows().row(2).transpose().isApprox(vector3::UnitZ(), tolerance));
}

TEST_CASE("cells are equal when rows and periodic axes are") {
    const matrix3 cube = matrix3::Identity();
    CHECK(cell{cube} == cell{cube});
    CHECK_FALSE(cell{cube} == cell{2.0 * cube});
    CHECK_FALSE(cell{cube} == cell{cube, {true, true, false}});
}

TEST_CASE("property: fractional and Cartesian coordinates lead to one another") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const cell lattice = test::random_cell(rng);
        const vector3 position = 5.0 * test::random_rotation(rng).col(0);
        CHECK((lattice.cartesian(lattice.fractional(position)) - position).norm() < tolerance);
        CHECK((lattice.fractional(lattice.rows().row(1)) - vector3::UnitY()).norm() < tolerance);
    }
}

TEST_CASE("property: opposite shifts have exactly opposite translations") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const cell lattice = test::random_cell(rng);
        const image_shift shift = {test::random_integer(rng, -9, 9), test::random_integer(rng, -9, 9), 7};
        CHECK(lattice.translation(-shift) == -lattice.translation(shift));
    }
}

TEST_CASE("property: wrapped positions have fractional coordinates from 0 to 1") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const cell lattice = test::random_cell(rng);
        const vector3 position = 50.0 * test::random_rotation(rng).col(0);
        const vector3 inside =
            lattice.fractional(position + lattice.translation(lattice.wrapping_shift(position)));
        CHECK(inside.minCoeff() > -tolerance);
        CHECK(inside.maxCoeff() < 1.0 + tolerance);
    }
}

TEST_CASE("property: the volume is the product of a face and the distance to the opposite one") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const cell lattice = test::random_cell(rng);
        const vector3 first = lattice.rows().row(0);
        const vector3 second = lattice.rows().row(1);
        CHECK(lattice.face_distance(2) * first.cross(second).norm() == doctest::Approx(lattice.volume()));
    }
}

TEST_CASE("a lattice that is not finite is refused") {
    for (const double wrong :
         {std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        matrix3 cube = matrix3::Identity();
        cube(1, 2) = wrong;
        CHECK_THROWS_AS(cell{cube}, invalid_cell);
        CHECK_THROWS_AS((cell{cube, {false, false, false}}), invalid_cell);
    }
}

TEST_CASE("a lattice that is larger than numbers resolve is refused") {
    const vector3 far{2.0 * largest_coordinate, 0, 0};
    CHECK_THROWS_AS(cell{rows(far, {0, 1, 0}, {0, 0, 1})}, invalid_cell);
    CHECK(cell{rows(0.5 * far, {0, 1, 0}, {0, 0, 1})}.volume() == largest_coordinate);
}

TEST_CASE("coplanar, parallel or zero lattice vectors are refused along periodic axes") {
    CHECK_THROWS_AS(cell{rows({1, 0, 0}, {0, 1, 0}, {1, 1, 0})}, invalid_cell);
    CHECK_THROWS_AS((cell{rows({1, 0, 0}, {2, 0, 0}, {0, 0, 1}), {true, true, false}}), invalid_cell);
    CHECK_THROWS_AS((cell{matrix3::Zero(), {false, true, false}}), invalid_cell);
}

TEST_CASE("a position too far away for a 32-bit shift is refused") {
    const cell chain{matrix3::Identity(), {true, false, false}};
    CHECK(chain.wrapping_shift({-2147483647.0, 1e300, 0}) == image_shift{2147483647, 0, 0});
    for (const double far : {3e9, -3e9, 1e300})
        CHECK_THROWS_AS((void)chain.wrapping_shift({far, 0, 0}), invalid_structure);
}

} // namespace tinynet::test::cell_test
