// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/safetensors.hpp>

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <numeric>
#include <string>
#include <vector>

namespace tinynet::test::ldos_test {

namespace {

/// Ten structures with LDOS, and trainings on them that take moments.
class ldos_folder {
public:
    ldos_folder() {
        data_ = folder_.file("data.extxyz", frames_of(TINYNET_TEST_BUILD "/data/moo3_ldos.extxyz", 0, 10));
    }

    [[nodiscard]] program_result train(const words& options, const std::string& epochs = "20") const {
        return run_program(words{"train", "ldos", data_, "-o", path("m.model"), "--reference",
                                 data_file("moo3_reference.extxyz"), "--epochs", epochs, "--split",
                                 "0.5,0.2,0.3"} +
                           options);
    }
    [[nodiscard]] program_result predict(const std::string& input, const words& options) const {
        return run_program(words{"predict", path("m.model"), input, "-o", path("out.extxyz")} + options);
    }
    [[nodiscard]] std::string data() const { return data_; }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] const temporary_directory& folder() const { return folder_; }

private:
    temporary_directory folder_;
    std::string data_;
};

/// Errors of what `predict` wrote, added up without the library.
struct plain_errors {
    double squares = 0.0;
    double absolutes = 0.0;
    double states = 0.0;
    double centers = 0.0;
    double values = 0.0;
    double atoms = 0.0;

    explicit plain_errors(const std::vector<extxyz_frame>& frames) {
        for (const auto& frame : frames)
            for (std::size_t i = 0; i < frame.atom_count; ++i)
                add(row(frame, "ref_ldos", i), row(frame, "ldos", i));
    }

private:
    static std::vector<double> row(const extxyz_frame& frame, const std::string& name, std::size_t atom) {
        const auto first =
            frame.find_column(name)->numbers().begin() + static_cast<std::ptrdiff_t>(71 * atom);
        return {first, first + 71};
    }
    static double states_below(const std::vector<double>& ldos) { // -8 to 0.4 eV, those below 0.5 eV
        return 0.2 * std::accumulate(ldos.begin(), ldos.begin() + 43, 0.0);
    }
    static double center(const std::vector<double>& ldos) {
        double sum = 0.0;
        for (std::size_t e = 0; e < ldos.size(); ++e)
            sum += ldos[e] * (-8.0 + 0.2 * static_cast<double>(e));
        return sum / std::accumulate(ldos.begin(), ldos.end(), 0.0);
    }
    void add(const std::vector<double>& target, const std::vector<double>& predicted) {
        for (std::size_t e = 0; e < target.size(); ++e) {
            squares += (predicted[e] - target[e]) * (predicted[e] - target[e]);
            absolutes += std::abs(predicted[e] - target[e]);
            ++values;
        }
        states += std::abs(states_below(predicted) - states_below(target));
        centers += std::abs(center(predicted) - center(target));
        ++atoms;
    }
};

} // namespace

TEST_CASE("train ldos beats the means of the sites on its training structures and says so") {
    const ldos_folder folder;
    const auto trained = folder.train({}, "150");
    CAPTURE(trained.error);
    REQUIRE(trained.status == 0);
    CHECK(trained.output.find("LDOS ") != std::string::npos);
    const auto predicted =
        folder.predict(folder.data(), {"--subset", "train", "--json", folder.path("report.json")});
    REQUIRE(predicted.status == 0);
    const auto report = nlohmann::json::parse(bytes_of(folder.path("report.json")));
    CHECK(report.at("ldos_rmse").get<double>() < 0.9 * report.at("ldos_mean_predictor_rmse").get<double>());
    CHECK(!report.contains("force_rmse"));
}

TEST_CASE("predictions take the place of the LDOS, and the report holds their errors") {
    const ldos_folder folder;
    REQUIRE(folder.train({}).status == 0);
    REQUIRE(folder.predict(folder.data(), {"--json", folder.path("report.json")}).status == 0);
    const auto report = nlohmann::json::parse(bytes_of(folder.path("report.json")));
    const auto frames = read_extxyz_frames(folder.path("out.extxyz"));
    const plain_errors errors{frames};
    const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-9); };
    CHECK(report.at("frames") == 10);
    CHECK(report.at("ldos_rmse").get<double>() == near(std::sqrt(errors.squares / errors.values)));
    CHECK(report.at("ldos_mae").get<double>() == near(errors.absolutes / errors.values));
    CHECK(report.at("ldos_states_below_gap_mae").get<double>() == near(errors.states / errors.atoms));
    CHECK(report.at("ldos_first_moment_mae").get<double>() == near(errors.centers / errors.atoms));
    CHECK(report.at("species").size() == 2);
    const auto original = read_extxyz_frames(folder.data()).front();
    CHECK(frames.front().find_column("ref_ldos")->numbers() == original.find_column("ldos")->numbers());
    CHECK(frames.front().find_column("ref_forces")->numbers() == original.find_column("forces")->numbers());
    for (const std::string key : {"ldos_e0", "ldos_de", "ldos_n", "ldos_sigma", "ldos_ref"})
        CHECK(*frames.front().find_info(key) == *original.find_info(key));
}

TEST_CASE("structures without an LDOS get one, with its energies") {
    const ldos_folder folder;
    REQUIRE(folder.train({}).status == 0);
    const std::string plain =
        folder.folder().file("plain.extxyz", frames_of(data_file("moo3_reference.extxyz"), 0, 1));
    REQUIRE(folder.predict(plain, {}).status == 0);
    const auto labeled = read_extxyz(folder.path("out.extxyz")).front();
    REQUIRE(labeled.ldos.has_value());
    CHECK(labeled.ldos->grid == energy_grid{-8.0, 0.2, 71, 0.25, "VBM"});
    CHECK(labeled.ldos->values.cols() == 32);
    const auto refused = folder.predict(plain, {"--json", folder.path("report.json")});
    CHECK(refused.status != 0);
    CHECK(refused.error.find("no ldos") != std::string::npos);
}

TEST_CASE("a weight of the cumulative LDOS changes the model, a negative one is refused") {
    const ldos_folder folder;
    REQUIRE(folder.train({}).status == 0);
    const std::string plain = bytes_of(folder.path("m.model"));
    REQUIRE(folder.train({"--cumulative-weight", "0.5"}).status == 0);
    CHECK(bytes_of(folder.path("m.model")) != plain);
    REQUIRE(folder.predict(folder.data(), {"--subset", "validation", "--json", folder.path("report.json")})
                .status == 0);
    const double rmse =
        nlohmann::json::parse(bytes_of(folder.path("report.json"))).at("ldos_rmse").get<double>();
    const auto training =
        nlohmann::json::parse(read_safetensors(folder.path("m.model")).metadata_at("training"));
    CHECK(training.at("best_rmse").get<double>() == doctest::Approx(rmse));
    const auto refused = folder.train({"--cumulative-weight", "-1"});
    CHECK(refused.status != 0);
    CHECK(refused.error.find("--cumulative-weight") != std::string::npos);
}

TEST_CASE("data without an LDOS or on energies that differ are refused with the structure") {
    const ldos_folder folder;
    const auto refused = [&](const std::string& text) {
        const std::string file = folder.folder().file("bad.extxyz", text);
        const auto result = run_program({"train", "ldos", file, "-o", folder.path("bad.model"), "--reference",
                                         data_file("moo3_reference.extxyz"), "--epochs", "1"});
        CHECK(result.status != 0);
        CHECK(!std::filesystem::exists(folder.path("bad.model")));
        return result.error;
    };
    CHECK(refused(frames_of(data_file("moo3.extxyz"), 0, 10)).find("structure 0 has no LDOS") !=
          std::string::npos);
    const std::string text = bytes_of(folder.data());
    const std::size_t second = text.find("ldos_e0=-8", text.find("ldos_e0=-8") + 1);
    CHECK(refused(text.substr(0, second) + "ldos_e0=-7" + text.substr(second + 10))
              .find("structure 1 has other energies") != std::string::npos);
}

TEST_CASE("info prints the energies of an LDOS model") {
    const ldos_folder folder;
    REQUIRE(folder.train({}).status == 0);
    const auto result = run_program({"info", folder.path("m.model")});
    REQUIRE(result.status == 0);
    for (const std::string part : {"LDOS in states/eV", "71 from -8 eV in steps of 0.2 eV, relative to VBM",
                                   "-16-32-71", " states/eV in "}) {
        CAPTURE(part);
        CHECK(result.output.find(part) != std::string::npos);
    }
}

} // namespace tinynet::test::ldos_test
