// SPDX-License-Identifier: MIT
#include <tinynet/model/network_inputs.hpp>

#include "support/random_models.hpp"
#include "support/random_moment_models.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/model/force_model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace tinynet::test::network_inputs_test {

namespace {

/// A network written as in a textbook.
Eigen::VectorXd outputs_of(const network<double>& net, Eigen::VectorXd values) {
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer) {
        values = (net.weights(layer) * values + net.bias(layer)).eval();
        if (layer + 1 < net.layer_count())
            values = values.array().tanh().matrix().eval();
    }
    return values;
}

} // namespace

TEST_CASE("networks that take these inputs give the numbers of the force model") {
    const structure crystal = reference_crystal("batio3");
    random_engine rng{1};
    const structure geometry = rattled(crystal, rng, 0.1);
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const auto precise = random_model<double>(crystal_descriptor(crystal, layout), choice);
            const auto expected = predicted(precise, geometry);
            const auto inputs = describe(force_model{precise, {}}, geometry);
            REQUIRE(inputs.size() == geometry.atom_count());
            for (std::size_t atom = 0; atom < inputs.size(); ++atom) {
                const auto& trained = precise.networks()[inputs[atom].network];
                const Eigen::VectorXd forces = outputs_of(absorb_scalings(trained), inputs[atom].features);
                for (std::size_t axis = 0; axis < 3; ++axis)
                    CHECK(std::abs(forces[static_cast<Eigen::Index>(axis)] - expected[3 * atom + axis]) <
                          1e-10);
            }
        }
}

TEST_CASE("networks that take these inputs give the energies of the energy model") {
    random_engine rng{1};
    const moment_options options{
        .cutoff = 4.0, .weight_count = 3, .orbital_count = 2, .max_angular_momentum = 1};
    const structure atoms = random_structure(rng, 20, moment_species, {true, true, true}, 1.5);
    const auto precise = random_moment_model<double>(options, moment_species, 1, {7, 5}, 2);
    const auto expected = evaluate(precise, atoms).atomic_energies;
    const auto inputs = describe(energy_model{precise, {}}, atoms);
    REQUIRE(inputs.size() == 2 * atoms.atom_count());
    for (std::size_t atom = 0; atom < atoms.atom_count(); ++atom) {
        double mean = 0.0;
        for (std::size_t member = 0; member < 2; ++member) {
            const network_inputs& one = inputs[2 * atom + member];
            const auto& own = precise.networks()[one.network % 3];
            CHECK(own.kind == atoms.species()[atom]);
            CHECK(one.network / 3 == member);
            const Eigen::VectorXd scaled =
                (one.features - own.features.mean).cwiseProduct(own.features.factors());
            mean += 0.5 * (own.constant + precise.scale() * outputs_of(own.nets[member], scaled)[0]);
        }
        CHECK(std::abs(mean - expected[atom]) < 1e-11);
    }
}

} // namespace tinynet::test::network_inputs_test
