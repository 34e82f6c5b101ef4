// SPDX-License-Identifier: MIT
#include <tinynet/model/per_atom_model.hpp>

#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/model/force_model.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <memory>
#include <thread>
#include <variant>
#include <vector>

namespace tinynet::test::per_atom_model_test {

TEST_CASE_TEMPLATE("a model gives the results of its networks, in either precision", Real, float, double) {
    const structure crystal = reference_crystal("batio3");
    random_engine rng{1};
    const structure geometry = rattled(crystal, rng, 0.1);
    for (const network_choice choice : network_choices) {
        const auto networks = random_model<Real>(crystal_descriptor(crystal), choice);
        const force_model model{networks, {}};
        CHECK(predicted(model, geometry) == predicted(networks, geometry));
        CHECK(std::holds_alternative<atomic_model<Real>>(model.precise()));
    }
}

TEST_CASE("float and double agree to single precision") {
    const structure crystal = reference_crystal("moo3");
    const auto d = crystal_descriptor(crystal);
    const auto coarse = predicted(force_model{random_model<float>(d, network_choice::site), {}}, crystal);
    const auto fine = predicted(force_model{random_model<double>(d, network_choice::site), {}}, crystal);
    for (std::size_t k = 0; k < fine.size(); ++k)
        CHECK(std::abs(coarse[k] - fine[k]) < 1e-4); // some 100 terms of order 1, eps 6e-8, slopes up to 4
}

TEST_CASE("a model knows its species, cutoff, receptive radius and record") {
    training_record record;
    record.seed = 5;
    record.epochs = 7;
    const force_model model{random_model<float>(crystal_descriptor(perovskite(4.0)), network_choice::site),
                            record};
    CHECK(model.known_species() == std::vector<species>{species{"O"}, species{"Ti"}, species{"Ba"}});
    CHECK(model.cutoff() == 3.1);
    CHECK(model.receptive_radius() == doctest::Approx(4.0 * std::sqrt(2.0)));
    CHECK(model.record() == record);
    CHECK(model.features().reference().atom_count() == 5);
}

TEST_CASE("a model serves many threads through constant access") {
    const structure crystal = reference_crystal("moo3");
    const force_model model{random_model<double>(crystal_descriptor(crystal), network_choice::species), {}};
    const auto expected = predicted(model, crystal);
    std::vector<std::vector<double>> results(3);
    std::vector<std::thread> threads;
    for (auto& own : results)
        threads.emplace_back([&] { own = predicted(model, crystal); });
    for (auto& thread : threads)
        thread.join();
    for (const auto& own : results)
        CHECK(own == expected);
}

TEST_CASE("a copy is a model of its own") {
    const structure crystal = reference_crystal("moo3");
    auto model = std::make_unique<force_model>(
        random_model<float>(crystal_descriptor(crystal), network_choice::shared), training_record{});
    const auto expected = predicted(*model, crystal);
    const force_model copy = *model;
    model.reset();
    CHECK(predicted(copy, crystal) == expected);
}

TEST_CASE("forces of another size than the positions are refused") {
    const structure crystal = reference_crystal("moo3");
    const force_model model{random_model<float>(crystal_descriptor(crystal), network_choice::site), {}};
    auto space = model.make_workspace(crystal);
    std::vector<double> forces(95);
    CHECK_THROWS_AS(model.evaluate(space, flat(crystal.positions()), forces), invalid_structure);
    CHECK_THROWS_AS(model.evaluate(space, flat(crystal.positions()).first(95), forces), invalid_structure);
}

TEST_CASE("a structure with an unknown species or of another crystal is refused") {
    const force_model model{random_model<float>(crystal_descriptor(perovskite(4.0)), network_choice::site),
                            {}};
    CHECK_THROWS_AS(static_cast<void>(model.make_workspace(reference_crystal("moo3"))), unknown_species);
    CHECK_THROWS_AS(static_cast<void>(model.make_workspace(perovskite(8.0))), topology_mismatch);
}

} // namespace tinynet::test::per_atom_model_test
