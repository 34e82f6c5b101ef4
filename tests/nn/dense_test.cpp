// SPDX-License-Identifier: MIT
#include <tinynet/nn/activation.hpp>
#include <tinynet/nn/dense.hpp>

#include <Eigen/Core>
#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <vector>

namespace tinynet::test::dense_test {

namespace {

using matrix = Eigen::MatrixXd;

/// A layer of 3 outputs over 5 inputs, its parameters, and 4 columns of either.
struct setting {
    tinynet::dense<double, 3> layer{5, 3};
    std::vector<double> parameters = numbers(18);
    matrix inputs = matrix::NullaryExpr(5, 4, [](Eigen::Index row, Eigen::Index column) {
        return std::cos(static_cast<double>(3 * row + column));
    });
    matrix gradients = matrix::NullaryExpr(4, 4, [](Eigen::Index row, Eigen::Index column) {
        return row == 3 ? 0.0 : std::sin(static_cast<double>(2 * row - column));
    });

    static std::vector<double> numbers(std::size_t count) {
        std::vector<double> result;
        for (std::size_t i = 0; i < count; ++i)
            result.push_back(std::sin(static_cast<double>(i)));
        return result;
    }
    [[nodiscard]] Eigen::Map<const matrix> weights() const { return {parameters.data(), 3, 5}; }
    [[nodiscard]] Eigen::Map<const Eigen::VectorXd> bias() const { return {parameters.data() + 15, 3}; }
};

/// Sums of at most six products of numbers below one.
constexpr double tolerance = 20.0 * 2.3e-16;

TEST_CASE("a layer knows its sizes, of compile time or run time") {
    const tinynet::dense<float, 3> fixed{5, 3};
    const tinynet::dense<float, tinynet::dynamic_width> open{5, 3};
    CHECK(fixed.width() == 3);
    CHECK(fixed.padded_width() == 4);
    CHECK(fixed.weight_count() == 15);
    CHECK(fixed.parameter_count() == 18);
    CHECK(open.width() == 3);
    CHECK(open.parameter_count() == 18);
}

TEST_CASE("parameters are used in place when the width needs no padding") {
    const std::vector<double> parameters = setting::numbers(24);
    const tinynet::dense<double, 4> layer{5, 4};
    CHECK(layer.padding_size() == 0);
    CHECK(layer.pad(parameters.data(), nullptr) == parameters.data());
}

TEST_CASE("padding puts zeros below every column") {
    const setting set;
    std::vector<double> scratch(set.layer.padding_size());
    REQUIRE(scratch.size() == 24);
    REQUIRE(set.layer.pad(set.parameters.data(), scratch.data()) == scratch.data());
    const Eigen::Map<const matrix> padded{scratch.data(), 4, 6};
    CHECK(padded.topLeftCorner(3, 5) == set.weights());
    CHECK(padded.topRightCorner(3, 1) == set.bias());
    CHECK(padded.bottomRows(1).isZero(0.0));
}

TEST_CASE("transposing puts zeros below every column") {
    const setting set;
    std::vector<double> scratch(set.layer.transposed_size(), 7.0);
    set.layer.transpose(set.parameters.data(), scratch.data());
    const Eigen::Map<const matrix> transposed{scratch.data(), 8, 3};
    CHECK(transposed.topRows(5) == set.weights().transpose());
    CHECK(transposed.bottomRows(3).isZero(0.0));
}

TEST_CASE_TEMPLATE("property: any weights are transposed", Real, float, double) {
    using numbers = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
    for (Eigen::Index rows = 1; rows < 10; ++rows)
        for (Eigen::Index columns = 1; columns < 10; ++columns) {
            const tinynet::dense<Real, tinynet::dynamic_width> layer{static_cast<std::size_t>(columns),
                                                                     static_cast<std::size_t>(rows)};
            const numbers weights = numbers::NullaryExpr(
                rows, columns, [](auto row, auto column) { return Real(10 * row + column + 1); });
            std::vector<Real> scratch(layer.transposed_size(), Real{7});
            layer.transpose(weights.data(), scratch.data());
            numbers expected = numbers::Zero((columns + 3) / 4 * 4, rows);
            expected.topRows(columns) = weights.transpose();
            CHECK(Eigen::Map<const numbers>{scratch.data(), expected.rows(), rows} == expected);
        }
}

TEST_CASE("forward is the activation of weights times inputs plus bias") {
    const setting set;
    std::vector<double> scratch(set.layer.padding_size());
    const double* const padded = set.layer.pad(set.parameters.data(), scratch.data());
    matrix outputs = matrix::Constant(3, 4, 9.0);
    set.layer.forward<tinynet::tanh_activation>(
        padded, {tinynet::detail::columns_from<const double>(set.inputs.data(), 5, 0, 4), 1, 5},
        tinynet::detail::columns_from(outputs.data(), 3, 0, 4), 3);
    const matrix sums = (set.weights() * set.inputs).colwise() + set.bias();
    for (Eigen::Index i = 0; i < 12; ++i)
        CHECK(std::abs(outputs.data()[i] - std::tanh(sums.data()[i])) < tolerance);
}

TEST_CASE("the input gradient is the transposed weights times the gradients") {
    const setting set;
    std::vector<double> scratch(set.layer.transposed_size());
    set.layer.transpose(set.parameters.data(), scratch.data());
    matrix result = matrix::Zero(8, 4);
    set.layer.input_gradient(scratch.data(), tinynet::detail::columns_from(set.gradients.data(), 4, 0, 4),
                             [&](const auto& block, std::size_t row) {
                                 for (std::size_t column = 0; column < 4; ++column)
                                     block[column].store(
                                         result.col(static_cast<Eigen::Index>(column)).data() + row);
                             });
    const matrix expected = set.weights().transpose() * set.gradients.topRows(3);
    CHECK((result.topRows(5) - expected).cwiseAbs().maxCoeff() < tolerance);
    CHECK(result.bottomRows(3).isZero(0.0));
}

TEST_CASE("the parameter gradient is added to what is there") {
    const setting set;
    std::vector<double> gradient(18, 1.0);
    set.layer.add_parameter_gradient(set.inputs.data(), 5, set.gradients.data(), 4, gradient.data());
    matrix expected(3, 6);
    expected.leftCols(5) = set.gradients.topRows(3) * set.inputs.transpose();
    expected.rightCols(1) = set.gradients.topRows(3).rowwise().sum();
    for (std::size_t i = 0; i < gradient.size(); ++i)
        CHECK(std::abs(gradient[i] - 1.0 - expected.data()[i]) < tolerance);
}

TEST_CASE_TEMPLATE("property: the parameter gradient of a layer of any width, known at run time", Real, float,
                   double) {
    using real_matrix = Eigen::Matrix<Real, Eigen::Dynamic, Eigen::Dynamic>;
    constexpr Eigen::Index samples = 9;
    for (std::size_t width = 1; width <= 40; ++width)
        for (std::size_t input_width : {1U, 6U, 16U}) {
            CAPTURE(width);
            CAPTURE(input_width);
            const tinynet::dense<Real, tinynet::dynamic_width> layer{input_width, width};
            const auto rows = static_cast<Eigen::Index>(width);
            const auto columns = static_cast<Eigen::Index>(input_width);
            const real_matrix inputs = real_matrix::NullaryExpr(columns, samples, [](auto row, auto column) {
                return Real(std::cos(static_cast<double>(3 * row + column)));
            });
            real_matrix gradients =
                real_matrix::Zero(static_cast<Eigen::Index>(layer.padded_width()), samples);
            gradients.topRows(rows) = real_matrix::NullaryExpr(rows, samples, [](auto row, auto column) {
                return Real(std::sin(static_cast<double>(2 * row - column)));
            });
            std::vector<Real> gradient(layer.parameter_count(), Real{1});
            layer.add_parameter_gradient(inputs.data(), input_width, gradients.data(), samples,
                                         gradient.data());
            const real_matrix weights = gradients.topRows(rows) * inputs.transpose();
            const Eigen::Matrix<Real, Eigen::Dynamic, 1> bias = gradients.topRows(rows).rowwise().sum();
            const Real allowed = 40 * Eigen::NumTraits<Real>::epsilon();
            const Eigen::Map<const real_matrix> found{gradient.data(), rows, columns + 1};
            CHECK((found.leftCols(columns).array() - Real{1} - weights.array()).abs().maxCoeff() < allowed);
            CHECK((found.rightCols(1).array() - Real{1} - bias.array()).abs().maxCoeff() < allowed);
        }
}

} // namespace

} // namespace tinynet::test::dense_test
