// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/geometry/space_filling_order.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <utility>
#include <vector>

namespace tinynet::test::space_filling_order_test {

namespace {

const std::vector<species> oxygen{species{"O"}};

bool lists_every_atom_once(std::vector<std::uint32_t> order, std::size_t atom_count) {
    std::ranges::sort(order);
    std::vector<std::uint32_t> all(atom_count);
    std::iota(all.begin(), all.end(), 0U);
    return order == all;
}

/// Of a box around so many atoms of an order, beginning with a given one, Å.
double diagonal(const structure& atoms, const std::vector<std::uint32_t>& order, std::size_t first,
                std::size_t count) {
    vector3 low = atoms.positions()[order[first]];
    vector3 high = low;
    for (std::size_t k = first; k < first + count; ++k) {
        low = low.cwiseMin(atoms.positions()[order[k]]);
        high = high.cwiseMax(atoms.positions()[order[k]]);
    }
    return (high - low).norm();
}

} // namespace

TEST_CASE("property: every atom is listed once, whatever the cell") {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure atoms = random_structure(rng, 1 + seed, oxygen);
        CHECK(lists_every_atom_once(space_filling_order(atoms), atoms.atom_count()));
    }
    CHECK(space_filling_order(structure{}).empty());
}

TEST_CASE("the curve passes through an octant, and an octant of it, before it comes to the next") {
    const structure crystal = supercell(simple_cubic(3.0), 8, 8, 8);
    const auto order = space_filling_order(crystal);
    REQUIRE(lists_every_atom_once(order, 512));
    for (const auto& [edge, count] : {std::pair{1.0, 8U}, {3.0, 64U}, {7.0, 512U}})
        for (std::size_t first = 0; first < 512; first += count)
            CHECK(diagonal(crystal, order, first, count) ==
                  doctest::Approx(3.0 * edge * std::sqrt(3.0)).epsilon(1e-12));
}

TEST_CASE("octants are as wide as they are high, in a cell of any shape") {
    const structure rod = supercell(simple_cubic(3.0), 2, 64, 2);
    const auto order = space_filling_order(rod);
    for (std::size_t first = 0; first < 256; first += 8)
        CHECK(diagonal(rod, order, first, 8) < 3.0 * 2.0 * std::sqrt(3.0));
}

TEST_CASE("atoms outside a periodic cell count where their images are in it") {
    random_engine rng{3};
    const structure atoms = random_structure(rng, 40, oxygen);
    const structure inside = wrapped(atoms);
    const structure elsewhere = with_lattice_shifts(inside, rng);
    const auto order = space_filling_order(inside);
    CHECK(space_filling_order(elsewhere) == order);
}

TEST_CASE("atoms in one place stand in the order of their indices, on an axis of no extent, too") {
    const structure heap{cell{}, std::vector<species>(3, species{"O"}), {{1, 2, 3}, {1, 2, 3}, {1, 2, 3}}};
    CHECK(space_filling_order(heap) == std::vector<std::uint32_t>{0, 1, 2});
    const structure line{cell{}, std::vector<species>(3, species{"O"}), {{9, 2, 3}, {1, 2, 3}, {5, 2, 3}}};
    CHECK(space_filling_order(line) == std::vector<std::uint32_t>{1, 2, 0});
}

TEST_CASE("the farthest coordinates that a structure may have are no matter") {
    const structure pair{cell{},
                         std::vector<species>(2, species{"O"}),
                         {{largest_coordinate, 0, 0}, {-largest_coordinate, 0, 0}}};
    CHECK(space_filling_order(pair) == std::vector<std::uint32_t>{1, 0});
}

} // namespace tinynet::test::space_filling_order_test
