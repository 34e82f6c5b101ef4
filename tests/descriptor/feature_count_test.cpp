// SPDX-License-Identifier: MIT
#include <tinynet/descriptor/feature_count.hpp>

#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/features.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

namespace tinynet::test::feature_count_test {

namespace {

constexpr std::array path_kinds = {path_kind::walks, path_kind::cycles};
constexpr std::array layouts = {feature_layout::paper, feature_layout::compact};

descriptor_options options_of(path_kind paths, std::size_t hops, std::size_t neighbors,
                              feature_layout layout) {
    return {paths, hop_count{hops}, hop_count{neighbors}, layout};
}

/// The count must be that of the descriptor, which stores everything.
void check_count(const structure& reference, const bond_rule& rule, const descriptor_options& options) {
    CAPTURE(std::string{name_of(options.paths)});
    CAPTURE(std::string{name_of(options.layout)});
    CAPTURE(static_cast<std::size_t>(options.max_walk_hops));
    CAPTURE(static_cast<std::size_t>(options.max_neighbor_hops));
    const descriptor d{reference, rule, options};
    CHECK(feature_count(reference, rule, options) == shared_layout(d).feature_count());
}

std::size_t paper_count(const structure& reference, path_kind paths, std::size_t hops,
                        std::size_t neighbors) {
    return feature_count(reference, bond_rule{}, options_of(paths, hops, neighbors, feature_layout::paper));
}

} // namespace

TEST_CASE("the count is that of the descriptor for many options and both crystals") {
    for (const std::string crystal : {"batio3", "moo3"}) {
        CAPTURE(crystal);
        const structure reference = reference_crystal(crystal);
        for (const feature_layout layout : layouts)
            for (const path_kind paths : path_kinds)
                for (const std::size_t hops : {0U, 1U, 2U, 3U, 4U, 5U, 6U})
                    for (const std::size_t neighbors : {0U, 1U, 2U, 3U})
                        if ((hops >= 2 || neighbors > 0) && hops <= (crystal == "moo3" ? 6 : 4))
                            check_count(reference, bond_rule{}, options_of(paths, hops, neighbors, layout));
    }
}

TEST_CASE("published counts are reached without storing a path") {
    const structure moo3 = reference_crystal("moo3");
    const structure batio3 = reference_crystal("batio3");
    CHECK(paper_count(moo3, path_kind::walks, 10, 0) == 26490);
    CHECK(paper_count(moo3, path_kind::walks, 8, 0) == 3054);
    CHECK(paper_count(moo3, path_kind::walks, 8, 2) == 3118);
    CHECK(paper_count(moo3, path_kind::walks, 0, 4) == 872);
    CHECK(paper_count(moo3, path_kind::cycles, 8, 0) == 30);
    CHECK(paper_count(batio3, path_kind::cycles, 4, 4) == 19284);
    CHECK(paper_count(batio3, path_kind::cycles, 6, 4) == 21228);
}

TEST_CASE("property: the count is that of the descriptor in random cells, whatever is bonded") {
    const std::array<species, 2> kinds = {species{"O"}, species{"Ti"}};
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const periodic_axes periodic = {seed % 2 == 0, seed % 4 < 2, seed % 8 < 4};
        const structure reference = random_structure(rng, 1 + seed % 6, kinds, periodic, 1.5);
        const bond_rule rule{2.6, seed % 3 == 0 ? bond_partners::all : bond_partners::unlike};
        check_count(reference, rule, options_of(path_kinds[seed % 2], 4, 2, layouts[seed / 2 % 2]));
        check_count(reference, rule, options_of(path_kinds[seed % 2], 5, 1, layouts[seed / 2 % 2]));
    }
}

TEST_CASE("more features than wanted are refused, however many there are") {
    const structure moo3 = reference_crystal("moo3");
    for (const path_kind paths : path_kinds)
        for (const feature_layout layout : layouts) {
            const auto options = options_of(paths, 4, 2, layout);
            const auto count = static_cast<double>(feature_count(moo3, bond_rule{}, options));
            CHECK(feature_count(moo3, bond_rule{}, options, {.all = count}) ==
                  static_cast<std::size_t>(count));
            CHECK_THROWS_AS(feature_count(moo3, bond_rule{}, options, {.all = count - 1.0}), too_many_walks);
            // Counting all of these takes minutes.
            CHECK_THROWS_AS(feature_count(moo3, bond_rule{3.1, bond_partners::all},
                                          options_of(paths, 10, 0, layout), {.all = 1000.0}),
                            too_many_walks);
        }
}

TEST_CASE("property: a limit per atom that all atoms keep refuses none") {
    const std::array<species, 2> kinds = {species{"O"}, species{"Ti"}};
    for (std::uint64_t seed = 0; seed < 60; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure reference =
            random_structure(rng, 1 + seed % 6, kinds, {true, true, seed % 2 == 0}, 1.5);
        const bond_rule rule{2.6, seed % 3 == 0 ? bond_partners::all : bond_partners::unlike};
        const auto options =
            options_of(path_kinds[seed % 2], 2 * (seed % 3), 1 + seed / 3 % 2, layouts[seed / 2 % 2]);
        const descriptor d{reference, rule, options};
        std::size_t widest = 0;
        for (const site& s : d.sites())
            widest = std::max(widest, column_layout{std::array{&s}, options}.feature_count());
        const auto most = static_cast<double>(widest);
        CHECK(feature_count(reference, rule, options, {.per_atom = most}) ==
              feature_count(reference, rule, options));
    }
}

TEST_CASE("bonds with thousands of others, walks and neighbors far away are refused at once") {
    const structure moo3 = reference_crystal("moo3");
    const auto refuse = [&](const bond_rule& rule, path_kind paths, std::size_t hops, std::size_t neighbors) {
        for (const feature_layout layout : layouts)
            CHECK_THROWS_WITH_AS(
                feature_count(moo3, rule, options_of(paths, hops, neighbors, layout), {.per_atom = 24.0}),
                doctest::Contains("more than 24 features"), too_many_walks);
    };
    const bond_rule wide{20.0};
    for (const path_kind paths : path_kinds) { // without the limit per atom these take minutes, or memory
        refuse(wide, paths, 0, 2);
        refuse(wide, paths, 4, 0);
        refuse(wide, paths, 20, 8);
        refuse(bond_rule{}, paths, 0, 8);
    }
    refuse(bond_rule{}, path_kind::walks, 20, 0);
    refuse(bond_rule{3.1, bond_partners::all}, path_kind::cycles, 4, 0); // 24 bonds at most, but more cycles
}

TEST_CASE("atoms without bonds have no features") {
    const structure lone{cell{}, {species{"O"}}, {vector3::Zero()}};
    for (const feature_layout layout : layouts)
        CHECK(feature_count(lone, bond_rule{}, options_of(path_kind::walks, 4, 2, layout)) == 0);
}

TEST_CASE("options out of range, references without atoms and too many walks are refused") {
    const structure batio3 = reference_crystal("batio3");
    const auto count = [](const structure& reference, std::size_t hops) {
        return feature_count(reference, bond_rule{},
                             options_of(path_kind::walks, hops, 0, feature_layout::paper));
    };
    CHECK_THROWS_AS(count(batio3, 21), invalid_option);
    CHECK_THROWS_AS(count(structure{}, 4), invalid_structure);
    CHECK_THROWS_AS(count(batio3, 20), too_many_walks);
}

} // namespace tinynet::test::feature_count_test
