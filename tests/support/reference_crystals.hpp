// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_REFERENCE_CRYSTALS_HPP
#define TINYNET_TESTS_SUPPORT_REFERENCE_CRYSTALS_HPP

/// \file
/// The crystals that published numbers are known for, and those numbers.

#include "support/random_structures.hpp"
#include <tinynet/geometry/structure.hpp>
#include <tinynet/io/extxyz.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <cstddef>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tinynet::test {

/// The ideal crystal: `batio3` (40 atoms) or `moo3` (32 atoms).
inline structure reference_crystal(const std::string& name) {
    return read_extxyz(std::string{TINYNET_TEST_DATA "/"} + name + "_reference.extxyz").front().geometry;
}

/// Frame 0 is the reference of the golden values, frames 1 and 2 are displaced.
inline structure golden_frame(const std::string& name, std::size_t frame) {
    return read_extxyz(std::string{TINYNET_TEST_GOLDEN "/"} + name + ".extxyz").at(frame).geometry;
}

/// The features of a golden file, a column per atom.
inline Eigen::MatrixXd golden_features(const std::string& file) {
    std::ifstream stream{std::string{TINYNET_TEST_GOLDEN "/"} + file};
    std::vector<std::vector<double>> rows;
    for (std::string line; std::getline(stream, line);) {
        rows.emplace_back();
        std::istringstream row{line};
        for (std::string number; std::getline(row, number, ',');)
            rows.back().push_back(std::stod(number));
    }
    if (rows.empty())
        throw std::runtime_error{"no golden values in " + file};
    Eigen::MatrixXd features{static_cast<Eigen::Index>(rows.front().size()),
                             static_cast<Eigen::Index>(rows.size())};
    for (std::size_t atom = 0; atom < rows.size(); ++atom)
        features.col(static_cast<Eigen::Index>(atom)) =
            Eigen::Map<const Eigen::VectorXd>{rows[atom].data(), features.rows()};
    return features;
}

/// Every atom displaced at random, by at most so much (Å) along each axis.
inline structure rattled(const structure& atoms, random_engine& rng, double amplitude) {
    std::vector<vector3> positions;
    for (const vector3& position : atoms.positions()) {
        const auto along = [&] { return random_real(rng, -amplitude, amplitude); };
        const double x = along();
        const double y = along();
        const double z = along();
        positions.emplace_back(position + vector3{x, y, z});
    }
    return with_positions(atoms, std::move(positions));
}

} // namespace tinynet::test

#endif
