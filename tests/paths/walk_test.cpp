// SPDX-License-Identifier: MIT
#include <tinynet/paths/walk.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <set>
#include <unordered_set>

namespace tinynet::test::walk_test {

TEST_CASE("vertices of the crystal are equal when atom and image are") {
    const image_atom vertex{atom_index{3}, {1, -2, 0}};
    CHECK(vertex == image_atom{atom_index{3}, {1, -2, 0}});
    CHECK(vertex != image_atom{atom_index{2}, {1, -2, 0}});
    CHECK(vertex != image_atom{atom_index{3}, {1, -2, 1}});
}

TEST_CASE("vertices of the crystal are ordered by atom, then by image") {
    const image_atom vertex{atom_index{3}, {1, -2, 0}};
    CHECK(image_atom{atom_index{2}, {5, 5, 5}} < vertex);
    CHECK(image_atom{atom_index{3}, {0, 5, 5}} < vertex);
    CHECK(vertex < image_atom{atom_index{3}, {1, -1, -1}});
}

TEST_CASE("equal vertices have equal hashes and nearby ones hardly ever do") {
    std::unordered_set<image_atom> vertices;
    std::set<std::size_t> hashes;
    for (std::size_t atom = 0; atom < 5; ++atom)
        for (std::int32_t a = -4; a <= 4; ++a)
            for (std::int32_t b = -4; b <= 4; ++b)
                for (std::int32_t c = -4; c <= 4; ++c) {
                    vertices.insert({atom_index{atom}, {a, b, c}});
                    hashes.insert(std::hash<image_atom>{}({atom_index{atom}, {a, b, c}}));
                }
    CHECK(vertices.size() == 5 * 729);
    CHECK(hashes.size() > 5 * 729 - 10);
    CHECK(vertices.contains({atom_index{4}, {-4, 0, 4}}));
    CHECK(!vertices.contains({atom_index{5}, {-4, 0, 4}}));
}

} // namespace tinynet::test::walk_test
