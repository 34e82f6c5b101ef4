// SPDX-License-Identifier: MIT
#include <tinynet/moments/feature_names.hpp>

#include <tinynet/moments/walk_sums.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <set>
#include <string>

namespace tinynet::test::feature_names_test {

TEST_CASE("every feature has a name of its own, in its place") {
    const std::array kinds{species{"O"}, species{"Ti"}};
    const moment_options options{.weight_count = 3, .orbital_count = 3, .max_angular_momentum = 2};
    const std::size_t count = detail::walk_sums<double>{options, kinds.size()}.feature_count();
    std::set<std::string> names;
    for (std::size_t feature = 0; feature < count; ++feature)
        names.insert(name_of_feature(options, kinds, feature));
    CHECK(names.size() == count);
    CHECK(!names.contains(""));
    CHECK(name_of_feature(options, kinds, count).empty());
    CHECK(name_of_feature(options, kinds, 4) == "two hops, Ti, weight 1");
    CHECK(name_of_feature(options, kinds, 6) == "four hops, l = 0, orbitals 0 and 0");
    CHECK(name_of_feature(options, kinds, 6 + 6 + 4) == "four hops, l = 1, orbitals 1 and 2");
    CHECK(name_of_feature(options, kinds, count - 1) == "four hops, l = 2, orbitals 2 and 2");
}

} // namespace tinynet::test::feature_names_test
