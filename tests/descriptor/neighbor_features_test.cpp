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

std::vector<lane_places<double>> reference_places(const site& pattern) {
    lane_places<double> nowhere;
    nowhere.fill(detail::lanes<double>::Constant(untouched));
    std::vector<lane_places<double>> places(pattern.shape.size(), nowhere);
    place_branches<double>(
        pattern,
        [&](std::size_t bond) {
            const vector3 vector = reference_vector(pattern, bond);
            lane_places<double> result;
            for (std::size_t axis = 0; axis < 3; ++axis)
                result[axis].setConstant(vector[static_cast<Eigen::Index>(axis)]);
            return result;
        },
        places);
    return places;
}

/// What the last lane says.
vector3 place_of(const lane_places<double>& place) {
    constexpr Eigen::Index last = detail::lane_count - 1;
    return {place[0][last], place[1][last], place[2][last]};
}

} // namespace

TEST_CASE("the bonds of the reference lead to the places of the reference") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    for (const site& pattern : d.sites()) {
        const auto places = reference_places(pattern);
        for (std::size_t v = 0; v < places.size(); ++v)
            CHECK((place_of(places[v]) - pattern.shape[v].displacement).norm() < 1e-13);
    }
}

TEST_CASE("vertices that only paths visit are left alone") {
    const descriptor d{perovskite(4.0), bond_rule{}, {.max_neighbor_hops = hop_count{1}}};
    const site& ti = d.sites()[1];
    const auto places = reference_places(ti);
    for (std::size_t v = 0; v < places.size(); ++v)
        CHECK((place_of(places[v]).x() == untouched) == (ti.shape[v].distance > 1));
}

TEST_CASE("a neighbor's columns hold its species, where listed, and its place, padding is zero") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    const std::array sites = {&d.sites()[0], &d.sites()[1]};
    const column_layout layout{sites, d.options()};
    for (const site* pattern : sites) {
        const auto places = reference_places(*pattern);
        std::vector<detail::lanes<double>> columns(layout.width(),
                                                   detail::lanes<double>::Constant(untouched));
        write_neighbor_features<double>(*pattern, layout, places, columns);
        for (std::size_t shell = 0; shell < layout.shells().size(); ++shell)
            for (std::size_t place = 0; place < layout.shells()[shell].size(); ++place) {
                const auto& vertices = pattern->shells[shell].vertices;
                const auto& listed = layout.shells()[shell][place];
                const bool is_there = place < vertices.size();
                const vector3 expected = is_there ? place_of(places[vertices[place]]) : vector3::Zero();
                for (std::size_t axis = 0; axis < 3; ++axis)
                    CHECK((columns[listed.coordinates + axis] == expected[static_cast<Eigen::Index>(axis)])
                              .all());
                if (listed.species)
                    CHECK((columns[*listed.species] ==
                           (is_there ? pattern->shape[vertices[place]].kind.atomic_number() : 0))
                              .all());
            }
        for (const column_block& block : layout.paths())
            for (std::size_t k = 0; k < block.width; ++k)
                CHECK((columns[block.first + k] == untouched).all());
    }
}

} // namespace tinynet::test::neighbor_features_test
