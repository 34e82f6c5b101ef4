// SPDX-License-Identifier: MIT
#include <tinynet/graph/bond_rule.hpp>

#include <doctest/doctest.h>

#include <limits>

namespace tinynet::test::bond_rule_test {

namespace {

const species barium{"Ba"};
const species oxygen{"O"};
const species titanium{"Ti"};

} // namespace

static_assert(bond_predicate<bond_rule>);
static_assert(!bond_predicate<bool (*)(species, species, double)>, "a predicate alone has no cutoff");

TEST_CASE("the default is the paper's rule: unlike species closer than 3.1 Å") {
    const bond_rule rule;
    CHECK(rule.cutoff() == 3.1);
    CHECK(rule.partners() == bond_partners::unlike);
    CHECK(rule(titanium, oxygen, 3.09));
    CHECK(!rule(titanium, oxygen, 3.1));
    CHECK(!rule(oxygen, oxygen, 2.0));
    CHECK(rule.cutoff(oxygen, oxygen) == 0.0);
}

TEST_CASE("like species may be allowed to bond") {
    const bond_rule rule{4.0, bond_partners::all};
    CHECK(rule(oxygen, oxygen, 3.9));
    CHECK(rule(titanium, oxygen, 3.9));
    CHECK(!rule(oxygen, oxygen, 4.0));
}

TEST_CASE("a pair's own cutoff counts whatever the order of the pair and the rest of the rule") {
    bond_rule rule{3.0};
    rule.set_pair_cutoff(titanium, oxygen, 2.0);
    rule.set_pair_cutoff(oxygen, oxygen, 1.5);
    CHECK(rule(titanium, oxygen, 1.9));
    CHECK(rule(oxygen, titanium, 1.9));
    CHECK(!rule(titanium, oxygen, 2.5));
    CHECK(!rule(oxygen, titanium, 2.5));
    CHECK(rule(oxygen, oxygen, 1.4));
    CHECK(rule(barium, oxygen, 2.9));
    CHECK(rule.pair_cutoffs().size() == 2);
    CHECK(rule.default_cutoff() == 3.0);
}

TEST_CASE("a pair's cutoff may be replaced") {
    bond_rule rule;
    rule.set_pair_cutoff(titanium, oxygen, 2.0);
    rule.set_pair_cutoff(oxygen, titanium, 2.5);
    CHECK(rule.pair_cutoffs().size() == 1);
    CHECK(rule.cutoff(titanium, oxygen) == 2.5);
}

TEST_CASE("a pair with cutoff 0 is never bonded, not even at the same place") {
    bond_rule rule;
    rule.set_pair_cutoff(barium, oxygen, 0.0);
    CHECK(!rule(barium, oxygen, 0.0));
    CHECK(rule(titanium, oxygen, 0.0));
}

TEST_CASE("the rule's cutoff is its longest") {
    bond_rule rule{3.0};
    rule.set_pair_cutoff(titanium, oxygen, 2.0);
    CHECK(rule.cutoff() == 3.0);
    rule.set_pair_cutoff(barium, oxygen, 3.5);
    CHECK(rule.cutoff() == 3.5);
}

TEST_CASE("rules are equal when all their cutoffs are") {
    bond_rule one{3.0};
    bond_rule other{3.0};
    CHECK(one == other);
    one.set_pair_cutoff(titanium, oxygen, 2.0);
    CHECK(one != other);
    other.set_pair_cutoff(oxygen, titanium, 2.0);
    CHECK(one == other);
    CHECK(bond_rule{3.0} != bond_rule{3.0, bond_partners::all});
}

TEST_CASE("any predicate with a cutoff is a rule") {
    const predicate_rule rule{5.0, [](species one, species other, double distance) {
                                  return one.atomic_number() + other.atomic_number() == 30 && distance > 1.0;
                              }};
    static_assert(bond_predicate<decltype(rule)>);
    CHECK(rule.cutoff() == 5.0);
    CHECK(rule(titanium, oxygen, 1.5));
    CHECK(!rule(titanium, oxygen, 0.5));
    CHECK(!rule(barium, oxygen, 1.5));
}

TEST_CASE("a cutoff that is not positive, or longer than 20 Å, is refused") {
    CHECK(bond_rule{tinynet::max_bond_cutoff}.cutoff() == 20.0);
    CHECK_THROWS_WITH_AS(bond_rule{20.001}, doctest::Contains("at most 20"), invalid_option);
    CHECK_THROWS_AS(bond_rule{0.0}, invalid_option);
    CHECK_THROWS_AS(bond_rule{-1.0}, invalid_option);
    CHECK_THROWS_AS(bond_rule{std::numeric_limits<double>::infinity()}, invalid_option);
    CHECK_THROWS_AS(bond_rule{std::numeric_limits<double>::quiet_NaN()}, invalid_option);
}

TEST_CASE("a pair's cutoff that is negative, or longer than 20 Å, is refused and changes nothing") {
    bond_rule rule;
    CHECK_THROWS_WITH_AS(rule.set_pair_cutoff(titanium, oxygen, 20.001), doctest::Contains("from 0 to 20"),
                         invalid_option);
    CHECK_THROWS_WITH_AS(rule.set_pair_cutoff(titanium, oxygen, -2.0), doctest::Contains("Ti-O is -2"),
                         invalid_option);
    CHECK_THROWS_AS(rule.set_pair_cutoff(titanium, oxygen, std::numeric_limits<double>::infinity()),
                    invalid_option);
    CHECK_THROWS_AS(rule.set_pair_cutoff(titanium, oxygen, std::numeric_limits<double>::quiet_NaN()),
                    invalid_option);
    CHECK(rule == bond_rule{});
}

} // namespace tinynet::test::bond_rule_test
