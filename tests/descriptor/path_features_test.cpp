// SPDX-License-Identifier: MIT
#include "support/random_structures.hpp"
#include <tinynet/descriptor/descriptor.hpp>
#include <tinynet/descriptor/path_features.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <functional>
#include <vector>

namespace tinynet::test::path_features_test {

namespace {

constexpr double untouched = -1.0;
constexpr std::size_t lane = 5; ///< the one looked at

/// The path features of one lane of a site for bonds of random weights, in a row filled with `untouched`.
std::vector<double> features_of(const site& pattern, const column_layout& layout,
                                std::vector<double>& weights) {
    using lanes = detail::lanes<double>;
    random_engine rng{6};
    std::vector<lanes> weights_of_lanes(pattern.path_bond_count);
    weights.clear();
    for (lanes& weight : weights_of_lanes) {
        for (std::size_t k = 0; k < lanes::size(); ++k)
            weight[k] = random_real(rng, 0.01, 0.2);
        weights.push_back(weight[lane]);
    }
    std::vector<lanes> half_walks(1000);
    std::vector<lanes> columns(layout.width(), lanes{untouched});
    write_path_features<double>(pattern, layout, weights_of_lanes, half_walks, columns);
    std::vector<double> row;
    for (const lanes& column : columns)
        row.push_back(column[lane]);
    return row;
}

} // namespace

TEST_CASE("a block holds the products of its walks' weights, descending, then zeros") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    const std::array sites = {&d.sites()[0], &d.sites()[1]};
    const column_layout layout{sites, d.options()};
    for (const site* pattern : sites) {
        std::vector<double> weights;
        const std::vector<double> row = features_of(*pattern, layout, weights);
        for (std::size_t block = 0; block < pattern->paths.size(); ++block) {
            const walk_table& table = pattern->paths[block];
            std::vector<double> expected;
            for (std::size_t w = 0; w < table.size(); ++w) {
                expected.push_back(1.0);
                for (const std::uint32_t bond : table.walk(w))
                    expected.back() *= weights[bond];
            }
            std::sort(expected.begin(), expected.end(), std::greater{});
            expected.resize(layout.paths()[block].width, 0.0);
            for (std::size_t k = 0; k < expected.size(); ++k)
                CHECK(row[layout.paths()[block].first + k] == doctest::Approx(expected[k]).epsilon(1e-14));
        }
    }
}

TEST_CASE("columns of neighbors and species are left alone") {
    const descriptor d{perovskite(4.0), bond_rule{}, {}};
    const std::array sites = {&d.sites()[0], &d.sites()[1]};
    const column_layout layout{sites, d.options()};
    std::vector<double> weights;
    const std::vector<double> row = features_of(*sites[0], layout, weights);
    const column_block last = layout.paths().back();
    CHECK(std::all_of(row.begin() + static_cast<std::ptrdiff_t>(last.first + last.width), row.end(),
                      [](double value) { return value == untouched; }));
}

} // namespace tinynet::test::path_features_test
