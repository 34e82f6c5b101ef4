// SPDX-License-Identifier: MIT
#include <tinynet/model/network_choice.hpp>

#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <vector>

namespace tinynet::test::network_choice_test {

namespace {

std::size_t network_count(const descriptor& d, network_choice choice) {
    return sites_of_networks(d, choice).size();
}

} // namespace

TEST_CASE("choices have the names used in files and options") {
    CHECK(name_of(network_choice::shared) == "shared");
    CHECK(name_of(network_choice::species) == "species");
    CHECK(name_of(network_choice::site) == "site");
}

TEST_CASE("there is one network for all, one per species or one per site class") {
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper}) {
        const auto batio3 = crystal_descriptor(reference_crystal("batio3"), layout);
        CHECK(network_count(*batio3, network_choice::shared) == 1);
        CHECK(network_count(*batio3, network_choice::species) == 3);
        CHECK(network_count(*batio3, network_choice::site) == 5);
        const auto moo3 = crystal_descriptor(reference_crystal("moo3"), layout);
        CHECK(network_count(*moo3, network_choice::shared) == 1);
        CHECK(network_count(*moo3, network_choice::species) == 2);
        CHECK(network_count(*moo3, network_choice::site) == 4);
    }
}

TEST_CASE("every site belongs to one network, together with the sites like it, first sites first") {
    for (const feature_layout layout : {feature_layout::compact, feature_layout::paper})
        for (const network_choice choice : network_choices) {
            const auto d = crystal_descriptor(reference_crystal("batio3"), layout);
            std::vector<std::uint32_t> firsts;
            std::set<std::uint32_t> all;
            for (const auto& sites : sites_of_networks(*d, choice)) {
                REQUIRE(!sites.empty());
                firsts.push_back(sites.front());
                all.insert(sites.begin(), sites.end());
                const auto kind = [&](std::uint32_t number) { return d->sites()[number].shape.front().kind; };
                for (const std::uint32_t number : sites) {
                    if (choice != network_choice::shared)
                        CHECK(kind(number) == kind(sites.front()));
                    if (choice == network_choice::site)
                        CHECK(d->class_of_site(number) == d->class_of_site(sites.front()));
                }
            }
            CHECK(std::is_sorted(firsts.begin(), firsts.end()));
            CHECK(all.size() == d->sites().size());
        }
}

TEST_CASE("the columns are those of the sites of the network, with the species where they differ") {
    const auto d = crystal_descriptor(reference_crystal("batio3"));
    const auto shared = layout_of(*d, sites_of_networks(*d, network_choice::shared).front());
    CHECK(shared.species());
    for (const network_choice choice : {network_choice::species, network_choice::site})
        for (const auto& sites : sites_of_networks(*d, choice)) {
            CHECK(!layout_of(*d, sites).species());
            CHECK(layout_of(*d, sites).width() < shared.width());
        }
}

} // namespace tinynet::test::network_choice_test
