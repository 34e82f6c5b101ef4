// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/neighbor_features.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <span>
#include <vector>

namespace tinynet::test::neighbor_features_test {

namespace {

using lanes = detail::lanes<double>;

constexpr double untouched = -99.0;

/// The vector of a bond as the reference has it.
vector3 reference_vector(const site& pattern, std::size_t bond) {
    return pattern.shape[pattern.bonds[bond].to].displacement -
           pattern.shape[pattern.bonds[bond].from].displacement;
}

/// The columns of a site whose bonds are those of the reference, filled with `untouched` before.
std::vector<lanes> reference_columns(const site& pattern, const column_layout& layout) {
    std::vector<lanes> columns(layout.width(), lanes{untouched});
    std::vector<std::size_t> places(pattern.shape.size());
    const auto add_bond = [&](std::size_t bond, const lanes* from, lanes* to) {
        const vector3 vector = reference_vector(pattern, bond);
        for (Eigen::Index axis = 0; axis < 3; ++axis)
            to[axis] = from[axis] + vector[axis];
    };
    write_neighbor_features<double>(pattern, layout, add_bond, places, columns);
    return columns;
}

/// Checks every column of the neighbors of sites that share a network.
void check_columns(const descriptor& d, std::span<const site* const> sites) {
    const column_layout layout{sites, d.options()};
    for (const site* pattern : sites) {
        const auto columns = reference_columns(*pattern, layout);
        for (std::size_t shell = 0; shell < layout.shells().size(); ++shell)
            for (std::size_t place = 0; place < layout.shells()[shell].size(); ++place) {
                const auto& vertices = pattern->shells[shell].vertices;
                const auto& listed = layout.shells()[shell][place];
                const bool is_there = place < vertices.size();
                const vector3 expected =
                    is_there ? pattern->shape[vertices[place]].displacement : vector3::Zero();
                for (std::size_t axis = 0; axis < 3; ++axis)
                    CHECK((columns[listed.coordinates + axis] - expected[static_cast<Eigen::Index>(axis)])
                              .abs()
                              .largest() < 1e-13);
                if (listed.species)
                    CHECK(columns[*listed.species] ==
                          lanes(is_there ? pattern->shape[vertices[place]].kind.atomic_number() : 0));
            }
        for (const column_block& block : layout.paths())
            for (std::size_t k = 0; k < block.width; ++k)
                CHECK(columns[block.first + k] == lanes{untouched});
    }
}

} // namespace

TEST_CASE("a neighbor's columns hold its species, where listed, and its place, padding is zero") {
    const descriptor d{perovskite(4.0), bond_rule{}, {.max_neighbor_hops = hop_count{3}}};
    check_columns(d, std::array{&d.sites()[0], &d.sites()[1]});
}

TEST_CASE("layout paper lists a neighbor once for every walk that reaches it") {
    const descriptor d{
        perovskite(4.0), bond_rule{}, {.max_neighbor_hops = hop_count{3}, .layout = feature_layout::paper}};
    check_columns(d, std::array{&d.sites()[0], &d.sites()[1], &d.sites()[4]});
}

} // namespace tinynet::test::neighbor_features_test
