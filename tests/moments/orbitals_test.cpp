// SPDX-License-Identifier: MIT
#include <tinynet/moments/orbitals.hpp>

#include "support/random_neighborhoods.hpp"

#include <doctest/doctest.h>

#include <Eigen/Core>

#include <cmath>
#include <vector>

namespace tinynet::test::orbitals_test {

namespace {

constexpr std::size_t species_count = 3;
constexpr std::size_t orbital_count = 9; // two whole fours and one more
const detail::bond_sums<double> bonds{
    {.weight_count = 5, .orbital_count = orbital_count, .max_angular_momentum = 2}, species_count};

struct some_orbitals {
    detail::orbitals<double> own{orbital_count, bonds};
    std::vector<double> coefficients;
    /// Row per orbital, column per sum of bonds.
    Eigen::Map<const Eigen::MatrixXd> matrix{nullptr, 0, 0};

    explicit some_orbitals(random_engine& rng) : coefficients{random_numbers(rng, own.coefficient_count())} {
        own.set_coefficients(coefficients);
        new (&matrix) Eigen::Map<const Eigen::MatrixXd>{coefficients.data(), orbital_count,
                                                        static_cast<Eigen::Index>(bonds.count())};
    }
};

/// The numbers of one harmonic.
Eigen::VectorXd part(const std::vector<double>& numbers, std::size_t harmonic, std::size_t count) {
    return Eigen::Map<const Eigen::VectorXd>{numbers.data() + harmonic * count,
                                             static_cast<Eigen::Index>(count)};
}

} // namespace

TEST_CASE("amplitudes are the product of coefficients and sums, harmonic by harmonic, of each atom") {
    random_engine rng{1};
    const some_orbitals some{rng};
    const auto sums = random_lanes(rng, bonds.size());
    auto amplitudes = random_lanes(rng, some.own.size());
    some.own.form(sums, amplitudes);
    for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
        for (std::size_t m = 0; m < 9; ++m)
            CHECK((part(lane_of(amplitudes, lane), m, orbital_count) -
                   some.matrix * part(lane_of(sums, lane), m, bonds.count()))
                      .norm() < 1e-13);
}

TEST_CASE("derivatives with respect to sums and coefficients are added, those of coefficients over atoms") {
    random_engine rng{2};
    const some_orbitals some{rng};
    const auto sums = random_lanes(rng, bonds.size());
    const auto slopes = random_lanes(rng, some.own.size());
    std::vector<detail::lanes<double>> sum_gradient(bonds.size(), 1.0);
    some.own.add_sum_gradient(slopes, sum_gradient);
    std::vector<double> found(some.own.coefficient_count(), 1.0);
    some.own.add_coefficient_gradient(sums, slopes, found);
    Eigen::MatrixXd expected = Eigen::MatrixXd::Ones(some.matrix.rows(), some.matrix.cols());
    for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
        for (std::size_t m = 0; m < 9; ++m) {
            const Eigen::VectorXd slope = part(lane_of(slopes, lane), m, orbital_count);
            CHECK((part(lane_of(sum_gradient, lane), m, bonds.count()) - some.matrix.transpose() * slope -
                   Eigen::VectorXd::Ones(some.matrix.cols()))
                      .norm() < 1e-13);
            expected += slope * part(lane_of(sums, lane), m, bonds.count()).transpose();
        }
    CHECK((Eigen::Map<const Eigen::MatrixXd>{found.data(), expected.rows(), expected.cols()} - expected)
              .norm() < 1e-11);
}

TEST_CASE("random coefficients keep the size of what they add up, and differ between seeds and species") {
    const auto some = detail::random_coefficients<double>(40, 30, 1, 0);
    double squares = 0.0;
    for (const double coefficient : some)
        squares += coefficient * coefficient;
    CHECK(std::sqrt(squares / 40.0) == doctest::Approx(1.5).epsilon(0.1)); // of a row
    CHECK(some == detail::random_coefficients<double>(40, 30, 1, 0));
    CHECK(some != detail::random_coefficients<double>(40, 30, 2, 0));
    CHECK(some != detail::random_coefficients<double>(40, 30, 1, 1));
}

} // namespace tinynet::test::orbitals_test
