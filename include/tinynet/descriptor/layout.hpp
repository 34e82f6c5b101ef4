// SPDX-License-Identifier: MIT
#ifndef TINYNET_DESCRIPTOR_LAYOUT_HPP
#define TINYNET_DESCRIPTOR_LAYOUT_HPP

/// \file
/// Which column of the input of a network holds which feature, for sites that share that network.

#include <tinynet/descriptor/options.hpp>
#include <tinynet/descriptor/site.hpp>

#include <algorithm>
#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace tinynet {

/// Columns of consecutive features.
struct column_block {
    std::size_t first = 0; ///< first column
    std::size_t width = 0; ///< number of columns
};

/// A neighbor's columns: its species, if that tells anything, then x, y, z.
struct neighbor_columns {
    std::optional<std::size_t> species; ///< column of the atomic number
    std::size_t coordinates = 0;        ///< first of three columns
};

/// The columns of sites that share a network: one block per walk length, then one per neighbor shell, each
/// padded to the longest site, then the species of the center where the sites differ in it.
class column_layout {
public:
    /// \param sites    at least one; all made with the same options.
    /// \param options  of the descriptor.
    column_layout(std::span<const site* const> sites, const descriptor_options& options) {
        for (std::size_t block = 0; block < sites.front()->paths.size(); ++block)
            paths_.push_back(take(longest(sites, [&](const site& s) { return s.paths[block].size(); })));
        for (std::size_t shell = 0; shell < sites.front()->shells.size(); ++shell)
            add_shell(sites, shell, options.layout);
        feature_count_ = width_;
        const auto kind = [](const site* s) { return s->shape.front().kind; };
        if (options.layout == feature_layout::paper ||
            std::ranges::any_of(sites, [&](const site* s) { return kind(s) != kind(sites.front()); }))
            species_ = width_++;
    }

    /// Number of columns.
    [[nodiscard]] std::size_t width() const noexcept { return width_; }
    /// Number of columns without the species of the center.
    [[nodiscard]] std::size_t feature_count() const noexcept { return feature_count_; }
    /// One block per table of `site::paths`.
    [[nodiscard]] std::span<const column_block> paths() const noexcept { return paths_; }
    /// One list per shell, one entry per listed neighbor of the longest site.
    [[nodiscard]] std::span<const std::vector<neighbor_columns>> shells() const noexcept { return shells_; }
    /// Column of the atomic number of the center.
    [[nodiscard]] std::optional<std::size_t> species() const noexcept { return species_; }

private:
    template <typename Size>
    static std::size_t longest(std::span<const site* const> sites, Size&& size) {
        std::size_t result = 0;
        for (const site* s : sites)
            result = std::max(result, size(*s));
        return result;
    }

    column_block take(std::size_t columns) {
        width_ += columns;
        return {width_ - columns, columns};
    }

    void add_shell(std::span<const site* const> sites, std::size_t shell, feature_layout layout) {
        const std::size_t count =
            longest(sites, [&](const site& s) { return s.shells[shell].vertices.size(); });
        auto& columns = shells_.emplace_back();
        for (std::size_t place = 0; place < count; ++place) {
            neighbor_columns neighbor;
            if (layout == feature_layout::paper || !same_species(sites, shell, place))
                neighbor.species = take(1).first;
            neighbor.coordinates = take(3).first;
            columns.push_back(neighbor);
        }
    }

    static bool same_species(std::span<const site* const> sites, std::size_t shell, std::size_t place) {
        const auto atomic_number = [&](const site* s) {
            const auto& vertices = s->shells[shell].vertices;
            return place < vertices.size() ? s->shape[vertices[place]].kind.atomic_number() : 0;
        };
        return std::ranges::all_of(
            sites, [&](const site* s) { return atomic_number(s) == atomic_number(sites.front()); });
    }

    std::vector<column_block> paths_;
    std::vector<std::vector<neighbor_columns>> shells_;
    std::optional<std::size_t> species_;
    std::size_t feature_count_ = 0;
    std::size_t width_ = 0;
};

} // namespace tinynet

#endif
