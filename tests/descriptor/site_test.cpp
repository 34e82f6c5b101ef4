// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include "support/reference_crystals.hpp"
#include <tinynet/descriptor/site.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace tinynet::test::site_test {

namespace {

site site_of(const structure& crystal, std::size_t atom, const descriptor_options& options,
             const bond_rule& rule = bond_rule{}) {
    const bond_graph graph{crystal, rule};
    return make_site(crystal, graph, {graph, atom_index{atom}, options.reach()}, options);
}

descriptor_options options_of(feature_layout layout, path_kind paths = path_kind::walks) {
    return {
        .paths = paths, .max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{2}, .layout = layout};
}

/// Species and displacements of the neighbors in a shell, in their order.
std::vector<vector3> displacements(const site& s, std::size_t shell) {
    std::vector<vector3> result;
    for (const std::uint32_t v : s.shells[shell].vertices)
        result.push_back(s.shape[v].displacement);
    return result;
}

} // namespace

TEST_CASE("a shape lists the center, then its neighbors behind their parents") {
    const site ti = site_of(perovskite(4.0), 1, options_of(feature_layout::compact));
    CHECK(ti.shape.front().kind == species{"Ti"});
    CHECK(ti.shape.front().displacement == vector3::Zero());
    CHECK(ti.shape.size() == 1 + 6 + 6 + 8); // O; Ti and Ba beyond
    for (std::uint32_t v = 1; v < ti.shape.size(); ++v) {
        CHECK(ti.shape[v].parent < v);
        CHECK(ti.shape[v].distance == ti.shape[ti.shape[v].parent].distance + 1);
        CHECK(ti.shape[v].displacement.norm() == doctest::Approx(ti.shape[v].kind == species{"O"} ? 2.0
                                                                 : ti.shape[v].kind == species{"Ti"}
                                                                     ? 4.0
                                                                     : std::sqrt(12.0)));
    }
}

TEST_CASE("layout paper lists walks and their reverses, layout compact one of both") {
    bond_rule rule;
    rule.set_pair_cutoff(species{"Ba"}, species{"O"}, 0.0);
    const site paper = site_of(perovskite(4.0), 1, options_of(feature_layout::paper), rule);
    const site compact = site_of(perovskite(4.0), 1, options_of(feature_layout::compact), rule);
    REQUIRE(paper.paths.size() == 2); // 2 and 4 hops
    REQUIRE(compact.paths.size() == 3);
    CHECK(paper.paths[0].size() == 6);
    CHECK(compact.paths[0].size() == 6);
    CHECK(compact.paths[1].hops() == hop_count{3});
    CHECK(compact.paths[1].size() == 0);
    // Out and back to one O and again to one O (36), or on to the Ti behind it (6).
    CHECK(paper.paths[1].size() == 36 + 6);
    CHECK(compact.paths[2].size() == (36 - 6) / 2 + 6 + 6);
}

TEST_CASE("cycles are listed when cycles are asked for") {
    const site paper = site_of(perovskite(4.0), 1, options_of(feature_layout::paper, path_kind::cycles));
    const site compact = site_of(perovskite(4.0), 1, options_of(feature_layout::compact, path_kind::cycles));
    CHECK(paper.paths[1].size() == 2 * compact.paths[2].size());
    CHECK(paper.paths[0].size() == 6);
    CHECK(compact.paths[0].size() == 6);
}

TEST_CASE("paths are made of bonds that join in the center's surroundings") {
    for (const feature_layout layout : {feature_layout::paper, feature_layout::compact}) {
        const site ba = site_of(perovskite(4.0), 0, options_of(layout));
        for (const walk_table& table : ba.paths)
            for (std::size_t w = 0; w < table.size(); ++w) {
                std::uint32_t here = 0;
                for (const std::uint32_t b : table.walk(w)) {
                    const site_bond& bond = ba.bonds[b];
                    CHECK(bond.from < bond.to);
                    CHECK((bond.from == here || bond.to == here));
                    here = bond.from == here ? bond.to : bond.from;
                }
                CHECK(here == 0);
            }
    }
}

TEST_CASE("layout compact lists every neighbor once, at its smallest number of hops") {
    const site o = site_of(perovskite(4.0), 2, options_of(feature_layout::compact));
    REQUIRE(o.shells.size() == 2);
    std::vector<std::uint32_t> listed;
    for (const neighbor_shell& shell : o.shells)
        for (const std::uint32_t v : shell.vertices) {
            CHECK(o.shape[v].distance == shell.hops);
            listed.push_back(v);
        }
    std::sort(listed.begin(), listed.end());
    CHECK(std::adjacent_find(listed.begin(), listed.end()) == listed.end());
    CHECK(listed.size() == o.shape.size() - 1);
}

TEST_CASE("layout paper lists a neighbor once per walk that ends there") {
    const site ti = site_of(perovskite(4.0), 1, options_of(feature_layout::paper));
    CHECK(ti.shells[0].vertices.size() == 6);
    CHECK(ti.shells[1].vertices.size() == 6 * 5); // every O leads to five others
    CHECK(ti.shape.size() == 1 + 6 + 6 + 8);
}

TEST_CASE("the canonical order is by species, then by x, y and z in the reference") {
    const site ti = site_of(perovskite(4.0), 1, options_of(feature_layout::compact));
    const std::vector<vector3> expected = {{-2, 0, 0}, {0, -2, 0}, {0, 0, -2},
                                           {0, 0, 2},  {0, 2, 0},  {2, 0, 0}};
    const auto oxygens = displacements(ti, 0);
    REQUIRE(oxygens.size() == expected.size());
    for (std::size_t k = 0; k < expected.size(); ++k)
        CHECK((oxygens[k] - expected[k]).norm() < 1e-12);
    std::vector<int> kinds;
    for (const std::uint32_t v : ti.shells[1].vertices)
        kinds.push_back(ti.shape[v].kind.atomic_number());
    CHECK(std::is_sorted(kinds.begin(), kinds.end()));
}

TEST_CASE("property: rounding errors in the reference do not change the canonical order") {
    const structure crystal = reference_crystal("batio3");
    const descriptor_options options = options_of(feature_layout::compact);
    const std::array atoms = {0, 8, 16, 24, 32};
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const auto atom = static_cast<std::size_t>(atoms[seed % atoms.size()]);
        const site expected = site_of(crystal, atom, options);
        const site found = site_of(rattled(crystal, rng, 1e-12), atom, options);
        for (std::size_t shell = 0; shell < 2; ++shell) {
            const auto places = displacements(found, shell);
            const auto expected_places = displacements(expected, shell);
            REQUIRE(places.size() == expected_places.size());
            for (std::size_t k = 0; k < places.size(); ++k)
                CHECK((places[k] - expected_places[k]).norm() < 1e-10);
        }
    }
}

TEST_CASE("every vertex that is listed as a neighbor has a branch, parents first") {
    const site o = site_of(perovskite(4.0), 2, options_of(feature_layout::compact));
    std::vector<char> placed(o.shape.size(), 0);
    placed[0] = 1;
    for (const site_branch& branch : o.branches) {
        CHECK(placed[o.shape[branch.vertex].parent] == 1);
        CHECK(o.bonds[branch.bond].from == o.shape[branch.vertex].parent);
        CHECK(o.bonds[branch.bond].to == branch.vertex);
        placed[branch.vertex] = 1;
    }
    for (const neighbor_shell& shell : o.shells)
        for (const std::uint32_t v : shell.vertices)
            CHECK(placed[v] == 1);
}

TEST_CASE("an isolated atom is a site without bonds, paths or neighbors") {
    const structure atom{cell{}, {species{"O"}}, {vector3{1, 2, 3}}};
    const site lone = site_of(atom, 0, options_of(feature_layout::compact));
    CHECK(lone.shape.size() == 1);
    CHECK(lone.bonds.empty());
    CHECK(lone.branches.empty());
    for (const walk_table& table : lone.paths)
        CHECK(table.size() == 0);
    for (const neighbor_shell& shell : lone.shells)
        CHECK(shell.vertices.empty());
}

TEST_CASE("a site with too many walks is refused") {
    CHECK_THROWS_AS(site_of(perovskite(4.0), 0, {.max_walk_hops = hop_count{20}}), too_many_walks);
}

TEST_CASE("neighbors that layout paper would list too often are refused before they are listed") {
    const structure crystal = simple_cubic(3.0);
    const bond_graph graph{crystal, bond_rule{6.0, bond_partners::all}};
    const descriptor_options options{
        .max_walk_hops = hop_count{0}, .max_neighbor_hops = hop_count{8}, .layout = feature_layout::paper};
    const environment<bond_graph> around{graph, atom_index{0}, options.reach()};
    const site_shape shape = make_site_shape(crystal, graph, around);
    CHECK_THROWS_AS(make_neighbor_shells(shape, around, options), too_many_walks);
}

} // namespace tinynet::test::site_test
