// SPDX-License-Identifier: MIT
#include <tinynet/detail/lane_array.hpp>
#include <tinynet/moments/harmonics.hpp>

#include "support/random_structures.hpp"

#include <doctest/doctest.h>

#include <array>
#include <memory>

namespace tinynet::test::harmonics_test {

using lanes = detail::lane_array<double, 8>;
using vectors = std::array<lanes, 3>;

std::unique_ptr<detail::harmonics<lanes>> at(const vectors& places) {
    auto found = std::make_unique<detail::harmonics<lanes>>();
    found->evaluate(4, places[0], places[1], places[2]);
    return found;
}

vectors random_directions(random_engine& rng) {
    vectors directions;
    for (std::size_t lane = 0; lane < lanes::size(); ++lane) {
        const matrix3 rotation = random_rotation(rng);
        for (std::size_t axis = 0; axis < 3; ++axis)
            directions[axis][lane] = rotation(0, static_cast<Eigen::Index>(axis));
    }
    return directions;
}

TEST_CASE("property: the sum over m of products is the Legendre polynomial of the angle") {
    random_engine rng{1};
    for (int k = 0; k < 20; ++k) {
        const auto u = random_directions(rng);
        const auto v = random_directions(rng);
        const auto left = at(u);
        const auto right = at(v);
        const lanes c = u[0] * v[0] + u[1] * v[1] + u[2] * v[2];
        const std::array<lanes, 5> legendre{lanes{1.0}, c, 1.5 * c.square() - 0.5, 2.5 * c.cube() - 1.5 * c,
                                            (35.0 * c.square().square() - 30.0 * c.square() + 3.0) / 8.0};
        for (std::size_t l = 0; l <= 4; ++l) {
            lanes sum = lanes::zero();
            for (std::size_t m = l * l; m < (l + 1) * (l + 1); ++m)
                sum += left->value[m] * right->value[m];
            CHECK((sum - legendre[l]).abs().largest() < 1e-13);
        }
    }
}

TEST_CASE("property: derivatives are those of the values, by central differences") {
    random_engine rng{2};
    const auto u = random_directions(rng);
    const auto found = at(u);
    constexpr double step = 1e-5;
    for (std::size_t axis = 0; axis < 3; ++axis) {
        auto above = u;
        auto below = u;
        above[axis] += step;
        below[axis] -= step;
        const auto higher = at(above);
        const auto lower = at(below);
        for (std::size_t k = 0; k < detail::max_harmonic_count; ++k) {
            const lanes& slope = axis == 0 ? found->x[k] : axis == 1 ? found->y[k] : found->z[k];
            CHECK(((higher->value[k] - lower->value[k]) / (2 * step) - slope).abs().largest() < 1e-8);
        }
    }
}

TEST_CASE("values alone are the same") {
    random_engine rng{3};
    const auto u = random_directions(rng);
    const auto found = at(u);
    detail::harmonics<lanes>::row values;
    detail::harmonics<lanes>::values(4, u[0], u[1], u[2], values);
    for (std::size_t k = 0; k < detail::max_harmonic_count; ++k)
        CHECK((values[k] - found->value[k]).abs().largest() < 1e-15);
}

} // namespace tinynet::test::harmonics_test
