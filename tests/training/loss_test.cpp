// SPDX-License-Identifier: MIT
#include "support/finite_differences.hpp"
#include <tinynet/training/loss.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <limits>
#include <span>
#include <type_traits>

namespace tinynet::test::loss_test {

namespace {

template <typename Real>
using matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;

TEST_CASE_TEMPLATE("the loss is the mean of the squared errors", Real, float, double) {
    const matrix<Real> predictions{{Real{1}, Real{2}}, {Real{3}, Real{4}}};
    const matrix<Real> targets{{Real{1}, Real{4}}, {Real{2}, Real{7}}};
    matrix<Real> gradient(2, 2);
    CHECK(tinynet::mean_squared_error<Real>(predictions, targets, 4, gradient) == (4.0 + 1.0 + 9.0) / 4.0);
    CHECK(gradient == matrix<Real>{{Real{0}, Real{-1}}, {Real(0.5), Real(-1.5)}});
}

TEST_CASE_TEMPLATE("parts of a batch add up to its loss", Real, float, double) {
    const matrix<Real> predictions{{Real{1}, Real{2}, Real{5}, Real{0}}};
    const matrix<Real> targets{{Real{0}, Real{4}, Real{2}, Real{1}}};
    matrix<Real> whole(1, 4);
    matrix<Real> parts(1, 4);
    const double loss = tinynet::mean_squared_error<Real>(predictions, targets, 4, whole);
    const double left =
        tinynet::mean_squared_error<Real>(predictions.leftCols(1), targets.leftCols(1), 4, parts.leftCols(1));
    const double right = tinynet::mean_squared_error<Real>(predictions.rightCols(3), targets.rightCols(3), 4,
                                                           parts.rightCols(3));
    CHECK(left + right == loss);
    CHECK(parts == whole);
}

TEST_CASE("the gradient may overwrite the predictions") {
    matrix<double> predictions{{1.0, 2.0}};
    const matrix<double> targets{{0.0, 4.0}};
    CHECK(tinynet::mean_squared_error<double>(predictions, targets, 2, predictions) == 2.5);
    CHECK(predictions == matrix<double>{{1.0, -2.0}});
}

TEST_CASE("property: the gradient is central differences") {
    matrix<double> predictions = matrix<double>::NullaryExpr(3, 5, [](Eigen::Index row, Eigen::Index column) {
        return std::sin(static_cast<double>(2 * row + column));
    });
    const matrix<double> targets =
        matrix<double>::NullaryExpr(3, 5, [](Eigen::Index row, Eigen::Index column) {
            return std::cos(static_cast<double>(row - column));
        });
    matrix<double> gradient(3, 5);
    tinynet::mean_squared_error<double>(predictions, targets, 15, gradient);
    matrix<double> unused(3, 5);
    const auto differences = tinynet::test::central_differences(std::span{predictions.data(), 15}, [&] {
        return tinynet::mean_squared_error<double>(predictions, targets, 15, unused);
    });
    CHECK(tinynet::test::relative_difference(std::span{gradient.data(), 15}, differences) < 1e-9);
}

TEST_CASE("running sums count with their weight") {
    const matrix<double> predictions{{1.0}, {2.0}, {0.0}};
    const matrix<double> targets{{0.0}, {4.0}, {3.0}};
    matrix<double> gradient(3, 1);
    // Errors 1, -2, -3; running sums 1, -1, -4.
    CHECK(mean_squared_error<double>(predictions, targets, 3, gradient, {.running_sum_weight = 0.5}) ==
          doctest::Approx((14.0 + 0.5 * 18.0) / 3.0));
}

TEST_CASE_TEMPLATE("property: with running sums, the gradient is central differences", Real, float, double) {
    using double_matrix = matrix<double>;
    double_matrix predictions = double_matrix::NullaryExpr(
        7, 4, [](Eigen::Index row, Eigen::Index column) { return std::sin(double(3 * row + column)); });
    const double_matrix targets = double_matrix::NullaryExpr(
        7, 4, [](Eigen::Index row, Eigen::Index column) { return std::cos(double(row - column)); });
    const loss_settings settings{.running_sum_weight = 0.3};
    matrix<Real> gradient(7, 4);
    mean_squared_error<Real>(predictions.cast<Real>(), targets.cast<Real>(), 28, gradient, settings);
    double_matrix unused(7, 4);
    const auto differences = central_differences(std::span{predictions.data(), 28}, [&] {
        return mean_squared_error<double>(predictions, targets, 28, unused, settings);
    });
    const double_matrix found = gradient.template cast<double>();
    CHECK(relative_difference(std::span{found.data(), 28}, differences) <
          (std::is_same_v<Real, float> ? 1e-6 : 1e-9));
}

TEST_CASE("a weight of running sums that is negative or not finite is refused") {
    for (const double weight :
         {-0.1, std::numeric_limits<double>::quiet_NaN(), std::numeric_limits<double>::infinity()})
        CHECK_THROWS_AS(detail::check(loss_settings{.running_sum_weight = weight}), invalid_option);
    CHECK_NOTHROW(detail::check(loss_settings{.running_sum_weight = 0.0}));
}

TEST_CASE("a prediction that is not finite gives a loss that is not finite") {
    const matrix<float> predictions{{INFINITY}};
    const matrix<float> targets{{1.0F}};
    matrix<float> gradient(1, 1);
    CHECK_FALSE(std::isfinite(tinynet::mean_squared_error<float>(predictions, targets, 1, gradient)));
}

} // namespace

} // namespace tinynet::test::loss_test
