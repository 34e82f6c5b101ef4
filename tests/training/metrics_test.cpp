// SPDX-License-Identifier: MIT
#include <tinynet/training/metrics.hpp>

#include <doctest/doctest.h>

#include <cmath>

namespace tinynet::test::metrics_test {

namespace {

TEST_CASE("errors of a few numbers are as computed by hand") {
    tinynet::error_metrics metrics;
    metrics.add(1.0, 1.0);
    metrics.add(2.0, -2.0);
    metrics.add(-3.0, 0.0);
    metrics.add(0.0, 3.0);
    CHECK(metrics.count() == 4);
    CHECK(metrics.mse() == 8.5);
    CHECK(metrics.rmse() == std::sqrt(8.5));
    CHECK(metrics.mae() == 2.5);
    CHECK(metrics.mean_absolute_target() == 1.5);
}

TEST_CASE("accumulators can be merged") {
    tinynet::error_metrics all;
    tinynet::error_metrics left;
    tinynet::error_metrics right;
    for (int i = 0; i < 10; ++i) {
        all.add(i, 2.0);
        (i < 3 ? left : right).add(i, 2.0);
    }
    left.add(right);
    CHECK(left.count() == all.count());
    CHECK(left.rmse() == all.rmse());
    CHECK(left.mae() == all.mae());
    CHECK(left.mean_absolute_target() == all.mean_absolute_target());
}

TEST_CASE("means of nothing are NaN") {
    const tinynet::error_metrics nothing;
    CHECK(nothing.count() == 0);
    CHECK(std::isnan(nothing.rmse()));
    CHECK(std::isnan(nothing.mae()));
}

} // namespace

} // namespace tinynet::test::metrics_test
