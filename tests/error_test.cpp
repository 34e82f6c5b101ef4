// SPDX-License-Identifier: MIT
#include <tinynet/error.hpp>

#include <doctest/doctest.h>

#include <stdexcept>
#include <string>

namespace tinynet::test::error_test {

TEST_CASE_TEMPLATE("every exception is caught as error and keeps its message", Exception, invalid_cell,
                   invalid_structure, unknown_species, unknown_atom, invalid_option, too_many_walks,
                   topology_mismatch, file_error, invalid_dataset) {
    CHECK_THROWS_WITH_AS(throw Exception{"atom 3 is missing"}, "atom 3 is missing", error);
    CHECK_THROWS_AS(throw Exception{std::string{"text"}}, std::runtime_error);
}

} // namespace tinynet::test::error_test
