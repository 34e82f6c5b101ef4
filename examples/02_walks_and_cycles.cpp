// SPDX-License-Identifier: MIT

/// \file
/// Closed walks and simple cycles through an atom, and the moments theorem: summing a product of bond weights
/// over all closed walks of h hops gives the diagonal of the h-th power of a matrix, averaged over reciprocal
/// space.

#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/paths/closed_walks.hpp>
#include <tinynet/paths/simple_cycles.hpp>

#include <Eigen/Core>

#include <cmath>
#include <complex>
#include <cstddef>
#include <filesystem>
#include <iomanip>
#include <iostream>
#include <numbers>

namespace {

/// The average of [H(k)^hops]_00, H_ij(k) = sum over bonds from i to j of exp(-length) exp(2 pi i k.shift),
/// on a grid with more points along an axis than a walk of so many hops can lead cells away.
double moment_of_atom_0(const tinynet::bond_graph& graph, int hops) {
    const auto atoms = static_cast<Eigen::Index>(graph.atom_count());
    const int points = hops + 1; // no bond of this crystal leads farther than into the next cell
    double sum = 0.0;
    for (int k = 0; k < points * points * points; ++k) {
        const tinynet::vector3 at{1.0 * (k % points), 1.0 * (k / points % points),
                                  1.0 * (k / points / points)};
        Eigen::MatrixXcd matrix = Eigen::MatrixXcd::Zero(atoms, atoms);
        for (std::size_t b = 0; b < graph.bond_count(); ++b) {
            const tinynet::bond_index bond{b};
            const double phase = 2.0 * std::numbers::pi / points * at.dot(graph.shift(bond).fractional());
            matrix(static_cast<Eigen::Index>(graph.source(bond)),
                   static_cast<Eigen::Index>(graph.target(bond))) +=
                std::polar(std::exp(-graph.length(bond)), phase);
        }
        Eigen::VectorXcd power = Eigen::VectorXcd::Unit(atoms, 0);
        for (int hop = 0; hop < hops; ++hop)
            power = (matrix * power).eval();
        sum += power[0].real();
    }
    return sum / (points * points * points);
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    const tinynet::structure crystal = tinynet::read_extxyz(data / "moo3_reference.extxyz").front().geometry;
    const tinynet::bond_graph graph{crystal, tinynet::bond_rule{3.1}};
    const tinynet::atom_index start{0};

    std::cout << "paths of atom 0 (" << crystal.species()[0].symbol() << ") in MoO3\n"
              << "hops  closed walks  simple cycles  sum over walks  moment      equal\n";
    for (int hops = 2; hops <= 6; hops += 2) {
        const tinynet::hop_count length{static_cast<std::size_t>(hops)};
        int walks = 0;
        int cycles = 0;
        double sum = 0.0;
        tinynet::for_each_closed_walk(graph, start, length, [&](auto walk) {
            ++walks;
            double weight = 1.0;
            for (const auto& hop : walk)
                weight *= std::exp(-graph.length(hop.bond));
            sum += weight;
        });
        tinynet::for_each_simple_cycle(graph, start, length, [&](auto) { ++cycles; });
        const double moment = moment_of_atom_0(graph, hops);
        std::cout << std::setw(4) << hops << std::setw(14) << walks << std::setw(15) << cycles
                  << std::scientific << std::setprecision(4) << std::setw(16) << sum << std::setw(12)
                  << moment << "  " << (std::abs(sum - moment) < 1e-12 * moment ? "to 1e-12" : "NO") << '\n';
    }
}
