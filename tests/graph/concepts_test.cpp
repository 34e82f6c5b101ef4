// SPDX-License-Identifier: MIT
#include <tinynet/graph/concepts.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <type_traits>
#include <vector>

namespace tinynet::test::concepts_test {

namespace {

/// Atoms in a ring, read through members; bond 2i leads from atom i to i + 1, bond 2i + 1 back from there.
struct ring {
    using bond_type = std::size_t;

    std::size_t size;

    [[nodiscard]] std::size_t atom_count() const { return size; }
    [[nodiscard]] std::array<std::size_t, 2> bonds(atom_index atom) const {
        return {2 * atom, 2 * ((atom + size - 1) % size) + 1};
    }
    [[nodiscard]] atom_index target(std::size_t bond) const {
        return atom_index{(bond / 2 + (bond % 2 == 0 ? 1 : 0)) % size};
    }
    [[nodiscard]] image_shift shift(std::size_t) const { return {}; }
    [[nodiscard]] std::size_t reverse(std::size_t bond) const { return bond ^ 1U; }
};

/// Names a bond type, but has no bonds.
struct boneless {
    using bond_type = std::size_t;
    [[nodiscard]] std::size_t atom_count() const { return 0; }
};

/// Has bonds that lead nowhere.
struct aimless : boneless {
    [[nodiscard]] std::array<std::size_t, 0> bonds(atom_index) const { return {}; }
};

/// A graph of somebody else, without members.
struct foreign_pair {};

} // namespace

} // namespace tinynet::test::concepts_test

/// Two atoms, one bond.
template <>
struct tinynet::graph_access<tinynet::test::concepts_test::foreign_pair> {
    using foreign_pair = tinynet::test::concepts_test::foreign_pair;
    using bond_type = bool;
    static std::size_t atom_count(const foreign_pair&) { return 2; }
    static std::array<bool, 1> bonds(const foreign_pair&, atom_index atom) { return {atom == 0}; }
    static atom_index target(const foreign_pair&, bool forth) { return atom_index{forth ? 1U : 0U}; }
    static image_shift shift(const foreign_pair&, bool) { return {}; }
    static bool reverses(const foreign_pair&, bool out, bool back) { return out != back; }
};

namespace tinynet::test::concepts_test {

static_assert(bonded_graph<ring>);
static_assert(bonded_graph<foreign_pair>);
static_assert(!bonded_graph<boneless>);
static_assert(!bonded_graph<aimless>);
static_assert(!bonded_graph<std::vector<int>>);
static_assert(std::is_same_v<bond_type_of<ring>, std::size_t>);
static_assert(std::is_same_v<bond_type_of<foreign_pair>, bool>);

TEST_CASE("a graph with a bond type is read through its members") {
    using access = graph_access<ring>;
    const ring graph{5};
    CHECK(access::atom_count(graph) == 5);
    CHECK(access::bonds(graph, atom_index{0}) == std::array<std::size_t, 2>{0, 9});
    CHECK(access::target(graph, 0) == atom_index{1});
    CHECK(access::target(graph, 9) == atom_index{4});
    CHECK(access::shift(graph, 9) == image_shift{});
}

TEST_CASE("a bond reverses its other view and no other bond") {
    using access = graph_access<ring>;
    const ring graph{5};
    for (std::size_t out = 0; out < 10; ++out)
        for (std::size_t back = 0; back < 10; ++back)
            CHECK(access::reverses(graph, out, back) == (out / 2 == back / 2 && out != back));
}

} // namespace tinynet::test::concepts_test
