// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_FEATURES_HPP
#define TINYNET_DESCRIPTOR_FEATURES_HPP

/// \file
/// The features of an atom, and of all atoms of a structure.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/neighbor_features.hpp>
#include <tinynet/descriptor/path_features.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet {

/// Writes feature rows; owns the memory that takes, so that step time allocates none. One per thread.
template <typename Real>
class feature_writer {
public:
    /// \param sites  every site that will be asked for.
    explicit feature_writer(std::span<const site> sites) {
        std::size_t bonds = 0;
        std::size_t vertices = 0;
        for (const site& s : sites) {
            bonds = std::max(bonds, s.bonds.size());
            vertices = std::max(vertices, s.shape.size());
        }
        weights_.resize(bonds);
        places_.resize(vertices);
    }

    /// Writes the row of one atom: path features, neighbors, species of the center; padding becomes 0.
    /// Step time: allocates nothing.
    /// \param pattern  the site of the atom.
    /// \param row      layout.width() numbers.
    void write(const frozen_topology& topology, const bond_geometry& geometry, std::size_t atom,
               const site& pattern, const column_layout& layout, std::span<Real> row) noexcept {
        const std::span<const oriented_bond> bonds = topology.bonds_of(atom);
        std::ranges::fill(row, Real{0});
        for (std::size_t b = 0; b < bonds.size(); ++b)
            weights_[b] = static_cast<Real>(geometry.weight(bonds[b].bond));
        write_path_features<Real>(pattern, layout, weights_, row);
        const auto bond_vector = [&](std::size_t b) -> vector3 {
            const vector3& vector = geometry.vector(bonds[b].bond);
            return bonds[b].reversed ? vector3{-vector} : vector;
        };
        place_branches(pattern, bond_vector, places_);
        write_neighbor_features<Real>(pattern, layout, places_, row);
        if (layout.species())
            row[*layout.species()] = static_cast<Real>(pattern.shape.front().kind.atomic_number());
    }

private:
    std::vector<Real> weights_;
    std::vector<vector3> places_;
};

/// The columns of a descriptor as if all its sites shared one network.
inline column_layout shared_layout(const descriptor& d) {
    std::vector<const site*> sites;
    for (const site& s : d.sites())
        sites.push_back(&s);
    return {sites, d.options()};
}

/// The features of all atoms, as `shared_layout` lists them, without the species of the centers.
/// \param topology   from d.topology_of() or d.reference_topology().
/// \param positions  x0 y0 z0 x1 ..., Å.
/// \return one column per atom, shared_layout(d).feature_count() rows.
inline Eigen::MatrixXd describe(const descriptor& d, const frozen_topology& topology,
                                std::span<const double> positions) {
    const column_layout layout = shared_layout(d);
    feature_writer<double> writer{d.sites()};
    bond_geometry geometry{topology};
    geometry.update(topology, positions);
    Eigen::MatrixXd features{static_cast<Eigen::Index>(layout.width()),
                             static_cast<Eigen::Index>(topology.atom_count())};
    for (std::size_t i = 0; i < topology.atom_count(); ++i) {
        const auto column = static_cast<Eigen::Index>(i);
        writer.write(topology, geometry, i, d.sites()[topology.site_of(i)], layout,
                     {features.col(column).data(), layout.width()});
    }
    return features.topRows(static_cast<Eigen::Index>(layout.feature_count()));
}

} // namespace tinynet

#endif
