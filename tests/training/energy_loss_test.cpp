// SPDX-License-Identifier: MIT
#include <tinynet/training/energy_loss.hpp>

#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"

#include <doctest/doctest.h>

namespace tinynet::test::energy_loss_test {

labeled_structure random_labels(random_engine& rng, bool with_forces, bool with_stress) {
    labeled_structure labeled;
    labeled.geometry = random_structure(rng, 6, moment_species, {true, true, true}, 1.3);
    labeled.energy = random_real(rng, -2, 2);
    if (with_forces) {
        labeled.forces.emplace();
        for (std::size_t i = 0; i < 6; ++i)
            labeled.forces->emplace_back(random_real(rng, -1, 1), random_real(rng, -1, 1),
                                         random_real(rng, -1, 1));
    }
    if (with_stress) {
        matrix3 stress = 0.1 * matrix3::Random();
        labeled.stress = stress + stress.transpose();
    }
    return labeled;
}

TEST_CASE("property: the gradient is that of the loss, by central differences") {
    random_engine rng{1};
    const moment_options options{
        .cutoff = 4.2, .weight_count = 3, .orbital_count = 3, .max_angular_momentum = 2};
    for (int k = 0; k < 12; ++k) {
        const auto model =
            random_moment_model<double>(options, moment_species, static_cast<std::uint64_t>(k));
        const labeled_structure labeled = random_labels(rng, k % 3 != 0, k % 2 == 0);
        const energy_sampler<double> sampler{
            options, {moment_species.begin(), moment_species.end()}, Eigen::VectorXd::Constant(3, -0.3)};
        const energy_sample<double> sample = sampler(labeled, 0);
        std::vector<feature_statistics> statistics;
        std::vector<learned_species<double>> learned;
        std::vector<aligned_vector<double>> gradient;
        for (const auto& own : model.networks()) {
            statistics.push_back(own.features);
            const batch_matrix<double>& coefficients = own.orbitals.front();
            learned.emplace_back(
                sampler.walks(),
                std::span{coefficients.data(), static_cast<std::size_t>(coefficients.size())},
                own.nets.front());
            gradient.emplace_back(learned.back().parameters().size());
        }
        energy_loss<double> loss{sampler.walks(), statistics, {1.0, 3.0, 2.0}, 1.5};
        loss.evaluate(learned, sample);
        loss.add_gradient(learned, sample, gradient);
        for (std::size_t kind = 0; kind < learned.size(); ++kind)
            for (std::size_t p = 0; p < gradient[kind].size(); p += 3) {
                constexpr double step = 1e-5;
                std::vector<double> parameters(learned[kind].parameters().begin(),
                                               learned[kind].parameters().end());
                const auto loss_at = [&](double by) {
                    std::vector<double> moved = parameters;
                    moved[p] += by;
                    learned[kind].set_parameters(moved);
                    return loss.evaluate(learned, sample).loss;
                };
                const double above = loss_at(step);
                const double below = loss_at(-step);
                learned[kind].set_parameters(parameters);
                CHECK(std::abs((above - below) / (2 * step) - gradient[kind][p]) <
                      1e-7 * std::max(1.0, above));
            }
    }
}

} // namespace tinynet::test::energy_loss_test
