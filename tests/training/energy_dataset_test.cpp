// SPDX-License-Identifier: MIT
#include <tinynet/training/energy_dataset.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_neighborhoods.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>
#include <vector>

namespace tinynet::test::energy_dataset_test {

labeled_structure labeled(random_engine& rng, std::size_t atoms) {
    labeled_structure made;
    made.geometry = random_structure(rng, atoms, moment_species, {true, true, true}, 1.3);
    made.energy = 0.0;
    for (const species kind : made.geometry.species())
        *made.energy += -0.5 * kind.atomic_number();
    made.forces.emplace(atoms, vector3{0.1, 0.2, 0.3});
    return made;
}

TEST_CASE("energies of atoms are found from structures of different composition") {
    random_engine rng{1};
    std::vector<labeled_structure> structures;
    std::vector<std::size_t> chosen;
    for (std::size_t k = 0; k < 8; ++k) {
        structures.push_back(labeled(rng, 5));
        chosen.push_back(k);
    }
    const auto kinds = species_of(structures, chosen);
    const Eigen::VectorXd found = fit_atom_energies(structures, chosen, kinds);
    for (std::size_t k = 0; k < kinds.size(); ++k)
        CHECK(found[static_cast<Eigen::Index>(k)] == doctest::Approx(-0.5 * kinds[k].atomic_number()));
    for (auto& one : structures)
        one.energy.reset();
    CHECK(fit_atom_energies(structures, chosen, kinds).isZero(0.0));
}

TEST_CASE("structures with species that training lacks move there, one for each that is missing") {
    const auto of = [](const char* symbol) {
        labeled_structure made;
        made.geometry = {cell{}, {species{"O"}, species{symbol}}, {vector3{0, 0, 0}, vector3{2, 0, 0}}};
        return made;
    };
    const std::vector<labeled_structure> structures{of("Ti"), of("Sr"), of("O"), of("Ba"), of("Sr"), of("O")};
    dataset_split split{{2}, {1, 5}, {0, 3, 4}};
    cover_species(split, structures);
    CHECK(split.training == std::vector<std::size_t>{0, 1, 2, 3});
    CHECK(split.validation == std::vector<std::size_t>{5});
    CHECK(split.test == std::vector<std::size_t>{4});
}

TEST_CASE("samples have sums over bonds, labels by species, and what is left of the energy") {
    random_engine rng{2};
    const std::vector<species> kinds{moment_species.begin(), moment_species.end()};
    const energy_sampler<double> sampler{{}, kinds, Eigen::Vector3d{-4.0, -11.0, -28.0}};
    for (std::size_t k = 0; k < 4; ++k) {
        const labeled_structure one = labeled(rng, 9);
        const energy_sample<double> sample = sampler(one, k);
        CHECK(std::abs(*sample.energy) < 1e-12);
        CHECK(sample.learns_gradient());
        Eigen::Index at = 0;
        for (std::size_t kind = 0; kind < 3; ++kind)
            for (std::size_t i = 0; i < 9; ++i)
                if (one.geometry.species()[i] == kinds[kind]) {
                    std::vector<double> sums(sampler.walks().bonds().size());
                    sampler.walks().bonds().collect(neighborhood_of(one.geometry, i, moment_options{}.cutoff),
                                                    sums);
                    CHECK(std::ranges::equal(sums, sample.sums.col(at)));
                    CHECK(sample.forces.col(at) == (*one.forces)[i]);
                    ++at;
                }
    }
}

TEST_CASE("labels that cannot be learned are refused and named") {
    random_engine rng{3};
    labeled_structure one = labeled(rng, 3);
    (*one.forces)[1].y() = std::numeric_limits<double>::quiet_NaN();
    CHECK_THROWS_WITH_AS(check_energy_labels(one, 7), "the force on atom 1 of structure 7 is not finite",
                         invalid_dataset);
    one.forces->pop_back();
    CHECK_THROWS_AS(check_energy_labels(one, 7), invalid_dataset);
    one.forces.reset();
    one.energy = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(check_energy_labels(one, 7), invalid_dataset);
    one.energy = 1.0;
    one.stress = matrix3::Constant(std::numeric_limits<double>::infinity());
    CHECK_THROWS_WITH_AS(check_energy_labels(one, 7), "the stress of structure 7 is not finite",
                         invalid_dataset);
    one.energy.reset();
    CHECK_THROWS_WITH_AS(check_energy_labels(one, 7), "structure 7 has neither energy nor forces to learn",
                         invalid_dataset);
}

} // namespace tinynet::test::energy_dataset_test
