// SPDX-License-Identifier: MIT
#include <tinynet/model/species_network.hpp>

#include <tinynet/nn/initialize.hpp>

#include <doctest/doctest.h>

#include <Eigen/Core>

#include <array>
#include <cstddef>
#include <limits>
#include <utility>

namespace tinynet::test::species_network_test {

namespace {

const detail::walk_sums<double> walks{{.weight_count = 2, .orbital_count = 1, .max_angular_momentum = 0}, 1};

network<double> some_network(std::size_t inputs, std::size_t neurons, std::size_t outputs = 1) {
    auto net = make_network<double>(inputs, std::array{neurons, neurons}, outputs);
    initialize(net, {});
    for (std::size_t layer = 0; layer < net.layer_count(); ++layer)
        net.bias(layer).setConstant(0.3);
    return net;
}

batch_matrix<double> some_orbitals() { return batch_matrix<double>::Constant(1, 2, 0.7); }

species_network<double> some_species() {
    feature_statistics statistics{Eigen::Vector3d{1, 2, 3}, Eigen::Vector3d{2, 0, 4},
                                  Eigen::Vector3d{0, 2, -1}, Eigen::Vector3d{5, 2, 9}};
    return {species{"O"}, {some_network(3, 5)}, {some_orbitals()}, std::move(statistics), -1.0};
}

} // namespace

TEST_CASE("a scaled species gives eV from features that are standardized by mean and factor") {
    const auto n = some_species();
    const auto own = detail::scaled(n, 2.5, walks);
    CHECK(own.mean.head(3).isApprox(Eigen::Array3d{1, 2, 3}));
    CHECK(own.factor.head(3).isApprox(Eigen::Array3d{0.5, 0.0, 0.25}));
    CHECK((own.factor.tail(own.factor.size() - 3) == 0.0).all());
    Eigen::MatrixXd inputs = Eigen::MatrixXd::Constant(3, 1, 0.3);
    Eigen::MatrixXd plain(1, 1);
    Eigen::MatrixXd scaled(1, 1);
    auto space = n.nets.front().make_workspace(1);
    n.nets.front().forward(inputs, space, plain);
    own.nets.front().forward(inputs, space, scaled);
    CHECK(scaled(0, 0) == doctest::Approx(2.5 * plain(0, 0)).epsilon(1e-14));
}

TEST_CASE("networks that do not fit each other or the descriptor are refused") {
    auto n = some_species();
    n.nets.push_back(some_network(3, 4));
    CHECK_THROWS_WITH_AS(detail::scaled(n, 1.0, walks),
                         "O has orbitals for 1 of 2 networks, expected some for each", invalid_option);
    n.orbitals.push_back(some_orbitals());
    CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    n.nets = {some_network(3, 4), make_network<double>(3, std::array<std::size_t, 1>{8}, 1)};
    REQUIRE(n.nets[0].parameter_count() == n.nets[1].parameter_count());
    CHECK_THROWS_WITH_AS(detail::scaled(n, 1.0, walks), doctest::Contains("the same widths for all"),
                         invalid_option);
    n.orbitals.pop_back();
    n.nets = {some_network(4, 5)};
    CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    n.nets = {some_network(3, 5, 2)};
    CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    n = some_species();
    n.orbitals = {batch_matrix<double>::Zero(2, 2)};
    CHECK_THROWS_WITH_AS(detail::scaled(n, 1.0, walks),
                         "O has orbitals with 2 x 2 coefficients, expected 1 x 2", invalid_option);
    n.orbitals.clear();
    n.nets.clear();
    CHECK_THROWS_WITH_AS(detail::scaled(n, 1.0, walks),
                         "O has 0 networks and statistics of 3 features, expected at least one network and 3 "
                         "features",
                         invalid_option);
}

TEST_CASE("numbers that are not finite are refused") {
    auto n = some_species();
    n.nets.front().bias(1)[0] = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    n = some_species();
    n.orbitals.front()(0, 1) = std::numeric_limits<double>::infinity();
    CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    constexpr double nan = std::numeric_limits<double>::quiet_NaN();
    n = some_species();
    n.constant = nan;
    CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    for (const auto column : {&feature_statistics::mean, &feature_statistics::deviation,
                              &feature_statistics::minima, &feature_statistics::maxima}) {
        n = some_species();
        (n.features.*column)[1] = nan;
        CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
        (n.features.*column).resize(0);
        CHECK_THROWS_AS(detail::scaled(n, 1.0, walks), invalid_option);
    }
}

} // namespace tinynet::test::species_network_test
