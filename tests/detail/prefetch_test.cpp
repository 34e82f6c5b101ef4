// SPDX-License-Identifier: MIT
#include <tinynet/detail/prefetch.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::prefetch_test {

TEST_CASE("asking for memory changes nothing, and any address may be asked for") {
    double number = 3.0;
    detail::prefetch(&number);
    detail::prefetch_to_write(&number);
    detail::prefetch(&number + 1);
    detail::prefetch(nullptr);
    CHECK(number == 3.0);
}

} // namespace tinynet::test::prefetch_test
