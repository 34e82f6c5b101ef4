// SPDX-License-Identifier: MIT
#include <tinynet/moments/feature_statistics.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::feature_statistics_test {

TEST_CASE("mean, deviation and range are those of the numbers") {
    const Eigen::MatrixXd numbers = 10.0 * Eigen::MatrixXd::Random(5, 40).array() + 3.0;
    feature_accumulator seen{5};
    for (Eigen::Index k = 0; k < numbers.cols(); ++k)
        seen.add(numbers.col(k));
    const feature_statistics found = seen.statistics();
    const Eigen::VectorXd mean = numbers.rowwise().mean();
    const Eigen::VectorXd deviation =
        (numbers.colwise() - mean).array().square().rowwise().mean().sqrt().matrix();
    CHECK(seen.count() == 40);
    CHECK((found.mean - mean).norm() < 1e-12);
    CHECK((found.deviation - deviation).norm() < 1e-12);
    CHECK(found.minima == numbers.rowwise().minCoeff());
    CHECK(found.maxima == numbers.rowwise().maxCoeff());
    CHECK((found.factors().cwiseProduct(deviation).array() - 1.0).abs().maxCoeff() < 1e-12);
}

TEST_CASE("a feature that varies by rounding only is not scaled up") {
    feature_accumulator seen{2};
    seen.add(Eigen::Vector2d{20.0, 1.0});
    seen.add(Eigen::Vector2d{20.000001, 5.0});
    CHECK(seen.statistics().factors()[0] == 0.0);
    CHECK(seen.statistics().factors()[1] == doctest::Approx(0.5));
    CHECK(feature_accumulator{3}.statistics().factors().isZero(0.0));
}

TEST_CASE("a feature that varies little is not scaled up to order one") {
    feature_accumulator seen{2};
    seen.add(Eigen::Vector2d{0.0, 0.0});
    seen.add(Eigen::Vector2d{1e-4, 4.0});
    CHECK(seen.statistics().deviation[0] == smallest_feature_deviation);
    CHECK(seen.statistics().deviation[1] == doctest::Approx(2.0));
}

} // namespace tinynet::test::feature_statistics_test
