// SPDX-License-Identifier: MIT
#include <tinynet/model/training_record.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::training_record_test {

TEST_CASE("a record starts empty and compares by content") {
    tinynet::training_record record;
    CHECK(record.data_sha256.empty());
    CHECK(record.epochs == 0);
    CHECK(record == tinynet::training_record{});
    tinynet::training_record other = record;
    other.split.validation = {1, 4};
    CHECK(record != other);
    other = record;
    other.hidden = {16, 32};
    CHECK(record != other);
}

} // namespace tinynet::test::training_record_test
