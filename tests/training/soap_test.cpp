// SPDX-License-Identifier: MIT
#include <tinynet/training/soap.hpp>

#include <tinynet/detail/random.hpp>
#include <tinynet/nn/network.hpp>
#include <tinynet/training/adam.hpp>

#include <doctest/doctest.h>

#include <array>
#include <cmath>
#include <cstddef>
#include <limits>
#include <span>
#include <vector>

namespace tinynet::test::soap_test {

namespace {

constexpr std::array matrix_block{parameter_block{5, 7}};

template <typename Real>
std::vector<Real> random_numbers(std::size_t count, std::uint64_t seed) {
    detail::random_source source{{.seed = seed, .stream = 0}};
    std::vector<Real> numbers(count);
    for (Real& number : numbers)
        number = static_cast<Real>(source.normal());
    return numbers;
}

/// Gradient of half the square of A W B - C, which mixes rows with rows and columns with columns.
class mixed_paraboloid {
public:
    mixed_paraboloid() : a_{random(5, 5, 1)}, b_{random(7, 7, 2)}, c_{random(5, 7, 3)} {
        a_.diagonal().array() += 4.0;
        b_.diagonal().array() += 4.0;
        a_.row(0) *= 0.03; // ill-conditioned: some directions are far flatter than others
        b_.col(2) *= 0.03;
    }
    [[nodiscard]] double value(const std::vector<double>& w) const { return 0.5 * residual(w).squaredNorm(); }
    [[nodiscard]] std::vector<double> gradient(const std::vector<double>& w) const {
        const Eigen::MatrixXd g = a_.transpose() * residual(w) * b_.transpose();
        return {g.data(), g.data() + g.size()};
    }

private:
    static Eigen::MatrixXd random(Eigen::Index rows, Eigen::Index columns, std::uint64_t seed) {
        const auto numbers = random_numbers<double>(static_cast<std::size_t>(rows * columns), seed);
        return Eigen::Map<const Eigen::MatrixXd>{numbers.data(), rows, columns};
    }
    [[nodiscard]] Eigen::MatrixXd residual(const std::vector<double>& w) const {
        return a_ * Eigen::Map<const Eigen::MatrixXd>{w.data(), 5, 7} * b_ - c_;
    }

    Eigen::MatrixXd a_;
    Eigen::MatrixXd b_;
    Eigen::MatrixXd c_;
};

/// Checks that the rule moves parameters as Adam does.
template <typename Real>
void check_like_adam(soap<Real>& one, std::size_t count, double weight_decay) {
    adam<Real> other{count, {.beta1 = 0.95, .beta2 = 0.95, .weight_decay = weight_decay}};
    auto found = random_numbers<Real>(count, 1);
    auto expected = found;
    for (std::uint64_t step = 0; step < 30; ++step) {
        const auto gradient = random_numbers<Real>(count, 2 + step);
        one.step(found, gradient, 0.01);
        other.step(expected, gradient, 0.01);
    }
    for (std::size_t k = 0; k < count; ++k)
        CHECK(std::abs(found[k] - expected[k]) < Real{100} * std::numeric_limits<Real>::epsilon());
}

TEST_CASE_TEMPLATE("a vector is updated as by Adam", Real, float, double) {
    constexpr std::array block{parameter_block{9, 1}};
    soap<Real> one{block, {.weight_decay = 0.1}};
    check_like_adam(one, 9, 0.1);
}

TEST_CASE("a side longer than the largest basis keeps its own: Adam where both are") {
    soap<double> one{matrix_block, {.largest_basis = 3}};
    check_like_adam(one, 35, 0.0);
    CHECK(one.state().curvature.empty());
}

TEST_CASE("bases stay orthonormal and come to the eigenvectors of the correlations of gradients") {
    detail::gradient_basis<double> basis{6};
    const auto numbers = random_numbers<double>(36, 4);
    Eigen::MatrixXd factor = Eigen::Map<const Eigen::MatrixXd>{numbers.data(), 6, 6};
    for (Eigen::Index k = 0; k < 6; ++k)
        factor.row(k) *= std::pow(2.0, static_cast<double>(k)); // eigenvalues far apart
    for (int step = 0; step < 400; ++step)
        basis.add(factor, 0.9);
    for (int step = 0; step < 60; ++step)
        basis.improve();
    const Eigen::MatrixXd& q = basis.basis();
    CHECK((q.transpose() * q - Eigen::MatrixXd::Identity(6, 6)).cwiseAbs().maxCoeff() < 1e-13);
    Eigen::MatrixXd seen = q.transpose() * factor * factor.transpose() * q;
    const double largest = seen.diagonal().maxCoeff();
    seen.diagonal().setZero();
    CHECK(seen.cwiseAbs().maxCoeff() < 1e-9 * largest);
}

TEST_CASE("rows that never have a gradient do not spoil the basis") {
    soap<float> one{matrix_block};
    auto weights = random_numbers<float>(35, 1);
    const auto start = weights;
    for (std::uint64_t step = 0; step < 100; ++step) {
        auto gradient = random_numbers<float>(35, 2 + step);
        for (std::size_t column = 0; column < 7; ++column)
            for (const std::size_t row : {1, 3})
                gradient[column * 5 + row] = 0.0F;
        one.step(weights, gradient, 0.01);
    }
    for (std::size_t k = 0; k < 35; ++k) {
        CHECK(std::isfinite(weights[k]));
        if (k % 5 == 1 || k % 5 == 3)
            CHECK(std::abs(weights[k] - start[k]) < 1e-4F);
        else
            CHECK(weights[k] != start[k]);
    }
}

TEST_CASE("an ill-conditioned minimum is found in steps in which Adam does not come near it") {
    const mixed_paraboloid problem;
    const auto search = [&](auto& rule) {
        std::vector<double> w(35);
        for (int step = 0; step < 3000; ++step)
            rule.step(w, problem.gradient(w), 0.05 * (1.0 - step / 3000.0));
        return problem.value(w);
    };
    soap<double> one{matrix_block};
    adam<double> other{35, {.beta1 = 0.95, .beta2 = 0.95}};
    const double by_soap = search(one);
    const double by_adam = search(other);
    CAPTURE(by_soap);
    CAPTURE(by_adam);
    CHECK(by_soap < 0.25 * by_adam);
}

TEST_CASE_TEMPLATE("a restored rule goes on with the same bits", Real, float, double) {
    const std::array<std::size_t, 2> hidden{4, 3};
    const network<Real> net = make_network<Real>(6, hidden, 1);
    const auto blocks = blocks_of(net);
    soap<Real> first{blocks};
    auto weights = random_numbers<Real>(net.parameter_count(), 1);
    const auto advance = [&](soap<Real>& rule, std::vector<Real>& w, std::uint64_t begin) {
        for (std::uint64_t step = begin; step < begin + 25; ++step)
            rule.step(w, random_numbers<Real>(w.size(), step), 0.01);
    };
    advance(first, weights, 10);
    soap<Real> second{blocks};
    second.restore(first.state());
    CHECK(second.state() == first.state());
    CHECK(second.step_count() == 25);
    auto others = weights;
    advance(first, weights, 50);
    advance(second, others, 50);
    CHECK(weights == others);
}

TEST_CASE("the blocks of a network are its layers, weights before biases") {
    const std::array<std::size_t, 2> hidden{4, 3};
    const auto blocks = blocks_of(make_network<double>(6, hidden, 2));
    REQUIRE(blocks.size() == 6);
    CHECK((blocks[0].rows == 4 && blocks[0].columns == 6));
    CHECK((blocks[1].rows == 4 && blocks[1].columns == 1));
    CHECK((blocks[4].rows == 2 && blocks[4].columns == 3));
    CHECK((blocks[5].rows == 2 && blocks[5].columns == 1));
}

TEST_CASE("a state of other parameters and settings out of range are refused") {
    constexpr std::array other_block{parameter_block{7, 5}, parameter_block{1, 1}};
    soap<double> one{matrix_block};
    CHECK_THROWS_AS(one.restore(soap<double>{other_block}.state()), invalid_option);
    auto cut = one.state();
    cut.curvature.pop_back();
    CHECK_THROWS_AS(one.restore(cut), invalid_option);
    const auto refuses = [](const soap_settings& settings) {
        CHECK_THROWS_AS((soap<float>{matrix_block, settings}), invalid_option);
    };
    refuses({.beta = 1.0});
    refuses({.epsilon = 0.0});
    refuses({.weight_decay = -1.0});
    refuses({.basis_interval = 0});
    for (const double bad : {NAN, INFINITY}) {
        refuses({.beta = bad});
        refuses({.epsilon = bad});
        refuses({.weight_decay = bad});
    }
}

} // namespace

} // namespace tinynet::test::soap_test
