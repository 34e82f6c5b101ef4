// SPDX-License-Identifier: MIT

/// \file
/// An energy model in somebody else's molecular dynamics: flat arrays, velocity Verlet.

#include <tinynet/inference.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <iostream>
#include <map>
#include <string_view>
#include <vector>

// [engine
/// What an engine owns: flat arrays x0 y0 z0 x1 ..., in Å, Å/fs and eV/Å, three numbers per atom.
struct engine {
    std::vector<double> positions;
    std::vector<double> velocities;
    std::vector<double> forces;
    std::vector<double> masses; // u, one per atom
};

constexpr double acceleration = 9.648533e-3; // Å/fs^2 of 1 eV/Å on 1 u

/// Velocity Verlet with time steps of dt fs; the potential energy at the end, eV. `start` says which atoms in
/// which cell the flat arrays are; they are in its order.
double run(engine& md, const tinynet::energy_model& model, const tinynet::structure& start, int steps,
           double dt) {
    auto workspace = model.make_workspace(start); // finds neighbors; throws if a species is unknown
    double energy = model.evaluate(workspace, md.positions, md.forces).energy;
    const auto kick = [&] {
        for (std::size_t k = 0; k < md.forces.size(); ++k)
            md.velocities[k] += 0.5 * dt * acceleration * md.forces[k] / md.masses[k / 3];
    };
    for (int step = 0; step < steps; ++step) {
        kick();
        for (std::size_t k = 0; k < md.positions.size(); ++k)
            md.positions[k] += dt * md.velocities[k];
        energy = model.evaluate(workspace, md.positions, md.forces).energy; // one workspace per thread
        kick();
    }
    return energy;
}
// engine]

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const tinynet::energy_model model =
        tinynet::load_energy_model(argc > 2 ? argv[2] : data / "batio3.model");
    const tinynet::structure start = tinynet::read_extxyz(data / "batio3.extxyz").front().geometry;
    const std::map<std::string_view, double> masses{{"Ba", 137.327}, {"Ti", 47.867}, {"O", 15.999}};
    const auto x = tinynet::flat(start.positions());
    engine md{{x.begin(), x.end()}, std::vector<double>(x.size()), std::vector<double>(x.size()), {}};
    for (const tinynet::species kind : start.species())
        md.masses.push_back(masses.at(kind.symbol()));
    const double at_rest = run(md, model, start, 0, 1.0);
    double total = run(md, model, start, 100, 1.0);
    for (std::size_t k = 0; k < x.size(); ++k)
        total += 0.5 * md.masses[k / 3] * md.velocities[k] * md.velocities[k] / acceleration;
    const double change = std::abs(total - at_rest) / static_cast<double>(md.masses.size());
    std::cout << "100 steps of 1 fs from rest; the total energy has changed by less than 0.1 meV per atom: "
              << (change < 1e-4 ? "yes" : "no") << '\n';
    return change < 1e-4 ? 0 : 1;
}
