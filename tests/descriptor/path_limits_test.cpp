// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/descriptor/path_limits.hpp>

#include <doctest/doctest.h>

#include <cstddef>

namespace tinynet::test::path_limits_test {

namespace {

/// Checks the walks of one atom of a perovskite.
void check_perovskite(std::size_t atom, const descriptor_options& options) {
    const structure crystal = perovskite(4.005);
    const bond_graph graph{crystal, bond_rule{}};
    check_walk_counts(crystal, {graph, atom_index{atom}, options.reach()}, options);
}

} // namespace

TEST_CASE("walks that can be enumerated are not refused") {
    CHECK_NOTHROW(check_perovskite(0, {.max_walk_hops = hop_count{10}, .max_neighbor_hops = hop_count{0}}));
    CHECK_NOTHROW(check_perovskite(
        0,
        {.max_walk_hops = hop_count{6}, .max_neighbor_hops = hop_count{4}, .layout = feature_layout::paper}));
}

TEST_CASE("neighbors are walked to in layout paper only") {
    descriptor_options options{.max_walk_hops = hop_count{0}, .max_neighbor_hops = hop_count{8}};
    bond_rule dense{6.0, bond_partners::all};
    const structure crystal = simple_cubic(3.0);
    const bond_graph graph{crystal, dense};
    const environment<bond_graph> around{graph, atom_index{0}, options.reach()};
    CHECK_NOTHROW(check_walk_counts(crystal, around, options));
    options.layout = feature_layout::paper;
    CHECK_THROWS_WITH_AS(check_walk_counts(crystal, around, options),
                         doctest::Contains("open walks of up to 8"), too_many_walks);
}

TEST_CASE("too many closed walks are refused, whether walks or cycles were asked for") {
    for (const path_kind paths : {path_kind::walks, path_kind::cycles})
        CHECK_THROWS_WITH_AS(check_perovskite(1, {.paths = paths, .max_walk_hops = hop_count{20}}),
                             doctest::Contains("atom 1 (Ti) has "), too_many_walks);
}

TEST_CASE("the message gives the number of closed walks") {
    const structure crystal = simple_cubic(3.0);
    const bond_graph graph{crystal, bond_rule{3.1, bond_partners::all}};
    const descriptor_options options{.max_walk_hops = hop_count{16}, .max_neighbor_hops = hop_count{0}};
    // Closed walks of 2, 4, ... 16 hops on the simple cubic lattice.
    constexpr double expected =
        6.0 + 90.0 + 1860.0 + 44730.0 + 1172556.0 + 32496156.0 + 936369720.0 + 27770358330.0;
    CHECK_THROWS_WITH_AS(check_walk_counts(crystal, {graph, atom_index{0}, options.reach()}, options),
                         doctest::Contains(detail::text(expected, " closed walks of up to 16").c_str()),
                         too_many_walks);
}

TEST_CASE("a table of paths may fill its memory but not more") {
    const std::size_t most = most_path_bytes / 16; // paths of four hops
    CHECK_NOTHROW(check_path_storage(most - 1, 4));
    CHECK_THROWS_WITH_AS(check_path_storage(most, 4),
                         doctest::Contains("more than 268435456 paths of 4 hops"), too_many_walks);
}

TEST_CASE("a list of the ends of walks may fill its memory but not more") {
    const auto most = static_cast<double>(most_path_bytes / 4);
    CHECK_NOTHROW(check_walk_storage(most, 8));
    CHECK_THROWS_WITH_AS(check_walk_storage(most + 1.0, 8), doctest::Contains("walks of 8 hops"),
                         too_many_walks);
}

} // namespace tinynet::test::path_limits_test
