// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tinynet::test::info_test {

TEST_CASE("info prints species, units, descriptor, sizes, cutoff, receptive radius and training") {
    const auto result = run_program({"info", golden_model_file("forces_v1.model")});
    CAPTURE(result.error);
    REQUIRE(result.status == 0);
    CHECK(result.error.empty());
    for (const std::string part :
         {"forces in eV/Å", "species             O Mo\n", "L_2^(1), walks, layout compact",
          "unlike species closer than 3.1 Å", "32 atoms in 4 site classes", "cutoff              3.1 Å",
          "receptive radius    2.", "site, float", "network 3", "-4-4-3, ", " parameters",
          "epochs, seed 1; structures: ", "RMSE 0.", "in validation", "data (SHA-256)      "}) {
        CAPTURE(part);
        CHECK(result.output.find(part) != std::string::npos);
    }
}

TEST_CASE("info refuses what is no model and names the file") {
    for (const std::string& file :
         std::vector<std::string>{data_file("moo3_reference.extxyz"), TINYNET_TEST_DATA, "missing.model"}) {
        const auto result = run_program({"info", file});
        CHECK(result.status != 0);
        CHECK(result.output.empty());
        CHECK(result.error.find(file) != std::string::npos);
    }
}

} // namespace tinynet::test::info_test
