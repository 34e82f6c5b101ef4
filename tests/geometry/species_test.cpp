// SPDX-License-Identifier: MIT
#include <tinynet/geometry/species.hpp>

#include <doctest/doctest.h>

namespace tinynet::test::species_test {

TEST_CASE("a species is made from its atomic number or its symbol") {
    CHECK(species{56}.symbol() == "Ba");
    CHECK(species{"Ba"}.atomic_number() == 56);
    CHECK(species{"H"} == species{1});
    CHECK(species{"Og"} == species{118});
}

TEST_CASE("species are ordered by atomic number") {
    CHECK(species{"O"} < species{"Ti"});
    CHECK(species{"Ti"} < species{"Ba"});
}

TEST_CASE("a species is a constant expression") {
    static_assert(species{8}.atomic_number() == 8);
    static_assert(species{8}.symbol() == "O");
}

TEST_CASE("symbol and atomic number lead to one another for every element") {
    for (int number = 1; number <= 118; ++number) {
        CAPTURE(number);
        CHECK(species{species{number}.symbol()}.atomic_number() == number);
    }
}

TEST_CASE("the last element of every period is a noble gas") {
    CHECK(species{2}.symbol() == "He");
    CHECK(species{10}.symbol() == "Ne");
    CHECK(species{18}.symbol() == "Ar");
    CHECK(species{36}.symbol() == "Kr");
    CHECK(species{54}.symbol() == "Xe");
    CHECK(species{86}.symbol() == "Rn");
}

TEST_CASE("an atomic number that no element has is refused") {
    for (const int number : {-1, 0, 119, 257, 1000000}) {
        CAPTURE(number);
        CHECK_THROWS_AS(species{number}, unknown_species);
    }
    CHECK_THROWS_WITH_AS(species{119}, doctest::Contains("119"), unknown_species);
}

TEST_CASE("a symbol that no element has is refused") {
    for (const char* symbol : {"", "X", "BA", "ba", "Ba ", "Xx"}) {
        CAPTURE(symbol);
        CHECK_THROWS_AS(species{symbol}, unknown_species);
    }
    CHECK_THROWS_WITH_AS(species{"Qq"}, doctest::Contains("'Qq'"), unknown_species);
}

} // namespace tinynet::test::species_test
