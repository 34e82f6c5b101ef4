// SPDX-License-Identifier: MIT
#include "support/brute_force_walks.hpp"
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/features.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::descriptor_test {

namespace {

/// Features are rounded numbers of order 1 to 100; supercells add up coordinates of some 20 Å.
constexpr double same_feature = 1e-10;

descriptor_options options_of(feature_layout layout, std::size_t n = 4, std::size_t neighbors = 2) {
    return {.max_walk_hops = hop_count{n}, .max_neighbor_hops = hop_count{neighbors}, .layout = layout};
}

descriptor describe_crystal(const structure& reference, feature_layout layout = feature_layout::compact) {
    return {reference, bond_rule{}, options_of(layout)};
}

Eigen::MatrixXd features_of(const descriptor& d, const structure& geometry) {
    return describe(d, d.topology_of(geometry), flat(geometry.positions()));
}

/// The atom that is refused must be the first whose surroundings, two hops wide, hold a changed place.
std::size_t first_atom_near(const structure& crystal, std::size_t changed) {
    const bond_graph graph{crystal, bond_rule{}};
    const environment<bond_graph> around{graph, atom_index{changed}, hop_count{2}};
    std::size_t first = changed;
    for (std::size_t v = 0; v < around.vertex_count(); ++v)
        first = std::min<std::size_t>(first, around.vertex(v).atom);
    return first;
}

structure without_atom(const structure& crystal, std::size_t removed) {
    std::vector<std::size_t> order(crystal.atom_count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    order.erase(order.begin() + static_cast<std::ptrdiff_t>(removed));
    return permuted(crystal, order);
}

structure with_atom(const structure& crystal, species kind, const vector3& position) {
    std::vector<species> kinds{crystal.species().begin(), crystal.species().end()};
    std::vector<vector3> positions{crystal.positions().begin(), crystal.positions().end()};
    kinds.push_back(kind);
    positions.push_back(position);
    return {crystal.cell(), kinds, positions};
}

structure with_species(const structure& crystal, std::size_t atom, species kind) {
    std::vector<species> kinds{crystal.species().begin(), crystal.species().end()};
    kinds[atom] = kind;
    return {crystal.cell(), kinds, {crystal.positions().begin(), crystal.positions().end()}};
}

void check_refused(const descriptor& d, const structure& geometry, const std::string& message) {
    CHECK_THROWS_WITH_AS(static_cast<void>(d.topology_of(geometry)), doctest::Contains(message.c_str()),
                         topology_mismatch);
}

/// Na and Cl in turn along x: ends, and an inner part.
structure chain(std::size_t atom_count) {
    std::vector<species> kinds;
    std::vector<vector3> positions;
    for (std::size_t i = 0; i < atom_count; ++i) {
        kinds.push_back(species{i % 2 == 0 ? "Na" : "Cl"});
        positions.emplace_back(2.4 * static_cast<double>(i), 0.0, 0.0);
    }
    return {cell{}, kinds, positions};
}

/// Two copies of a molecule, far apart.
structure twice(const structure& molecule) {
    structure result = molecule;
    for (std::size_t i = 0; i < molecule.atom_count(); ++i)
        result = with_atom(result, molecule.species()[i], molecule.positions()[i] + vector3{3, 40, -5});
    return result;
}

/// The features of a repeated small cell are those of the small cell, repeated.
void check_repeats(const descriptor& d, const structure& small, int a, int b, int c) {
    const Eigen::MatrixXd expected = features_of(d, small);
    const Eigen::MatrixXd features = features_of(d, supercell(small, a, b, c));
    REQUIRE(features.rows() == expected.rows());
    for (Eigen::Index i = 0; i < features.cols(); ++i)
        CHECK((features.col(i) - expected.col(i % expected.cols())).cwiseAbs().maxCoeff() < same_feature);
}

} // namespace

TEST_CASE("property: features are the same by whatever vectors a lattice is given") {
    const structure crystal = supercell(perovskite(4.0), 2, 1, 1);
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure moved = rattled(crystal, rng, 0.5);
        const periodic_axes periodic = {seed % 2 == 0, seed % 4 < 2, true};
        const cell plain{crystal.cell().rows(), periodic};
        const cell skewed = skewed_cell(plain, rng);
        const auto in_cell = [](const structure& atoms, const cell& lattice) {
            return structure{lattice,
                             {atoms.species().begin(), atoms.species().end()},
                             {atoms.positions().begin(), atoms.positions().end()}};
        };
        const Eigen::MatrixXd expected =
            features_of(describe_crystal(in_cell(crystal, plain)), in_cell(moved, plain));
        const cell otherwise = skewed_cell(plain, rng);
        for (const cell& lattice : {plain, skewed, otherwise}) {
            const Eigen::MatrixXd features =
                features_of(describe_crystal(in_cell(crystal, skewed)), in_cell(moved, lattice));
            REQUIRE(features.rows() == expected.rows());
            CHECK((features - expected).cwiseAbs().maxCoeff() < same_feature);
        }
    }
}

TEST_CASE("a descriptor knows its reference, rule, options and reach") {
    const descriptor d = describe_crystal(perovskite(4.0));
    CHECK(d.reference().atom_count() == 5);
    CHECK(d.rule() == bond_rule{});
    CHECK(d.options() == options_of(feature_layout::compact));
    CHECK(d.reference_topology().atom_count() == 5);
    CHECK(d.receptive_radius() == doctest::Approx(4.0 * std::sqrt(2.0))); // Ba to O to Ba
}

TEST_CASE("layout compact has a site per class, layout paper a site per atom of a class") {
    const structure crystal = reference_crystal("batio3");
    const descriptor compact = describe_crystal(crystal);
    const descriptor paper = describe_crystal(crystal, feature_layout::paper);
    CHECK(compact.sites().size() == 5);
    CHECK(compact.class_count() == 5);
    CHECK(paper.sites().size() == 40);
    CHECK(paper.class_count() == 5);
    for (std::size_t i = 0; i < 40; ++i) {
        CHECK(paper.reference_topology().site_of(i) == i);
        CHECK(paper.class_of_site(i) == paper.class_of_reference_atom(i));
        CHECK(compact.reference_topology().site_of(i) == compact.class_of_reference_atom(i));
        CHECK(compact.class_of_reference_atom(i) == paper.class_of_reference_atom(i));
    }
    for (std::size_t s = 0; s < 5; ++s)
        CHECK(compact.class_of_site(s) == s);
    CHECK(describe_crystal(reference_crystal("moo3")).class_count() == 4);
}

TEST_CASE("in an ideal crystal all atoms of a class have the same features in layout compact") {
    for (const std::string name : {"batio3", "moo3"}) {
        const structure crystal = reference_crystal(name);
        const descriptor d = describe_crystal(crystal);
        const Eigen::MatrixXd features = features_of(d, crystal);
        std::vector<Eigen::Index> first(d.class_count(), -1);
        for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
            Eigen::Index& known = first[d.class_of_reference_atom(i)];
            const auto column = static_cast<Eigen::Index>(i);
            if (known < 0)
                known = column;
            // The file has four to six decimals.
            CHECK((features.col(column) - features.col(known)).cwiseAbs().maxCoeff() < 1e-3);
        }
    }
}

TEST_CASE("transfer: supercells of a displaced cell repeat its features") {
    random_engine rng{1};
    const structure ideal = perovskite(4.0);
    const descriptor d = describe_crystal(ideal);
    const structure displaced = rattled(ideal, rng, 0.1);
    check_repeats(d, ideal, 2, 1, 1);
    check_repeats(d, displaced, 2, 1, 1);
    check_repeats(d, displaced, 1, 2, 3);
    check_repeats(d, rattled(ideal, rng, 0.1), 2, 2, 2);
}

TEST_CASE("property: a displaced supercell has the features that it has as its own reference") {
    const structure small = perovskite(4.0);
    const structure large = supercell(small, 2, 1, 2);
    const descriptor from_small = describe_crystal(small);
    const descriptor from_large = describe_crystal(large);
    for (std::uint64_t seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure moved = with_lattice_shifts(translated(rattled(large, rng, 0.15), {1, 2, 3}), rng);
        CHECK((features_of(from_small, moved) - features_of(from_large, moved)).cwiseAbs().maxCoeff() <
              same_feature);
    }
}

TEST_CASE("transfer: BaTiO3 learned on 40 atoms describes the cell of 5 atoms and 135 atoms") {
    random_engine rng{2};
    const descriptor d = describe_crystal(reference_crystal("batio3"));
    const structure small = rattled(perovskite(4.005), rng, 0.1);
    check_repeats(d, small, 3, 3, 3);
    check_repeats(d, small, 1, 2, 1);
}

TEST_CASE("transfer: MoO3, a cell that is not orthogonal") {
    random_engine rng{3};
    const structure crystal = reference_crystal("moo3");
    check_repeats(describe_crystal(crystal), rattled(crystal, rng, 0.1), 1, 2, 1);
}

TEST_CASE("the atoms of a mapped structure may stand in any order") {
    random_engine rng{4};
    const descriptor d = describe_crystal(perovskite(4.0));
    const structure large = rattled(supercell(perovskite(4.0), 2, 2, 1), rng, 0.1);
    std::vector<std::size_t> order(large.atom_count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::shuffle(order.begin(), order.end(), rng);
    const Eigen::MatrixXd expected = features_of(d, large);
    const Eigen::MatrixXd features = features_of(d, permuted(large, order));
    for (std::size_t i = 0; i < order.size(); ++i)
        CHECK((features.col(static_cast<Eigen::Index>(i)) - expected.col(static_cast<Eigen::Index>(order[i])))
                  .cwiseAbs()
                  .maxCoeff() < same_feature);
}

TEST_CASE("boxes around a molecule are no matter, whatever their size") {
    const std::vector<species> kinds{species{"Ti"}, species{"O"}, species{"O"}};
    const std::vector<vector3> positions{{0, 0, 0}, {1.8, 0, 0}, {0, 1.9, 0.2}};
    const descriptor d{structure{cell{}, kinds, positions}, bond_rule{}, descriptor_options{}};
    const Eigen::MatrixXd expected = features_of(d, d.reference());
    for (const double side : {10.0, 20.0}) {
        const structure boxed{cell{side * matrix3::Identity(), {false, false, false}}, kinds, positions};
        CHECK((features_of(d, boxed) - expected).cwiseAbs().maxCoeff() < 1e-14);
    }
}

TEST_CASE("a strained cell is described with its own bonds, of the reference's size or not") {
    matrix3 strain;
    strain << 1.02, 0.01, 0, 0, 0.98, 0, -0.01, 0, 1.02;
    const structure small = perovskite(4.0);
    for (const structure& crystal : {small, supercell(small, 2, 1, 1)}) {
        const structure strained = rotated(crystal, strain);
        const descriptor d = describe_crystal(small);
        const Eigen::MatrixXd features = features_of(d, strained);
        const bond_graph graph{strained, bond_rule{}};
        const auto block = shared_layout(d).paths()[0];
        for (std::size_t i = 0; i < crystal.atom_count(); ++i) {
            double expected = 0.0;
            for (const bond_index bond : graph.bonds(atom_index{i}))
                expected += std::exp(-2.0 * graph.length(bond));
            const double sum =
                features.col(static_cast<Eigen::Index>(i))
                    .segment(static_cast<Eigen::Index>(block.first), static_cast<Eigen::Index>(block.width))
                    .sum();
            CHECK(sum == doctest::Approx(expected).epsilon(1e-12));
        }
    }
}

TEST_CASE("a molecule has no images: it is described wherever it is") {
    random_engine rng{5};
    const structure molecule = chain(6);
    const descriptor d = describe_crystal(molecule);
    const structure moved = rattled(molecule, rng, 0.1);
    const Eigen::MatrixXd expected = features_of(d, moved);
    CHECK((features_of(d, translated(moved, {50, -60, 70})) - expected).cwiseAbs().maxCoeff() < same_feature);
    CHECK(expected.col(0).cwiseAbs().maxCoeff() > 1.0);
}

TEST_CASE("property: an atom inside is not taken for one at an end, which has fewer neighbors to match") {
    const structure molecule = chain(7);
    const descriptor d = describe_crystal(molecule);
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure moved = rattled(molecule, rng, 0.2);
        const Eigen::MatrixXd expected = features_of(d, moved);
        const Eigen::MatrixXd features = features_of(d, twice(moved));
        CHECK((features.leftCols(7) - expected).cwiseAbs().maxCoeff() < same_feature);
        CHECK((features.rightCols(7) - expected).cwiseAbs().maxCoeff() < same_feature);
    }
}

TEST_CASE("a vacancy is refused, the first atom next to it named") {
    const descriptor d = describe_crystal(perovskite(4.0));
    const structure crystal = supercell(perovskite(4.0), 3, 3, 3);
    for (const std::size_t removed : {64U, 66U, 130U}) { // a Ba or Ti or O in the middle, an O in a corner
        const std::size_t first = first_atom_near(crystal, removed);
        REQUIRE(first < removed);
        check_refused(
            d, without_atom(crystal, removed),
            detail::text("atom ", first, " (", crystal.species()[first].symbol(), ") fits no site"));
    }
}

TEST_CASE("a vacancy in the reference's own cell is refused, too") {
    const structure crystal = reference_crystal("batio3");
    check_refused(describe_crystal(crystal), without_atom(crystal, 39), "fits no site");
}

TEST_CASE("an atom too many is refused and named: between the others, or close to one of them") {
    const descriptor d = describe_crystal(perovskite(4.0));
    const structure crystal = supercell(perovskite(4.0), 2, 2, 2);
    const vector3 oxygen = crystal.positions()[17]; // an O
    const std::array places = {vector3{1, 1, 1}, vector3{2, 1, 0.5}, vector3{oxygen + vector3{0.4, 0.3, 0.2}},
                               vector3{oxygen + vector3{-0.6, 0.0, 0.3}}};
    for (const vector3& place : places)
        check_refused(d, with_atom(crystal, species{"O"}, place), "atom 40 (O) fits no site");
}

TEST_CASE("a foreign species is refused, the first atom that misses one of its own named") {
    const descriptor d = describe_crystal(perovskite(4.0));
    const structure crystal = supercell(perovskite(4.0), 3, 3, 3);
    const std::size_t first = first_atom_near(crystal, 66);
    check_refused(d, with_species(crystal, 66, species{"Zr"}), detail::text("atom ", first, " ("));
    const structure lone{cell{}, {species{"Zr"}}, {vector3::Zero()}};
    check_refused(d, lone, "atom 0 (Zr) fits no site");
}

TEST_CASE("layout paper describes structures of the reference's size only") {
    const descriptor d = describe_crystal(perovskite(4.0), feature_layout::paper);
    CHECK_NOTHROW(static_cast<void>(d.topology_of(rotated(perovskite(4.0), 1.02 * matrix3::Identity()))));
    check_refused(d, supercell(perovskite(4.0), 2, 1, 1), "the structure has 10 atoms in another cell");
    check_refused(d, perovskite(4.6), "use layout compact");
    check_refused(d, without_atom(perovskite(4.0), 4), "the structure has 4 atoms");
}

TEST_CASE("atoms in another order than the reference's are refused by their species, the first one named") {
    for (const feature_layout layout : {feature_layout::paper, feature_layout::compact}) {
        const structure crystal = perovskite(4.0);
        const std::vector<std::size_t> order = {0, 2, 1, 3, 4};
        check_refused(describe_crystal(crystal, layout), permuted(crystal, order),
                      "atom 1 is O where the reference has Ti");
    }
}

TEST_CASE("like atoms in another order than the reference's are refused by their positions") {
    const structure crystal = reference_crystal("batio3");
    std::vector<std::size_t> order(crystal.atom_count());
    std::iota(order.begin(), order.end(), std::size_t{0});
    std::swap(order[20], order[33]);
    for (const feature_layout layout : {feature_layout::paper, feature_layout::compact})
        check_refused(describe_crystal(crystal, layout), permuted(crystal, order),
                      "was the order of the atoms");
}

TEST_CASE("a reference without atoms is refused") {
    CHECK_THROWS_AS(describe_crystal(structure{}), invalid_structure);
}

TEST_CASE("options out of range are refused") {
    CHECK_THROWS_AS((descriptor{perovskite(4.0), bond_rule{}, options_of(feature_layout::compact, 21)}),
                    invalid_option);
    CHECK_THROWS_AS((descriptor{perovskite(4.0), bond_rule{}, options_of(feature_layout::compact, 0, 0)}),
                    invalid_option);
}

TEST_CASE("walks of 20 hops in BaTiO3 are refused at once, with their number") {
    const structure crystal = reference_crystal("batio3");
    const auto start = std::chrono::steady_clock::now();
    const auto refuse = [&] { descriptor{crystal, bond_rule{}, options_of(feature_layout::paper, 20)}; };
    CHECK_THROWS_WITH_AS(refuse(), doctest::Contains("closed walks of up to 20 hops"), too_many_walks);
    CHECK(std::chrono::steady_clock::now() - start < std::chrono::seconds{20});
}

} // namespace tinynet::test::descriptor_test
