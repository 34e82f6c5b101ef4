// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/hostile_texts.hpp"
#include "support/random_models.hpp"
#include "support/reference_crystals.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <vector>

namespace tinynet::test::info_test {

namespace {

/// Lines of text and nothing else.
bool is_plain(const std::string& text) {
    return text.find("\xc2\x9b") == std::string::npos && std::ranges::all_of(text, [](char character) {
               const auto byte = static_cast<unsigned char>(character);
               return character == '\n' || (byte >= 0x20U && byte != 0x7FU);
           });
}

} // namespace

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

TEST_CASE("what stands in a model commands no terminal") {
    const temporary_directory folder;
    const auto d = crystal_descriptor(perovskite(4.0));
    const ldos_model model{
        atomic_model<float>{d, network_choice::shared, random_networks<float, 2>(*d, network_choice::shared)},
        energy_grid{0.0, 1.0, 2, 0.0, "VBM" + terminal_escapes},
        Eigen::MatrixXd::Zero(2, static_cast<Eigen::Index>(d->sites().size())),
        {}};
    const auto path = folder.path() / "m";
    save_model(path, model);
    const auto shown = run_program({"info", path.string()});
    REQUIRE(shown.status == 0);
    CHECK(shown.output.find("relative to VBM?]0;title??[2J??31m\n") != std::string::npos);
    CHECK(is_plain(shown.output));

    with_escapes_in_each_text(to_safetensors(model), [&](const safetensors& file) {
        write_safetensors(path, file);
        const auto refused = run_program({"info", path.string()});
        CHECK(refused.status == 1);
        CHECK(is_plain(refused.error));
    });
}

} // namespace tinynet::test::info_test
