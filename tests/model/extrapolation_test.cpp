// SPDX-License-Identifier: MIT
#include <tinynet/model/extrapolation.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace tinynet::test::extrapolation_test {

namespace {

const moment_options options{.cutoff = 5.0, .weight_count = 3, .orbital_count = 2, .max_angular_momentum = 1};

/// A model whose ranges are those of a structure.
template <typename Real>
energy_model model_that_knows(const structure& atoms) {
    const auto model = random_moment_model<Real>(options, moment_species);
    std::vector<feature_accumulator> seen(3, feature_accumulator{model.feature_count()});
    auto space = model.make_workspace(atoms);
    model.describe(space, flat(atoms.positions()), [&](std::size_t, std::size_t kind, const auto& features) {
        seen[kind].add(features.template cast<double>());
    });
    std::vector<species_network<Real>> networks(model.networks().begin(), model.networks().end());
    for (std::size_t kind = 0; kind < 3; ++kind)
        networks[kind].features = seen[kind].statistics();
    return {moment_model<Real>{options, networks, 1.0}, {}};
}

std::vector<extrapolation> found(const energy_model& model, const structure& atoms) {
    auto space = model.make_workspace(atoms);
    return find_extrapolations(model, space, flat(atoms.positions()));
}

} // namespace

TEST_CASE_TEMPLATE("nothing is outside the ranges of the structure they are from", Real, float, double) {
    random_engine rng{1};
    const structure atoms = random_structure(rng, 30, moment_species, {true, true, true}, 1.5);
    CHECK(found(model_that_knows<Real>(atoms), atoms).empty());
}

TEST_CASE_TEMPLATE("an atom that is moved near another one is named with the moment that shows it", Real,
                   float, double) {
    const structure atoms = supercell(perovskite(4.0), 2, 2, 2);
    const energy_model model = model_that_knows<Real>(atoms);
    std::vector<vector3> moved(atoms.positions().begin(), atoms.positions().end());
    moved[7].x() += 0.4;
    const auto outside = found(model, with_positions(atoms, moved));
    REQUIRE(!outside.empty());
    bool is_named = false;
    for (const extrapolation& here : outside) {
        is_named = is_named || here.atom == 7;
        CHECK((here.value < here.lower || here.value > here.upper));
        CHECK(here.excess() > 0.0);
        CHECK(here.feature < 3 * 3 + 2 * 3);
    }
    CHECK(is_named);
}

TEST_CASE("the excess counts widths of the range") {
    CHECK(extrapolation{0, 0, 5.0, 1.0, 3.0}.excess() == 1.0);
    CHECK(extrapolation{0, 0, 0.5, 1.0, 3.0}.excess() == 0.25);
    CHECK(std::isinf(extrapolation{0, 0, 0.5, 1.0, 1.0}.excess()));
}

} // namespace tinynet::test::extrapolation_test
