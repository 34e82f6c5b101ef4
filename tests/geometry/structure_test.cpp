// SPDX-License-Identifier: MIT
#include <tinynet/geometry/structure.hpp>

#include <doctest/doctest.h>

#include <limits>
#include <span>
#include <vector>

namespace tinynet::test::structure_test {

TEST_CASE("a structure has no atoms and no periodic axis by default") {
    const structure empty;
    CHECK(empty.atom_count() == 0);
    CHECK(empty.positions().empty());
    CHECK(empty.species().empty());
    CHECK(empty.cell().periodic() == periodic_axes{false, false, false});
}

TEST_CASE("a structure keeps cell, species and positions as given") {
    const cell cube{3.0 * matrix3::Identity()};
    const structure pair{cube, {species{"Na"}, species{"Cl"}}, {{0, 0, 0}, {7.5, -1.5, 1.5}}};
    CHECK(pair.atom_count() == 2);
    CHECK(pair.cell() == cube);
    CHECK(pair.species()[1] == species{"Cl"});
    CHECK(pair.positions()[1] == vector3{7.5, -1.5, 1.5});
}

TEST_CASE("a structure of unequal numbers of species and positions is refused") {
    CHECK_THROWS_WITH_AS((structure{cell{}, {species{"H"}}, {}}), "1 species for 0 positions",
                         invalid_structure);
    CHECK_THROWS_AS((structure{cell{}, {}, {vector3::Zero()}}), invalid_structure);
}

TEST_CASE("the same atoms at other places keep cell and species") {
    const structure before{
        cell{8.0 * matrix3::Identity()}, {species{"H"}, species{"O"}}, {{0, 0, 0}, {1, 0, 0}}};
    const structure after = with_positions(before, {{0, 1, 0}, {2, 0, 0}});
    CHECK(after.cell() == before.cell());
    CHECK(after.species()[1] == species{"O"});
    CHECK(after.positions()[1] == vector3{2, 0, 0});
    CHECK_THROWS_AS(with_positions(before, {{0, 1, 0}}), invalid_structure);
}

TEST_CASE("atoms move in place, to another cell, or stay where they are if that is refused") {
    structure atoms{cell{8.0 * matrix3::Identity()}, {species{"H"}, species{"O"}}, {{0, 0, 0}, {1, 0, 0}}};
    const cell wider{9.0 * matrix3::Identity()};
    const std::vector<double> places{0, 1, 0, 2, 0, 0};
    atoms.move_to(wider, places);
    CHECK(atoms.cell() == wider);
    CHECK(atoms.species()[1] == species{"O"});
    CHECK(atoms.positions()[1] == vector3{2, 0, 0});
    const std::vector<double> infinite{0, 0, 0, std::numeric_limits<double>::infinity(), 0, 0};
    CHECK_THROWS_WITH_AS(atoms.move_to(cell{}, std::span{places}.first(3)), "3 coordinates for 2 atoms",
                         invalid_structure);
    CHECK_THROWS_WITH_AS(atoms.move_to(cell{}, infinite), doctest::Contains("atom 1 "), invalid_structure);
    CHECK(atoms.cell() == wider);
    CHECK(atoms.positions()[0] == vector3{0, 1, 0});
}

TEST_CASE("a position that is not finite is refused with the number of its atom") {
    for (const double wrong :
         {std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()})
        for (Eigen::Index axis = 0; axis < 3; ++axis) {
            std::vector<vector3> positions(4, vector3::Zero());
            positions[2][axis] = wrong;
            CHECK_THROWS_WITH_AS((structure{cell{}, std::vector<species>(4, species{"H"}), positions}),
                                 doctest::Contains("atom 2 "), invalid_structure);
        }
}

} // namespace tinynet::test::structure_test
