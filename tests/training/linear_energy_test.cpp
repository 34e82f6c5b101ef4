// SPDX-License-Identifier: MIT
#include <tinynet/training/linear_energy.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"
#include <tinynet/training/energy_trainer.hpp>
#include <tinynet/training/train.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <numeric>
#include <vector>

namespace tinynet::test::linear_energy_test {

namespace {

const moment_options options{.pair_cutoff = 4.0, .pair_count = 3, .orbital_cutoff = 3.5, .orbital_count = 1};

/// A model that is linear in its moments: its networks say nothing.
moment_model<double> linear_model() {
    const auto model = random_moment_model<double>(options, moment_species);
    std::vector<species_network<double>> networks(model.networks().begin(), model.networks().end());
    random_engine rng{3};
    for (auto& own : networks) {
        for (double& parameter : own.nets.front().parameters())
            parameter = 0.0;
        own.linear =
            Eigen::VectorXd::NullaryExpr(own.features.size(), [&] { return random_real(rng, -1.0, 1.0); });
    }
    return {options, networks, 1.0};
}

std::vector<std::size_t> numbers(std::size_t first, std::size_t count) {
    std::vector<std::size_t> result(count);
    std::iota(result.begin(), result.end(), first);
    return result;
}

/// A training that leaves everything to the linear fit.
energy_training_settings all_linear() {
    energy_training_settings settings;
    settings.moments = options;
    settings.hidden = {2};
    settings.epochs = 1;
    settings.linear_share = 1.0;
    return settings;
}

double largest_force_error(const moment_model<double>& model,
                           const std::vector<labeled_structure>& structures, std::size_t first) {
    double largest = 0.0;
    for (std::size_t k = first; k < structures.size(); ++k) {
        const auto found = evaluate(model, structures[k].geometry);
        for (std::size_t i = 0; i < found.forces.size(); ++i)
            largest = std::max(largest, (found.forces[i] - (*structures[k].forces)[i]).norm());
    }
    return largest;
}

} // namespace

TEST_CASE("what is linear in the moments is found again, from forces, energies or stresses") {
    const auto structures = labeled_by(linear_model(), 60);
    worker_pool pool{2};
    const auto fitted = [&](const std::vector<labeled_structure>& data) {
        energy_trainer<double> trainer{data, numbers(0, 40), numbers(40, 10), all_linear(), pool};
        train(trainer, pool);
        return trainer.model();
    };
    double mean_force = 0.0;
    for (const vector3& force : *structures[55].forces)
        mean_force += force.norm() / static_cast<double>(structures[55].forces->size());
    CHECK(largest_force_error(fitted(structures), structures, 50) < 0.01 * mean_force);
    auto of_forces = structures;
    for (auto& one : of_forces) {
        one.energy.reset();
        one.stress.reset();
    }
    CHECK(largest_force_error(fitted(of_forces), structures, 50) < 0.01 * mean_force);
}

TEST_CASE("any number of threads gives the same bits, with and without validation structures") {
    const auto structures = labeled_by(linear_model(), 20);
    const auto coefficients = [&](std::size_t threads, std::size_t validation) {
        worker_pool pool{threads};
        energy_trainer<double> trainer{structures, numbers(0, 15), numbers(15, validation), all_linear(),
                                       pool};
        return trainer.model().networks()[1].linear;
    };
    for (const std::size_t validation : {0U, 5U}) {
        const auto one = coefficients(1, validation);
        CHECK(one.size() > 0);
        CHECK(one == coefficients(2, validation));
        CHECK(one == coefficients(3, validation));
    }
}

TEST_CASE("networks and fit share the model") {
    const auto structures = labeled_by(linear_model(), 12);
    worker_pool pool{1};
    auto settings = all_linear();
    const auto energy = [&](double share) {
        settings.linear_share = share;
        energy_trainer<double> trainer{structures, numbers(0, 12), {}, settings, pool};
        train(trainer, pool);
        return evaluate(trainer.model(), structures[3].geometry).energy;
    };
    CHECK(energy(0.25) == doctest::Approx(0.25 * energy(1.0) + 0.75 * energy(0.0)).epsilon(1e-9));
}

TEST_CASE("too many coefficients are not fitted") {
    const detail::moment_kernel<double> kernel{{.orbital_count = 16}, 3};
    const std::vector<feature_statistics> statistics(3);
    worker_pool pool{1};
    REQUIRE(3 * kernel.feature_count() > max_linear_coefficients);
    CHECK(fit_linear_energies<double>(kernel, {}, {}, statistics, {}, pool).cols() == 0);
}

} // namespace tinynet::test::linear_energy_test
