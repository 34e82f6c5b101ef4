// SPDX-License-Identifier: MIT
#include <tinynet/md/engine_potential.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <numeric>
#include <optional>
#include <span>
#include <utility>
#include <vector>

namespace tinynet::test::engine_potential_test {

namespace {

std::shared_ptr<const energy_model> small_model() {
    const moment_options options{.cutoff = 3.0, .weight_count = 4, .orbital_count = 2};
    return std::make_shared<const energy_model>(random_moment_model<double>(options, moment_species),
                                                training_record{});
}

/// What one rank of an engine holds: some atoms of a structure, and images of all atoms around them.
class rank_of_engine {
public:
    /// \param first, last  its atoms.
    rank_of_engine(const structure& atoms, std::size_t first, std::size_t last, double halo)
        : local_count_{last - first} {
        for (std::size_t i = first; i < last; ++i)
            add(atoms, i, vector3::Zero());
        const auto& rows = atoms.cell().rows();
        constexpr int reach = 4;
        for (int a = -reach; a <= reach; ++a)
            for (int b = -reach; b <= reach; ++b)
                for (int c = -reach; c <= reach; ++c)
                    for (std::size_t j = 0; j < atoms.atom_count(); ++j) {
                        const vector3 shift = rows.transpose() * vector3{double(a), double(b), double(c)};
                        const bool is_local = j >= first && j < last && shift.isZero(0.0);
                        if (!is_local && is_close(atoms.positions()[j] + shift, halo))
                            add(atoms, j, shift);
                    }
    }

    [[nodiscard]] engine_atoms atoms() const { return {local_count_, positions_, numbers_, {}, {}}; }
    [[nodiscard]] std::vector<double>& positions() { return positions_; }
    [[nodiscard]] std::size_t atom_count() const { return owners_.size(); }

    /// Full lists of the local atoms.
    void list_neighbors(double radius) {
        first_ = {0};
        listed_.clear();
        for (std::size_t i = 0; i < local_count_; ++i) {
            for (std::size_t j = 0; j < owners_.size(); ++j)
                if (j != i && (place(i) - place(j)).norm() < radius)
                    listed_.push_back(static_cast<std::int32_t>(j));
            first_.push_back(listed_.size());
        }
    }
    [[nodiscard]] listed_neighbors neighbors() const { return {first_, listed_}; }

    /// Adds forces on ghosts to those on the atoms they stand for.
    void pass_back(std::span<const double> forces, std::vector<vector3>& sums) const {
        for (std::size_t i = 0; i < owners_.size(); ++i)
            sums[owners_[i]] += Eigen::Map<const vector3>{forces.data() + 3 * i};
    }

private:
    [[nodiscard]] vector3 place(std::size_t i) const {
        return Eigen::Map<const vector3>{positions_.data() + 3 * i};
    }
    [[nodiscard]] bool is_close(const vector3& position, double halo) const {
        for (std::size_t i = 0; i < local_count_; ++i)
            if ((place(i) - position).norm() < halo)
                return true;
        return false;
    }
    void add(const structure& atoms, std::size_t owner, const vector3& shift) {
        const vector3 position = atoms.positions()[owner] + shift;
        positions_.insert(positions_.end(), position.begin(), position.end());
        numbers_.push_back(atoms.species()[owner].atomic_number());
        owners_.push_back(owner);
    }

    std::size_t local_count_;
    std::vector<double> positions_;
    std::vector<std::int32_t> numbers_;
    std::vector<std::size_t> owners_;
    std::vector<std::size_t> first_;
    std::vector<std::int32_t> listed_;
};

} // namespace

TEST_CASE("property: ranks with ghosts together say what the model says of the periodic structure") {
    const auto model = small_model();
    random_engine rng{1};
    for (int k = 0; k < 20; ++k) {
        const auto count = static_cast<std::size_t>(random_integer(rng, 2, 8));
        const structure atoms = random_structure(rng, count, moment_species, {true, true, true}, 1.6);
        const moment_results expected = evaluate(*model, atoms);
        for (const bool has_lists : {false, true})
            for (const std::size_t ranks : {std::size_t{1}, std::size_t{2}}) {
                double energy = 0.0;
                matrix3 virial = matrix3::Zero();
                std::vector<vector3> forces(count, vector3::Zero());
                for (std::size_t r = 0; r < ranks; ++r) {
                    rank_of_engine rank{atoms, r * count / ranks, (r + 1) * count / ranks,
                                        model->cutoff() + 0.1};
                    engine_potential potential{model};
                    engine_atoms held = rank.atoms();
                    rank.list_neighbors(model->cutoff() + 0.1);
                    if (has_lists)
                        held.neighbors = rank.neighbors();
                    std::vector<double> on_all(3 * rank.atom_count());
                    std::array<double, 9> own{};
                    const auto result = potential.evaluate(held, on_all, own);
                    CHECK(result.atomic_energies.size() == held.local_count);
                    energy += result.energy;
                    virial += Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>{own.data()};
                    rank.pass_back(on_all, forces);
                }
                CHECK(energy == doctest::Approx(expected.energy).epsilon(1e-12));
                CHECK((virial - expected.virial).norm() < 1e-10 * (1.0 + expected.virial.norm()));
                for (std::size_t i = 0; i < count; ++i)
                    CHECK((forces[i] - expected.forces[i]).norm() < 1e-11);
            }
    }
}

TEST_CASE("with a cell, images are found here") {
    const auto model = small_model();
    random_engine rng{2};
    const structure atoms = random_structure(rng, 5, moment_species, {true, true, false}, 1.6);
    const moment_results expected = evaluate(*model, atoms);
    std::vector<std::int32_t> numbers;
    for (const species kind : atoms.species())
        numbers.push_back(kind.atomic_number());
    engine_cell lattice{{}, {true, true, false}};
    for (std::size_t k = 0; k < 9; ++k)
        lattice.vectors[k] =
            atoms.cell().rows()(static_cast<Eigen::Index>(k / 3), static_cast<Eigen::Index>(k % 3));
    engine_potential potential{model};
    std::vector<double> forces(15);
    const engine_atoms held{5, flat(atoms.positions()), numbers, {}, lattice};
    CHECK(potential.evaluate(held, forces).energy == expected.energy);
    CHECK(std::ranges::equal(forces, flat(std::span<const vector3>{expected.forces})));
    engine_atoms wider = held;
    wider.cell->vectors[0] += 0.1;
    const double energy = potential.evaluate(wider, forces).energy;
    CHECK(energy != expected.energy);
    CHECK(energy == doctest::Approx(engine_potential{model}.evaluate(wider, forces).energy).epsilon(1e-12));
    CHECK(potential.build_count() == 1);
    wider.cell->periodic[2] = true;
    wider.cell->vectors[8] = 5.0;
    CHECK(potential.evaluate(wider, forces).energy == engine_potential{model}.evaluate(wider, forces).energy);
    CHECK(potential.build_count() == 2);
}

TEST_CASE("neighbors are taken over when they have changed, and not before") {
    const auto model = small_model();
    random_engine rng{3};
    const structure atoms = random_structure(rng, 6, moment_species, {true, true, true}, 1.6);
    rank_of_engine rank{atoms, 0, 6, model->cutoff() + 0.6};
    std::vector<double> forces(3 * rank.atom_count());
    const auto fresh = [&](const engine_atoms& held) {
        return engine_potential{model, 0.0}.evaluate(held, forces).energy;
    };
    engine_potential potential{model, 0.5};
    potential.evaluate(rank.atoms(), forces);
    rank.positions()[0] += 0.2;
    CHECK(potential.evaluate(rank.atoms(), forces).energy == doctest::Approx(fresh(rank.atoms())));
    CHECK(potential.build_count() == 1);
    rank.positions()[0] += 0.1;
    CHECK(potential.evaluate(rank.atoms(), forces).energy == doctest::Approx(fresh(rank.atoms())));
    CHECK(potential.build_count() == 2);
    engine_atoms held = rank.atoms();
    rank.list_neighbors(3.2);
    held.neighbors = rank.neighbors();
    potential.evaluate(held, forces);
    CHECK(potential.build_count() == 3);
    CHECK(potential.build_count() == 3);
    rank.list_neighbors(3.5);
    held.neighbors = rank.neighbors();
    CHECK(potential.evaluate(held, forces).energy == doctest::Approx(fresh(rank.atoms())));
    CHECK(potential.build_count() == 4);
}

TEST_CASE("what does not fit is refused, and the potential goes on working") {
    const auto model = small_model();
    CHECK_THROWS_AS(engine_potential{nullptr}, invalid_option);
    CHECK_THROWS_AS((engine_potential{model, -1.0}), invalid_option);
    engine_potential potential{model};
    std::vector<double> positions{0, 0, 0, 2, 0, 0};
    const std::vector<std::int32_t> numbers{8, 22};
    std::vector<double> forces(6);
    const engine_atoms good{2, positions, numbers, {}, {}};
    const double energy = potential.evaluate(good, forces).energy;
    const auto refused = [&]<typename Error>(const engine_atoms& bad, const char* message, const Error*) {
        CHECK_THROWS_WITH_AS(potential.evaluate(bad, forces), doctest::Contains(message), Error);
        CHECK(potential.evaluate(good, forces).energy == energy);
    };
    const invalid_structure* const structure_error = nullptr;
    const unknown_species* const species_error = nullptr;
    engine_atoms bad = good;
    bad.local_count = 3;
    refused(bad, "3 of 2 atoms are local", structure_error);
    bad = good;
    bad.positions = bad.positions.first(5);
    refused(bad, "5 coordinates for 2 atoms", structure_error);
    const std::vector<std::int32_t> hydrogen{8, 1};
    bad = good;
    bad.atomic_numbers = hydrogen;
    refused(bad, "atom 1 is H, a species that the model does not know", species_error);
    const std::vector<std::int32_t> nothing{8, 0};
    bad.atomic_numbers = nothing;
    refused(bad, "atom 1 has the atomic number 0", species_error);
    bad = good;
    const std::vector<std::size_t> first{0, 0};
    bad.neighbors = listed_neighbors{first, {}};
    refused(bad, "expected one for each of 2 local atoms", structure_error);
    // Lists that announce more neighbors than there can be are not read.
    const std::size_t many = std::size_t{1} << 28U;
    const std::int32_t one = 1;
    const std::vector<std::size_t> beyond{0, many, many};
    bad.neighbors = listed_neighbors{beyond, {&one, many}};
    refused(bad, "places that do not fit 2 atoms", structure_error);
    bad.local_count = 0;
    bad.neighbors = listed_neighbors{std::span{beyond}.last(1), {&one, many}};
    refused(bad, "places that do not fit 2 atoms", structure_error);
    bad = good;
    bad.local_count = 1;
    bad.cell = engine_cell{{9, 0, 0, 0, 9, 0, 0, 0, 9}, {}};
    refused(bad, "with a cell, all atoms must be local", structure_error);
    std::vector<double> nan = positions;
    nan[4] = std::numeric_limits<double>::quiet_NaN();
    bad = good;
    bad.positions = nan;
    refused(bad, "the position of atom 1 is not finite", structure_error);
    CHECK_THROWS_AS(potential.evaluate(good, std::span{forces}.first(3)), invalid_structure);
}

TEST_CASE("atoms are called by their ids, where the engine gives them") {
    engine_potential potential{small_model()};
    std::vector<double> positions{0, 0, 0, 2, 0, 0};
    std::vector<std::int32_t> numbers{8, 22};
    const std::vector<std::int32_t> ids{70, 4};
    std::vector<double> forces(6);
    const engine_atoms atoms{2, positions, numbers, {}, {}, ids};
    CHECK_NOTHROW(potential.evaluate(atoms, forces));
    engine_atoms bad = atoms;
    bad.ids = atoms.ids.first(1);
    CHECK_THROWS_WITH_AS(potential.evaluate(bad, forces), "1 ids for 2 atoms", invalid_structure);
    for (const auto& [number, message] :
         {std::pair{2, "the atom with the id 4 is He, a species that the model does not know"},
          std::pair{0, "the atom with the id 4 has the atomic number 0, expected 1 to 118"}}) {
        numbers[1] = number;
        CHECK_THROWS_WITH_AS(potential.evaluate(atoms, forces), message, unknown_species);
    }
    positions[0] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(potential.evaluate(atoms, forces),
                         "the position of the atom with the id 70 is not finite", invalid_structure);
}

TEST_CASE("a first call that is refused leaves nothing behind") {
    const std::vector<double> positions{0, 0, 0, 2, 0, 0};
    std::vector<double> forces(6);
    const std::vector<std::int32_t> unknown{2, 2};
    const std::vector<std::int32_t> known{8, 22};
    const std::vector<std::size_t> first{0, 1, 1};
    const std::vector<std::int32_t> half{1};
    engine_potential potential{small_model()};
    CHECK_THROWS_AS(potential.evaluate({2, positions, unknown, {}, {}}, forces), unknown_species);
    CHECK(potential.evaluate({}, {}).energy == 0.0);
    engine_potential other{small_model()};
    CHECK_THROWS_AS(other.evaluate({2, positions, known, listed_neighbors{first, half}, {}}, forces),
                    invalid_structure);
    CHECK(other.evaluate({}, {}).energy == 0.0);
}

TEST_CASE("half lists are refused, also where every atom lists as many as list it") {
    const std::vector<double> positions{0, 0, 0, 2, 0, 0, 0, 2, 0};
    const std::vector<std::int32_t> numbers{8, 8, 8};
    std::vector<double> forces(9);
    engine_potential potential{small_model()};
    const std::vector<std::size_t> first{0, 1, 2, 3};
    for (const auto& lists : {std::vector<std::int32_t>{2, 0, 1}, std::vector<std::int32_t>{1, 2, 1}})
        CHECK_THROWS_WITH_AS(
            potential.evaluate({3, positions, numbers, listed_neighbors{first, lists}, {}}, forces),
            doctest::Contains("expected full neighbor lists"), invalid_structure);
    const std::vector<std::size_t> full_first{0, 2, 4, 6};
    const std::vector<std::int32_t> full{1, 2, 2, 0, 0, 1};
    const double energy =
        potential.evaluate({3, positions, numbers, listed_neighbors{full_first, full}, {}}, forces).energy;
    CHECK(energy ==
          doctest::Approx(
              engine_potential{small_model()}.evaluate({3, positions, numbers, {}, {}}, forces).energy));
}

TEST_CASE("an engine may have no atoms on a rank") {
    engine_potential potential{small_model()};
    CHECK(potential.evaluate({}, {}).energy == 0.0);
    const std::vector<double> ghost{0, 0, 0};
    const std::vector<std::int32_t> number{8};
    std::vector<double> forces{1, 1, 1};
    CHECK(potential.evaluate({0, ghost, number, {}, {}}, forces).energy == 0.0);
    CHECK(forces == std::vector<double>{0, 0, 0});
}

} // namespace tinynet::test::engine_potential_test
