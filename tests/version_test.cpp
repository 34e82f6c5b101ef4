// SPDX-License-Identifier: MIT
#include <tinynet/version.hpp>

#include <doctest/doctest.h>

#include <string>

namespace tinynet::test::version_test {

TEST_CASE("the version text is made of the three numbers") {
    CHECK(tinynet::version == std::to_string(TINYNET_VERSION_MAJOR) + "." +
                                  std::to_string(TINYNET_VERSION_MINOR) + "." +
                                  std::to_string(TINYNET_VERSION_PATCH));
}

TEST_CASE("the version header leaves no private macros behind") {
#if defined(TINYNET_DETAIL_TEXT) || defined(TINYNET_DETAIL_VERSION)
    FAIL("a private macro is still defined");
#endif
}

} // namespace tinynet::test::version_test
