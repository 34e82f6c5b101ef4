// SPDX-License-Identifier: MIT
#include <tinynet/io/extxyz_labels.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <limits>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::extxyz_labels_test {

using tinynet::extxyz_frame;
using tinynet::file_error;
using tinynet::labeled_structure;
using tinynet::matrix3;
using tinynet::to_extxyz_frame;
using tinynet::to_labeled_structure;

namespace {

using pairs = std::vector<std::pair<std::string, std::string>>;

/// Two atoms; the keys given come after a Lattice of volume 8 Å^3.
extxyz_frame two_atoms(const pairs& info = {}) {
    extxyz_frame frame;
    frame.file = "x.xyz";
    frame.line = 10;
    frame.atom_count = 2;
    frame.info = {{"Lattice", "2 0 0 0 2 0 0 0 2"}};
    frame.info.insert(frame.info.end(), info.begin(), info.end());
    frame.columns = {{"species", 'S', 1, std::vector<std::string>{"Ba", "O"}},
                     {"pos", 'R', 3, std::vector<double>{0, 0, 0, 1, 2, 3}}};
    return frame;
}

extxyz_frame with_ldos(const pairs& info) {
    auto frame = two_atoms(info);
    frame.set_column({"ldos", 'R', 3, std::vector<double>{1, 2, 3, 4, 5, 6}});
    return frame;
}

void check_refused(const extxyz_frame& frame, const std::string& message) {
    CHECK_THROWS_WITH_AS((void)to_labeled_structure(frame), message.c_str(), file_error);
}

void check_equal(const labeled_structure& left, const labeled_structure& right) {
    CHECK(left.geometry.cell() == right.geometry.cell());
    CHECK(std::ranges::equal(left.geometry.species(), right.geometry.species()));
    CHECK(std::ranges::equal(left.geometry.positions(), right.geometry.positions()));
    CHECK(left.energy == right.energy);
    CHECK(left.forces == right.forces);
    CHECK(left.stress == right.stress);
    REQUIRE(left.ldos.has_value() == right.ldos.has_value());
    if (left.ldos) {
        CHECK(left.ldos->grid == right.ldos->grid);
        CHECK(left.ldos->values == right.ldos->values);
    }
}

labeled_structure random_structure(unsigned seed) {
    std::mt19937 random{seed};
    const auto number = [&] { return std::normal_distribution<>{0.0, 3.0}(random); };
    const auto vectors = [&](std::size_t count) {
        std::vector<tinynet::vector3> result(count);
        for (auto& vector : result)
            vector = {number(), number(), number()};
        return result;
    };
    const std::size_t count = 1 + random() % 6;
    std::vector<tinynet::species> kinds;
    for (std::size_t i = 0; i < count; ++i)
        kinds.emplace_back(static_cast<int>(1 + random() % 118));
    const matrix3 rows = 9.0 * matrix3::Identity() + 0.1 * matrix3::NullaryExpr(number);
    const tinynet::cell cell =
        seed % 4 == 0 ? tinynet::cell{}
                      : tinynet::cell{rows, {random() % 2 == 0, random() % 2 == 0, random() % 2 == 0}};
    labeled_structure result;
    result.geometry = {cell, kinds, vectors(count)};
    if (seed % 3 == 0)
        result.energy = number();
    if (seed % 2 == 0)
        result.forces = vectors(count);
    if (seed % 5 == 0)
        result.stress = rows + rows.transpose();
    if (seed % 7 == 0)
        result.ldos = {{number(), 0.1, 4, 0.2, seed % 2 == 0 ? "VBM" : ""},
                       Eigen::MatrixXd::NullaryExpr(4, static_cast<Eigen::Index>(count), number)};
    return result;
}

} // namespace

TEST_CASE("lattice rows, species and positions make the structure, all axes periodic, labels absent") {
    auto frame = two_atoms();
    frame.info[0].second = "1 2 3\t0  5 6 0 0 9";
    const auto labeled = to_labeled_structure(frame);
    CHECK(labeled.geometry.cell().rows().row(0) == Eigen::RowVector3d{1, 2, 3});
    CHECK(labeled.geometry.cell().periodic() == tinynet::periodic_axes{true, true, true});
    CHECK(labeled.geometry.species()[1] == tinynet::species{8});
    CHECK(labeled.geometry.positions()[1] == tinynet::vector3{1, 2, 3});
    CHECK(!labeled.energy);
    CHECK(!labeled.forces);
    CHECK(!labeled.stress);
    CHECK(!labeled.ldos);
}

TEST_CASE("without Lattice no axis is periodic, and pbc chooses the axes of one") {
    auto frame = two_atoms({{"pbc", "T False 1"}});
    CHECK(to_labeled_structure(frame).geometry.cell().periodic() ==
          tinynet::periodic_axes{true, false, true});
    frame.info.clear();
    CHECK(to_labeled_structure(frame).geometry.cell() == tinynet::cell{});
    frame.info = {{"pbc", "F F F"}};
    CHECK(to_labeled_structure(frame).geometry.cell() == tinynet::cell{});
}

TEST_CASE("atomic numbers serve as species") {
    auto frame = two_atoms();
    frame.columns[0] = {"Z", 'I', 1, std::vector<double>{56, 8}};
    CHECK(to_labeled_structure(frame).geometry.species()[0].symbol() == "Ba");
    frame.set_column({"species", 'S', 1, std::vector<std::string>{"Ba", "O"}});
    CHECK(to_labeled_structure(frame).geometry.species()[1].symbol() == "O");
}

TEST_CASE("forces may be called force") {
    for (const auto* const name : {"forces", "force"}) {
        auto frame = two_atoms({{"energy", "-3.5"}});
        frame.set_column({name, 'R', 3, std::vector<double>{1, 2, 3, 4, 5, 6}});
        const auto labeled = to_labeled_structure(frame);
        CHECK(labeled.energy == -3.5);
        CHECK(labeled.forces->at(1) == tinynet::vector3{4, 5, 6});
    }
}

TEST_CASE("stress has nine numbers or six in Voigt order, and a virial is -volume times stress") {
    const auto expected = (matrix3{} << 1, 6, 5, 6, 2, 4, 5, 4, 3).finished();
    CHECK(to_labeled_structure(two_atoms({{"stress", "1 6 5 6 2 4 5 4 3"}})).stress == expected);
    CHECK(to_labeled_structure(two_atoms({{"stress", "1 2 3 4 5 6"}})).stress == expected);
    CHECK(to_labeled_structure(two_atoms({{"virial", "-8 -16 -24 -32 -40 -48"}})).stress == expected);
    CHECK(to_labeled_structure(two_atoms({{"virial", "-8 -16 -24 -32 -40 -48"}, {"stress", "1 2 3 4 5 6"}}))
              .stress == expected);
    CHECK(to_labeled_structure(two_atoms({{"stress", "1 6 5 6.0001 2 4 5 4 3"}})).stress->coeff(0, 1) ==
          doctest::Approx(6.00005).epsilon(1e-9));
}

TEST_CASE("LDOS columns come with their energy grid") {
    const auto labeled = to_labeled_structure(with_ldos({{"ldos_e0", "-8"},
                                                         {"ldos_de", "0.2"},
                                                         {"ldos_n", "3"},
                                                         {"ldos_sigma", "0.25"},
                                                         {"ldos_ref", "VBM"}}));
    REQUIRE(labeled.ldos);
    CHECK(labeled.ldos->grid == tinynet::energy_grid{-8.0, 0.2, 3, 0.25, "VBM"});
    CHECK(labeled.ldos->values.rows() == 3);
    CHECK(labeled.ldos->values.col(1) == Eigen::Vector3d{4, 5, 6});
    CHECK(to_labeled_structure(with_ldos({{"ldos_e0", "-8"}, {"ldos_de", "0.2"}})).ldos->grid ==
          tinynet::energy_grid{-8.0, 0.2, 3, 0.0, ""});
}

TEST_CASE("property: a structure turned into a frame and back is the same") {
    for (unsigned seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        const auto labeled = random_structure(seed);
        check_equal(labeled, to_labeled_structure(to_extxyz_frame(labeled)));
    }
}

TEST_CASE("a lattice or pbc that makes no cell is refused") {
    const auto with_lattice = [](const std::string& lattice) {
        auto frame = two_atoms();
        frame.info[0].second = lattice;
        return frame;
    };
    check_refused(with_lattice("1 0 0 0 1 0 0 0"), "x.xyz, line 11: Lattice has 8 numbers, expected 9");
    check_refused(with_lattice("1 0 0 0 1 0 0 0 1,5"),
                  "x.xyz, line 11: Lattice has '1,5', expected a finite number");
    check_refused(with_lattice("1 0 0 0 1 0 0 0 nan"),
                  "x.xyz, line 11: Lattice has 'nan', expected a finite number");
    check_refused(
        with_lattice("1 0 0 0 1 0 1 1 0"),
        "x.xyz, line 11: Lattice: the lattice vectors are linearly dependent or zero: determinant 0 Å^3");
    check_refused(two_atoms({{"pbc", "T T"}}), "x.xyz, line 11: pbc is 'T T', expected three of T and F");
    check_refused(two_atoms({{"pbc", "T T T T"}}),
                  "x.xyz, line 11: pbc is 'T T T T', expected three of T and F");
    check_refused(two_atoms({{"pbc", "T T maybe"}}),
                  "x.xyz, line 11: pbc is 'T T maybe', expected three of T and F");
    auto frame = two_atoms({{"pbc", "T T T"}});
    frame.info.erase(frame.info.begin());
    check_refused(frame, "x.xyz, line 11: pbc is 'T T T' but there is no Lattice");
}

TEST_CASE("missing positions or species are refused") {
    auto frame = two_atoms();
    frame.columns.pop_back();
    check_refused(frame, "x.xyz, line 11: found no property 'pos', expected pos:R:3 in Properties");
    frame = two_atoms();
    frame.columns.erase(frame.columns.begin());
    check_refused(frame,
                  "x.xyz, line 11: found neither of the properties 'species' and 'Z', expected one of them");
}

TEST_CASE("columns of another type, width or size than they should have are refused") {
    auto frame = two_atoms();
    frame.columns[1].width = 2;
    check_refused(frame, "x.xyz, line 11: Properties has pos:R:2, expected pos:R:3");
    frame = two_atoms();
    frame.columns[0] = {"species", 'I', 1, std::vector<double>{56, 8}};
    check_refused(frame, "x.xyz, line 11: Properties has species:I:1, expected species:S:1");
    frame = two_atoms();
    frame.atom_count = 3;
    check_refused(frame, "x.xyz, line 11: the property 'pos' has 6 values, expected 9");
    frame = two_atoms();
    frame.columns[1].values = std::vector<double>{0, 0, 0, 1, 2, std::numeric_limits<double>::infinity()};
    check_refused(frame, "x.xyz, line 13: atom 1: the property 'pos' is not finite");
    frame.columns[1].values = std::vector<double>{0, 0, 0, 1, 2, 3e9};
    check_refused(frame, "x.xyz, line 11: the position of atom 1 has a coordinate of 3000000000 Å, expected "
                         "at most 1000000000");
}

TEST_CASE("unknown and contradicting species are refused with the line of the atom") {
    auto frame = two_atoms();
    frame.columns[0].values = std::vector<std::string>{"Ba", "Qq"};
    check_refused(frame, "x.xyz, line 13: atom 1: 'Qq' is no element symbol; expected one such as O or Ba");
    frame.columns[0].values = std::vector<std::string>{"Ba", "\xc2\x9b"
                                                             "2J" +
                                                                 std::string(100, 'x')};
    check_refused(frame, "x.xyz, line 13: atom 1: '?2J" + std::string(36, 'x') +
                             "...' is no element symbol; expected one such as O or Ba");
    frame.columns[0] = {"Z", 'I', 1, std::vector<double>{0, 8}};
    check_refused(frame, "x.xyz, line 12: atom 0: no element has the atomic number 0; expected 1 to 118");
    frame.columns[0] = {"Z", 'I', 1, std::vector<double>{56, 4294967304.0}};
    check_refused(frame,
                  "x.xyz, line 13: atom 1: no element has the atomic number 4294967304; expected 1 to 118");
    frame = two_atoms();
    frame.set_column({"Z", 'I', 1, std::vector<double>{56, 9}});
    check_refused(frame, "x.xyz, line 13: atom 1: species O contradicts Z 9");
}

TEST_CASE("labels that contradict each other or make no sense are refused") {
    auto both = two_atoms();
    both.set_column({"forces", 'R', 3, std::vector<double>(6, 0.0)});
    both.set_column({"force", 'R', 3, std::vector<double>(6, 0.0)});
    check_refused(both,
                  "x.xyz, line 11: found both of the properties 'forces' and 'force', expected one of them");
    check_refused(two_atoms({{"energy", "1 2"}}), "x.xyz, line 11: energy has 2 numbers, expected one");
    check_refused(two_atoms({{"energy", "-1.5D2"}}),
                  "x.xyz, line 11: energy has '-1.5D2', expected a finite number");
    check_refused(two_atoms({{"stress", "1 2 3"}}), "x.xyz, line 11: stress has 3 numbers, expected 9 or 6");
    check_refused(
        two_atoms({{"stress", "1 6 5 7 2 4 5 4 3"}}),
        "x.xyz, line 11: stress has off-diagonal elements that differ by 1, expected a symmetric matrix");
    check_refused(
        two_atoms({{"stress", "1 0 0 0 1 0 0 0 1"}, {"virial", "8 0 0 0 8 0 0 0 8"}}),
        "x.xyz, line 11: stress and virial disagree by 2 eV/Å^3, expected virial = -volume * stress");
    check_refused(two_atoms({{"virial", "1 1 1 0 0 0"}, {"pbc", "T T F"}}),
                  "x.xyz, line 11: found a virial, expected one only where all three axes are periodic");
}

TEST_CASE("labels that are finite stay so, or are refused") {
    const auto huge = to_labeled_structure(two_atoms({{"stress", "1e308 1e308 0 1e308 -1e308 0 0 0 1e308"}}));
    CHECK(huge.stress == (matrix3{} << 1e308, 1e308, 0, 1e308, -1e308, 0, 0, 0, 1e308).finished());
    auto tiny = two_atoms({{"virial", "1e250 0 0 0 0 0"}});
    tiny.info[0].second = "1e-20 0 0 0 1e-20 0 0 0 1e-20";
    check_refused(
        tiny, "x.xyz, line 11: found a virial too large for a volume of 1e-60 Å^3, expected a finite stress");
    check_refused(two_atoms({{"stress", "1e308 0 0 0 1 0 0 0 1"}, {"virial", "1e308 0 0 0 1 0 0 0 1"}}),
                  "x.xyz, line 11: stress and virial disagree by 1.125e+308 eV/Å^3, expected virial = "
                  "-volume * stress");
    check_refused(with_ldos({{"ldos_e0", "1e308"}, {"ldos_de", "1e308"}}),
                  "x.xyz, line 11: ldos_e0 is 1e+308 and ldos_de 1e+308 for 3 energies, expected a magnitude "
                  "of 1000000 eV at most");
}

TEST_CASE("an LDOS without a sound energy grid is refused") {
    check_refused(with_ldos({{"ldos_e0", "0"}}),
                  "x.xyz, line 11: found a property 'ldos' without the key 'ldos_de'");
    check_refused(with_ldos({{"ldos_de", "1"}}),
                  "x.xyz, line 11: found a property 'ldos' without the key 'ldos_e0'");
    check_refused(with_ldos({{"ldos_e0", "0"}, {"ldos_de", "0"}}),
                  "x.xyz, line 11: ldos_de is 0, expected a positive number of eV");
    check_refused(with_ldos({{"ldos_e0", "0"}, {"ldos_de", "1"}, {"ldos_n", "4"}}),
                  "x.xyz, line 11: the property 'ldos' has 3 columns, expected ldos_n=4");
    check_refused(with_ldos({{"ldos_e0", "0"}, {"ldos_de", "1"}, {"ldos_sigma", "-1"}}),
                  "x.xyz, line 11: ldos_sigma is -1, expected 0 or a positive number of eV");
    check_refused(with_ldos({{"ldos_e0", "0"}, {"ldos_de", "1"}, {"ldos_ref", "V\xFFM"}}),
                  "x.xyz, line 11: ldos_ref is no UTF-8 text, expected a name such as 'VBM'");
}

} // namespace tinynet::test::extxyz_labels_test
