// SPDX-License-Identifier: MIT
#include "support/brute_force_neighbors.hpp"
#include "support/random_structures.hpp"
#include <tinynet/graph/neighbor_list.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <tuple>
#include <vector>

namespace tinynet::test::neighbor_list_test {

namespace {

const std::vector<species> titanate = {species{"Ba"}, species{"Ti"}, species{"O"}};

structure hydrogens(const cell& lattice, const std::vector<vector3>& positions) {
    return {lattice, std::vector<species>(positions.size(), species{"H"}), positions};
}

std::size_t neighbor_count(const neighbor_list& list, std::size_t atom) {
    return list.neighbors(atom_index{atom}).size();
}

/// A structure of up to 12 atoms for each seed, through all combinations of periodic axes. Cells are
/// triclinic, every third one flat; atoms of odd seeds lie outside the cell.
structure hard_structure(test::random_engine& rng, std::uint64_t seed) {
    const periodic_axes periodic = {(seed & 1U) != 0, (seed & 2U) != 0, (seed & 4U) != 0};
    matrix3 rows = test::random_cell(rng).rows();
    if (seed % 3 == 0)
        rows.row(test::random_integer(rng, 0, 2)) *= 0.2;
    const cell lattice{rows, periodic};
    std::vector<vector3> positions(static_cast<std::size_t>(test::random_integer(rng, 0, 12)));
    for (vector3& position : positions)
        position = lattice.cartesian(
            {test::random_real(rng, 0, 1), test::random_real(rng, 0, 1), test::random_real(rng, 0, 1)});
    const structure inside = hydrogens(lattice, positions);
    return test::random_integer(rng, 0, 1) == 1 ? test::with_lattice_shifts(inside, rng) : inside;
}

/// Moves the first atoms away by up to a thousand cells along axes that do not repeat, some of them together.
structure with_distant_atoms(const structure& atoms, test::random_engine& rng, std::size_t count) {
    std::vector<vector3> positions(atoms.positions().begin(), atoms.positions().end());
    vector3 far = vector3::Zero();
    for (std::size_t i = 0; i < count; ++i) {
        if (i % 3 == 0)
            for (Eigen::Index axis = 0; axis < 3; ++axis)
                far[axis] = atoms.cell().periodic()[static_cast<std::size_t>(axis)]
                                ? 0.0
                                : test::random_real(rng, -1000, 1000);
        positions[i] += atoms.cell().cartesian(far);
    }
    return with_positions(atoms, positions);
}

/// A cutoff between a fraction of a cell and a few cells.
double hard_cutoff(test::random_engine& rng) { return std::exp(test::random_real(rng, -1.0, 2.2)); }

/// Vectors of two descriptions of a structure differ by rounding of coordinates below 100 Å, a few times
/// over; random pairs come no closer to one another.
constexpr double tolerance = 1e4 * std::numeric_limits<double>::epsilon();

/// Whether a list has the pairs that a search through all images finds, in the same order.
bool equals_brute_force(const neighbor_list& list, const structure& atoms, double cutoff) {
    if (list.atom_count() != atoms.atom_count())
        return false;
    for (std::size_t i = 0; i < atoms.atom_count(); ++i)
        if (!std::ranges::equal(list.neighbors(atom_index{i}),
                                test::brute_force_neighbors(atoms, atom_index{i}, cutoff),
                                [](const neighbor& left, const neighbor& right) {
                                    return left.atom == right.atom && left.shift == right.shift &&
                                           (left.vector - right.vector).norm() < tolerance &&
                                           std::abs(left.distance - right.distance) < tolerance;
                                }))
            return false;
    return true;
}

/// Whether two lists have the same pairs when the vectors of the first are turned.
bool same_pairs(const neighbor_list& left, const neighbor_list& right, double allowed,
                const matrix3& rotation = matrix3::Identity()) {
    if (left.atom_count() != right.atom_count() || left.pair_count() != right.pair_count())
        return false;
    for (std::size_t i = 0; i < left.atom_count(); ++i) {
        const auto candidates = right.neighbors(atom_index{i});
        for (const neighbor& one : left.neighbors(atom_index{i}))
            if (std::none_of(candidates.begin(), candidates.end(), [&](const neighbor& other) {
                    return other.atom == one.atom && (other.vector - rotation * one.vector).norm() < allowed;
                }))
                return false;
    }
    return true;
}

/// The same crystal written in other lattice vectors: one periodic row added to another, several times.
structure in_another_basis(const structure& atoms, test::random_engine& rng) {
    matrix3 rows = atoms.cell().rows();
    for (int step = 0; step < 4; ++step) {
        const int from = test::random_integer(rng, 0, 2);
        const int to = test::random_integer(rng, 0, 2);
        const auto repeats = [&](int axis) {
            return atoms.cell().periodic()[static_cast<std::size_t>(axis)];
        };
        if (from != to && repeats(from) && repeats(to))
            rows.row(to) += (test::random_integer(rng, 0, 1) == 1 ? 1.0 : -1.0) * rows.row(from);
    }
    return {cell{rows, atoms.cell().periodic()},
            {atoms.species().begin(), atoms.species().end()},
            {atoms.positions().begin(), atoms.positions().end()}};
}

} // namespace

TEST_CASE("a list without atoms is empty") {
    CHECK(neighbor_list{}.atom_count() == 0);
    CHECK(neighbor_list{}.pair_count() == 0);
    CHECK(neighbor_list{structure{}, 3.0}.atom_count() == 0);
    const structure no_atoms{cell{matrix3::Identity()}, {}, {}};
    CHECK(neighbor_list{no_atoms, 3.0}.pair_count() == 0);
    const structure in_next_to_nothing{cell{matrix3::Identity() * 1e-80}, {}, {}};
    CHECK(neighbor_list{in_next_to_nothing, 3.0}.pair_count() == 0);
    neighbor_list used{test::simple_cubic(2.0), 2.5};
    used.rebuild(no_atoms, 2.5);
    CHECK(used.atom_count() == 0);
    CHECK(used.pair_count() == 0);
}

TEST_CASE("a cell next to nothing is refused, whatever the cutoff") {
    const structure atom = hydrogens(cell{matrix3::Identity() * 1e-80}, {{0, 0, 0}});
    for (const double cutoff : {1e-300, 1e-200, 1e-80, 1.0, 1e300})
        CHECK_THROWS_AS((neighbor_list{atom, cutoff}), tinynet::error);
}

TEST_CASE("a lone atom has no neighbors, however large the cutoff") {
    const structure atom = hydrogens(cell{}, {{1.0, 2.0, 3.0}});
    for (const double cutoff : {1e-300, 1.0, 1e300}) {
        const neighbor_list list{atom, cutoff};
        CHECK(list.atom_count() == 1);
        CHECK(list.pair_count() == 0);
    }
}

TEST_CASE("a pair is seen from both ends") {
    const neighbor_list list{hydrogens(cell{}, {{0, 0, 0}, {1, 2, 2}}), 3.5};
    REQUIRE(neighbor_count(list, 0) == 1);
    REQUIRE(neighbor_count(list, 1) == 1);
    const neighbor& forward = list.neighbors(atom_index{0})[0];
    CHECK(forward.atom == atom_index{1});
    CHECK(forward.shift == image_shift{});
    CHECK(forward.vector == vector3{1, 2, 2});
    CHECK(forward.distance == 3.0);
    const neighbor& backward = list.neighbors(atom_index{1})[0];
    CHECK(backward.atom == atom_index{0});
    CHECK(backward.vector == vector3{-1, -2, -2});
}

TEST_CASE("the cutoff itself is left out") {
    const structure pair = hydrogens(cell{}, {{0, 0, 0}, {0, 0, 3}});
    CHECK(neighbor_list{pair, 3.0}.pair_count() == 0);
    CHECK(neighbor_list{pair, std::nextafter(3.0, 4.0)}.pair_count() == 2);
}

TEST_CASE("atoms at the same place are neighbors at distance zero") {
    const neighbor_list list{hydrogens(cell{}, {{1, 1, 1}, {1, 1, 1}}), 0.5};
    REQUIRE(list.pair_count() == 2);
    CHECK(list.neighbors(atom_index{0})[0].distance == 0.0);
}

TEST_CASE("an atom neighbors its own images") {
    const neighbor_list list{test::simple_cubic(2.0), 2.5};
    const std::vector<image_shift> expected = {{-1, 0, 0}, {0, -1, 0}, {0, 0, -1},
                                               {0, 0, 1},  {0, 1, 0},  {1, 0, 0}};
    REQUIRE(list.pair_count() == expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i) {
        CHECK(list.neighbors(atom_index{0})[i].shift == expected[i]);
        CHECK(list.neighbors(atom_index{0})[i].vector == 2.0 * expected[i].fractional());
    }
}

TEST_CASE("a cutoff of many cells reaches as many images as lie in the ball") {
    // Of the 515 integer points within a radius of 5, 30 lie at exactly 5 and one is the origin.
    CHECK(neighbor_list{test::simple_cubic(1.0), 5.0}.pair_count() == 484);
}

TEST_CASE("crystals have the coordination numbers of the textbook") {
    const neighbor_list salt{test::rock_salt(5.64), 3.0};
    for (std::size_t i = 0; i < 8; ++i)
        CHECK(neighbor_count(salt, i) == 6);
    const structure oxide = test::perovskite(4.0);
    const neighbor_list bonds{oxide, 3.1};
    CHECK(neighbor_count(bonds, 0) == 12);
    CHECK(neighbor_count(bonds, 1) == 6);
    for (std::size_t oxygen = 2; oxygen < 5; ++oxygen)
        CHECK(neighbor_count(bonds, oxygen) == 4 + 2 + 8);
    CHECK(neighbor_list{test::supercell(oxide, 5, 4, 3), 3.1}.pair_count() == 60 * bonds.pair_count());
}

TEST_CASE("axes that are not periodic have no images") {
    const matrix3 cube = 2.0 * matrix3::Identity();
    CHECK(neighbor_list{hydrogens(cell{cube, {false, false, true}}, {{0, 0, 0}}), 2.5}.pair_count() == 2);
    CHECK(neighbor_list{hydrogens(cell{cube, {true, false, true}}, {{0, 0, 0}}), 2.5}.pair_count() == 4);
    CHECK(neighbor_list{hydrogens(cell{cube, {false, false, false}}, {{0, 0, 0}}), 2.5}.pair_count() == 0);
}

TEST_CASE("a sheet without thickness is searched like any other structure") {
    const structure sheet =
        hydrogens(cell{matrix3::Identity() * 3.0, {true, true, false}}, {{0.5, 0.5, 7.0}, {1.5, 2.0, 7.0}});
    const neighbor_list list{sheet, 3.2};
    for (std::size_t i = 0; i < 2; ++i)
        CHECK(neighbor_count(list, i) == test::brute_force_neighbors(sheet, atom_index{i}, 3.2).size());
}

TEST_CASE("shifts refer to the positions as given") {
    const cell lattice{4.0 * matrix3::Identity()};
    const neighbor_list list{hydrogens(lattice, {{0.5, 1, 1}, {4003.5, -7, 1}}), 1.5};
    REQUIRE(list.pair_count() == 2);
    const neighbor& found = list.neighbors(atom_index{0})[0];
    CHECK(found.shift == image_shift{-1001, 2, 0});
    CHECK(found.vector == vector3{-1, 0, 0});
}

TEST_CASE("atoms far from the cell but not from each other are found") {
    const cell lattice{4.0 * matrix3::Identity()};
    const double far = 4.0 * 134217728.0;
    const neighbor_list list{hydrogens(lattice, {{far, 0, 0}, {far + 1.0, 0, 0}, {2.0 - far, 0, 0}}), 1.25};
    CHECK(list.pair_count() == 4);
    REQUIRE(neighbor_count(list, 2) == 1);
    CHECK(list.neighbors(atom_index{2})[0].atom == atom_index{1});
    CHECK(list.neighbors(atom_index{2})[0].shift == image_shift{-268435456, 0, 0});
}

TEST_CASE("a huge box around few atoms costs no memory") {
    const structure sparse =
        hydrogens(cell{1e9 * matrix3::Identity()}, {{0, 0, 0}, {1, 0, 0}, {5e8, 5e8, 5e8}, {1e9 - 1, 0, 0}});
    CHECK(neighbor_list{sparse, 1.5}.pair_count() == 4);
    const structure cluster = hydrogens(cell{}, {{-1e9, 0, 0}, {1e9, 0, 0}, {1e9, 0, 1}});
    CHECK(neighbor_list{cluster, 1.5}.pair_count() == 2);
}

TEST_CASE("an atom on the far face of the cell is found, whichever side rounding puts it on") {
    const cell lattice{3.0 * matrix3::Identity()};
    for (const double edge : {-1e-17, 0.0, 1e-17, 3.0, std::nextafter(3.0, 0.0), std::nextafter(3.0, 4.0)}) {
        CAPTURE(edge);
        const neighbor_list list{hydrogens(lattice, {{edge, edge, edge}, {0.5, 0.5, 0.5}}), 1.0};
        CHECK(list.pair_count() == 2);
    }
}

TEST_CASE("a list can be rebuilt for another structure") {
    neighbor_list list{test::perovskite(4.0), 6.0};
    list.rebuild(test::simple_cubic(3.0), 3.5);
    CHECK(list.atom_count() == 1);
    CHECK(list.pair_count() == 6);
    list.rebuild(structure{}, 1.0);
    CHECK(list.atom_count() == 0);
    CHECK(list.pair_count() == 0);
}

TEST_CASE("property: the list equals brute force over images, in the same order") {
    neighbor_list list;
    for (std::uint64_t seed = 0; seed < 1000; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const structure atoms = hard_structure(rng, seed);
        const double cutoff = hard_cutoff(rng);
        CAPTURE(cutoff);
        list.rebuild(atoms, cutoff);
        CHECK(equals_brute_force(list, atoms, cutoff));
    }
}

TEST_CASE("property: the list of a cell of many bins, some atoms far out, equals brute force over images") {
    for (std::uint64_t seed = 0; seed < 48; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const periodic_axes periodic = {(seed & 1U) != 0, (seed & 2U) != 0, (seed & 4U) != 0};
        const structure atoms =
            test::with_lattice_shifts(with_distant_atoms(test::random_structure(rng, 300, titanate, periodic),
                                                         rng, seed >= 24 ? 12 : 0),
                                      rng);
        const double cutoff = test::random_real(rng, 1.0, 4.0);
        const neighbor_list list{atoms, cutoff};
        CHECK(equals_brute_force(list, atoms, cutoff));
    }
}

TEST_CASE(
    "slices are less than twice as thick as the cutoff, however far apart atoms are, and reach as far") {
    constexpr double cutoff = 0.7;
    for (const bool periodic : {false, true})
        for (const double thickness : {0.1, 0.7, 1.3, 1.5, 7.0, 1e3, 1e8}) {
            CAPTURE(thickness);
            detail::slices axis{.periodic = periodic, .length = 1.0, .thickness = thickness};
            axis.divide(cutoff);
            const double slice = thickness / static_cast<double>(axis.count);
            CHECK(slice < 2.0 * cutoff * (1.0 + 1e-6));
            CHECK((slice >= cutoff || axis.count == 1));
            CHECK((slice * static_cast<double>(axis.reach) >= cutoff || (!periodic && axis.count == 1)));
        }
}

TEST_CASE("property: the list of clusters far apart in a wide cell equals brute force over images") {
    for (std::uint64_t seed = 0; seed < 32; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const periodic_axes periodic = {(seed & 1U) != 0, (seed & 2U) != 0, (seed & 4U) != 0};
        const cell lattice{matrix3{{1e5, 0, 0}, {2e4, 1e5, 0}, {0, -3e4, 1e5}}, periodic};
        std::vector<vector3> positions;
        for (int cluster = 0; cluster < 6; ++cluster) {
            vector3 center; // some on faces and edges of the cell
            for (double& coordinate : center)
                coordinate = test::random_integer(rng, 0, 2) == 0 ? 0.0 : test::random_real(rng, 0, 1);
            for (int atom = 0; atom < 20; ++atom)
                positions.push_back(lattice.cartesian(center) + vector3{test::random_real(rng, -3, 3),
                                                                        test::random_real(rng, -3, 3),
                                                                        test::random_real(rng, -3, 3)});
        }
        const structure atoms = hydrogens(lattice, positions);
        const double cutoff = test::random_real(rng, 1.0, 4.0);
        const neighbor_list list{atoms, cutoff};
        CHECK(equals_brute_force(list, atoms, cutoff));
    }
}

TEST_CASE("property: the two views of a pair agree to the last bit") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const structure atoms = hard_structure(rng, seed);
        const neighbor_list list{atoms, hard_cutoff(rng)};
        for (std::size_t i = 0; i < atoms.atom_count(); ++i)
            for (const neighbor& forward : list.neighbors(atom_index{i})) {
                const auto row = list.neighbors(forward.atom);
                const auto backward = std::find_if(row.begin(), row.end(), [&](const neighbor& other) {
                    return other.atom == i && other.shift == -forward.shift;
                });
                REQUIRE(backward != row.end());
                REQUIRE(backward->vector == -forward.vector);
                REQUIRE(backward->distance == forward.distance);
            }
    }
}

TEST_CASE("property: pairs at the very cutoff are in the list from both ends or not at all") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const structure crystal = test::supercell(test::perovskite(4.0), 2, 2, 2);
        const structure atoms = test::translated(test::rotated(crystal, test::random_rotation(rng)),
                                                 {test::random_real(rng, -9, 9), 0.1, 0.2});
        const neighbor_list list{atoms, 4.0};
        for (std::size_t i = 0; i < atoms.atom_count(); ++i)
            for (const neighbor& forward : list.neighbors(atom_index{i})) {
                const auto row = list.neighbors(forward.atom);
                REQUIRE(forward.distance < 4.0);
                REQUIRE(std::count_if(row.begin(), row.end(), [&](const neighbor& other) {
                            return other.atom == i && other.shift == -forward.shift;
                        }) == 1);
            }
    }
}

TEST_CASE("property: pairs a little closer than the cutoff are seen from both ends, however wide the cell") {
    for (const double edge : {10.0, 1e3, 1e5, 1e9})
        for (std::uint64_t seed = 0; seed < 200; ++seed) {
            CAPTURE(edge);
            CAPTURE(seed);
            test::random_engine rng{seed};
            const double shorter_by = std::pow(10.0, test::random_real(rng, -16, -6));
            const double half = 3.1 / 2.0 * (1.0 - shorter_by);
            const double middle = test::random_real(rng, -1.0, 1.0);
            const structure atoms =
                hydrogens(cell{edge * matrix3::Identity()}, {{middle - half, 0, 0}, {middle + half, 0, 0}});
            const neighbor_list list{atoms, 3.1};
            const double distance = atoms.positions()[1].x() - atoms.positions()[0].x();
            const std::size_t expected = distance < 3.1 ? 1 : 0;
            CHECK(neighbor_count(list, 0) == expected);
            CHECK(neighbor_count(list, 1) == expected);
        }
}

TEST_CASE("property: rotation and inversion turn the vectors and change nothing else") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const structure atoms = hard_structure(rng, seed);
        const double cutoff = hard_cutoff(rng);
        const matrix3 rotation = (seed % 2 == 0 ? 1.0 : -1.0) * test::random_rotation(rng);
        CHECK(same_pairs(neighbor_list{atoms, cutoff}, neighbor_list{test::rotated(atoms, rotation), cutoff},
                         tolerance, rotation));
    }
}

TEST_CASE("property: translation, wrapping and lattice shifts change no pair") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const structure atoms = hard_structure(rng, seed);
        const double cutoff = hard_cutoff(rng);
        const neighbor_list list{atoms, cutoff};
        const vector3 by = {test::random_real(rng, -20, 20), test::random_real(rng, -20, 20), 5.0};
        CHECK(same_pairs(list, neighbor_list{test::translated(atoms, by), cutoff}, tolerance));
        CHECK(same_pairs(list, neighbor_list{test::wrapped(atoms), cutoff}, tolerance));
        CHECK(same_pairs(list, neighbor_list{test::with_lattice_shifts(atoms, rng), cutoff}, tolerance));
    }
}

TEST_CASE("property: another basis of the same lattice changes no pair") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        test::random_engine rng{seed};
        const structure atoms = hard_structure(rng, seed);
        const double cutoff = hard_cutoff(rng);
        CHECK(same_pairs(neighbor_list{atoms, cutoff}, neighbor_list{in_another_basis(atoms, rng), cutoff},
                         tolerance));
    }
}

TEST_CASE("a cutoff that is not a finite number above zero is refused") {
    const structure atoms = test::perovskite(4.0);
    for (const double cutoff :
         {0.0, -1.0, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()}) {
        CAPTURE(cutoff);
        CHECK_THROWS_AS((neighbor_list{atoms, cutoff}), invalid_option);
    }
}

TEST_CASE("cells so thin that atoms would have more neighbors than matter allows are refused") {
    for (const vector3& edges : {vector3{1e-3, 1, 1}, vector3{1e-4, 1, 1e6}, vector3{5.0, 1e-3, 0.5}}) {
        CAPTURE(edges.transpose());
        const structure atoms = hydrogens(cell{matrix3{edges.asDiagonal()}}, {{0, 0, 0}});
        CHECK_THROWS_WITH_AS((neighbor_list{atoms, 6.0}), doctest::Contains("unit"), invalid_option);
    }
    CHECK(neighbor_list{test::simple_cubic(0.35), 6.0}.pair_count() > 10'000);
    CHECK(neighbor_list{hydrogens(cell{matrix3{vector3{1e3, 0.1, 1e6}.asDiagonal()}}, {{0, 0, 0}}), 6.05}
              .pair_count() == 120);
}

TEST_CASE("a cutoff that would give billions of pairs is refused before anything is changed") {
    neighbor_list list{test::simple_cubic(3.0), 3.5};
    for (const double cutoff : {1e4, 1e100, 1e300}) {
        CAPTURE(cutoff);
        CHECK_THROWS_AS(list.rebuild(test::perovskite(4.0), cutoff), invalid_option);
    }
    const structure chain = hydrogens(cell{matrix3::Identity(), {false, true, false}}, {{0, 0, 0}});
    CHECK_THROWS_AS(list.rebuild(chain, 2e9), invalid_option);
    CHECK(list.atom_count() == 1);
    CHECK(list.pair_count() == 6);
}

TEST_CASE("atoms heaped upon each other in a wide cell are refused before their pairs fill the memory") {
    std::vector<vector3> places(3000, vector3{1.0, 1.0, 1.0});
    const structure heap = hydrogens(cell{1000.0 * matrix3::Identity()}, places);
    neighbor_list list{test::simple_cubic(3.0), 3.5};
    CHECK_THROWS_WITH_AS(list.rebuild(heap, 3.5), doctest::Contains("3000 atoms have"), invalid_structure);
    CHECK(list.atom_count() == 0);
    CHECK(list.pair_count() == 0);
    places.resize(200);
    CHECK(neighbor_list{hydrogens(cell{1000.0 * matrix3::Identity()}, places), 3.5}.pair_count() ==
          std::size_t{200} * 199);
}

TEST_CASE("a cell so skewed that its slices would be without number is refused at once") {
    for (const double height : {1.0, 5e-5, 30.0})
        CHECK_THROWS_AS(
            (neighbor_list{hydrogens(cell{matrix3{{1e9, 0, 0}, {1e9, 11, 0}, {0, 0, height}}}, {{0, 0, 0}}),
                           5.5}),
            error);
}

TEST_CASE("an atom too many cells away is refused by name") {
    const cell lattice{0.1 * matrix3::Identity(), {true, false, false}};
    for (const vector3& far : {vector3{3e8, 0, 0}, vector3{-1e9, 0, 0}}) {
        CAPTURE(far.transpose());
        const structure atoms = hydrogens(lattice, {{0, 0, 0}, far});
        CHECK_THROWS_WITH_AS((neighbor_list{atoms, 1.5}), doctest::Contains("atom 1 "), invalid_structure);
    }
}

} // namespace tinynet::test::neighbor_list_test
