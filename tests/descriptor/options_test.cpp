// SPDX-License-Identifier: MIT
#include <tinynet/descriptor/options.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::options_test {

TEST_CASE("the default is L_4^(2) over walks in layout compact") {
    const descriptor_options options;
    CHECK(options.paths == path_kind::walks);
    CHECK(options.max_walk_hops == hop_count{4});
    CHECK(options.max_neighbor_hops == hop_count{2});
    CHECK(options.layout == feature_layout::compact);
    CHECK_NOTHROW(check(options));
}

TEST_CASE("features look as far as half the longest walk or the farthest neighbor") {
    CHECK(descriptor_options{.max_walk_hops = hop_count{8}, .max_neighbor_hops = hop_count{2}}.reach() == 4);
    CHECK(descriptor_options{.max_walk_hops = hop_count{5}, .max_neighbor_hops = hop_count{0}}.reach() == 2);
    CHECK(descriptor_options{.max_walk_hops = hop_count{4}, .max_neighbor_hops = hop_count{3}}.reach() == 3);
}

TEST_CASE("layout compact has paths of every length from two hops, layout paper of even lengths") {
    const descriptor_options compact{.max_walk_hops = hop_count{5}, .layout = feature_layout::compact};
    const descriptor_options paper{.max_walk_hops = hop_count{5}, .layout = feature_layout::paper};
    for (const std::size_t h : {0, 1, 6})
        CHECK((!compact.has_paths_of(h) && !paper.has_paths_of(h)));
    for (const std::size_t h : {2, 4})
        CHECK((compact.has_paths_of(h) && paper.has_paths_of(h)));
    for (const std::size_t h : {3, 5})
        CHECK((compact.has_paths_of(h) && !paper.has_paths_of(h)));
}

TEST_CASE("the limits themselves are allowed, either part alone is enough") {
    CHECK_NOTHROW(check({.max_walk_hops = hop_count{20}, .max_neighbor_hops = hop_count{8}}));
    CHECK_NOTHROW(check({.max_walk_hops = hop_count{0}, .max_neighbor_hops = hop_count{1}}));
    CHECK_NOTHROW(check({.max_walk_hops = hop_count{2}, .max_neighbor_hops = hop_count{0}}));
}

TEST_CASE("options are equal when all of them are") {
    CHECK(descriptor_options{} == descriptor_options{.max_walk_hops = hop_count{4}});
    CHECK(descriptor_options{} != descriptor_options{.paths = path_kind::cycles});
    CHECK(descriptor_options{} != descriptor_options{.layout = feature_layout::paper});
}

TEST_CASE("hop counts beyond their limits are refused") {
    CHECK_THROWS_WITH_AS(check({.max_walk_hops = hop_count{21}}),
                         "walks of 21 hops were asked for; at most 20", invalid_option);
    CHECK_THROWS_WITH_AS(check({.max_neighbor_hops = hop_count{9}}),
                         "neighbors 9 hops away were asked for; at most 8", invalid_option);
}

TEST_CASE("a descriptor without any feature is refused") {
    CHECK_THROWS_AS(check({.max_walk_hops = hop_count{0}, .max_neighbor_hops = hop_count{0}}),
                    invalid_option);
    CHECK_THROWS_AS(check({.max_walk_hops = hop_count{1}, .max_neighbor_hops = hop_count{0}}),
                    invalid_option);
}

} // namespace tinynet::test::options_test
