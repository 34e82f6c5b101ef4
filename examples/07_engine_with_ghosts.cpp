// SPDX-License-Identifier: MIT

/// \file
/// An energy model in an engine of one's own: velocity Verlet, ghost atoms, neighbor lists with a skin. What
/// the engine does is plain arrays; tinynet sees nothing of its cell.
///
///     07_engine_with_ghosts DATA [MODEL]

#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_potential.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <filesystem>
#include <iostream>
#include <memory>
#include <vector>

/// Atoms in a cubic box: local ones first, then ghosts, which are images of local ones.
struct engine {
    double side; // Å
    std::size_t local_count;
    std::vector<double> positions;  // Å
    std::vector<double> velocities; // Å/fs, of local atoms
    std::vector<double> forces;     // eV/Å, ghosts included
    std::vector<double> masses;     // u
    std::vector<std::int32_t> atomic_numbers;
    std::vector<std::size_t> owners;        // of ghosts
    std::vector<std::array<int, 3>> shifts; // of ghosts, in sides of the box
    std::vector<double> listed_positions;   // when neighbors were listed
    std::vector<std::size_t> first;         // full neighbor lists of local atoms
    std::vector<std::int32_t> neighbors;
    int list_count = 0; // how often neighbors were listed
};

double square_distance(const std::vector<double>& x, std::size_t i, const std::vector<double>& y,
                       std::size_t j) {
    double sum = 0.0;
    for (std::size_t axis = 0; axis < 3; ++axis)
        sum += (x[3 * i + axis] - y[3 * j + axis]) * (x[3 * i + axis] - y[3 * j + axis]);
    return sum;
}

/// Ghosts within reach of the box, then all neighbors within reach. Real engines have cells for that.
void list_neighbors(engine& md, double reach) {
    md.positions.resize(3 * md.local_count);
    md.atomic_numbers.resize(md.local_count);
    md.owners.clear();
    md.shifts.clear();
    for (double& x : md.positions)
        x -= md.side * std::floor(x / md.side);
    const int images = static_cast<int>(reach / md.side) + 1;
    for (int a = -images; a <= images; ++a)
        for (int b = -images; b <= images; ++b)
            for (int c = -images; c <= images; ++c)
                for (std::size_t i = 0; i < md.local_count; ++i) {
                    const std::array<int, 3> shift{a, b, c};
                    std::array<double, 3> x{};
                    bool is_near = shift != std::array<int, 3>{};
                    for (std::size_t axis = 0; axis < 3; ++axis) {
                        x[axis] = md.positions[3 * i + axis] + shift[axis] * md.side;
                        is_near = is_near && x[axis] > -reach && x[axis] < md.side + reach;
                    }
                    if (!is_near)
                        continue;
                    md.positions.insert(md.positions.end(), x.begin(), x.end());
                    md.atomic_numbers.push_back(md.atomic_numbers[i]);
                    md.owners.push_back(i);
                    md.shifts.push_back(shift);
                }
    md.first.assign(1, 0);
    md.neighbors.clear();
    for (std::size_t i = 0; i < md.local_count; ++i) {
        for (std::size_t j = 0; j < md.atomic_numbers.size(); ++j)
            if (j != i && square_distance(md.positions, i, md.positions, j) < reach * reach)
                md.neighbors.push_back(static_cast<std::int32_t>(j));
        md.first.push_back(md.neighbors.size());
    }
    ++md.list_count;
    md.listed_positions = md.positions;
    md.forces.resize(md.positions.size());
}

/// Energy, with the forces on local atoms complete: what ghosts feel belongs to their owners.
double compute(engine& md, tinynet::engine_potential& potential) {
    constexpr double skin = 0.3; // Å
    bool has_moved = md.first.empty();
    for (std::size_t i = 0; i < md.local_count && !has_moved; ++i)
        has_moved = square_distance(md.positions, i, md.listed_positions, i) > 0.25 * skin * skin;
    if (has_moved)
        list_neighbors(md, potential.model().cutoff() + skin);
    for (std::size_t g = 0; g < md.owners.size(); ++g)
        for (std::size_t axis = 0; axis < 3; ++axis)
            md.positions[3 * (md.local_count + g) + axis] =
                md.positions[3 * md.owners[g] + axis] + md.shifts[g][axis] * md.side;
    const tinynet::listed_neighbors neighbors{md.first, md.neighbors};
    const double energy =
        potential.evaluate({md.local_count, md.positions, md.atomic_numbers, neighbors, {}}, md.forces)
            .energy;
    for (std::size_t g = 0; g < md.owners.size(); ++g)
        for (std::size_t axis = 0; axis < 3; ++axis)
            md.forces[3 * md.owners[g] + axis] += md.forces[3 * (md.local_count + g) + axis];
    return energy;
}

/// In eV.
struct energies {
    double potential;
    double kinetic;
};

/// Velocity Verlet; returns the energies at the end.
energies run(engine& md, tinynet::engine_potential& potential, int steps, double dt) {
    constexpr double acceleration = 9.648533e-3; // Å/fs^2 of 1 eV/Å on 1 u
    energies now{compute(md, potential), 0.0};
    const auto kick = [&] {
        for (std::size_t k = 0; k < md.velocities.size(); ++k)
            md.velocities[k] += 0.5 * dt * acceleration * md.forces[k] / md.masses[k / 3];
    };
    for (int step = 0; step < steps; ++step) {
        kick();
        for (std::size_t k = 0; k < md.velocities.size(); ++k)
            md.positions[k] += dt * md.velocities[k];
        now.potential = compute(md, potential);
        kick();
    }
    for (std::size_t k = 0; k < md.velocities.size(); ++k)
        now.kinetic += 0.5 * md.masses[k / 3] * md.velocities[k] * md.velocities[k] / acceleration;
    return now;
}

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const auto structures = tinynet::read_extxyz(data / "batio3.extxyz");
    const tinynet::structure& start = structures.front().geometry;
    engine md{start.cell().rows()(0, 0), start.atom_count(), {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, 0};
    const auto x = tinynet::flat(start.positions());
    md.positions.assign(x.begin(), x.end());
    md.velocities.resize(x.size());
    for (const tinynet::species kind : start.species()) {
        md.atomic_numbers.push_back(kind.atomic_number());
        md.masses.push_back(kind == tinynet::species{"O"}    ? 15.999
                            : kind == tinynet::species{"Ti"} ? 47.867
                                                             : 137.327);
    }
    const std::filesystem::path file = argc > 2 ? argv[2] : data / "batio3.model";
    tinynet::engine_potential potential{
        std::make_shared<const tinynet::energy_model>(tinynet::load_energy_model(file))};
    const energies before = run(md, potential, 0, 0.5);
    const energies after = run(md, potential, 200, 0.5);
    const double change = after.potential + after.kinetic - before.potential - before.kinetic;
    const bool has_moved = after.kinetic > 0.5;
    std::cout << "200 steps of 0.5 fs of " << md.local_count << " atoms that rested, neighbors listed "
              << md.list_count << " times\n"
              << "more than 0.5 eV have become kinetic: " << (has_moved ? "yes" : "no") << '\n'
              << "the total energy changed by less than 0.02 eV: " << (std::abs(change) < 0.02 ? "yes" : "no")
              << '\n';
    return has_moved && md.list_count > 1 && std::abs(change) < 0.02 ? 0 : 1;
}
