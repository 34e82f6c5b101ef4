// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/features.hpp>
#include <tinynet/descriptor/layout.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace tinynet::test::layout_test {

namespace {

/// A feature count as published with arXiv:2306.08285.
struct published_count {
    std::size_t n;
    std::size_t neighbors;
    std::size_t features;
};

void check_counts(const std::string& crystal, path_kind paths,
                  const std::vector<published_count>& published) {
    const structure reference = reference_crystal(crystal);
    for (const published_count& expected : published) {
        CAPTURE(expected.n);
        CAPTURE(expected.neighbors);
        const descriptor d{reference,
                           bond_rule{},
                           {.paths = paths,
                            .max_walk_hops = hop_count{expected.n},
                            .max_neighbor_hops = hop_count{expected.neighbors},
                            .layout = feature_layout::paper}};
        CHECK(shared_layout(d).feature_count() == expected.features);
    }
}

/// The layout of those sites of a descriptor that have one of the given numbers.
column_layout layout_of(const descriptor& d, const std::vector<std::size_t>& numbers) {
    std::vector<const site*> sites;
    for (const std::size_t number : numbers)
        sites.push_back(&d.sites()[number]);
    return {sites, d.options()};
}

const descriptor_options compact{.max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{2}};

} // namespace

TEST_CASE("published counts: BaTiO3, simple cycles") {
    check_counts("batio3", path_kind::cycles,
                 {{4, 2, 420}, {6, 1, 2124}, {6, 2, 2364}, {6, 3, 5244}, {4, 4, 19284}, {6, 4, 21228}});
}

TEST_CASE("published counts: MoO3, closed walks") {
    check_counts("moo3", path_kind::walks,
                 {{2, 0, 6},
                  {4, 0, 48},
                  {6, 0, 372},
                  {8, 0, 3054},
                  {10, 0, 26490},
                  {4, 2, 112},
                  {6, 1, 396},
                  {6, 2, 436},
                  {6, 3, 724},
                  {4, 3, 400},
                  {6, 4, 1244},
                  {8, 2, 3118}});
}

TEST_CASE("published counts: MoO3, coordinates only") {
    check_counts("moo3", path_kind::walks, {{0, 1, 24}, {0, 2, 64}, {0, 3, 352}, {0, 4, 872}});
}

TEST_CASE("published counts: MoO3, simple cycles") { check_counts("moo3", path_kind::cycles, {{8, 0, 30}}); }

TEST_CASE("layout paper lists the species of every neighbor and of the center") {
    const descriptor d{
        perovskite(4.0),
        bond_rule{},
        {.max_walk_hops = hop_count{2}, .max_neighbor_hops = hop_count{1}, .layout = feature_layout::paper}};
    const column_layout layout = layout_of(d, {1}); // Ti alone
    CHECK(layout.feature_count() == 6 + 6 * 4);
    CHECK(layout.width() == layout.feature_count() + 1);
    CHECK(layout.species() == layout.feature_count());
    for (const neighbor_columns& neighbor : layout.shells()[0])
        CHECK(neighbor.species);
}

TEST_CASE("layout compact lists the species of neighbors and center only where sites differ in it") {
    const descriptor d{perovskite(4.0), bond_rule{}, compact};
    const column_layout ti = layout_of(d, {1});
    CHECK(!ti.species());
    CHECK(ti.width() == ti.feature_count());
    for (const auto& shell : ti.shells())
        for (const neighbor_columns& neighbor : shell)
            CHECK(!neighbor.species);

    const column_layout oxygens = layout_of(d, {2, 3, 4}); // equal in species, place by place
    CHECK(!oxygens.species());
    for (const auto& shell : oxygens.shells())
        for (const neighbor_columns& neighbor : shell)
            CHECK(!neighbor.species);

    const column_layout all = layout_of(d, {0, 1, 2, 3, 4});
    CHECK(all.species() == all.feature_count());
    // Ba and Ti have O first, O has Ti first; Ba has more neighbors than Ti: beyond them, Ti has padding.
    for (const neighbor_columns& neighbor : all.shells()[0])
        CHECK(neighbor.species);
}

TEST_CASE("species are listed where one site has a neighbor and another has padding") {
    const descriptor d{perovskite(4.0), bond_rule{}, compact};
    const column_layout layout = layout_of(d, {0, 1}); // 12 and 6 O
    REQUIRE(layout.shells()[0].size() == 12);
    for (std::size_t place = 0; place < 12; ++place)
        CHECK(layout.shells()[0][place].species.has_value() == (place >= 6));
}

TEST_CASE("columns follow one another without gaps: paths by hops, then neighbors by hops, then the center") {
    for (const feature_layout kind : {feature_layout::paper, feature_layout::compact}) {
        descriptor_options options = compact;
        options.layout = kind;
        const descriptor d{perovskite(4.0), bond_rule{}, options};
        const column_layout layout = shared_layout(d);
        std::size_t next = 0;
        for (const column_block& block : layout.paths()) {
            CHECK(block.first == next);
            next += block.width;
        }
        for (const auto& shell : layout.shells())
            for (const neighbor_columns& neighbor : shell) {
                if (neighbor.species)
                    CHECK(*neighbor.species == next++);
                CHECK(neighbor.coordinates == next);
                next += 3;
            }
        CHECK(layout.feature_count() == next);
        CHECK(layout.width() == next + (layout.species() ? 1 : 0));
    }
}

TEST_CASE("every block is as wide as the longest site needs") {
    const descriptor d{perovskite(4.0), bond_rule{}, compact};
    const column_layout all = shared_layout(d);
    for (std::size_t block = 0; block < all.paths().size(); ++block) {
        std::size_t longest = 0;
        for (const site& s : d.sites())
            longest = std::max(longest, s.paths[block].size());
        CHECK(all.paths()[block].width == longest);
    }
    CHECK(all.shells()[0].size() == 12);
}

} // namespace tinynet::test::layout_test
