// SPDX-License-Identifier: MIT
#include <tinynet/detail/finite.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace tinynet::detail::finite_test {

TEST_CASE_TEMPLATE("numbers are finite up to the largest one", Real, float, double) {
    using limits = std::numeric_limits<Real>;
    for (const Real x : {Real{0}, -Real{0}, limits::denorm_min(), limits::max(), limits::lowest()})
        CHECK(is_finite(x));
    for (const Real x : {limits::infinity(), -limits::infinity(), limits::quiet_NaN(), -limits::quiet_NaN()})
        CHECK_FALSE(is_finite(x));
}

TEST_CASE("one entry that is not finite is found wherever it stands") {
    Eigen::MatrixXd numbers = Eigen::MatrixXd::Ones(3, 4);
    CHECK(are_finite(numbers));
    CHECK(are_finite(Eigen::MatrixXd{}));
    for (double& entry : numbers.reshaped()) {
        entry = std::numeric_limits<double>::quiet_NaN();
        CHECK_FALSE(are_finite(numbers));
        CHECK_FALSE(are_finite(numbers.array() + 1.0));
        entry = 1.0;
    }
}

} // namespace tinynet::detail::finite_test
