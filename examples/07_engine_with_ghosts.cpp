// SPDX-License-Identifier: MIT

/// \file
/// An energy model in an engine of one's own: velocity Verlet, ghost atoms, neighbor lists with a skin. What
/// the engine does is plain arrays; tinynet sees nothing of its cell.
///
///     07_engine_with_ghosts DATA [MODEL]

#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/md/engine_potential.hpp>

#include <cmath>
#include <filesystem>
#include <iostream>

using tinynet::vector3;

/// Atoms in a cubic box: local ones first, then ghosts, which are images of local ones.
struct engine {
    double side;                                // Å
    std::vector<vector3> positions;             // Å
    std::vector<vector3> forces;                // eV/Å
    std::vector<std::int32_t> atomic_numbers;   // so far also of ghosts
    std::vector<vector3> velocities;            // Å/fs, of local atoms
    std::vector<double> masses;                 // u, of local atoms
    std::vector<std::size_t> owners = {};       // of ghosts
    std::vector<vector3> shifts = {};           // of ghosts, Å
    std::vector<vector3> listed_positions = {}; // when neighbors were listed
    std::vector<std::size_t> first = {};        // full neighbor lists of local atoms
    std::vector<std::int32_t> neighbors = {};   // atoms, ghosts included
    int list_count = 0;                         // how often neighbors were listed
};

/// Ghosts within reach of the box, then all neighbors within reach. Real engines have cells for that.
void list_neighbors(engine& md, double reach) {
    const std::size_t local_count = md.masses.size();
    md.positions.resize(local_count);
    md.atomic_numbers.resize(local_count);
    md.owners.clear();
    md.shifts.clear();
    for (vector3& x : md.positions)
        x -= md.side * (x / md.side).array().floor().matrix();
    const int images = static_cast<int>(reach / md.side) + 1;
    for (int image = 0, count = 2 * images + 1; image < count * count * count; ++image) {
        const vector3 shift =
            md.side * (vector3(image % count, image / count % count, image / count / count).array() - images);
        for (std::size_t i = 0; i < local_count && !shift.isZero(); ++i) {
            const vector3 x = md.positions[i] + shift;
            if (x.minCoeff() < -reach || x.maxCoeff() > md.side + reach)
                continue;
            md.positions.push_back(x);
            md.atomic_numbers.push_back(md.atomic_numbers[i]);
            md.owners.push_back(i);
            md.shifts.push_back(shift);
        }
    }
    md.first.assign(1, 0);
    md.neighbors.clear();
    for (std::size_t i = 0; i < local_count; ++i) {
        for (std::size_t j = 0; j < md.positions.size(); ++j)
            if (j != i && (md.positions[j] - md.positions[i]).norm() < reach)
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
    const std::size_t local_count = md.masses.size();
    bool has_moved = md.first.empty();
    for (std::size_t i = 0; i < local_count && !has_moved; ++i)
        has_moved = (md.positions[i] - md.listed_positions[i]).norm() > 0.5 * skin;
    if (has_moved)
        list_neighbors(md, potential.model().cutoff() + skin);
    for (std::size_t g = 0; g < md.owners.size(); ++g)
        md.positions[local_count + g] = md.positions[md.owners[g]] + md.shifts[g];
    const tinynet::engine_atoms atoms{local_count,
                                      tinynet::flat(md.positions),
                                      md.atomic_numbers,
                                      tinynet::listed_neighbors{md.first, md.neighbors},
                                      {}};
    const double energy = potential.evaluate(atoms, tinynet::flat(md.forces)).energy;
    for (std::size_t g = 0; g < md.owners.size(); ++g)
        md.forces[md.owners[g]] += md.forces[local_count + g];
    return energy;
}

/// Velocity Verlet with time steps of dt fs; the potential and the kinetic energy at the end, eV.
std::array<double, 2> run(engine& md, tinynet::engine_potential& potential, int steps, double dt) {
    constexpr double acceleration = 9.648533e-3; // Å/fs^2 of 1 eV/Å on 1 u
    double energy = compute(md, potential);
    double kinetic = 0.0;
    const auto kick = [&] {
        for (std::size_t i = 0; i < md.masses.size(); ++i)
            md.velocities[i] += 0.5 * dt * acceleration / md.masses[i] * md.forces[i];
    };
    for (int step = 0; step < steps; ++step) {
        kick();
        for (std::size_t i = 0; i < md.masses.size(); ++i)
            md.positions[i] += dt * md.velocities[i];
        energy = compute(md, potential);
        kick();
    }
    for (std::size_t i = 0; i < md.masses.size(); ++i)
        kinetic += 0.5 * md.masses[i] * md.velocities[i].squaredNorm() / acceleration;
    return {energy, kinetic};
}

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const tinynet::structure start = tinynet::read_extxyz(data / "batio3.extxyz").front().geometry;
    const std::span<const vector3> x = start.positions();
    engine md{start.cell().rows()(0, 0),
              {x.begin(), x.end()},
              {},
              {},
              std::vector<vector3>(x.size(), vector3::Zero()),
              {}};
    for (const tinynet::species kind : start.species()) {
        md.atomic_numbers.push_back(kind.atomic_number());
        md.masses.push_back(kind == tinynet::species{"O"}    ? 15.999
                            : kind == tinynet::species{"Ti"} ? 47.867
                                                             : 137.327);
    }
    const std::filesystem::path file = argc > 2 ? argv[2] : data / "batio3.model";
    tinynet::engine_potential potential{
        std::make_shared<const tinynet::energy_model>(tinynet::load_energy_model(file))};
    const auto [before, at_rest] = run(md, potential, 0, 0.5);
    const auto [after, kinetic] = run(md, potential, 200, 0.5);
    const bool has_moved = kinetic > 0.5;
    const bool has_kept_energy = std::abs(after + kinetic - before) < 0.02;
    std::cout << "200 steps of 0.5 fs of " << x.size() << " atoms that rested, neighbors listed "
              << md.list_count << " times\n"
              << "more than 0.5 eV have become kinetic: " << (has_moved ? "yes" : "no") << '\n'
              << "the total energy changed by less than 0.02 eV: " << (has_kept_energy ? "yes" : "no")
              << '\n';
    return has_moved && md.list_count > 1 && has_kept_energy ? 0 : 1;
}
