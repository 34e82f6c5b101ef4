// SPDX-License-Identifier: MIT

/// \file
/// Whatever atoms are asked for, the answer is finite or an error. Compiled with -ffast-math, as users of a
/// header-only library may.

#include "support/random_models.hpp"
#include "support/random_moment_models.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/scaler.hpp>
#include <tinynet/detail/finite.hpp>
#include <tinynet/error.hpp>
#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/graph/neighbor_list.hpp>
#include <tinynet/md/engine_potential.hpp>
#include <tinynet/model/energy_model.hpp>
#include <tinynet/model/force_model.hpp>
#include <tinynet/training/adam.hpp>
#include <tinynet/training/schedule.hpp>
#include <tinynet/training/soap.hpp>
#include <tinynet/training/split.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <utility>
#include <vector>

namespace tinynet::test::numerical_safety_test {

namespace {

constexpr double nan = std::numeric_limits<double>::quiet_NaN();
constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double cutoff = 4.0;

const moment_options with_repulsion{
    .cutoff = cutoff, .weight_count = 3, .orbital_count = 2, .repulsion_cutoff = 1.5};

bool all_finite(std::span<const double> numbers) {
    return std::ranges::all_of(numbers, [](double x) { return detail::is_finite(x); });
}

template <typename Real>
void check_answer(const structure& atoms) {
    for (const double repulsion_cutoff : {0.0, with_repulsion.repulsion_cutoff}) {
        moment_options options = with_repulsion;
        options.repulsion_cutoff = repulsion_cutoff;
        const energy_model model{random_moment_model<Real>(options, moment_species), {}};
        const moment_results found = evaluate(model, atoms);
        CHECK(detail::is_finite(found.energy));
        CHECK(all_finite(flat(std::span{found.forces})));
        CHECK(detail::are_finite(found.virial));
    }
}

structure atoms_at(const cell& box, std::vector<vector3> positions) {
    std::vector<species> kinds;
    for (std::size_t i = 0; i < positions.size(); ++i)
        kinds.push_back(moment_species[i % moment_species.size()]);
    return {box, std::move(kinds), std::move(positions)};
}

const matrix3 no_cell = matrix3::Zero();

cell open_space() { return cell{no_cell, {false, false, false}}; }

cell cube(double edge) { return cell{edge * matrix3::Identity(), {true, true, true}}; }

} // namespace

TEST_CASE_TEMPLATE("atoms at one place, nearly so, and with bonds of any length have finite energies", Real,
                   float, double) {
    for (const double distance : {0.0, 5e-324, 1e-300, 1e-30, 1e-8, 1e-6, 1e-3, 0.1, 1.0, 2.0})
        check_answer<Real>(
            atoms_at(open_space(), {vector3{1, 1, 1}, vector3{1, 1, 1 + distance}, vector3{1, 2, 1}}));
}

TEST_CASE_TEMPLATE("no atom, one atom and atoms out of reach", Real, float, double) {
    check_answer<Real>(atoms_at(open_space(), {}));
    check_answer<Real>(atoms_at(open_space(), {vector3{0, 0, 0}}));
    check_answer<Real>(atoms_at(open_space(), {vector3{0, 0, 0}, vector3{100, 0, 0}}));
}

TEST_CASE_TEMPLATE("atoms at exactly a cutoff, and one rounding before and behind it", Real, float, double) {
    for (const double edge : {cutoff, with_repulsion.repulsion_cutoff})
        for (const double distance : {std::nextafter(edge, 0.0), edge, std::nextafter(edge, infinity),
                                      static_cast<double>(static_cast<float>(edge))})
            check_answer<Real>(
                atoms_at(open_space(), {vector3::Zero(), vector3{distance, 0, 0}, vector3{0, distance, 0}}));
}

TEST_CASE_TEMPLATE("cells smaller than the cutoff, and needles", Real, float, double) {
    check_answer<Real>(atoms_at(cube(1.0), {vector3{0.1, 0.2, 0.3}}));
    check_answer<Real>(atoms_at(cube(2.5), {vector3{0.1, 0.2, 0.3}, vector3{1.3, 1.4, 1.5}}));
    matrix3 needle = matrix3::Identity();
    needle(0, 0) = 300.0;
    needle(1, 0) = 0.9;
    check_answer<Real>(
        atoms_at(cell{needle, {true, true, true}}, {vector3::Zero(), vector3{150.0, 0.5, 0.5}}));
}

TEST_CASE_TEMPLATE("coordinates far from the origin, up to where numbers resolve bond lengths", Real, float,
                   double) {
    for (const double far : {1e6, largest_coordinate}) {
        check_answer<Real>(
            atoms_at(open_space(), {vector3{far, 0, 0}, vector3{far, 2, 0}, vector3{0, -far, 0}}));
        check_answer<Real>(atoms_at(cube(5.0), {vector3{far, 0, 0}, vector3{far, 2, -far}}));
    }
    for (const double far :
         {std::nextafter(largest_coordinate, infinity), 1e200, std::numeric_limits<double>::max()})
        CHECK_THROWS_AS(atoms_at(open_space(), {vector3{far, 0, 0}}), invalid_structure);
}

TEST_CASE("what is not finite is refused when a structure is made") {
    for (const double bad : {nan, infinity, -infinity}) {
        CHECK_THROWS_AS(atoms_at(open_space(), {vector3{0, bad, 0}}), invalid_structure);
        CHECK_THROWS_AS((cell{bad * matrix3::Identity(), {true, true, true}}), invalid_cell);
    }
}

TEST_CASE_TEMPLATE("positions that become infinite or NaN are refused at every step", Real, float, double) {
    const structure crystal = reference_crystal("batio3");
    const energy_model conservative{random_moment_model<Real>(with_repulsion, moment_species), {}};
    const force_model direct{random_model<Real>(crystal_descriptor(crystal), network_choice::site), {}};
    auto space = conservative.make_workspace(crystal);
    auto direct_space = direct.make_workspace(crystal);
    const auto at_rest = flat(crystal.positions());
    std::vector<double> forces(at_rest.size());
    for (const double bad : {nan, infinity, -infinity}) {
        std::vector<double> positions(at_rest.begin(), at_rest.end());
        positions[17] = bad;
        CHECK_THROWS_AS(conservative.evaluate(space, positions, forces), invalid_structure);
        CHECK_THROWS_AS(direct.evaluate(direct_space, positions, forces), invalid_structure);
    }
    conservative.evaluate(space, at_rest, forces);
    CHECK(all_finite(forces));
    direct.evaluate(direct_space, at_rest, forces);
    CHECK(all_finite(forces));
}

TEST_CASE("an engine that passes what is not finite gets an error") {
    const auto model = std::make_shared<const energy_model>(
        random_moment_model<float>(with_repulsion, moment_species), training_record{});
    engine_potential potential{model};
    const std::array<std::int32_t, 2> numbers{8, 22};
    std::vector<double> forces(6);
    for (const double bad : {nan, infinity, -infinity}) {
        const std::array positions{0.0, 0.0, 0.0, 2.0, bad, 0.0};
        CHECK_THROWS_AS(potential.evaluate({2, positions, numbers, {}, {}}, forces), invalid_structure);
        const engine_cell box{{5, 0, 0, 0, 5, 0, 0, bad, 5}, {true, true, true}};
        const std::array fine{0.0, 0.0, 0.0, 2.0, 0.0, 0.0};
        CHECK_THROWS_AS(potential.evaluate({2, fine, numbers, {}, box}, forces), invalid_cell);
    }
}

TEST_CASE("parameters that are not finite make no model") {
    for (const double bad : {nan, infinity}) {
        const auto good = random_moment_model<double>(with_repulsion, moment_species);
        std::vector<species_network<double>> networks(good.networks().begin(), good.networks().end());
        networks[1].nets.front().parameters()[3] = bad;
        CHECK_THROWS_AS((moment_model<double>{with_repulsion, networks, 1.0}), invalid_option);
        moment_options options = with_repulsion;
        options.cutoff = bad;
        CHECK_THROWS_AS(check(options), invalid_option);
    }
}

TEST_CASE("settings of a training that are not finite are refused") {
    constexpr std::array block{parameter_block{2, 2}};
    for (const double bad : {nan, infinity}) {
        CHECK_THROWS_AS((adam<float>{1, {.beta1 = bad}}), invalid_option);
        CHECK_THROWS_AS((adam<float>{1, {.epsilon = bad}}), invalid_option);
        CHECK_THROWS_AS((adam<float>{1, {.weight_decay = bad}}), invalid_option);
        CHECK_THROWS_AS((soap<float>{block, {.beta = bad}}), invalid_option);
        CHECK_THROWS_AS((soap<float>{block, {.epsilon = bad}}), invalid_option);
        CHECK_THROWS_AS((soap<float>{block, {.weight_decay = bad}}), invalid_option);
        CHECK_THROWS_AS(split_dataset(10, {bad, 0.1, 0.1}, 1), invalid_option);
        CHECK_THROWS_AS(detail::check(schedule_settings{.final_fraction = bad}), invalid_option);
        CHECK_THROWS_AS(detail::check(schedule_settings{.warmup_fraction = bad}), invalid_option);
        CHECK_THROWS_AS(min_max_scaler::fit(Eigen::Matrix<double, 1, 3>{1.0, bad, 1.0}), invalid_dataset);
        CHECK_THROWS_AS((void)cube(4.0).wrapping_shift({bad, 0, 0}), invalid_structure);
    }
}

TEST_CASE("both ends see the same bond to the last bit, also where its length is the cutoff up to rounding") {
    for (int k = 0; k < 200; ++k) {
        const double spacing = 2.0 + 0.0137 * k;
        matrix3 rows = 2.0 * spacing * matrix3::Identity();
        rows(1, 0) = k % 2 == 0 ? 0.0 : 0.731 * spacing;
        std::vector<vector3> places;
        for (const vector3& corner :
             {vector3{0, 0, 0}, vector3{1, 0, 0}, vector3{0, 1, 0}, vector3{0, 0, 1}, vector3{1, 1, 1}})
            places.push_back(0.5 * rows.transpose() * corner + vector3{0.1, 0.2, 0.3});
        const structure atoms = atoms_at(cell{rows}, places);
        const neighbor_list list{atoms, spacing};
        std::size_t unseen = 0;
        for (std::size_t i = 0; i < places.size(); ++i)
            for (const neighbor& own : list.neighbors(atom_index{i})) {
                const auto others = list.neighbors(own.atom);
                unseen += static_cast<std::size_t>(std::ranges::none_of(others, [&](const neighbor& back) {
                    return back.atom == atom_index{i} && back.shift == -own.shift &&
                           (back.vector.array() == -own.vector.array()).all() &&
                           back.distance == own.distance;
                }));
            }
        CHECK(unseen == 0);
        CHECK_NOTHROW((bond_graph{atoms, bond_rule{spacing, bond_partners::all}}));
    }
}

TEST_CASE("a cutoff and a cell so small that their powers vanish have no number of pairs") {
    CHECK_THROWS_AS((neighbor_list{atoms_at(cube(1e-100), {vector3::Zero()}), 1e-120}), invalid_option);
}

TEST_CASE_TEMPLATE("a direct-force model answers with finite forces however far its atoms are moved", Real,
                   float, double) {
    const structure crystal = reference_crystal("moo3");
    const force_model model{random_model<Real>(crystal_descriptor(crystal), network_choice::species), {}};
    auto space = model.make_workspace(crystal);
    const auto at_rest = flat(crystal.positions());
    std::vector<double> forces(at_rest.size());
    for (const double shift : {0.0, 1.0, 50.0, 1e5, 9e8}) {
        std::vector<double> positions(at_rest.begin(), at_rest.end());
        positions[3] += shift;
        positions[10] -= shift;
        model.evaluate(space, positions, forces);
        CHECK(all_finite(forces));
    }
}

TEST_CASE_TEMPLATE("a direct-force model sees an atom where it is, however many lattice vectors it was moved",
                   Real, float, double) {
    const structure crystal = reference_crystal("moo3");
    const force_model model{random_model<Real>(crystal_descriptor(crystal), network_choice::species), {}};
    auto space = model.make_workspace(crystal);
    const auto at_rest = flat(crystal.positions());
    std::vector<double> expected(at_rest.size());
    model.evaluate(space, at_rest, expected);
    const double largest = std::abs(*std::ranges::max_element(
        expected, [](double one, double other) { return std::abs(one) < std::abs(other); }));
    std::vector<double> forces(at_rest.size());
    for (const double images : {1.0, 999.0, 1001.0, 1000001.0, 20000001.0, -20000001.0}) {
        CAPTURE(images);
        std::vector<double> positions(at_rest.begin(), at_rest.end());
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            positions[3 + static_cast<std::size_t>(axis)] += images * crystal.cell().rows()(1, axis);
        check_positions(model.features().topology_of(crystal), positions);
        model.evaluate(space, positions, forces);
        for (std::size_t k = 0; k < forces.size(); ++k) // coordinates of 3e8 Å resolve 6e-8 Å
            CHECK(std::abs(forces[k] - expected[k]) < 1e-4 * largest);
    }
}

} // namespace tinynet::test::numerical_safety_test
