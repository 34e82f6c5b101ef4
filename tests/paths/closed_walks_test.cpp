// SPDX-License-Identifier: MIT
#include "support/brute_force_walks.hpp"
#include "support/kpoint_moments.hpp"
#include "support/random_graphs.hpp"
#include "support/random_structures.hpp"
#include <tinynet/paths/closed_walks.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace tinynet::test::closed_walks_test {

namespace {

const std::array choices = {species{"O"}, species{"Ti"}};

/// Number of closed walks and the sum of exp(-length) over them, compensated for rounding: in an ideal
/// crystal a million equal terms all round the same way.
struct walk_sum {
    double count = 0.0;
    double sum = 0.0;
    double excess = 0.0;

    void add(double term) {
        const double exact = term - excess;
        const double next = sum + exact;
        excess = (next - sum) - exact;
        sum = next;
        count += 1.0;
    }
};

walk_sum sum_over_closed_walks(const bond_graph& graph, atom_index start, std::size_t hops) {
    std::vector<double> weights;
    for (std::size_t b = 0; b < graph.bond_count(); ++b)
        weights.push_back(std::exp(-graph.length(bond_index{b})));
    walk_sum result;
    for_each_closed_walk(graph, start, hop_count{hops}, [&](walk_view<bond_graph> walk) {
        double product = 1.0;
        for (const auto& hop : walk)
            product *= weights[hop.bond];
        result.add(product);
    });
    return result;
}

/// The moments theorem, for all atoms of a crystal and 2 to `hops` hops.
void check_moments(const bond_graph& graph, std::size_t hops) {
    const auto ones = [](bond_index) { return 1.0; };
    const auto weight = [&](bond_index bond) { return std::exp(-graph.length(bond)); };
    const auto counts = kpoint_moments(graph, hops, ones);
    const auto sums = kpoint_moments(graph, hops, weight);
    for (std::size_t i = 0; i < graph.atom_count(); ++i) {
        CAPTURE(i);
        const atom_index start{i};
        const auto row = static_cast<Eigen::Index>(i);
        const auto counted =
            closed_walk_counts(closed_walk_environment(graph, start, hop_count{hops}), hop_count{hops});
        for (std::size_t h = 2; h <= hops; ++h) {
            CAPTURE(h);
            const walk_sum walks = sum_over_closed_walks(graph, start, h);
            CHECK(walks.count == counted[h]);
            CHECK(walks.count == std::round(counts[h][row]));
            // Terms have h rounded factors; the k-point average is one over a thousand rounded powers, which
            // do not cancel quite where there are no walks.
            const double rounding = walks.count == 0 ? 1e-16 : 1e-12 * sums[h][row];
            CHECK(std::abs(walks.sum - sums[h][row]) <= rounding);
        }
    }
}

/// One atom per cell, six neighbors in a plane, each an image of the atom.
structure triangular_layers(double edge) {
    matrix3 rows;
    rows << edge, 0, 0, edge / 2, edge * std::sqrt(0.75), 0, 0, 0, 2 * edge;
    return {cell{rows}, {species{"Po"}}, {vector3{0.3, 0.2, 0.1}}};
}

void check_same_walks(const structure& atoms, const structure& transformed) {
    const bond_rule rule{2.6, bond_partners::all};
    const bond_graph expected_graph{atoms, rule};
    const bond_graph graph{transformed, rule};
    for (std::size_t i = 0; i < transformed.atom_count(); ++i)
        for (std::size_t h = 2; h <= 4; ++h) {
            const walk_sum expected =
                sum_over_closed_walks(expected_graph, atom_index{i % atoms.atom_count()}, h);
            const walk_sum walks = sum_over_closed_walks(graph, atom_index{i}, h);
            CHECK(walks.count == expected.count);
            // Terms arrive in another order, of lengths that differ by the rounding of coordinates.
            CHECK(std::abs(walks.sum - expected.sum) <= 1e-12 * expected.sum);
        }
}

} // namespace

TEST_CASE("a bond gives one closed walk of two hops, a triangle two of three") {
    multigraph triangle{3};
    add_edge(0, 1, triangle);
    add_edge(1, 2, triangle);
    add_edge(2, 0, triangle);
    CHECK(closed_walks(triangle, atom_index{0}, 1).empty());
    CHECK(closed_walks(triangle, atom_index{0}, 2).size() == 2);
    CHECK(closed_walks(triangle, atom_index{0}, 3).size() == 2);
    CHECK(closed_walks(triangle, atom_index{0}, 4).size() == 6);
}

TEST_CASE("out by one bond and back by a parallel one is a closed walk") {
    multigraph pair{2};
    add_edge(0, 1, pair);
    add_edge(0, 1, pair);
    CHECK(closed_walks(pair, atom_index{0}, 2).size() == 4);
}

TEST_CASE("a walk that ends on an image of its start is not closed") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    CHECK(closed_walks(graph, atom_index{0}, 1).empty());
    CHECK(closed_walks(graph, atom_index{0}, 2).size() == 6);
    CHECK(closed_walks(graph, atom_index{0}, 3).empty());
    CHECK(closed_walks(graph, atom_index{0}, 4).size() == 90);
}

TEST_CASE("an isolated atom has no closed walks, and no walk has no hops") {
    CHECK(closed_walks(awkward_multigraph(), atom_index{4}, 2).empty());
    CHECK(closed_walks(awkward_multigraph(), atom_index{0}, 0).empty());
}

TEST_CASE("counting does not visit: lengths beyond any enumeration are counted") {
    const bond_graph graph{simple_cubic(3.0), bond_rule{3.1, bond_partners::all}};
    const auto counts =
        closed_walk_counts(closed_walk_environment(graph, atom_index{0}, hop_count{16}), hop_count{16});
    CHECK(counts == std::vector<double>{1, 0, 6, 0, 90, 0, 1860, 0, 44730, 0, 1172556, 0, 32496156, 0,
                                        936369720, 0, 27770358330.0});
}

TEST_CASE("moments: a crystal of one atom per cell, bonded to its images, in odd and even hops") {
    check_moments({triangular_layers(3.0), bond_rule{3.3, bond_partners::all}}, 10);
}

TEST_CASE("moments: a triclinic crystal of atoms at random places") {
    random_engine rng{3};
    check_moments(
        {random_structure(rng, 5, choices, {true, true, true}, 1.2), bond_rule{2.3, bond_partners::all}}, 10);
}

TEST_CASE("moments: a displaced perovskite, its Ba without bonds") {
    random_engine rng{1};
    std::vector<vector3> positions;
    const structure ideal = perovskite(4.0);
    for (const vector3& position : ideal.positions())
        positions.emplace_back(position + 0.2 * random_rotation(rng).row(0).transpose());
    bond_rule rule{2.6};
    rule.set_pair_cutoff(species{"Ba"}, species{"O"}, 0.0);
    check_moments({with_positions(ideal, positions), rule}, 10);
}

TEST_CASE("moments: a perovskite in which atoms are bonded through several images") {
    check_moments({perovskite(4.0), bond_rule{}}, 6);
}

TEST_CASE("property: closed walks are the walks that return, in lexicographic order") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_structure(rng, 1 + seed % 4, choices),
                               bond_rule{2.4, bond_partners::all}};
        const atom_index start{seed % graph.atom_count()};
        for (std::size_t h = 1; h <= 4; ++h)
            CHECK(closed_walks(graph, start, h) ==
                  filtered<bond_graph>(brute_force_walks(graph, start, h),
                                       [&](const auto& walk) { return is_closed<bond_graph>(walk, start); }));
    }
}

TEST_CASE(
    "property: a closed walk's hops follow one another, its bond vectors cancel, its reverse is one, too") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const bond_graph graph{random_structure(rng, 1 + seed % 4, choices),
                               bond_rule{2.4, bond_partners::all}};
        const atom_index start{seed % graph.atom_count()};
        const auto walks = closed_walks(graph, start, 4);
        for (const auto& walk : walks) {
            image_atom here{start, {}};
            vector3 sum = vector3::Zero();
            plain_walk<bond_graph> reverse;
            for (const auto& [bond, end] : walk) {
                CHECK(graph.source(bond) == here.atom);
                CHECK(graph.target(bond) == end.atom);
                CHECK(here.shift + graph.shift(bond) == end.shift);
                reverse.insert(reverse.begin(), {graph.reverse(bond), here});
                sum += graph.vector(bond);
                here = end;
            }
            CHECK(sum.norm() < 100 * std::numeric_limits<double>::epsilon());
            CHECK(std::find(walks.begin(), walks.end(), reverse) != walks.end());
        }
    }
}

TEST_CASE("property: in a multigraph, closed walks are counted by powers of the adjacency matrix") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const multigraph graph = random_multigraph(rng, 1 + seed % 7, seed % 10);
        const Eigen::MatrixXd adjacency = adjacency_matrix(graph);
        Eigen::MatrixXd power = Eigen::MatrixXd::Identity(adjacency.rows(), adjacency.cols());
        for (std::size_t h = 1; h <= 4; ++h) {
            power = (power * adjacency).eval();
            for (std::size_t v = 0; v < num_vertices(graph); ++v) {
                const auto row = static_cast<Eigen::Index>(v);
                const environment<multigraph> around{graph, atom_index{v}, hop_count{h / 2}};
                CHECK(static_cast<double>(closed_walks(graph, atom_index{v}, h).size()) == power(row, row));
                CHECK(closed_walk_counts(around, hop_count{h}).back() == power(row, row));
            }
        }
    }
}

TEST_CASE("property: counts and sums do not change with the description of a crystal, nor in a supercell") {
    for (std::uint64_t seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        random_engine rng{seed};
        const structure atoms = random_structure(rng, 1 + seed % 4, choices, {true, true, true}, 1.0);
        check_same_walks(atoms, rotated(atoms, random_rotation(rng)));
        check_same_walks(atoms, translated(atoms, {3.0, -4.0, 5.0}));
        check_same_walks(atoms, wrapped(translated(atoms, {3.0, -4.0, 5.0})));
        check_same_walks(atoms, with_lattice_shifts(atoms, rng));
        check_same_walks(atoms, supercell(atoms, 2, 1, 2));
    }
}

TEST_CASE("an atom beyond the last is refused") {
    const bond_graph graph{perovskite(4.0), bond_rule{}};
    CHECK_THROWS_AS(closed_walks(graph, atom_index{5}, 2), unknown_atom);
    CHECK_THROWS_AS(closed_walk_environment(graph, atom_index{5}, hop_count{2}), unknown_atom);
}

} // namespace tinynet::test::closed_walks_test
