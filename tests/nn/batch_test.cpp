// SPDX-License-Identifier: MIT
#include <tinynet/nn/batch.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::batch_test {

TEST_CASE("a batch is a view of any matrix with contiguous columns") {
    batch_matrix<float> numbers = batch_matrix<float>::Zero(4, 6);
    batch<float> middle{numbers.block(1, 2, 2, 3)};
    middle.setConstant(7.0F);
    CHECK(numbers(2, 4) == 7.0F);
    CHECK(numbers.sum() == 42.0F);
    const const_batch<float> same{numbers.block(1, 2, 2, 3)};
    CHECK(same.data() == &numbers(1, 2));
}

} // namespace tinynet::test::batch_test
