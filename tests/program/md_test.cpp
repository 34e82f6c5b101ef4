// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/random_moment_models.hpp"
#include "support/random_structures.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/extxyz.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/model/energy_model.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <stdlib.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>
#include <vector>

namespace tinynet::test::md_test {

namespace {

/// A folder with a model and a start.
class small_run {
public:
    small_run() {
        const auto strong =
            random_moment_model<double>({.weight_count = 3, .orbital_count = 2}, moment_species);
        const std::vector<species_network<double>> networks(strong.networks().begin(),
                                                            strong.networks().end());
        constexpr double weak = 0.01; // eV: atoms hardly feel each other
        save_model(folder_.path() / "m",
                   energy_model{moment_model<double>{strong.options(), networks, weak}, {}});
        start_ = folder_.file("start.extxyz", frames_of(data_file("batio3.extxyz"), 0, 1));
    }
    [[nodiscard]] program_result run(const words& options,
                                     std::optional<rlim_t> file_size_limit = std::nullopt) const {
        return run_without_log(start_, options + words{"--log", path("l.csv")}, file_size_limit);
    }
    [[nodiscard]] program_result run_without_log(const std::string& start, const words& options,
                                                 std::optional<rlim_t> file_size_limit = std::nullopt) const {
        return run_program(words{"md", path("m"), start, "-o", path("t.extxyz"), "--temperature", "300"} +
                               options,
                           file_size_limit);
    }
    [[nodiscard]] const std::string& start() const { return start_; }
    [[nodiscard]] const temporary_directory& folder() const { return folder_; }
    /// The numbers of a column of the log.
    [[nodiscard]] std::vector<double> column(std::size_t number) const {
        std::vector<double> found;
        for (const std::string& line : lines_of(bytes_of(path("l.csv")))) {
            std::istringstream cells{line};
            std::string cell;
            for (std::size_t k = 0; k <= number; ++k)
                std::getline(cells, cell, ',');
            if (!line.starts_with("step") && !line.empty())
                found.push_back(cell.empty() ? std::nan("") : std::stod(cell));
        }
        return found;
    }
    /// Of everything that a run writes.
    [[nodiscard]] std::vector<std::string> bytes_of_files() const {
        return {bytes_of(path("t.extxyz")), bytes_of(path("l.csv")), bytes_of(path("t.extxyz.checkpoint"))};
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }

private:
    temporary_directory folder_;
    std::string start_;
};

constexpr std::size_t total_energy = 4;
constexpr std::size_t temperature = 5;

double fluctuation(const std::vector<double>& numbers) {
    const auto [low, high] = std::ranges::minmax(numbers);
    return high - low;
}

} // namespace

TEST_CASE("without thermostat the energy is conserved, the better the shorter the step, with its square") {
    const small_run small;
    REQUIRE(small.run({"--steps", "200", "--dt", "2", "--every", "1"}).status == 0);
    const double coarse = fluctuation(small.column(total_energy));
    REQUIRE(small.run({"--steps", "400", "--dt", "1", "--every", "2"}).status == 0);
    const double fine = fluctuation(small.column(total_energy));
    CHECK(coarse < 0.1);
    CHECK(coarse / fine > 3.0);
    CHECK(coarse / fine < 5.0);
    CHECK(small.column(temperature).front() == doctest::Approx(300.0));
}

TEST_CASE("the thermostat keeps the temperature") {
    const small_run small;
    REQUIRE(small.run({"--steps", "1500", "--dt", "1", "--thermostat", "langevin", "--friction", "0.05"})
                .status == 0);
    const auto found = small.column(temperature);
    double mean = 0.0;
    for (std::size_t k = found.size() / 3; k < found.size(); ++k)
        mean += found[k] / static_cast<double>(found.size() - found.size() / 3);
    CHECK(mean == doctest::Approx(300.0).epsilon(0.15));
}

TEST_CASE("a run goes on where it stopped, and frames hold what the log says") {
    const small_run small;
    REQUIRE(small.run({"--steps", "40", "--dt", "1"}).status == 0);
    const auto whole = small.column(total_energy);
    REQUIRE(small.run({"--steps", "20", "--dt", "1"}).status == 0);
    REQUIRE(small.run({"--steps", "40", "--dt", "1", "--resume"}).status == 0);
    const auto parts = small.column(total_energy);
    REQUIRE(parts.size() == whole.size());
    for (std::size_t k = 0; k < whole.size(); ++k)
        CHECK(parts[k] == doctest::Approx(whole[k]).epsilon(1e-9));
    const auto frames = read_extxyz(small.path("t.extxyz"));
    CHECK(frames.size() == 5);
    CHECK(*frames.back().energy == doctest::Approx(small.column(2).back()).epsilon(1e-12));
    CHECK(frames.back().forces.has_value());
    const auto other = small.run({"--steps", "40", "--dt", "2", "--resume"});
    CHECK(other.status == 1);
    CHECK(other.error.find("--resume") != std::string::npos);
}

TEST_CASE("a run that goes on gives the bytes of one that did not stop, neighbors having been found anew in "
          "between") {
    const small_run small;
    const words fast{"--dt", "5"};
    REQUIRE(small.run(words{"--steps", "150"} + fast).status == 0);
    const std::string whole = bytes_of(small.path("t.extxyz"));
    for (const std::string steps : {"20", "70", "110"}) {
        REQUIRE(small.run(words{"--steps", steps} + fast).status == 0);
        REQUIRE(small.run(words{"--steps", "150", "--resume"} + fast).status == 0);
        CHECK(bytes_of(small.path("t.extxyz")) == whole);
    }
}

TEST_CASE("a run does not go on with another log or without it") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const std::string log = bytes_of(small.path("l.csv"));
    const words goes_on{"--steps", "40", "--resume"};
    for (const words& other : {words{}, words{"--log", small.path("other.csv")}})
        CHECK(small.run_without_log(small.start(), goes_on + other).status == 1);
    CHECK(bytes_of(small.path("l.csv")) == log);
}

TEST_CASE("a trajectory has no labels") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const auto predicted = run_program(
        {"predict", data_file("batio3.model"), small.path("t.extxyz"), "--json", small.path("e.json")});
    CHECK(predicted.status == 1);
    CHECK(predicted.error.find("to compare with") != std::string::npos);
}

TEST_CASE("a run whose trajectory or log may not be written leaves all older files as they were") {
    const small_run small;
    const words run{"--steps", "20"};
    REQUIRE(small.run(run).status == 0);
    const auto older = small.bytes_of_files();
    for (const std::string name : {"t.extxyz", "l.csv"}) {
        CAPTURE(name);
        const int open = ::open(small.path(name).c_str(), O_RDONLY | O_CLOEXEC);
        REQUIRE(::flock(open, LOCK_EX) == 0);
        const auto refused = small.run(words{"--steps", "30"});
        CHECK(refused.status == 1);
        CHECK(refused.error.find(name + "' cannot be written: another run is writing it") !=
              std::string::npos);
        CHECK(small.bytes_of_files() == older);
        ::close(open);
    }
    CHECK(small.run(run).status == 0);
}

TEST_CASE("a checkpoint never speaks of frames or lines that a power failure could take away") {
    const small_run small;
    ::setenv("LD_PRELOAD", TINYNET_TEST_BUILD "/bin/tests/power_failure.so", 1);
    ::setenv("TINYNET_TEST_GROWING", (small.path("t.extxyz") + ":" + small.path("l.csv")).c_str(), 1);
    const auto result = small.run({"--steps", "20"});
    const auto more = small.run({"--steps", "40", "--resume"});
    ::unsetenv("LD_PRELOAD");
    ::unsetenv("TINYNET_TEST_GROWING");
    CHECK(result.error.empty());
    CHECK(result.status == 0);
    CHECK(more.status == 0);
}

TEST_CASE("the name of a log may be in any encoding") {
    const small_run small;
    const words latin{"--steps", "20", "--log", small.path("\xE4.csv")};
    CHECK(small.run_without_log(small.start(), latin).status == 0);
    CHECK(small.run_without_log(small.start(), latin + words{"--resume"}).status == 0);
}

TEST_CASE("an atom alone starts at rest and stays where it is") {
    const small_run small;
    const std::string alone = small.folder().file(
        "alone.extxyz", "1\nLattice=\"9 0 0 0 9 0 0 0 9\" Properties=species:S:1:pos:R:3\nTi 0.1 0.2 0.3\n");
    for (const std::string seed : {"1", "2", "3", "4", "5", "6", "7", "8"}) {
        REQUIRE(small.run_without_log(alone, {"--steps", "20", "--seed", seed}).status == 0);
        const vector3 moved =
            read_extxyz(small.path("t.extxyz")).back().geometry.positions()[0] - vector3{0.1, 0.2, 0.3};
        CHECK(moved.norm() < 1e-12);
    }
}

TEST_CASE("a trajectory that is shorter than its checkpoint knows is not gone on with") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    std::filesystem::resize_file(small.path("t.extxyz"), 10);
    const auto refused = small.run({"--steps", "40", "--resume"});
    CHECK(refused.status == 1);
    CHECK(refused.error.find("shorter than the checkpoint") != std::string::npos);
}

TEST_CASE("a trajectory or a log without the checkpoint is not gone on with, and stays") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const std::string trajectory = bytes_of(small.path("t.extxyz"));
    const std::string log = bytes_of(small.path("l.csv"));
    std::filesystem::remove(small.path("t.extxyz.checkpoint"));
    const words goes_on{"--steps", "40", "--resume"};
    const auto refused = small.run(goes_on);
    CHECK(refused.status == 1);
    CHECK(refused.error.find("t.extxyz', but no checkpoint '") != std::string::npos);
    CHECK(bytes_of(small.path("t.extxyz")) == trajectory);
    std::filesystem::remove(small.path("t.extxyz"));
    CHECK(small.run(goes_on).status == 1);
    CHECK(!std::filesystem::exists(small.path("t.extxyz")));
    CHECK(bytes_of(small.path("l.csv")) == log);
    std::filesystem::remove(small.path("l.csv"));
    CHECK(small.run(goes_on).status == 0); // there is nothing to lose
}

TEST_CASE("a run that begins anew and stops before its first frame is whole can go on") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const std::string trajectory = bytes_of(small.path("t.extxyz"));
    const std::string log = bytes_of(small.path("l.csv"));
    const auto limit = std::filesystem::file_size(small.path("t.extxyz.checkpoint"));
    REQUIRE(trajectory.size() > 3 * limit); // three frames
    const auto full = small.run({"--steps", "20"}, limit);
    CHECK(full.status == 1);
    CHECK(full.error.find("t.extxyz' cannot be written") != std::string::npos);
    REQUIRE(small.run({"--steps", "20", "--resume"}).status == 0);
    CHECK(bytes_of(small.path("t.extxyz")) == trajectory);
    CHECK(bytes_of(small.path("l.csv")) == log);
}

TEST_CASE("a run that cannot write its checkpoint leaves older files as they were") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const auto older = small.bytes_of_files();
    CHECK(small.run({"--steps", "30"}, 100).status == 1);
    CHECK(small.bytes_of_files() == older);
}

TEST_CASE("a checkpoint with counts that make no sense is refused") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const std::string path = small.path("t.extxyz.checkpoint");
    safetensors file = read_safetensors(path);
    file.set<std::int64_t>("counts", {3}, std::vector<std::int64_t>{-1, 0, 0});
    write_safetensors(path, file);
    const std::string trajectory = bytes_of(small.path("t.extxyz"));
    const auto refused = small.run({"--steps", "40", "--resume"});
    CHECK(refused.status == 1);
    CHECK(refused.error.find("has counts below zero") != std::string::npos);
    CHECK(bytes_of(small.path("t.extxyz")) == trajectory);
}

TEST_CASE("a checkpoint without one of its tensors, or with a number that is not finite, is refused") {
    const small_run small;
    REQUIRE(small.run({"--steps", "20"}).status == 0);
    const std::string path = small.path("t.extxyz.checkpoint");
    const safetensors good = read_safetensors(path);
    const std::string trajectory = bytes_of(small.path("t.extxyz"));
    for (const std::string name : {"positions", "velocities", "listed_positions"}) {
        safetensors file = good;
        auto numbers = good.values<double>(name);
        numbers[2] = std::nan("");
        file.set<double>(name, {numbers.size()}, numbers);
        write_safetensors(path, file);
        const auto refused = small.run({"--steps", "40", "--resume"});
        CHECK(refused.status == 1);
        CHECK(refused.error.find(path + "': number 2 of tensor '" + name + "' is not finite") !=
              std::string::npos);
        CHECK(bytes_of(small.path("t.extxyz")) == trajectory);
        file.tensors.erase(name);
        write_safetensors(path, file);
        const auto missing = small.run({"--steps", "40", "--resume"});
        CHECK(missing.status == 1);
        CHECK(missing.error.find("there is no tensor '" + name + "'") != std::string::npos);
    }
}

TEST_CASE(
    "a run that begins anew keeps nothing of older files, one that goes on nothing beyond its checkpoint") {
    const small_run small;
    const words anew{"--steps", "20"};
    REQUIRE(small.run(anew).status == 0);
    const std::string trajectory = bytes_of(small.path("t.extxyz"));
    const std::string log = bytes_of(small.path("l.csv"));
    for (const words& options : {anew, anew + words{"--resume"}}) {
        for (const std::string name : {"t.extxyz", "l.csv"})
            std::ofstream{small.path(name), std::ios::app} << "more than was known";
        REQUIRE(small.run(options).status == 0);
        CHECK(bytes_of(small.path("t.extxyz")) == trajectory);
        CHECK(bytes_of(small.path("l.csv")) == log);
    }
}

TEST_CASE("a run says how far its frames are outside the training, as predict says of its trajectory") {
    const small_run small;
    const std::string hot = small.path("hot.extxyz");
    const auto run = run_program({"md", data_file("batio3.model"), small.start(), "--steps", "40",
                                  "--temperature", "3000", "-o", hot});
    REQUIRE(run.status == 0);
    const auto predicted = run_program({"predict", data_file("batio3.model"), hot});
    REQUIRE(predicted.status == 0);
    const auto farthest = [](const std::string& output) {
        const std::size_t first = output.find("the farthest is that of atom ");
        REQUIRE(first != std::string::npos);
        return output.substr(first, output.find("): ", first) - first);
    };
    CHECK(farthest(run.output) == farthest(predicted.output));

    // One that stopped on the way says the same.
    const words in_parts{"md", data_file("batio3.model"),  small.start(), "--temperature", "3000",
                         "-o", small.path("parts.extxyz"), "--resume",    "--steps"};
    REQUIRE(run_program(in_parts + words{"20"}).status == 0);
    const auto whole = run_program(in_parts + words{"40"});
    const auto last_line = [](const std::string& output) {
        return output.substr(output.rfind('\n', output.size() - 2));
    };
    CHECK(last_line(whole.output) == last_line(run.output));
    CHECK(last_line(run_program(in_parts + words{"40"}).output) == last_line(run.output));
    const auto fewer = run_program(in_parts + words{"30"});
    CHECK(fewer.status == 1);
    CHECK(fewer.error.find("--steps: the run that --resume goes on with has 40 steps already") !=
          std::string::npos);
    const auto cold = run_program(
        {"md", data_file("batio3.model"), small.start(), "--steps", "0", "--temperature", "0", "-o", hot});
    CHECK(cold.output.find("outside its range") == std::string::npos);
}

TEST_CASE("a force model needs to be allowed") {
    const temporary_directory folder;
    const std::string model = (folder.path() / "m").string();
    const std::string data = folder.file("d.extxyz", frames_of(data_file("moo3.extxyz"), 0, 6));
    const std::string start = data_file("moo3_reference.extxyz");
    REQUIRE(run_program({"train", "forces", data, "-o", model, "--reference", start, "--hops", "2",
                         "--neighbors", "1", "--epochs", "2"})
                .status == 0);
    const words command{"md",      model, start,
                        "--steps", "3",   "--temperature",
                        "10",      "-o",  (folder.path() / "t.extxyz").string()};
    const auto refused = run_program(command);
    CHECK(refused.status == 1);
    CHECK(refused.error.find("--forces-only") != std::string::npos);
    CHECK(!std::filesystem::exists(folder.path() / "t.extxyz"));
    CHECK(run_program(command + words{"--forces-only"}).status == 0);
}

} // namespace tinynet::test::md_test
