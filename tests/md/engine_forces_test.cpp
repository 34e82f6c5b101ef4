// SPDX-License-Identifier: MIT
#include <tinynet/md/engine_forces.hpp>

#include "support/random_models.hpp"
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::engine_forces_test {

namespace {

std::shared_ptr<const force_model> random_force_model() {
    return std::make_shared<const force_model>(
        random_model<double>(crystal_descriptor(perovskite(4.0)), network_choice::site), training_record{});
}

/// What one rank of an engine holds: atoms in a slab of an orthogonal cell, other atoms and images around it.
class slab_of_engine {
public:
    /// \param low, high  the slab, in fractional coordinates along the first axis.
    slab_of_engine(const structure& atoms, double low, double high, double halo, std::int32_t first_id) {
        const matrix3& rows = atoms.cell().rows();
        const vector3 edges = rows.diagonal();
        const vector3 from{low * edges[0], 0, 0};
        const vector3 to{high * edges[0], edges[1], edges[2]};
        for (const bool as_ghosts : {false, true})
            for (int a = -2; a <= 2; ++a)
                for (int b = -2; b <= 2; ++b)
                    for (int c = -2; c <= 2; ++c)
                        for (std::size_t i = 0; i < atoms.atom_count(); ++i) {
                            const vector3 place =
                                atoms.positions()[i] +
                                edges.cwiseProduct(vector3{double(a), double(b), double(c)});
                            const bool is_inside =
                                (place.array() >= from.array()).all() && (place.array() < to.array()).all();
                            const vector3 outside = (from - place).cwiseMax(place - to).cwiseMax(0.0);
                            if (as_ghosts ? !is_inside && outside.norm() < halo : is_inside)
                                add(place, first_id + static_cast<std::int32_t>(i), as_ghosts);
                        }
    }

    [[nodiscard]] identified_atoms atoms() const { return {local_count_, positions_, ids_}; }
    [[nodiscard]] std::vector<double>& positions() { return positions_; }
    [[nodiscard]] std::vector<std::int32_t>& ids() { return ids_; }
    [[nodiscard]] std::size_t local_count() const { return local_count_; }

private:
    void add(const vector3& place, std::int32_t id, bool is_ghost) {
        positions_.insert(positions_.end(), place.begin(), place.end());
        ids_.push_back(id);
        if (!is_ghost)
            ++local_count_;
    }

    std::size_t local_count_ = 0;
    std::vector<double> positions_;
    std::vector<std::int32_t> ids_;
};

/// Checks forces on the atoms of ranks against those on all atoms at once.
void check_ranks(engine_forces& forces, const structure& moved, const std::vector<double>& expected,
                 int ranks, std::int32_t first_id) {
    std::size_t seen = 0;
    for (int rank = 0; rank < ranks; ++rank) {
        const slab_of_engine slab{moved, double(rank) / ranks, double(rank + 1) / ranks, forces.halo(),
                                  first_id};
        std::vector<double> found(3 * slab.local_count());
        forces.evaluate(slab.atoms(), found);
        for (std::size_t i = 0; i < slab.local_count(); ++i, ++seen)
            for (std::size_t axis = 0; axis < 3; ++axis) {
                const auto atom = static_cast<std::size_t>(slab.atoms().ids[i] - first_id);
                CHECK(std::abs(found[3 * i + axis] - expected[3 * atom + axis]) < 1e-11);
            }
    }
    CHECK(seen == moved.atom_count());
}

} // namespace

TEST_CASE("property: ranks with ghosts together say what the model says of the crystal, wherever atoms go") {
    const auto model = random_force_model();
    const structure crystal = supercell(perovskite(4.0), 6, 2, 2);
    random_engine rng{1};
    for (const std::int32_t first_id : {0, 1}) {
        engine_forces forces{model, crystal, first_id};
        for (int round = 0; round < 4; ++round) {
            const vector3 drift{random_real(rng, -30, 30), random_real(rng, -30, 30),
                                random_real(rng, -30, 30)};
            const structure moved = wrapped(translated(rattled(crystal, rng, 0.1), drift));
            const auto expected = predicted(*model, moved);
            for (const int ranks : {1, 2, 3})
                check_ranks(forces, moved, expected, ranks, first_id);
        }
    }
}

TEST_CASE("the engine learns how far ghosts must reach, and what the crystal was") {
    const auto model = random_force_model();
    const structure crystal = supercell(perovskite(4.0), 2, 2, 2);
    const engine_forces forces{model, crystal};
    CHECK(forces.halo() == model->receptive_radius() + 1.0);
    CHECK(engine_forces::halo(*model) == forces.halo());
    CHECK(forces.crystal().atom_count() == 40);
}

TEST_CASE("an atom that is missing is named, and the next call is none the worse") {
    const auto model = random_force_model();
    const structure crystal = supercell(perovskite(4.0), 6, 2, 2);
    engine_forces forces{model, crystal, 1};
    const slab_of_engine whole{crystal, 0.0, 0.5, forces.halo(), 1};
    slab_of_engine narrow{crystal, 0.0, 0.5, 0.0, 1};
    std::vector<double> found(3 * whole.local_count());
    forces.evaluate(whole.atoms(), found);
    const std::vector<double> expected = found;
    CHECK_THROWS_WITH_AS(
        forces.evaluate(narrow.atoms(), found),
        doctest::Contains("on which the force on a local atom depends, is neither local nor a ghost"),
        invalid_structure);
    forces.evaluate(whole.atoms(), found);
    CHECK(found == expected);
}

TEST_CASE("input that makes no sense is refused in words") {
    const auto model = random_force_model();
    const structure crystal = supercell(perovskite(4.0), 2, 2, 2);
    engine_forces forces{model, crystal, 1};
    slab_of_engine slab{crystal, 0.0, 1.0, forces.halo(), 1};
    std::vector<double> found(120);
    CHECK_THROWS_WITH_AS(forces.evaluate(slab.atoms(), std::span{found}.first(117)),
                         doctest::Contains("117 components of forces"), invalid_structure);
    identified_atoms atoms = slab.atoms();
    atoms.ids = atoms.ids.first(atoms.ids.size() - 1);
    CHECK_THROWS_AS(forces.evaluate(atoms, found), invalid_structure);
    for (const std::int32_t wrong : {0, 41, -1, std::numeric_limits<std::int32_t>::max()}) {
        slab.ids().back() = wrong;
        CHECK_THROWS_WITH_AS(forces.evaluate(slab.atoms(), found),
                             ("an atom has the id " + std::to_string(wrong) + ", expected 1 to 40").c_str(),
                             invalid_structure);
    }
    slab.ids().back() = 1;
    const std::int32_t second = std::exchange(slab.ids()[1], slab.ids()[0]);
    CHECK_THROWS_WITH_AS(forces.evaluate(slab.atoms(), found),
                         doctest::Contains("two local atoms have the id "), invalid_structure);
    slab.ids()[1] = second;
    slab.positions()[4] = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(forces.evaluate(slab.atoms(), found), doctest::Contains("the atom with the id "),
                         invalid_structure);
    CHECK_THROWS_WITH_AS((engine_forces{nullptr, crystal}), "there is no model to evaluate", invalid_option);
    CHECK_THROWS_AS((engine_forces{model, reference_crystal("moo3")}), unknown_species);
}

TEST_CASE("an engine may have no atoms on a rank") {
    engine_forces forces{random_force_model(), supercell(perovskite(4.0), 2, 2, 2)};
    CHECK_NOTHROW(forces.evaluate({}, {}));
}

} // namespace tinynet::test::engine_forces_test
