// SPDX-License-Identifier: MIT
#ifndef TINYNET_MODEL_SPECIES_NETWORK_HPP
#define TINYNET_MODEL_SPECIES_NETWORK_HPP

/// \file
/// What an energy model knows about the atoms of one species.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/species.hpp>
#include <tinynet/moments/feature_statistics.hpp>
#include <tinynet/moments/orbitals.hpp>
#include <tinynet/moments/walk_sums.hpp>
#include <tinynet/nn/batch.hpp>
#include <tinynet/nn/network.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace tinynet {

/// What the atoms of one species need.
template <typename Real>
struct species_network {
    species kind;                    ///< whose atoms
    std::vector<network<Real>> nets; ///< take standardized features, give one number; their mean counts
    /// Coefficients of the orbitals of each network: a row per orbital, a column per sum of bonds.
    std::vector<batch_matrix<Real>> orbitals;
    feature_statistics features; ///< of the training set; its ranges are those of the first network
    double constant = 0.0;       ///< energy of an atom apart from the networks, eV
    /// To the atoms of each species in the training set, Å, 0 if there are none within the cutoff; closer
    /// atoms repel each other: wall_repulsion(). Empty if not known.
    std::vector<double> shortest_distances = {};
};

namespace detail {

/// A species at step time.
template <typename Real>
struct scaled_species {
    using column = Eigen::Array<Real, Eigen::Dynamic, 1>; ///< an entry per feature

    std::vector<network<Real>> nets; ///< give eV
    std::vector<orbitals<Real>> own; ///< by network
    column mean;
    column factor;
};

/// Makes the scale part of the networks.
/// \param scale  of their outputs, eV.
/// \throws invalid_option  if there is no network, their widths differ or do not fit the descriptor, or a
///                         number is not finite.
template <typename Real>
scaled_species<Real> scaled(const species_network<Real>& n, double scale, const walk_sums<Real>& walks) {
    const auto width = static_cast<Eigen::Index>(walks.feature_count());
    bool is_finite = detail::is_finite(n.constant);
    bool fits = !n.nets.empty();
    if (n.orbitals.size() != n.nets.size())
        throw invalid_option{text(n.kind.symbol(), " has orbitals for ", n.orbitals.size(), " of ",
                                  n.nets.size(), " networks, expected some for each")};
    for (const Eigen::VectorXd* const numbers :
         {&n.features.mean, &n.features.deviation, &n.features.minima, &n.features.maxima}) {
        fits = fits && numbers->size() == width;
        is_finite = is_finite && detail::are_finite(*numbers);
    }
    if (!fits)
        throw invalid_option{text(n.kind.symbol(), " has ", n.nets.size(), " networks and statistics of ",
                                  n.features.size(), " features, expected at least one network and ",
                                  walks.feature_count(), " features")};
    scaled_species<Real> result{
        n.nets, {}, n.features.mean.template cast<Real>(), n.features.factors().template cast<Real>()};
    is_finite = is_finite && detail::are_finite(result.mean) && detail::are_finite(result.factor);
    for (const batch_matrix<Real>& coefficients : n.orbitals) {
        orbitals<Real>& own = result.own.emplace_back(walks.make_orbitals());
        if (static_cast<std::size_t>(coefficients.rows()) != own.count() ||
            static_cast<std::size_t>(coefficients.size()) != own.coefficient_count())
            throw invalid_option{text(n.kind.symbol(), " has orbitals with ", coefficients.rows(), " x ",
                                      coefficients.cols(), " coefficients, expected ", own.count(), " x ",
                                      walks.bonds().count())};
        is_finite = is_finite && detail::are_finite(coefficients);
        own.set_coefficients({coefficients.data(), own.coefficient_count()});
    }
    for (network<Real>& net : result.nets) {
        if (net.input_width() != walks.feature_count() || net.output_width() != 1 ||
            !std::ranges::equal(net.widths(), result.nets.front().widths()))
            throw invalid_option{text("a network of ", n.kind.symbol(), " takes ", net.input_width(),
                                      " inputs and gives ", net.output_width(), " outputs, expected ",
                                      walks.feature_count(), " and 1, and the same widths for all")};
        const std::size_t last = net.layer_count() - 1;
        net.weights(last) *= static_cast<Real>(scale);
        net.bias(last) *= static_cast<Real>(scale);
        for (const Real parameter : net.parameters())
            is_finite = is_finite && detail::is_finite(parameter);
    }
    if (!is_finite)
        throw invalid_option{
            text("a network of ", n.kind.symbol(), " or its scaling has a number that is not finite")};
    return result;
}

} // namespace detail

} // namespace tinynet

#endif
