// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/training/energy_settings.hpp>

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdio>
#include <filesystem>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tinynet::test::train_energy_test {

namespace {

/// A folder with structures of two materials, so of different cells, numbers of atoms and species.
class mixed_training {
public:
    mixed_training() {
        data_ = folder_.file("data.extxyz", frames_of(data_file("moo3.extxyz"), 0, 6) +
                                                frames_of(data_file("batio3.extxyz"), 0, 6));
    }
    [[nodiscard]] words command(const words& options) const {
        return words{"train", "energy", data_, "-o", path("m.model"), "--orbitals", "2"} + options;
    }
    [[nodiscard]] std::string model(const words& options) const {
        std::filesystem::remove(path("m.model"));
        const auto result = run_program(command(options));
        CAPTURE(result.error);
        CHECK(result.status == 0);
        return bytes_of(path("m.model"));
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] const temporary_directory& folder() const { return folder_; }
    [[nodiscard]] const std::string& data() const { return data_; }

private:
    temporary_directory folder_;
    std::string data_;
};

const words quick{"--epochs", "4", "--hidden", "6"};

} // namespace

TEST_CASE("a training on structures of different cells and atoms writes a model that predicts them") {
    const mixed_training training;
    const auto trained = run_program(training.command(quick));
    CHECK(trained.status == 0);
    CHECK(trained.error.empty());
    CHECK(trained.output.find("meV/atom") != std::string::npos);
    CHECK(training.folder().entry_count() == 2);

    const auto predicted = run_program({"predict", training.path("m.model"), training.data(), "-o",
                                        training.path("p.extxyz"), "--json", training.path("e.json")});
    CAPTURE(predicted.error);
    REQUIRE(predicted.status == 0);
    const auto errors = nlohmann::json::parse(bytes_of(training.path("e.json")));
    CHECK(errors["frames"] == 12);
    CHECK(errors["force_rmse"].get<double>() > 0.0);
    CHECK(errors["energy_rmse_mev_per_atom"].get<double>() > 0.0);
    CHECK(!errors.contains("stress_rmse_ev_per_A3"));
    CHECK(errors["species"]["Ti"].contains("force_mae"));
    CHECK(errors["species"]["Ti"]["frames"] == 6);
    CHECK(errors["species"]["O"]["frames"] == 12);

    // What the library says is what stands in the file, and labels are kept.
    const energy_model model = load_energy_model(training.path("m.model"));
    const auto labeled = read_extxyz(training.data());
    const auto results = read_extxyz(training.path("p.extxyz"));
    auto space = model.make_workspace(results[7].geometry, 1, 0.0);
    std::vector<double> forces(3 * results[7].geometry.atom_count());
    const auto found = model.evaluate(space, flat(results[7].geometry.positions()), forces);
    CHECK(found.energy == *results[7].energy);
    CHECK(forces[4] == (*results[7].forces)[1][1]);
    CHECK(results[7].stress.has_value());
    const auto frame = read_extxyz_frames(training.path("p.extxyz"))[7];
    CHECK(frame.find_column("ref_forces") != nullptr);
    CHECK(std::stod(*frame.find_info("ref_energy")) == *labeled[7].energy);
}

TEST_CASE("no prediction is a label: predicting twice gives the same file, training finds what was there") {
    const mixed_training training;
    CHECK(!training.model(quick).empty());
    const auto frames = read_extxyz_frames(training.data());
    const auto without_energy = [](extxyz_frame frame) {
        std::erase_if(frame.info, [](const auto& entry) { return entry.first == "energy"; });
        return frame;
    };
    const auto with_virial = [](extxyz_frame frame) {
        std::erase_if(frame.info, [](const auto& entry) { return entry.first == "stress"; });
        frame.set_info("virial", "1 0 0 0 1 0 0 0 1");
        frame.set_column({"energies", 'R', 1, std::vector<double>(frame.atom_count, -1.0)});
        return frame;
    };
    write_extxyz(training.path("in.extxyz"), std::vector{without_energy(frames[0]), with_virial(frames[1])});
    const auto predict = [&](const std::string& input, const std::string& output) {
        const auto result = run_program(
            {"predict", training.path("m.model"), training.path(input), "-o", training.path(output)});
        CAPTURE(result.error);
        CHECK(result.status == 0);
        return result.output.substr(0, result.output.find("predicted the energy of"));
    };
    const std::string first_errors = predict("in.extxyz", "once.extxyz");
    CHECK(predict("once.extxyz", "twice.extxyz") == first_errors);
    CHECK(bytes_of(training.path("once.extxyz")) == bytes_of(training.path("twice.extxyz")));
    const auto once = read_extxyz_frames(training.path("once.extxyz"));
    CHECK(once[0].find_info("energy") != nullptr);
    CHECK(once[0].find_info("ref_energy") == nullptr);
    CHECK(*once[1].find_info("ref_virial") == "1 0 0 0 1 0 0 0 1");
    CHECK(once[1].find_column("ref_energies")->numbers().front() == -1.0);

    const auto error_of_training_on = [&](const std::string& input) {
        const auto result = run_program(words{"train", "energy", training.path(input), "-o",
                                              training.path("m.model"), "--split", "1,0,0"} +
                                        quick);
        CAPTURE(result.error);
        CHECK(result.status == 0);
        return predict("in.extxyz", "p.extxyz");
    };
    const std::string errors = error_of_training_on("in.extxyz");
    CHECK(error_of_training_on("once.extxyz") == errors);
}

TEST_CASE("labels that took the place of predictions are labels") {
    const mixed_training training;
    CHECK(!training.model(quick).empty());
    const auto predict = [&](const std::string& input) {
        return run_program({"predict", training.path("m.model"), training.path(input), "--json",
                            training.path("e.json"), "-o", training.path("again.extxyz")});
    };
    REQUIRE(
        run_program({"predict", training.path("m.model"), training.data(), "-o", training.path("p.extxyz")})
            .status == 0);
    auto frames = read_extxyz_frames(training.path("p.extxyz"));
    for (extxyz_frame& frame : frames)
        frame.set_column({"forces", 'R', 3, std::vector<double>(3 * frame.atom_count, 0.125)});
    write_extxyz(training.path("new.extxyz"), frames);
    REQUIRE(predict("new.extxyz").status == 0);
    const auto again = read_extxyz_frames(training.path("again.extxyz"));
    CHECK(again[3].find_column("ref_forces")->numbers().back() == 0.125); // not the older label
    CHECK(*again[3].find_info("ref_energy") == *read_extxyz_frames(training.data())[3].find_info("energy"));

    // A list that names what no model says takes nothing away.
    frames.front().set_info("tinynet_predicted", "pos:1 species:0 Lattice:1 pbc:0 forces: x");
    write_extxyz(training.path("odd.extxyz"), frames);
    CHECK(predict("odd.extxyz").status == 0);
}

TEST_CASE("structures that the repulsion makes impossible are refused before any time is spent") {
    const mixed_training training;
    auto frames = read_extxyz_frames(training.data());
    auto positions = frames[2].find_column("pos")->numbers();
    for (std::size_t axis = 0; axis < 3; ++axis)
        positions[3 + axis] = positions[axis] + (axis == 0 ? 1e-6 : 0.0);
    frames[2].set_column({"pos", 'R', 3, positions});
    write_extxyz(training.path("close.extxyz"), frames);
    const auto refused = run_program(words{"train", "energy", training.path("close.extxyz"), "-o",
                                           training.path("m.model"), "--repulsion", "1.5"} +
                                     quick);
    CHECK(refused.status == 1);
    CHECK(refused.error.find("structure 2, without the repulsion: ") != std::string::npos);
    CHECK(!std::filesystem::exists(training.path("m.model.checkpoint")));
}

TEST_CASE("a test structure with impossible forces is no reason to lose a training") {
    const mixed_training training;
    auto frame = read_extxyz_frames(training.data()).back();
    auto positions = frame.find_column("pos")->numbers();
    for (std::size_t axis = 0; axis < 3; ++axis)
        positions[3 + axis] = positions[axis] + (axis == 0 ? 1e-6 : 0.0);
    frame.set_column({"pos", 'R', 3, positions});
    write_extxyz(training.path("close.extxyz"), std::vector{frame});
    const auto trained = run_program(
        training.command(quick + words{"--repulsion", "1.5", "--test", training.path("close.extxyz")}));
    CAPTURE(trained.error);
    CHECK(trained.status == 0);
    CHECK(std::filesystem::exists(training.path("m.model")));
    CHECK(!std::filesystem::exists(training.path("m.model.checkpoint")));
}

TEST_CASE(
    "the validation errors are those of a control, and predict says that the model knows the structures") {
    const mixed_training training;
    const auto trained = run_program(training.command(quick));
    REQUIRE(trained.status == 0);
    const double rmse = load_energy_model(training.path("m.model")).record().best_rmse;
    std::array<char, 32> shown{};
    std::snprintf(shown.data(), shown.size(), "%.4f", rmse);
    const auto row = trained.output.substr(trained.output.find("\nvalidation "));
    CHECK(row.substr(0, row.find('\n', 1)).find(shown.data()) != std::string::npos);
    const auto predicted = run_program({"predict", training.path("m.model"), training.data(), "--subset",
                                        "validation", "--json", training.path("e.json")});
    CHECK(predicted.output.find("the model has learned from the validation structures") != std::string::npos);
    const auto errors = nlohmann::json::parse(bytes_of(training.path("e.json")));
    CHECK(errors["force_rmse"].get<double>() != doctest::Approx(rmse));
    const auto tested =
        run_program({"predict", training.path("m.model"), training.data(), "--subset", "test"});
    CHECK(tested.output.find("has learned") == std::string::npos);
}

TEST_CASE("the error of a model that learned no forces is one of energies, and has their unit") {
    const mixed_training training;
    std::string without_forces = bytes_of(training.data());
    for (std::size_t k = without_forces.find("forces:R:3"); k != std::string::npos;
         k = without_forces.find("forces:R:3"))
        without_forces.replace(k, 6, "others");
    const std::string data = training.folder().file("energies.extxyz", without_forces);
    REQUIRE(
        run_program(words{"train", "energy", data, "-o", training.path("m.model"), "--orbitals", "2"} + quick)
            .status == 0);
    CHECK(load_energy_model(training.path("m.model")).record().judged_by_energies);
    CHECK(run_program({"info", training.path("m.model")}).output.find(" eV/atom in validation") !=
          std::string::npos);
    const auto predicted = run_program({"predict", training.path("m.model"), data, "--subset", "validation"});
    CHECK(predicted.output.find(" eV/atom\n") != std::string::npos);
}

TEST_CASE("networks have the widths of the library's settings unless others are asked for") {
    const mixed_training training;
    REQUIRE(run_program(training.command({"--epochs", "1"})).status == 0);
    CHECK(load_energy_model(training.path("m.model")).record().hidden == energy_training_settings{}.hidden);
}

TEST_CASE("the same seed gives the same bytes for any number of threads, and options matter") {
    const mixed_training training;
    const std::string one = training.model(quick + words{"--threads", "1"});
    CHECK(one == training.model(quick + words{"--threads", "2"}));
    CHECK(one == training.model(quick));
    CHECK(one != training.model(quick + words{"--seed", "2"}));
    CHECK(one != training.model(quick + words{"--energy-weight", "1"}));
    CHECK(one != training.model(quick + words{"--angular-momentum", "1"}));
    CHECK(one != training.model(quick + words{"--real", "double"}));
    CHECK(one != training.model(quick + words{"--cutoff", "5"}));
    CHECK(one != training.model(quick + words{"--repulsion", "1.2"}));
    CHECK(one == training.model(quick + words{"--committee", "2"}));
    CHECK(one != training.model(quick + words{"--committee", "3"}));
}

TEST_CASE("a training that was killed and resumed gives the model of the uninterrupted one") {
    const mixed_training training;
    const words options{"--epochs", "60", "--hidden", "6"};
    const std::string expected = training.model(options);
    for (const int pause : {40, 300, 700}) {
        std::filesystem::remove(training.path("m.model"));
        {
            running_program program{training.command(options)};
            std::this_thread::sleep_for(std::chrono::milliseconds{pause});
            program.kill();
            program.wait();
        }
        CHECK(training.model(options + words{"--resume"}) == expected);
    }
}

TEST_CASE("a committee shows its spread, and predictions tell where they extrapolate") {
    const mixed_training training;
    CHECK(!training.model(quick + words{"--committee", "3", "--repulsion", "1.1"}).empty());
    const auto info = run_program({"info", training.path("m.model")});
    CHECK(info.output.find("committee           3 members") != std::string::npos);
    CHECK(info.output.find("ZBL, up to 1.1 Å") != std::string::npos);
    const auto known = run_program({"predict", training.path("m.model"), training.data(), "-o",
                                    training.path("p.extxyz"), "--subset", "train"});
    CHECK(known.status == 0);
    CHECK(known.output.find("outside its range") == std::string::npos);
    const auto frame = read_extxyz_frames(training.path("p.extxyz"))[0];
    REQUIRE(frame.find_column("forces_std") != nullptr);
    CHECK(std::stod(*frame.find_info("energy_std")) > 0.0);
    const std::string squeezed = training.folder().file(
        "squeezed.extxyz",
        "2\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3\nO 0 0 0\nTi 0.7 0 0\n");
    const auto unknown = run_program({"predict", training.path("m.model"), squeezed});
    CHECK(unknown.status == 0);
    CHECK(unknown.output.find("2 of 2 atoms have a moment outside its range") != std::string::npos);
}

TEST_CASE("a model tells what it is, and structures of other species are refused") {
    const mixed_training training;
    CHECK(!training.model(quick).empty());
    const auto info = run_program({"info", training.path("m.model")});
    CHECK(info.status == 0);
    for (const std::string word : {"energy in eV", "O Ti Mo Ba", "moments", "receptive radius    11 Å"})
        CHECK(info.output.find(word) != std::string::npos);
    const std::string other =
        training.folder().file("h.extxyz", "1\nProperties=species:S:1:pos:R:3\nH 0 0 0\n");
    const auto refused = run_program({"predict", training.path("m.model"), other});
    CHECK(refused.status == 1);
    CHECK(refused.error.find("frame 0: atom 0 is H, a species that the model does not know") !=
          std::string::npos);
}

TEST_CASE("data without labels and options out of range are refused before any time is spent") {
    const mixed_training training;
    const auto refused = [&](const words& command, const std::string& message) {
        const auto result = run_program(command);
        CAPTURE(result.error);
        CHECK(result.status != 0);
        CHECK(result.error.find(message) != std::string::npos);
        CHECK(!std::filesystem::exists(training.path("m.model")));
    };
    const std::string bare = training.folder().file(
        "bare.extxyz",
        "1\nProperties=species:S:1:pos:R:3\nO 0 0 0\n1\nProperties=species:S:1:pos:R:3\nO 0 0 1\n");
    refused({"train", "energy", bare, "-o", training.path("m.model"), "--split", "1,0,0"},
            "structure 0 has neither energy nor forces to learn");
    const std::string dopant =
        training.folder().file("dopant.extxyz", "1\nProperties=species:S:1:pos:R:3 energy=-1\nH 0 0 0\n");
    refused(training.command({"--test", dopant}),
            "dopant.extxyz': structure 0 has H, which no structure to learn from has");
    const std::string dense =
        training.folder().file("dense.extxyz", "2\nLattice=\"0.1 0 0 0 0.1 0 0 0 0.1\" "
                                               "Properties=species:S:1:pos:R:3 energy=-1\n"
                                               "O 0 0 0\nO 0.05 0.05 0.05\n");
    refused(training.command({"--test", dense}), "dense.extxyz': structure 0: ");
    refused(training.command({"--angular-momentum", "5"}),
            "the largest angular momentum is 5, at most 4 is possible");
    const std::string energies =
        training.folder().file("energies.extxyz", "1\nProperties=species:S:1:pos:R:3 energy=-1\nO 0 0 0\n");
    const words learn_energies = {"train",   "energy", energies, "-o", training.path("m.model"),
                                  "--split", "1,0,0"};
    for (const auto& [option, label] :
         {std::pair{"--stress-weight", "a stress"}, {"--force-weight", "forces"}})
        refused(learn_energies + words{option, "2"},
                std::string{option} + ": no structure of '" + energies + "' has " + label);
    refused(learn_energies + words{"--angular-momentum", "1", "--orbitals", "0"},
            "--angular-momentum is of orbitals, and --orbitals 0 leaves them out");
    refused(training.command({"--cutoff", "50"}), "the cutoff of the moments is 50");
    refused(training.command({"--reference", "x"}), "--reference");
}

} // namespace tinynet::test::train_energy_test
