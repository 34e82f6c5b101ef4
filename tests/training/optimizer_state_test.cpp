// SPDX-License-Identifier: MIT
#include <tinynet/training/optimizer_state.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::optimizer_state_test {

TEST_CASE("states are equal when every part is") {
    const optimizer_state<float> one{{1.0F}, {2.0F}, {3.0F}, 4};
    CHECK(one == optimizer_state<float>{{1.0F}, {2.0F}, {3.0F}, 4});
    CHECK(one != optimizer_state<float>{{0.0F}, {2.0F}, {3.0F}, 4});
    CHECK(one != optimizer_state<float>{{1.0F}, {0.0F}, {3.0F}, 4});
    CHECK(one != optimizer_state<float>{{1.0F}, {2.0F}, {}, 4});
    CHECK(one != optimizer_state<float>{{1.0F}, {2.0F}, {3.0F}, 5});
}

} // namespace tinynet::test::optimizer_state_test
