// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/site_classes.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinynet::test::site_classes_test {

namespace {

site_classes classes_of(const structure& crystal, std::size_t reach = 2,
                        const bond_rule& rule = bond_rule{}) {
    return classify_sites(crystal, {crystal, rule}, hop_count{reach});
}

} // namespace

TEST_CASE("BaTiO3 has five classes: Ba, Ti, and an O for each axis") {
    const structure crystal = reference_crystal("batio3");
    const site_classes classes = classes_of(crystal);
    REQUIRE(classes.representatives.size() == 5);
    std::vector<std::size_t> sizes(5, 0);
    for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
        const std::uint32_t number = classes.class_of_atom[i];
        CHECK(crystal.species()[i] == crystal.species()[classes.representatives[number]]);
        ++sizes[number];
    }
    CHECK(sizes == std::vector<std::size_t>{8, 8, 8, 8, 8});
}

TEST_CASE("corner-sharing MoO3 has four classes") {
    for (const std::size_t reach : {1, 2, 3, 4})
        CHECK(classes_of(reference_crystal("moo3"), reach).representatives.size() == 4);
}

TEST_CASE("classes are numbered by first appearance, their first atom represents them") {
    const site_classes classes = classes_of(supercell(perovskite(4.0), 1, 2, 1));
    CHECK(classes.class_of_atom == std::vector<std::uint32_t>{0, 1, 2, 3, 4, 0, 1, 2, 3, 4});
    for (std::size_t number = 0; number < 5; ++number)
        CHECK(classes.representatives[number] == atom_index{number});
}

TEST_CASE("property: corresponding neighbors of two atoms of a class stand at the same place") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure ideal = translated(supercell(perovskite(4.0), 2, 1, 1), {0.1, 0.2, 0.3});
        const structure crystal = with_lattice_shifts(rattled(ideal, rng, 0.08), rng);
        const site_classes classes = classes_of(crystal);
        REQUIRE(classes.representatives.size() == 5);
        const auto place = [&](std::size_t atom, std::size_t v) -> vector3 {
            const auto [other, shift] = classes.vertices[atom][v];
            return crystal.positions()[other] + crystal.cell().translation(shift) - crystal.positions()[atom];
        };
        for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
            const std::size_t first = classes.representatives[classes.class_of_atom[i]];
            REQUIRE(classes.vertices[i].size() == classes.vertices[first].size());
            for (std::size_t v = 0; v < classes.vertices[i].size(); ++v) {
                CHECK((place(i, v) - place(first, v)).norm() < site_class_tolerance);
                CHECK(crystal.species()[classes.vertices[i][v].atom] ==
                      crystal.species()[classes.vertices[first][v].atom]);
            }
        }
    }
}

TEST_CASE("atoms whose neighbors differ by more than the tolerance are of two classes") {
    const structure ideal = supercell(perovskite(4.0), 2, 1, 1);
    std::vector<vector3> positions{ideal.positions().begin(), ideal.positions().end()};
    positions[1].x() += 0.2;
    CHECK(classes_of(with_positions(ideal, positions)).representatives.size() == 5);
    positions[1].x() += 0.2;
    CHECK(classes_of(with_positions(ideal, positions)).representatives.size() > 5);
}

TEST_CASE("atoms whose neighbors are bonded to each other in other ways are of two classes") {
    const auto triangle = [](double x, double side, std::vector<vector3>& positions) {
        positions.insert(positions.end(), {{x, 0, 0}, {x + 2.5, 0.5 * side, 0}, {x + 2.5, -0.5 * side, 0}});
    };
    std::vector<vector3> positions;
    triangle(0.0, 3.05, positions);
    triangle(30.0, 3.15, positions);
    const structure two{
        cell{},
        {species{"O"}, species{"Ti"}, species{"Ti"}, species{"O"}, species{"Ti"}, species{"Ti"}},
        positions};
    CHECK(classes_of(two, 1, bond_rule{3.1, bond_partners::all}).class_of_atom[3] != 0);
    CHECK(classes_of(two, 1, bond_rule{3.2, bond_partners::all}).class_of_atom[3] == 0);
}

TEST_CASE("isolated atoms of one species are of one class") {
    const structure atoms{
        cell{}, {species{"O"}, species{"Ti"}, species{"O"}}, {{0, 0, 0}, {20, 0, 0}, {40, 0, 0}}};
    CHECK(classes_of(atoms).class_of_atom == std::vector<std::uint32_t>{0, 1, 0});
}

TEST_CASE("an atom with more neighbors is not of the class of one with fewer") {
    const structure chain{cell{},
                          {species{"O"}, species{"Ti"}, species{"O"}, species{"Ti"}, species{"O"}},
                          {{0, 0, 0}, {2, 0, 0}, {4, 0, 0}, {6, 0, 0}, {8, 0, 0}}};
    CHECK(classes_of(chain, 1).class_of_atom == std::vector<std::uint32_t>{0, 1, 2, 1, 3});
}

} // namespace tinynet::test::site_classes_test
