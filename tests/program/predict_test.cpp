// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/extxyz.hpp>

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace tinynet::test::predict_test {

namespace {

/// A folder with ten structures and a model trained on them.
class trained_folder {
public:
    trained_folder() {
        data_ = folder_.file("data.extxyz", frames_of(data_file("moo3.extxyz"), 0, 10));
        const auto result = run_program({"train", "forces", data_, "-o", model(), "--reference",
                                         data_file("moo3_reference.extxyz"), "--epochs", "10", "--split",
                                         "0.5,0.2,0.3", "--real", "double"});
        REQUIRE(result.status == 0);
    }

    [[nodiscard]] std::string data() const { return data_; }
    [[nodiscard]] std::string model() const { return path("m.model"); }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] const temporary_directory& folder() const { return folder_; }

    /// The frames that `predict` writes.
    [[nodiscard]] std::vector<tinynet::extxyz_frame> predicted(const std::string& input) const {
        const auto result = run_program({"predict", model(), input, "-o", path("out.extxyz")});
        CAPTURE(result.error);
        REQUIRE(result.status == 0);
        return tinynet::read_extxyz_frames(path("out.extxyz"));
    }

private:
    temporary_directory folder_;
    std::string data_;
};

struct plain_errors {
    double squares = 0.0;
    double absolutes = 0.0;
    double targets = 0.0;
    double count = 0.0;
};

/// Errors over the components of some atoms, added up without the library.
plain_errors errors_of(const std::vector<tinynet::extxyz_frame>& frames, const std::string& symbol = "") {
    plain_errors errors;
    for (const auto& frame : frames)
        for (std::size_t k = 0; k < 3 * frame.atom_count; ++k) {
            if (!symbol.empty() && frame.find_column("species")->texts()[k / 3] != symbol)
                continue;
            const double target = frame.find_column("ref_forces")->numbers()[k];
            const double error = frame.find_column("forces")->numbers()[k] - target;
            errors.squares += error * error;
            errors.absolutes += std::abs(error);
            errors.targets += std::abs(target);
            ++errors.count;
        }
    return errors;
}

void check_report(const nlohmann::json& report, const plain_errors& errors) {
    const auto near = [](double value) { return doctest::Approx(value).epsilon(1e-12); }; // order of sums
    CHECK(report.at("force_rmse").get<double>() == near(std::sqrt(errors.squares / errors.count)));
    CHECK(report.at("force_mae").get<double>() == near(errors.absolutes / errors.count));
    CHECK(report.at("mean_abs_force").get<double>() == near(errors.targets / errors.count));
    CHECK(3.0 * report.at("atoms").get<double>() == errors.count);
}

} // namespace

TEST_CASE("predictions replace the forces, which stay as ref_forces beside all other columns and keys") {
    const trained_folder trained;
    auto frame = tinynet::read_extxyz_frames(trained.data()).front();
    frame.set_info("remark", "keep me");
    frame.set_column({"charge", 'I', 1, std::vector<double>(32, 2.0)});
    frame.set_column({"tag", 'S', 1, std::vector<std::string>(32, "a")});
    tinynet::write_extxyz(trained.path("more.extxyz"), std::vector{frame});

    const auto predicted = trained.predicted(trained.path("more.extxyz"));
    REQUIRE(predicted.size() == 1);
    const auto& out = predicted.front();
    CHECK(out.find_column("ref_forces")->numbers() == frame.find_column("forces")->numbers());
    CHECK(out.find_column("forces")->numbers() != frame.find_column("forces")->numbers());
    CHECK(*out.find_info("ref_energy") == *frame.find_info("energy"));
    CHECK(out.find_info("energy") == nullptr);
    for (const std::string name : {"species", "pos", "charge", "tag"}) {
        REQUIRE(out.find_column(name) != nullptr);
        CHECK(*out.find_column(name) == *frame.find_column(name));
    }
    for (const std::string key : {"Lattice", "pbc", "config", "sigma", "temperature", "remark"})
        CHECK(*out.find_info(key) == *frame.find_info(key));
}

TEST_CASE("a column force and the energy-like labels become ref_ as well") {
    const trained_folder trained;
    const std::string text = replaced(replaced(frames_of(trained.data(), 0, 1), "forces:R:3", "force:R:3"),
                                      "config=", "stress=\"0 0 0 0 0 0\" virial=\"0 0 0 0 0 0\" config=");
    const auto predicted = trained.predicted(trained.folder().file("force.extxyz", text));
    CHECK(predicted.front().find_column("ref_forces") != nullptr);
    CHECK(predicted.front().find_column("force") == nullptr);
    CHECK(predicted.front().find_info("ref_stress") != nullptr);
    CHECK(predicted.front().find_info("ref_virial") != nullptr);
}

TEST_CASE("the report holds the errors of all atoms and of each species, and the table agrees") {
    const trained_folder trained;
    const auto result = run_program({"predict", trained.model(), trained.data(), "-o",
                                     trained.path("out.extxyz"), "--json", trained.path("report.json")});
    REQUIRE(result.status == 0);
    const auto report = nlohmann::json::parse(bytes_of(trained.path("report.json")));
    const auto frames = tinynet::read_extxyz_frames(trained.path("out.extxyz"));
    CHECK(report.at("frames") == 10);
    check_report(report, errors_of(frames));
    REQUIRE(report.at("species").size() == 2);
    for (const std::string symbol : {"Mo", "O"})
        check_report(report.at("species").at(symbol), errors_of(frames, symbol));
    for (const std::string key : {"energy_rmse_mev_per_atom", "stress_rmse_ev_per_A3", "ldos_rmse"})
        CHECK(!report.contains(key));
    std::string rounded = std::to_string(report.at("force_rmse").get<double>());
    CHECK(result.output.find(rounded.substr(0, 5)) != std::string::npos);
}

TEST_CASE("subsets are those of the training and add up to the whole") {
    const trained_folder trained;
    double squares = 0.0;
    double atoms = 0.0;
    for (const std::string subset : {"train", "validation", "test"}) {
        const auto result =
            run_program({"predict", trained.model(), trained.data(), "--subset", subset, "--json",
                         trained.path("report.json"), "-o", trained.path("out.extxyz")});
        REQUIRE(result.status == 0);
        const auto report = nlohmann::json::parse(bytes_of(trained.path("report.json")));
        const std::size_t expected = subset == "train" ? 5 : subset == "validation" ? 2 : 3;
        CHECK(report.at("frames") == expected);
        CHECK(tinynet::read_extxyz_frames(trained.path("out.extxyz")).size() == expected);
        const auto count = report.at("atoms").get<double>();
        const auto rmse = report.at("force_rmse").get<double>();
        squares += rmse * rmse * count;
        atoms += count;
    }
    const auto all = errors_of(trained.predicted(trained.data()));
    CHECK(std::sqrt(squares / atoms) == doctest::Approx(std::sqrt(all.squares / all.count)).epsilon(1e-12));
}

TEST_CASE("a subset of another file than the training's is refused") {
    const trained_folder trained;
    const std::string other = trained.folder().file("other.extxyz", bytes_of(trained.data()) + "\n");
    const auto result = run_program({"predict", trained.model(), other, "--subset", "test"});
    CHECK(result.status != 0);
    CHECK(result.error.find("--subset") != std::string::npos);
    CHECK(result.error.find("other.extxyz") != std::string::npos);
}

TEST_CASE("structures without labels are predicted, but not compared") {
    const trained_folder trained;
    const std::string reference = data_file("moo3_reference.extxyz");
    CHECK(trained.predicted(reference).front().find_column("forces") != nullptr);
    CHECK(trained.predicted(reference).front().find_column("ref_forces") == nullptr);
    const std::string report = trained.path("report.json");
    const auto refused = run_program({"predict", trained.model(), reference, "--json", report});
    CHECK(refused.status != 0);
    CHECK(refused.error.find("frame 0") != std::string::npos);
    CHECK(!std::filesystem::exists(report));
}

TEST_CASE("where all forces are zero the ratio of error and force is a dash, and the report has numbers") {
    const trained_folder trained;
    auto frames = tinynet::read_extxyz_frames(trained.data());
    for (auto& frame : frames)
        frame.set_column({"forces", 'R', 3, std::vector<double>(3 * frame.atom_count, 0.0)});
    tinynet::write_extxyz(trained.path("zero.extxyz"), frames);
    const auto result = run_program(
        {"predict", trained.model(), trained.path("zero.extxyz"), "--json", trained.path("report.json")});
    REQUIRE(result.status == 0);
    for (const std::string number : {"nan", "inf"})
        CHECK(result.output.find(number) == std::string::npos);
    CHECK(result.output.find(" -\n") != std::string::npos);
    CHECK(bytes_of(trained.path("report.json")).find("null") == std::string::npos);
}

TEST_CASE("a compact model predicts for a supercell what it predicts for the small cell") {
    const trained_folder trained;
    const auto small = tinynet::read_extxyz(trained.data()).front();
    tinynet::labeled_structure large;
    std::vector<tinynet::species> kinds;
    std::vector<tinynet::vector3> positions;
    tinynet::matrix3 rows = small.geometry.cell().rows();
    for (int image = 0; image < 2; ++image)
        for (std::size_t i = 0; i < small.geometry.atom_count(); ++i) {
            kinds.push_back(small.geometry.species()[i]);
            positions.push_back(small.geometry.positions()[i] + image * rows.row(1).transpose());
        }
    rows.row(1) *= 2.0;
    large.geometry = {tinynet::cell{rows}, kinds, positions};
    tinynet::write_extxyz(trained.path("large.extxyz"), std::vector{tinynet::to_extxyz_frame(large)});

    const auto expected = trained.predicted(trained.data()).front().find_column("forces")->numbers();
    const auto forces =
        trained.predicted(trained.path("large.extxyz")).front().find_column("forces")->numbers();
    REQUIRE(forces.size() == 2 * expected.size());
    for (std::size_t k = 0; k < forces.size(); ++k)
        CHECK(std::abs(forces[k] - expected[k % expected.size()]) < 1e-10);
}

TEST_CASE("the golden model predicts the forces stored beside it") {
    const temporary_directory folder;
    const std::string output = folder.path() / "out.extxyz";
    const auto result = run_program({"predict", golden_model_file("forces_v1.model"),
                                     golden_model_file("forces_v1.extxyz"), "-o", output});
    CAPTURE(result.error);
    REQUIRE(result.status == 0);
    const auto frame = tinynet::read_extxyz_frames(output).front();
    const auto stored = tinynet::read_extxyz_frames(golden_model_file("forces_v1.extxyz")).front();
    const auto& forces = frame.find_column("forces")->numbers();
    const auto& expected = stored.find_column("forces")->numbers();
    CHECK(frame.find_column("ref_forces")->numbers() == stored.find_column("ref_forces")->numbers());
    for (std::size_t k = 0; k < forces.size(); ++k)
        CHECK(std::abs(forces[k] - expected[k]) < 1e-5); // single precision, forces of order 1 eV/Å
}

} // namespace tinynet::test::predict_test
