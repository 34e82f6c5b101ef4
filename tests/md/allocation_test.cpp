// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"

#include <tinynet/md/engine_forces.hpp>
#include <tinynet/md/engine_potential.hpp>

#include "support/random_models.hpp"
#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <vector>

namespace tinynet::test::md_allocation_test {

TEST_CASE("an engine's step allocates nothing while neighbors stay, with lists of its own or without") {
    const moment_options options{.weight_count = 3, .orbital_count = 2};
    engine_potential potential{std::make_shared<const energy_model>(
        random_moment_model<double>(options, moment_species), training_record{})};
    std::vector<double> positions{0, 0, 0, 2, 0, 0, 0, 2, 0};
    const std::vector<std::int32_t> numbers{8, 22, 8};
    const std::vector<std::size_t> first{0, 2, 4};
    const std::vector<std::int32_t> neighbors{1, 2, 0, 2};
    std::vector<double> forces(9);
    std::array<double, 9> virial{};
    engine_atoms atoms{2, positions, numbers, {}, {}};
    for (const bool has_lists : {false, true}) {
        if (has_lists)
            atoms.neighbors = listed_neighbors{first, neighbors};
        potential.evaluate(atoms, forces, virial);
        positions[0] += 0.01;
        CHECK(allocations_of([&] { potential.evaluate(atoms, forces, virial); }) == 0);
    }
}

TEST_CASE("an engine's other neighbors of the same atoms allocate nothing where no size grows") {
    const moment_options options{.cutoff = 3.0, .weight_count = 3, .orbital_count = 2};
    const std::vector<std::int32_t> numbers{8, 22, 8};
    const std::vector<std::vector<double>> places{{0, 0, 0, 2, 0, 0, 0, 2, 0}, {0, 0, 0, 0, 0, 2, 0, 2, 0}};
    const std::vector<std::size_t> first{0, 2, 4};
    const std::vector<std::vector<std::int32_t>> neighbors{{1, 2, 0, 2}, {2, 1, 2, 0}};
    std::vector<double> forces(9);
    for (const bool has_lists : {false, true})
        for (const bool has_cell : {false, true}) {
            if (has_lists && has_cell)
                continue;
            CAPTURE(has_lists);
            CAPTURE(has_cell);
            engine_potential potential{std::make_shared<const energy_model>(
                random_moment_model<double>(options, moment_species), training_record{})};
            const auto step = [&](std::size_t k) {
                engine_atoms atoms{has_cell ? 3U : 2U, places[k % 2], numbers, {}, {}};
                if (has_lists)
                    atoms.neighbors = listed_neighbors{first, neighbors[k % 2]};
                if (has_cell)
                    atoms.cell = engine_cell{{4, 0, 0, 0, 4, 0, 0, 0, 4}, {true, true, true}};
                potential.evaluate(atoms, forces);
            };
            for (std::size_t k = 0; k < 4; ++k)
                step(k);
            CHECK(allocations_of([&] {
                      step(4);
                      step(5);
                  }) == 0);
            CHECK(potential.build_count() == 6);
        }
}

TEST_CASE(
    "property: after memory ran out in a call with a cell, calls with one and without say what they did") {
    const auto model = std::make_shared<const energy_model>(
        random_moment_model<double>({.cutoff = 3.0, .weight_count = 3, .orbital_count = 2}, moment_species),
        training_record{});
    const std::vector<double> positions{0, 0, 0, 2, 0, 0, 0, 2, 0};
    const std::vector<std::int32_t> numbers{8, 22, 8};
    const std::vector<double> closer{0, 0, 0, 1.5, 0, 0, 0, 1.5, 0};
    const engine_atoms alone{2, std::span{closer}.first(6), std::span{numbers}.first(2), {}, {}};
    engine_atoms repeated{3, positions, numbers, {}, {}};
    repeated.cell = engine_cell{{4, 0, 0, 0, 4, 0, 0, 0, 4}, {true, true, true}};
    std::vector<double> room(9);
    const auto energy_of = [&](engine_potential& potential, const engine_atoms& atoms) {
        return potential.evaluate(atoms, std::span{room}.first(atoms.positions.size())).energy;
    };
    engine_potential fresh{model};
    const double energy = energy_of(fresh, alone);
    const double energy_in_cell = energy_of(fresh, repeated);
    std::optional<engine_potential> potential;
    std::size_t failures = 0;
    for (const bool is_alone_first : {true, false})
        fail_each_allocation(
            [&] {
                potential.emplace(model);
                energy_of(*potential, is_alone_first ? alone : repeated);
            },
            [&] { energy_of(*potential, is_alone_first ? repeated : alone); },
            [&] {
                ++failures;
                CHECK(energy_of(*potential, alone) == energy);
                CHECK(energy_of(*potential, repeated) == energy_in_cell);
            });
    CHECK(failures > 10);
}

TEST_CASE("a rank's step of a force model allocates nothing while its atoms stay") {
    const structure crystal = supercell(perovskite(4.0), 3, 2, 2);
    engine_forces potential{
        std::make_shared<const force_model>(
            random_model<float>(crystal_descriptor(perovskite(4.0)), network_choice::site),
            training_record{}),
        crystal};
    std::vector<std::int32_t> ids(crystal.atom_count());
    std::iota(ids.begin(), ids.end(), 0);
    std::vector<double> forces(60);
    const identified_atoms atoms{20, flat(crystal.positions()), ids};
    potential.evaluate(atoms, forces);
    CHECK(allocations_of([&] { potential.evaluate(atoms, forces); }) == 0);
}

TEST_CASE("property: after memory ran out while atoms changed their rank, forces are those of before") {
    const structure crystal = supercell(perovskite(4.0), 2, 2, 2);
    const auto model = std::make_shared<const force_model>(
        random_model<double>(crystal_descriptor(perovskite(4.0)), network_choice::site), training_record{});
    std::vector<std::int32_t> ids(crystal.atom_count());
    std::iota(ids.begin(), ids.end(), 0);
    std::vector<std::int32_t> reversed{ids.rbegin(), ids.rend()};
    std::vector<double> reversed_positions;
    for (const std::int32_t id : reversed)
        for (const double coordinate : crystal.positions()[static_cast<std::size_t>(id)])
            reversed_positions.push_back(coordinate);
    const identified_atoms first{15, flat(crystal.positions()), ids};
    const identified_atoms last{15, reversed_positions, reversed};
    std::vector<double> expected(45);
    engine_forces{model, crystal}.evaluate(first, expected);
    std::optional<engine_forces> potential;
    std::vector<double> forces(45);
    std::size_t failures = 0;
    fail_each_allocation(
        [&] {
            potential.emplace(model, crystal);
            potential->evaluate(first, forces);
        },
        [&] { potential->evaluate(last, forces); },
        [&] {
            ++failures;
            potential->evaluate(first, forces);
            CHECK(forces == expected);
        });
    CHECK(failures > 3);
}

} // namespace tinynet::test::md_allocation_test
