// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/neighbor_features.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <vector>

namespace tinynet::test::neighbor_features_test {

namespace {

constexpr double untouched = -99.0;

/// The vector of a bond as the reference has it.
vector3 reference_vector(const site& pattern, std::size_t bond) {
    return pattern.shape[pattern.bonds[bond].to].displacement -
           pattern.shape[pattern.bonds[bond].from].displacement;
}

std::vector<vector3> reference_places(const site& pattern) {
    std::vector<vector3> places(pattern.shape.size(), vector3::Constant(untouched));
    place_branches(
        pattern, [&](std::size_t bond) { return reference_vector(pattern, bond); }, places);
    return places;
}

} // namespace

TEST_CASE("the bonds of the reference lead to the places of the reference") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    for (const site& pattern : d.sites()) {
        const auto places = reference_places(pattern);
        for (std::size_t v = 0; v < places.size(); ++v)
            CHECK((places[v] - pattern.shape[v].displacement).norm() < 1e-13);
    }
}

TEST_CASE("vertices that only paths visit are left alone") {
    const descriptor d{perovskite(4.0), bond_rule{}, {.max_neighbor_hops = hop_count{1}}};
    const site& ti = d.sites()[1];
    const auto places = reference_places(ti);
    for (std::size_t v = 0; v < places.size(); ++v)
        CHECK((places[v].x() == untouched) == (ti.shape[v].distance > 1));
}

TEST_CASE("a neighbor's columns hold its species, where listed, and its place, padding is left alone") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    const std::array sites = {&d.sites()[0], &d.sites()[1]};
    const column_layout layout{sites, d.options()};
    for (const site* pattern : sites) {
        const auto places = reference_places(*pattern);
        std::vector<double> row(layout.width(), untouched);
        write_neighbor_features<double>(*pattern, layout, places, row);
        for (std::size_t shell = 0; shell < layout.shells().size(); ++shell)
            for (std::size_t place = 0; place < layout.shells()[shell].size(); ++place) {
                const auto& vertices = pattern->shells[shell].vertices;
                const auto& columns = layout.shells()[shell][place];
                const bool listed = place < vertices.size();
                for (std::size_t axis = 0; axis < 3; ++axis)
                    CHECK(row[columns.coordinates + axis] ==
                          (listed ? places[vertices[place]][static_cast<Eigen::Index>(axis)] : untouched));
                if (columns.species)
                    CHECK(row[*columns.species] ==
                          (listed ? pattern->shape[vertices[place]].kind.atomic_number() : untouched));
            }
        for (const column_block& block : layout.paths())
            for (std::size_t k = 0; k < block.width; ++k)
                CHECK(row[block.first + k] == untouched);
    }
}

} // namespace tinynet::test::neighbor_features_test
