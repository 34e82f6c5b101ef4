// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/site_matching.hpp>
#include <tinynet/graph/bond_graph.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace tinynet::test::site_matching_test {

namespace {

constexpr double tolerance = 0.5;

site_shape shape_of(const structure& crystal, std::size_t atom, std::size_t reach = 2) {
    const bond_graph graph{crystal, bond_rule{}};
    return make_site_shape(crystal, graph, {graph, atom_index{atom}, hop_count{reach}});
}

/// Matches an atom whose partners are the atoms it is bonded to.
std::optional<site_match> match(const site_shape& shape, const structure& crystal, std::size_t atom) {
    const bond_graph graph{crystal, bond_rule{}};
    const auto bonded = [&](atom_index center, auto&& visit) {
        for (const bond_index bond : graph.bonds(center))
            visit(graph.target(bond), graph.shift(bond), graph.vector(bond));
    };
    return match_site(shape, atom_index{atom}, bonded, crystal.species(), tolerance);
}

/// A chain of O and Ti along x, 2 Å apart.
structure chain(std::vector<vector3> positions) {
    std::vector<species> kinds;
    for (std::size_t i = 0; i < positions.size(); ++i)
        kinds.push_back(species{i % 2 == 0 ? "O" : "Ti"});
    return {cell{}, kinds, std::move(positions)};
}

} // namespace

TEST_CASE("an atom matches its own shape without any deviation") {
    const structure crystal = perovskite(4.0);
    for (std::size_t i = 0; i < 5; ++i) {
        const site_shape shape = shape_of(crystal, i);
        const auto found = match(shape, crystal, i);
        REQUIRE(found);
        CHECK(found->vertices.size() == shape.size());
        CHECK(found->vertices.front() == image_atom{atom_index{i}, {}});
        CHECK(found->largest_displacement < 1e-12);
        CHECK(found->sum_of_squares < 1e-24);
    }
}

TEST_CASE("an atom of another species does not match") {
    const structure crystal = perovskite(4.0);
    CHECK(!match(shape_of(crystal, 0), crystal, 1));
}

TEST_CASE("an atom of the same species in other surroundings does not match") {
    const structure crystal = perovskite(4.0);
    CHECK(!match(shape_of(crystal, 2), crystal, 3));
}

TEST_CASE("the atoms found stand where the shape expects them, images and all") {
    random_engine rng{5};
    const structure small = perovskite(4.0);
    const structure large = rattled(with_lattice_shifts(supercell(small, 1, 2, 3), rng), rng, 0.1);
    for (std::size_t i = 0; i < large.atom_count(); ++i) {
        const site_shape shape = shape_of(small, i % 5);
        const auto found = match(shape, large, i);
        REQUIRE(found);
        double largest = 0.0;
        double squares = 0.0;
        std::vector<vector3> places;
        for (std::size_t v = 0; v < shape.size(); ++v) {
            const auto [atom, shift] = found->vertices[v];
            places.emplace_back(large.positions()[atom] + large.cell().translation(shift) -
                                large.positions()[i]);
            CHECK(large.species()[atom] == shape[v].kind);
            largest = std::max(largest, (places[v] - shape[v].displacement).norm());
            const vector3 step = places[v] - places[shape[v].parent];
            squares += (step - shape[v].displacement + shape[shape[v].parent].displacement).squaredNorm();
        }
        CHECK(found->largest_displacement == doctest::Approx(largest).epsilon(1e-12));
        CHECK(found->sum_of_squares == doctest::Approx(squares).epsilon(1e-12));
    }
}

TEST_CASE("of two atoms near the expected place the nearer is taken") {
    const site_shape shape = shape_of(chain({{0, 0, 0}, {2, 0, 0}}), 0, 1);
    const structure crowded{
        cell{}, {species{"O"}, species{"Ti"}, species{"Ti"}}, {{0, 0, 0}, {2.3, 0, 0}, {1.9, 0, 0}}};
    const auto found = match(shape, crowded, 0);
    REQUIRE(found);
    CHECK(found->vertices[1].atom == atom_index{2});
}

TEST_CASE("a neighbor is expected relative to the one before it: small strains may add up") {
    const site_shape shape = shape_of(chain({{0, 0, 0}, {2, 0, 0}, {4, 0, 0}}), 0);
    const auto found = match(shape, chain({{0, 0, 0}, {2.4, 0, 0}, {4.8, 0, 0}}), 0);
    REQUIRE(found);
    CHECK(found->largest_displacement == doctest::Approx(0.8));
    CHECK(found->sum_of_squares == doctest::Approx(2 * 0.16));
}

TEST_CASE("a neighbor that is missing or too far away is no match") {
    const site_shape shape = shape_of(chain({{0, 0, 0}, {2, 0, 0}, {4, 0, 0}}), 0);
    CHECK(!match(shape, chain({{0, 0, 0}, {2, 0, 0}}), 0));
    CHECK(!match(shape, chain({{0, 0, 0}, {2, 0, 0}, {4.6, 0, 0}}), 0));
}

TEST_CASE("one atom in the place of two neighbors is no match") {
    const structure angle{
        cell{}, {species{"O"}, species{"Ti"}, species{"Ti"}}, {{0, 0, 0}, {2, 0.3, 0}, {2, -0.3, 0}}};
    const structure pair = chain({{0, 0, 0}, {2, 0, 0}});
    CHECK(!match(shape_of(angle, 0, 1), pair, 0));
}

TEST_CASE("atoms beyond those of the shape do not matter") {
    const site_shape shape = shape_of(chain({{0, 0, 0}, {2, 0, 0}}), 0, 1);
    CHECK(match(shape, perovskite(4.0), 4)); // between two Ti along x
}

} // namespace tinynet::test::site_matching_test
