// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_CRYSTALS_HPP
#define TINYNET_BENCHMARKS_CRYSTALS_HPP

/// \file
/// The crystals that benchmarks work on, in any size.

#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/model/atomic_model.hpp>
#include <tinynet/nn/initialize.hpp>

#include <tests/support/random_structures.hpp>
#include <tests/support/reference_crystals.hpp>

#include <array>
#include <cmath>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::bench {

/// A supercell with so many atoms, as near to a cube as the number allows.
/// \param material    `batio3` or `moo3`.
/// \param atom_count  a multiple of the 5 or 32 atoms of the cell that is repeated.
inline structure crystal(const std::string& material, std::size_t atom_count) {
    const structure unit = material == "batio3" ? test::perovskite(4.0) : test::reference_crystal("moo3");
    const std::size_t cells = atom_count / unit.atom_count();
    const auto largest_divisor = [](std::size_t number, double limit) {
        auto divisor = static_cast<std::size_t>(limit + 1e-9);
        while (number % divisor != 0)
            --divisor;
        return divisor;
    };
    const std::size_t a = largest_divisor(cells, std::cbrt(static_cast<double>(cells)));
    const std::size_t b = largest_divisor(cells / a, std::sqrt(static_cast<double>(cells / a)));
    return test::supercell(unit, static_cast<int>(a), static_cast<int>(b), static_cast<int>(cells / a / b));
}

/// The reference of the bundled data.
inline structure reference(const std::string& material) {
    return material == "batio3" ? test::supercell(test::perovskite(4.0), 2, 2, 2)
                                : test::reference_crystal("moo3");
}

/// An untrained 16x32 force model with a network per site: speed does not depend on the weights.
template <typename Real>
atomic_model<Real> untrained_model(const std::string& material, const descriptor_options& options) {
    auto d = std::make_shared<const descriptor>(reference(material), bond_rule{}, options);
    std::vector<trained_network<Real>> networks;
    for (const auto& sites : sites_of_networks(*d, network_choice::site)) {
        const auto width = static_cast<Eigen::Index>(layout_of(*d, sites).width());
        network<Real> net =
            make_network<Real>(static_cast<std::size_t>(width), std::array<std::size_t, 2>{16, 32}, 3);
        initialize(net, {});
        networks.push_back({std::move(net),
                            {Eigen::VectorXd::Constant(width, -1.0), Eigen::VectorXd::Constant(width, 1.0)},
                            {Eigen::VectorXd::Zero(3), Eigen::VectorXd::Ones(3)}});
    }
    return {std::move(d), network_choice::site, std::move(networks)};
}

} // namespace tinynet::bench

#endif
