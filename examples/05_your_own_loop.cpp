// SPDX-License-Identifier: MIT

/// \file
/// A force model in somebody else's molecular dynamics: flat arrays, velocity Verlet, no allocation per step.

#include <tinynet/inference.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/training/atomic_trainer.hpp>
#include <tinynet/training/train.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

// [engine
/// What an engine owns: flat arrays x0 y0 z0 x1 ..., in Å, Å/fs and eV/Å.
struct engine {
    std::vector<double> positions;
    std::vector<double> velocities;
    std::vector<double> forces;
    std::vector<double> masses; // u, one per atom
};

/// Velocity Verlet. `start` says which atoms in which cell the flat arrays are; they are in its order.
void run(engine& md, const tinynet::force_model& model, const tinynet::structure& start, int steps,
         double dt) {
    constexpr double acceleration = 9.648533e-3;  // Å/fs^2 of 1 eV/Å on 1 u
    auto workspace = model.make_workspace(start); // finds the bonds; throws if the model does not fit
    model.evaluate(workspace, md.positions, md.forces);
    const auto kick = [&] {
        for (std::size_t k = 0; k < md.forces.size(); ++k)
            md.velocities[k] += 0.5 * dt * acceleration * md.forces[k] / md.masses[k / 3];
    };
    for (int step = 0; step < steps; ++step) {
        kick();
        for (std::size_t k = 0; k < md.positions.size(); ++k)
            md.positions[k] += dt * md.velocities[k];
        model.evaluate(workspace, md.positions, md.forces); // allocates nothing; one workspace per thread
        kick();
    }
}
// engine]

/// The model of a file, or one trained on the spot for this example.
tinynet::force_model a_model(int argc, char** argv, const std::filesystem::path& data) {
    if (argc > 2)
        return tinynet::load_force_model(argv[2]);
    const auto structures = tinynet::read_extxyz(data / "moo3.extxyz");
    const auto reference = tinynet::read_extxyz(data / "moo3_reference.extxyz").front().geometry;
    const auto d = std::make_shared<const tinynet::descriptor>(reference, tinynet::bond_rule{},
                                                               tinynet::descriptor_options{});
    const std::array<std::size_t, 6> training{0, 1, 2, 3, 4, 5};
    tinynet::atomic_training_settings settings;
    settings.regression.epochs = 50;
    tinynet::atomic_trainer<float> trainer{d, {structures, training, {}}, tinynet::force_targets, settings};
    tinynet::worker_pool pool{1};
    tinynet::train(trainer, pool);
    return {trainer.model(), {}};
}

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const tinynet::structure start = tinynet::read_extxyz(data / "moo3_reference.extxyz").front().geometry;
    const auto x = tinynet::flat(start.positions());
    engine md{{x.begin(), x.end()}, std::vector<double>(x.size()), std::vector<double>(x.size()), {}};
    for (const tinynet::species kind : start.species())
        md.masses.push_back(kind == tinynet::species{"O"} ? 15.999 : 95.95);
    run(md, a_model(argc, argv, data), start, 100, 1.0);
    double farthest = 0.0;
    for (std::size_t k = 0; k < x.size(); ++k)
        farthest = std::max(farthest, std::abs(md.positions[k] - x[k]));
    std::cout << "100 steps of 1 fs; every one of " << md.masses.size()
              << " atoms within 1 Å of its start: " << (farthest < 1.0 ? "yes" : "no") << '\n';
}
