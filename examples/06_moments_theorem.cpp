// SPDX-License-Identifier: MIT

/// \file
/// Why closed walks know the LDOS: a model with one orbital per atom and a hopping exp(-length) per bond,
/// solved exactly and from its walks. The page to it: docs/theorem.md.

#include <tinynet/graph/bond_graph.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/paths/closed_walks.hpp>

#include <Eigen/Eigenvalues>

#include <algorithm>
#include <cmath>
#include <complex>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iomanip>
#include <iostream>
#include <numbers>
#include <string>
#include <utility>
#include <vector>

namespace {

constexpr double pi = std::numbers::pi;

/// Energies of the crystal, and what share of each level one atom has.
using spectrum = std::vector<std::pair<double, double>>;

/// The levels on a grid of wave vectors so fine that no walk of so many hops can lead around it, for each of
/// some atoms.
std::vector<spectrum> diagonalize(const tinynet::bond_graph& graph, const std::vector<std::size_t>& atoms,
                                  int most_hops) {
    const int points = most_hops + 1;
    const auto size = static_cast<Eigen::Index>(graph.atom_count());
    std::vector<spectrum> levels(atoms.size());
    for (int k = 0; k < points * points * points; ++k) {
        const tinynet::vector3 at{1.0 * (k % points), 1.0 * (k / points % points),
                                  1.0 * (k / points / points)};
        Eigen::MatrixXcd hamiltonian = Eigen::MatrixXcd::Zero(size, size);
        for (std::size_t b = 0; b < graph.bond_count(); ++b) {
            const tinynet::bond_index bond{b};
            const double phase = 2.0 * pi / points * at.dot(graph.shift(bond).fractional());
            hamiltonian(static_cast<Eigen::Index>(graph.source(bond)),
                        static_cast<Eigen::Index>(graph.target(bond))) +=
                std::polar(std::exp(-graph.length(bond)), phase);
        }
        const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXcd> solver{hamiltonian};
        for (std::size_t a = 0; a < atoms.size(); ++a)
            for (Eigen::Index n = 0; n < size; ++n)
                levels[a].emplace_back(solver.eigenvalues()[n], std::norm(solver.eigenvectors()(
                                                                    static_cast<Eigen::Index>(atoms[a]), n)) /
                                                                    (points * points * points));
    }
    return levels;
}

/// Sums of products of hoppings over the closed walks of 0, 1, ... hops from an atom.
std::vector<double> walk_sums(const tinynet::bond_graph& graph, std::size_t atom, int most_hops) {
    std::vector<double> sums{1.0};
    for (int hops = 1; hops <= most_hops; ++hops) {
        double& sum = sums.emplace_back(0.0);
        tinynet::for_each_closed_walk(graph, tinynet::atom_index{atom},
                                      tinynet::hop_count{static_cast<std::size_t>(hops)}, [&](auto walk) {
                                          double product = 1.0;
                                          for (const auto& hop : walk)
                                              product *= std::exp(-graph.length(hop.bond));
                                          sum += product;
                                      });
    }
    return sums;
}

bool agree(const spectrum& levels, const std::vector<double>& moments) {
    for (std::size_t hops = 0; hops < moments.size(); ++hops) {
        double exact = 0.0;
        for (const auto& [energy, share] : levels)
            exact += share * std::pow(energy, hops);
        const double scale = hops % 2 == 0 ? exact : std::pow(0.5, hops); // odd moments are zero
        if (std::abs(moments[hops] - exact) >= 1e-10 * scale)
            return false;
    }
    return true;
}

/// The density with the given moments on [-width, width], by the kernel polynomial method with Jackson's
/// kernel (Rev. Mod. Phys. 78, 275, eqs. 71 and 81).
double density(const std::vector<double>& moments, double width, double energy) {
    const double x = energy / width;
    const double order = static_cast<double>(moments.size());
    std::vector<double> before{0.0};  // coefficients of the Chebyshev polynomial T_(n-1)
    std::vector<double> current{1.0}; // and of T_n
    double sum = 0.0;
    for (std::size_t n = 0; n < moments.size(); ++n) {
        double chebyshev_moment = 0.0;
        for (std::size_t j = 0; j < current.size(); ++j)
            chebyshev_moment += current[j] * moments[j] / std::pow(width, j);
        const double q = pi / (order + 1.0);
        const double angle = q * static_cast<double>(n);
        const double damping =
            ((order - static_cast<double>(n) + 1.0) * std::cos(angle) + std::sin(angle) / std::tan(q)) /
            (order + 1.0);
        sum += (n == 0 ? 1.0 : 2.0) * damping * chebyshev_moment *
               std::cos(static_cast<double>(n) * std::acos(x));
        std::vector<double> next(current.size() + 1, 0.0);
        for (std::size_t j = 0; j < current.size(); ++j)
            next[j + 1] = (n == 0 ? 1.0 : 2.0) * current[j];
        for (std::size_t j = 0; j < before.size() && n > 0; ++j)
            next[j] -= before[j];
        before = std::exchange(current, std::move(next));
    }
    return sum / (pi * width * std::sqrt(1.0 - x * x));
}

} // namespace

int main(int argc, char** argv) {
    const std::filesystem::path data = argc > 1 ? argv[1] : "examples/data";
    bool all_agree = true;
    const auto solve = [&](const char* material, const std::vector<std::size_t>& atoms, int most_hops) {
        const tinynet::structure displaced =
            tinynet::read_extxyz(data / (std::string{material} + ".extxyz")).front().geometry;
        const tinynet::bond_graph graph{displaced, tinynet::bond_rule{3.1}};
        const std::vector<spectrum> levels = diagonalize(graph, atoms, most_hops);
        std::vector<double> moments_of_first;
        for (std::size_t a = 0; a < atoms.size(); ++a) {
            const std::vector<double> moments = walk_sums(graph, atoms[a], most_hops);
            const bool same = agree(levels[a], moments);
            all_agree = all_agree && same;
            std::cout << material << ", atom " << atoms[a] << " (" << displaced.species()[atoms[a]].symbol()
                      << "), moments of the LDOS, 0 to " << most_hops
                      << " hops: diagonalization and closed walks " << (same ? "agree" : "DIFFER") << '\n';
            if (a == 0)
                moments_of_first = moments;
        }
        return std::pair{levels.front(), moments_of_first};
    };
    solve("batio3", {0, 8, 16}, 6);
    const auto [levels, moments] = solve("moo3", {0, 8, 16, 24}, 12);
    std::cout << "moments of moo3, atom 0:\n";
    for (std::size_t hops = 0; hops < moments.size(); hops += 2)
        std::cout << "  " << hops << " hops: " << std::setprecision(4) << moments[hops] << '\n';
    const double width = 1.05 * std::max_element(levels.begin(), levels.end())->first;
    std::ofstream table{"06_moments_theorem.csv"};
    table << "energy,exact,from 4 hops,from 12 hops\n";
    for (double energy = -0.99 * width; energy < 0.99 * width; energy += 0.005 * width) {
        double exact = 0.0; // every level broadened by a Gaussian
        const double sigma = 0.02 * width;
        for (const auto& [level, share] : levels)
            exact += share * std::exp(-0.5 * std::pow((energy - level) / sigma, 2)) /
                     (sigma * std::sqrt(2.0 * pi));
        table << energy << ',' << exact << ','
              << density({moments.begin(), moments.begin() + 5}, width, energy) << ','
              << density(moments, width, energy) << '\n';
    }
    table.close();
    std::cout << (table ? "wrote 06_moments_theorem.csv\n" : "06_moments_theorem.csv cannot be written\n");
    return all_agree && table ? 0 : 1;
}
