// SPDX-License-Identifier: MIT
#ifndef TINYNET_PATHS_ENVIRONMENT_HPP
#define TINYNET_PATHS_ENVIRONMENT_HPP

/// \file
/// What walks from one atom can reach: a finite piece of the infinite crystal, numbered from its center.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/graph/concepts.hpp>
#include <tinynet/paths/walk.hpp>
#include <tinynet/types.hpp>

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

namespace tinynet {

/// All vertices within some hops of an atom, in breadth-first order (vertex 0 is the atom itself), with the
/// hops between them. Topology time: allocates.
template <bonded_graph Graph>
class environment {
public:
    /// A hop between two vertices of the environment.
    using hop_type = walk_hop<bond_type_of<Graph>>;

    /// Most hops that are stored, some 400 MB of them.
    static constexpr std::size_t most_hops = std::size_t{1} << 24U;

    /// \param start   in [0, atom_count).
    /// \param radius  how many hops to go; hops that would lead farther are left out.
    /// \throws unknown_atom    if start is not an atom of the graph.
    /// \throws too_many_walks  if the hops within reach are more than `most_hops`.
    /// \par Cost  O(v d) time and memory, v vertices with d bonds each.
    environment(const Graph& graph, atom_index start, hop_count radius) {
        using access = graph_access<Graph>;
        if (start >= access::atom_count(graph))
            throw unknown_atom{detail::text("there is no atom ", static_cast<std::size_t>(start),
                                            "; the graph has ", access::atom_count(graph))};
        add_vertex({start, {}}, 0);
        for (std::size_t v = 0; v < vertices_.size(); ++v) {
            const image_atom here = vertices_[v];
            for (const auto bond : access::bonds(graph, here.atom)) {
                const image_atom end{access::target(graph, bond), here.shift + access::shift(graph, bond)};
                auto known = numbers_.find(end);
                if (known == numbers_.end() && distances_[v] < radius)
                    known = add_vertex(end, distances_[v] + 1);
                if (known != numbers_.end())
                    hops_.push_back({bond, end, known->second});
            }
            offsets_.push_back(hops_.size());
            if (hops_.size() > most_hops)
                throw too_many_walks{detail::text("the surroundings of atom ",
                                                  static_cast<std::size_t>(start), " up to ",
                                                  static_cast<std::size_t>(radius), " hops away hold over ",
                                                  most_hops, " bonds; ask for fewer hops or shorter bonds")};
        }
    }

    /// Number of vertices.
    [[nodiscard]] std::size_t vertex_count() const noexcept { return vertices_.size(); }
    /// The vertex with a number; 0 is the center.
    [[nodiscard]] const image_atom& vertex(std::size_t number) const { return vertices_[number]; }
    /// The number of a vertex; none if it is out of reach.
    [[nodiscard]] std::optional<std::size_t> find(const image_atom& vertex) const {
        const auto known = numbers_.find(vertex);
        return known == numbers_.end() ? std::nullopt : std::optional<std::size_t>{known->second};
    }
    /// Smallest number of hops from the center to a vertex.
    [[nodiscard]] std::size_t distance(std::size_t number) const { return distances_[number]; }
    /// The hops from a vertex to vertices of the environment, in the order of the graph's bonds.
    [[nodiscard]] std::span<const hop_type> hops(std::size_t number) const {
        return std::span{hops_}.subspan(offsets_[number], offsets_[number + 1] - offsets_[number]);
    }

private:
    auto add_vertex(const image_atom& vertex, std::size_t distance) {
        vertices_.push_back(vertex);
        distances_.push_back(distance);
        return numbers_.emplace(vertex, static_cast<std::uint32_t>(vertices_.size() - 1)).first;
    }

    std::vector<image_atom> vertices_;
    std::vector<std::size_t> distances_;
    std::vector<std::size_t> offsets_{0};
    std::vector<hop_type> hops_;
    std::unordered_map<image_atom, std::uint32_t> numbers_;
};

} // namespace tinynet

#endif
