// SPDX-License-Identifier: MIT
#include <tinynet/descriptor/scaler.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <limits>

namespace tinynet::test::scaler_test {

namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();
constexpr double not_a_number = std::numeric_limits<double>::quiet_NaN();

/// A few roundings of numbers of order 10.
constexpr double rounding = 100 * std::numeric_limits<double>::epsilon();

/// Three features of four samples; the second never varies.
Eigen::MatrixXd samples() {
    Eigen::MatrixXd result{3, 4};
    result << 1, 3, 2, 5, //
        7, 7, 7, 7,       //
        -2, 0, 0.5, -1;
    return result;
}

} // namespace

TEST_CASE("a scaler has nothing to scale by default") { CHECK(min_max_scaler{}.size() == 0); }

TEST_CASE("fitting finds the range of every feature") {
    const auto scaler = min_max_scaler::fit(samples());
    CHECK(scaler.size() == 3);
    CHECK(scaler.minima() == Eigen::Vector3d{1, 7, -2});
    CHECK(scaler.maxima() == Eigen::Vector3d{5, 7, 0.5});
    CHECK(scaler.midpoints() == Eigen::Vector3d{3, 7, -0.75});
    CHECK(scaler.factors() == Eigen::Vector3d{0.5, 0, 0.8});
}

TEST_CASE("the training set is mapped to [-1, 1], features that never vary to 0") {
    Eigen::MatrixXd scaled = samples();
    min_max_scaler::fit(scaled).apply(scaled);
    Eigen::MatrixXd expected{3, 4};
    expected << -1, 0, -0.5, 1, //
        0, 0, 0, 0,             //
        -1, 0.6, 1, -0.2;
    CHECK((scaled - expected).cwiseAbs().maxCoeff() < rounding);
}

TEST_CASE("values outside the training set are mapped outside [-1, 1], constants to 0 all the same") {
    const auto scaler = min_max_scaler::fit(samples());
    Eigen::MatrixXd others{3, 1};
    others << 7, 8, -4.5;
    scaler.apply(others);
    CHECK((others - Eigen::Vector3d{2, 0, -3}).cwiseAbs().maxCoeff() < rounding);
}

TEST_CASE("undoing gives the samples back, constants included") {
    const auto scaler = min_max_scaler::fit(samples());
    Eigen::MatrixXd there_and_back = samples();
    scaler.apply(there_and_back);
    scaler.undo(there_and_back);
    CHECK((there_and_back - samples()).cwiseAbs().maxCoeff() < rounding);
}

TEST_CASE("samples in single precision are fitted and scaled, too") {
    Eigen::MatrixXf scaled = samples().cast<float>();
    const auto scaler = min_max_scaler::fit(scaled);
    CHECK(scaler.maxima() == Eigen::Vector3d{5, 7, 0.5});
    scaler.apply(scaled);
    CHECK(scaled.maxCoeff() == 1.0F);
    CHECK(scaled.minCoeff() == -1.0F);
    CHECK(scaled.row(1).isZero(0.0F));
}

TEST_CASE("one sample is a range without width") {
    Eigen::MatrixXd one = samples().leftCols(1);
    min_max_scaler::fit(one).apply(one);
    CHECK(one.isZero(0.0));
}

TEST_CASE(
    "a feature that varies by rounding only counts as constant, about zero or not, a small range does not") {
    Eigen::VectorXd minima{4};
    Eigen::VectorXd maxima{4};
    minima << -1e-15, 8.01, 2e-17, -1e-12;
    maxima << 1e-15, 8.01 + 4e-15, 3e-17, 1e-12;
    const Eigen::VectorXd factors = min_max_scaler{minima, maxima}.factors();
    CHECK(factors[0] == 0.0);
    CHECK(factors[1] == 0.0);
    CHECK(factors[2] == doctest::Approx(2e17));
    CHECK(factors[3] == doctest::Approx(1e12));
}

TEST_CASE("bounds may be given") {
    const min_max_scaler scaler{Eigen::Vector2d{0, -1}, Eigen::Vector2d{4, -1}};
    CHECK(scaler.factors() == Eigen::Vector2d{0.5, 0});
    CHECK(scaler.midpoints() == Eigen::Vector2d{2, -1});
}

TEST_CASE("a number that is not finite is refused wherever it stands, its feature named") {
    for (const double bad : {not_a_number, infinity, -infinity})
        for (Eigen::Index feature = 0; feature < 3; ++feature)
            for (Eigen::Index sample = 0; sample < 4; ++sample) {
                Eigen::MatrixXd spoiled = samples();
                spoiled(feature, sample) = bad;
                const auto expected = detail::text("feature ", feature, " has a value that is not finite");
                CHECK_THROWS_WITH_AS(min_max_scaler::fit(spoiled), doctest::Contains(expected.c_str()),
                                     invalid_dataset);
            }
}

TEST_CASE("no sample is no training set") {
    CHECK_THROWS_AS(min_max_scaler::fit(Eigen::MatrixXd{3, 0}), invalid_dataset);
}

TEST_CASE("bounds that are not finite, in disorder or of different number are refused") {
    CHECK_THROWS_AS((min_max_scaler{Eigen::Vector2d{0, not_a_number}, Eigen::Vector2d{1, 1}}),
                    invalid_dataset);
    CHECK_THROWS_AS((min_max_scaler{Eigen::Vector2d{0, 0}, Eigen::Vector2d{1, infinity}}), invalid_dataset);
    CHECK_THROWS_WITH_AS((min_max_scaler{Eigen::Vector2d{0, 2}, Eigen::Vector2d{1, 1}}),
                         doctest::Contains("feature 1 ranges from 2 to 1"), invalid_dataset);
    CHECK_THROWS_AS((min_max_scaler{Eigen::Vector2d{0, 0}, Eigen::Vector3d{1, 1, 1}}), invalid_dataset);
}

} // namespace tinynet::test::scaler_test
