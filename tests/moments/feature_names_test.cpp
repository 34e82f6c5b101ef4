// SPDX-License-Identifier: MIT
#include <tinynet/moments/feature_names.hpp>

#include <tinynet/moments/moment_kernel.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cstddef>
#include <set>
#include <string>

namespace tinynet::test::feature_names_test {

TEST_CASE("every feature has a name of its own, in the order of the kernel") {
    const std::array kinds{species{"O"}, species{"Ti"}};
    const moment_options options{.pair_count = 3, .orbital_count = 2, .max_angular_momentum = 2};
    const std::size_t count = detail::moment_kernel<double>{options, kinds.size()}.feature_count();
    std::set<std::string> names;
    for (std::size_t feature = 0; feature < count; ++feature)
        names.insert(name_of_feature(options, kinds, feature));
    CHECK(names.size() == count);
    CHECK(!names.contains(""));
    CHECK(name_of_feature(options, kinds, count).empty());
    CHECK(name_of_feature(options, kinds, 4) == "two hops, Ti, weight 1");
    CHECK(name_of_feature(options, kinds, 6) == "four hops, l = 0, O weight 0, O weight 0");
    CHECK(name_of_feature(options, kinds, 6 + 10 + 5) == "four hops, l = 1, O weight 1, Ti weight 0");
    CHECK(name_of_feature(options, kinds, count - 1) == "four hops, l = 2, Ti weight 1, Ti weight 1");
}

} // namespace tinynet::test::feature_names_test
