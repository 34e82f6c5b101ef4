// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_FEATURES_HPP
#define TINYNET_DESCRIPTOR_FEATURES_HPP

/// \file
/// The features of a few atoms at a time, and of all atoms of a structure.

#include <tinynet/descriptor/bond_geometry.hpp>
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/frozen_topology.hpp>
#include <tinynet/descriptor/layout.hpp>
#include <tinynet/descriptor/neighbor_features.hpp>
#include <tinynet/descriptor/path_features.hpp>
#include <tinynet/descriptor/site.hpp>
#include <tinynet/detail/lanes.hpp>
#include <tinynet/detail/records.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/coordinates.hpp>
#include <tinynet/paths/walk_table.hpp>
#include <tinynet/types.hpp>

#include <Eigen/Core>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace tinynet {

/// Writes the features of a few atoms of one site at a time, side by side; owns the memory that takes, so
/// that step time allocates none. One per thread.
template <typename Real>
class feature_writer {
public:
    /// One number per lane, `detail::lane_count` of them.
    using column = detail::lanes<Real>;

    /// \param sites  every site that will be asked for.
    explicit feature_writer(std::span<const site> sites) {
        std::size_t bonds = 0;
        std::size_t vertices = 0;
        std::size_t half_walks = 0;
        for (const site& s : sites) {
            bonds = std::max(bonds, s.path_bond_count);
            vertices = std::max(vertices, s.shape.size());
            for (const walk_table& table : s.paths)
                half_walks = std::max(half_walks, table.half_walk_count());
        }
        weights_.resize(bonds);
        half_walks_.resize(half_walks);
        places_.resize(vertices);
    }

    /// Writes the columns of a block of atoms: path features, neighbors, species of the center; padding
    /// becomes 0. Step time: allocates nothing.
    /// \param pattern  the site of the group.
    /// \param first    atom of the group, a multiple of `detail::lane_count`; it and those behind it are
    ///                 written. Where the group ends before the lanes do, its last atom is repeated.
    /// \param columns  layout.width() of them.
    void write(const bond_geometry<Real>& geometry, const atom_group& group, std::size_t first,
               const site& pattern, const column_layout& layout, std::span<column> columns) noexcept {
        const Real* const records = geometry.record(0);
        const auto record_of = [&](std::size_t bond) {
            const auto [origin, rank] = group.places[bond];
            const std::uint32_t* const first_views = frozen_topology::first_views(group, first, origin);
            const Real* const ranked = records + rank * detail::record_size;
            return [=](std::size_t lane) { return ranked + first_views[lane] * detail::record_size; };
        };
        const auto add_bond = [&](std::size_t bond, const column* from, column* to) {
            const bool is_in_paths = bond < pattern.path_bond_count;
            Real* const weights = is_in_paths ? weights_[bond].data() : nullptr;
            detail::read_records<Real>(record_of(bond), [&](std::size_t lane, std::size_t k,
                                                            const detail::four<Real>& numbers) {
                if (k < 3)
                    (detail::four<Real>::load(from[k].data() + lane) + numbers).store(to[k].data() + lane);
                else if (is_in_paths)
                    numbers.store(weights + lane);
            });
        };
        write_neighbor_features<Real>(pattern, layout, add_bond, places_, columns);
        for (const std::uint32_t bond : pattern.chords) {
            const auto record = record_of(bond);
            column weights;
            for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
                weights[lane] = record(lane)[3];
            weights_[bond] = weights;
        }
        write_path_features<Real>(pattern, layout, weights_, half_walks_, columns);
        if (layout.species())
            columns[*layout.species()] = static_cast<Real>(pattern.shape.front().kind.atomic_number());
    }

private:
    std::vector<column> weights_;
    std::vector<column> half_walks_;
    std::vector<std::size_t> places_;
};

/// The columns of a descriptor as if all its sites shared one network.
inline column_layout shared_layout(const descriptor& d) {
    std::vector<const site*> sites;
    for (const site& s : d.sites())
        sites.push_back(&s);
    return {sites, d.options()};
}

/// Calls `visit(group, first)` for every block of atoms that a feature_writer writes at a time.
template <typename Visitor>
void for_each_block(const frozen_topology& topology, const Visitor& visit) {
    for (const atom_group& group : topology.groups())
        for (std::size_t first = 0; first < group.atoms.size(); first += detail::lane_count)
            visit(group, first);
}

/// Copies the columns of a block of atoms, atom by atom.
/// \param first   atom of the group that stands in lane 0.
/// \param row_of  (atom) -> where its numbers go.
template <typename Real, typename RowOf>
void copy_atoms(std::span<const detail::lanes<Real>> columns, const atom_group& group, std::size_t first,
                const RowOf& row_of) {
    const std::size_t count = std::min(detail::lane_count, group.atoms.size() - first);
    for (std::size_t lane = 0; lane < count; ++lane) {
        Real* const row = row_of(group.atoms[first + lane]);
        for (std::size_t k = 0; k < columns.size(); ++k)
            row[k] = columns[k][lane];
    }
}

/// The features of all atoms, as `shared_layout` lists them, without the species of the centers.
/// \param topology   from d.topology_of() or d.reference_topology().
/// \param positions  x0 y0 z0 x1 ..., Å.
/// \return one column per atom, shared_layout(d).feature_count() rows.
/// \throws invalid_structure  if there are coordinates of another number of atoms, or one is not finite.
inline Eigen::MatrixXd describe(const descriptor& d, const frozen_topology& topology,
                                std::span<const double> positions) {
    if (positions.size() != 3 * topology.atom_count())
        throw invalid_structure{
            detail::text(positions.size(), " coordinates for ", topology.atom_count(), " atoms")};
    check_coordinates(positions);
    const column_layout layout = shared_layout(d);
    feature_writer<double> writer{d.sites()};
    bond_geometry<double> geometry{topology};
    geometry.update(topology, positions);
    std::vector<feature_writer<double>::column> columns(layout.width());
    Eigen::MatrixXd features{static_cast<Eigen::Index>(layout.width()),
                             static_cast<Eigen::Index>(topology.atom_count())};
    for_each_block(topology, [&](const atom_group& group, std::size_t first) {
        writer.write(geometry, group, first, d.sites()[group.site], layout, columns);
        copy_atoms<double>(columns, group, first, [&](std::size_t atom) {
            return features.col(static_cast<Eigen::Index>(atom)).data();
        });
    });
    return features.topRows(static_cast<Eigen::Index>(layout.feature_count()));
}

} // namespace tinynet

#endif
