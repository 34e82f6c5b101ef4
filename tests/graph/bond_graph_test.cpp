// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/graph/bond_graph.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <tuple>
#include <vector>

namespace tinynet::test::bond_graph_test {

namespace {

const std::array choices = {species{"O"}, species{"Ti"}};

/// The lengths of all bonds, ascending.
std::vector<double> sorted_lengths(const bond_graph& graph) {
    std::vector<double> lengths;
    for (std::size_t b = 0; b < graph.bond_count(); ++b)
        lengths.push_back(graph.length(bond_index{b}));
    std::sort(lengths.begin(), lengths.end());
    return lengths;
}

/// Coordinates of up to some 30 Å lose the last bits in a sum of a few.
constexpr double rounding = 1e3 * std::numeric_limits<double>::epsilon();

void check_same_lengths(const structure& atoms, const structure& transformed, const bond_rule& rule) {
    const auto expected = sorted_lengths({atoms, rule});
    const auto lengths = sorted_lengths({transformed, rule});
    REQUIRE(lengths.size() == expected.size());
    for (std::size_t b = 0; b < lengths.size(); ++b)
        CHECK(std::abs(lengths[b] - expected[b]) < rounding);
}

} // namespace

TEST_CASE("a graph has no atoms by default, nor has that of an empty structure") {
    CHECK(bond_graph{}.atom_count() == 0);
    CHECK(bond_graph{}.bond_count() == 0);
    const bond_graph graph{structure{}, bond_rule{}};
    CHECK(graph.atom_count() == 0);
    CHECK(graph.bond_count() == 0);
}

TEST_CASE("a lone atom has no bonds") {
    const structure atom{cell{}, {species{"O"}}, {vector3{1, 2, 3}}};
    const bond_graph graph{atom, bond_rule{3.1, bond_partners::all}};
    CHECK(graph.atom_count() == 1);
    CHECK(graph.bonds(atom_index{0}).size() == 0);
}

TEST_CASE("a perovskite has 12 bonds on Ba, 6 on Ti and 6 on O") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    const std::array<std::size_t, 5> expected = {12, 6, 6, 6, 6};
    for (std::size_t i = 0; i < 5; ++i)
        CHECK(graph.bonds(atom_index{i}).size() == expected[i]);
    CHECK(graph.bond_count() == 36);
}

TEST_CASE("an atom is bonded to its own images, each bond seen from both ends") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    REQUIRE(graph.bond_count() == 6);
    std::vector<image_shift> shifts;
    for (const bond_index bond : graph.bonds(atom_index{0})) {
        CHECK(graph.target(bond) == atom_index{0});
        CHECK(graph.reverse(bond) != bond);
        shifts.push_back(graph.shift(bond));
    }
    const std::vector<image_shift> expected = {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1},
                                               {0, 0, 1},  {0, 1, 0},  {1, 0, 0}};
    CHECK(shifts == expected);
}

TEST_CASE("two atoms are bonded through every image that is close enough") {
    const structure chain{cell{vector3{4, 9, 9}.asDiagonal().toDenseMatrix()},
                          {species{"Ti"}, species{"O"}},
                          {{0, 0, 0}, {2, 0, 0}}};
    const bond_graph graph{chain, bond_rule{}};
    REQUIRE(graph.bonds(atom_index{0}).size() == 2);
    CHECK(graph.shift(bond_index{0}) == image_shift{-1, 0, 0});
    CHECK(graph.shift(bond_index{1}) == image_shift{0, 0, 0});
    CHECK(graph.vector(bond_index{0}) == vector3{-2, 0, 0});
    CHECK(graph.vector(bond_index{1}) == vector3{2, 0, 0});
}

TEST_CASE("any predicate decides which pairs are bonds") {
    const predicate_rule only_long{3.1, [](species, species, double distance) { return distance > 2.5; }};
    const bond_graph graph{perovskite(4.0), only_long};
    CHECK(graph.bonds(atom_index{1}).size() == 0);     // Ti-O is 2.0 Å
    CHECK(graph.bonds(atom_index{2}).size() == 4 + 8); // Ba-O and O-O are 2.83 Å
}

TEST_CASE("a rule that accepts a bond from one end only is refused") {
    const predicate_rule one_way{3.1, [](species from, species to, double) { return from < to; }};
    CHECK_THROWS_WITH_AS((bond_graph{perovskite(4.0), one_way}),
                         doctest::Contains("but not the same bond seen from atom"), invalid_option);
}

TEST_CASE("property: both views of a bond agree, and bonds are ordered by image shift, then atom") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const periodic_axes axes = {seed % 2 == 0, seed % 3 != 0, seed % 5 != 0};
        const structure atoms = random_structure(rng, 1 + seed % 7, choices, axes);
        const bond_graph graph{atoms,
                               bond_rule{3.5, seed % 2 == 0 ? bond_partners::all : bond_partners::unlike}};
        REQUIRE(graph.atom_count() == atoms.atom_count());
        for (std::size_t i = 0; i < graph.atom_count(); ++i) {
            std::vector<std::tuple<image_shift, atom_index>> order;
            for (const bond_index bond : graph.bonds(atom_index{i})) {
                order.emplace_back(graph.shift(bond), graph.target(bond));
                const bond_index back = graph.reverse(bond);
                CHECK(graph.source(bond) == atom_index{i});
                CHECK(graph.reverse(back) == bond);
                CHECK(graph.source(back) == graph.target(bond));
                CHECK(graph.target(back) == atom_index{i});
                CHECK(graph.shift(back) == -graph.shift(bond));
                CHECK(graph.vector(back) == -graph.vector(bond));
                CHECK(graph.length(back) == graph.length(bond));
                const vector3 expected = atoms.positions()[graph.target(bond)] - atoms.positions()[i] +
                                         atoms.cell().translation(graph.shift(bond));
                CHECK((graph.vector(bond) - expected).norm() < rounding);
                CHECK(std::abs(graph.length(bond) - expected.norm()) < rounding);
            }
            CHECK(std::is_sorted(order.begin(), order.end()));
        }
    }
}

TEST_CASE("property: rotation, translation, wrapping and lattice shifts change no bond") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure atoms = random_structure(rng, 1 + seed % 6, choices);
        const bond_rule rule{3.3, bond_partners::all};
        check_same_lengths(atoms, rotated(atoms, random_rotation(rng)), rule);
        check_same_lengths(atoms, translated(atoms, {5.0, -7.0, 3.0}), rule);
        check_same_lengths(atoms, wrapped(translated(atoms, {5.0, -7.0, 3.0})), rule);
        check_same_lengths(atoms, with_lattice_shifts(atoms, rng), rule);
    }
}

TEST_CASE("property: every atom of a supercell has the bonds of its original") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure atoms = random_structure(rng, 1 + seed % 5, choices);
        const bond_graph small{atoms, bond_rule{}};
        const bond_graph large{supercell(atoms, 2, 1, 3), bond_rule{}};
        CHECK(large.bond_count() == 6 * small.bond_count());
        for (std::size_t i = 0; i < large.atom_count(); ++i)
            CHECK(large.bonds(atom_index{i}).size() ==
                  small.bonds(atom_index{i % atoms.atom_count()}).size());
    }
}

TEST_CASE("a rule whose cutoff is not positive and finite is refused") {
    const auto always = [](species, species, double) { return true; };
    CHECK_THROWS_AS((bond_graph{perovskite(4.0), predicate_rule{0.0, always}}), invalid_option);
    CHECK_THROWS_AS(
        (bond_graph{perovskite(4.0), predicate_rule{std::numeric_limits<double>::infinity(), always}}),
        invalid_option);
}

} // namespace tinynet::test::bond_graph_test
