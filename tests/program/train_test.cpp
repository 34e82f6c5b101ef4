// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/safetensors.hpp>
#include <tinynet/training/detail/epoch_records.hpp>

#include <nlohmann/json.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <random>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tinynet::test::train_test {

namespace {

/// A folder with ten structures, and trainings on them that take moments.
class small_training {
public:
    explicit small_training(std::size_t structure_count = 10) {
        data_ = folder_.file("data.extxyz", frames_of(data_file("moo3.extxyz"), 0, structure_count));
    }

    [[nodiscard]] words command(const words& options) const {
        return words{"train",
                     "forces",
                     data_,
                     "-o",
                     path("m.model"),
                     "--reference",
                     data_file("moo3_reference.extxyz"),
                     "--hops",
                     "2",
                     "--neighbors",
                     "1"} +
               options;
    }
    [[nodiscard]] program_result run(const words& options) const {
        auto result = run_program(command(options));
        CAPTURE(result.error);
        CHECK(result.status == 0);
        return result;
    }
    /// The bytes of the model that a training writes.
    [[nodiscard]] std::string model(const words& options) const {
        std::filesystem::remove(path("m.model"));
        static_cast<void>(run(options));
        return bytes_of(path("m.model"));
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] const temporary_directory& folder() const { return folder_; }

private:
    temporary_directory folder_;
    std::string data_;
};

const words quick = {"--epochs", "5", "--hidden", "4x4"};

nlohmann::json metadata(const std::string& model, const std::string& key) {
    return nlohmann::json::parse(tinynet::read_safetensors(model).metadata_at(key));
}

/// Makes a checkpoint one of a training with another number of epochs.
void set_epochs(const std::string& checkpoint, std::uint64_t epochs) {
    const std::string bytes = bytes_of(checkpoint);
    auto file = tinynet::parse_safetensors(tinynet::detail::without_record_places(bytes), checkpoint);
    auto settings = nlohmann::json::parse(file.metadata_at("settings"));
    settings["epochs"] = epochs;
    file.metadata["settings"] = settings.dump();
    tinynet::write_safetensors(checkpoint, file);
}

/// Lines of a table that begin with a word.
std::size_t line_count(const std::string& text, const std::string& word) {
    const auto lines = lines_of(text);
    return static_cast<std::size_t>(
        std::count_if(lines.begin(), lines.end(), [&](const auto& line) { return line.starts_with(word); }));
}

/// Waits until a file has more lines than that, for at most a minute, or until the program ends.
void wait_for_lines(const running_program& program, const std::string& file, std::size_t count) {
    for (int attempt = 0; attempt < 6000 && program.is_running(); ++attempt) {
        if (lines_of(bytes_of(file)).size() > count)
            return;
        std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
}

} // namespace

TEST_CASE("training writes a model, prints the error table and leaves nothing else behind") {
    const small_training training;
    const auto result = training.run(quick);
    CHECK(result.error.empty());
    CHECK(line_count(result.output, "training ") == 2); // the first says how many epochs
    CHECK(line_count(result.output, "validation ") == 1);
    CHECK(line_count(result.output, "test ") == 1);
    CHECK(line_count(result.output, "  Mo ") == 1);
    CHECK(line_count(result.output, "  O ") == 1);
    CHECK(training.folder().entry_count() == 2);
}

TEST_CASE("the same seed gives the same bytes for any number of threads") {
    const small_training training;
    const std::string one = training.model(quick + words{"--threads", "1"});
    CHECK(!one.empty());
    CHECK(one == training.model(quick + words{"--threads", "2"}));
    CHECK(one == training.model(quick + words{"--threads", "3"}));
    CHECK(one == training.model(quick));
    CHECK(one == training.model(quick + words{"--seed", "1"}));
    CHECK(one != training.model(quick + words{"--seed", "2"}));
}

TEST_CASE("the split is a function of seed and fractions and stands in the model") {
    const small_training training;
    const auto sizes = [&](const words& options) {
        static_cast<void>(training.run(quick + options));
        const auto split = metadata(training.path("m.model"), "split");
        return std::vector<std::size_t>{split["training"].size(), split["validation"].size(),
                                        split["test"].size()};
    };
    CHECK(sizes({}) == std::vector<std::size_t>{8, 1, 1});
    CHECK(sizes({"--split", "0.5,0.2,0.3"}) == std::vector<std::size_t>{5, 2, 3});
    CHECK(sizes({"--split", "1,0,0"}) == std::vector<std::size_t>{10, 0, 0});
}

TEST_CASE("structures of a test file are never looked at in training") {
    const small_training training;
    const std::string test =
        training.folder().file("test.extxyz", frames_of(data_file("moo3.extxyz"), 20, 3));
    const std::string without = training.model(quick + words{"--split", "0.9,0.1,0"});
    const auto result = training.run(quick + words{"--test", test});
    CHECK(bytes_of(training.path("m.model")) == without);
    for (const auto& line : lines_of(result.output))
        if (line.starts_with("test "))
            CHECK(line.find(" 3       96 ") != std::string::npos); // structures, atoms
    CHECK(line_count(result.output, "test ") == 1);
}

TEST_CASE("symmetry copies, weight decay, learning rate and batches are a choice") {
    const small_training training;
    const std::string plain = training.model(quick);
    for (const words& options : {words{"--weight-decay", "0"},
                                 {"--learning-rate", "1e-4"},
                                 {"--constant-learning-rate"},
                                 {"--batch", "2"},
                                 {"--unscaled-targets"}})
        CHECK(training.model(quick + options) != plain);
    const auto result = training.run(quick + words{"--symmetry-copies"});
    CHECK(result.output.find("4 symmetry operations") != std::string::npos);
    CHECK(bytes_of(training.path("m.model")) != plain);
    CHECK(metadata(training.path("m.model"), "split")["training"].size() == 8); // copies are not structures
}

TEST_CASE("options with lists of values may stand before the data file") {
    const small_training training;
    const std::string expected =
        training.model(quick + words{"--split", "0.8,0.1,0.1", "--bond-cutoff", "3.1"});
    words command = training.command(quick);
    const words lists{"--split", "0.8,0.1,0.1", "--bond-cutoff", "3.1"};
    command.insert(command.begin() + 2, lists.begin(), lists.end());
    std::filesystem::remove(training.path("m.model"));
    const auto result = run_program(command);
    CAPTURE(result.error);
    CHECK(result.status == 0);
    CHECK(bytes_of(training.path("m.model")) == expected);
}

TEST_CASE("--minutes ends in time, and its epoch count given as --epochs makes the same model") {
    const small_training training;
    const words options{"--hidden", "4x4", "--threads", "1"};
    const auto timed = training.run(options + words{"--minutes", "0.05"});
    CHECK(timed.seconds < 120.0); // 3 s on an idle machine
    const std::string model = bytes_of(training.path("m.model"));
    const auto epochs = metadata(training.path("m.model"), "training").at("epochs").get<std::size_t>();
    CHECK(epochs > 5);
    CHECK(timed.output.find("training for " + std::to_string(epochs) + " epochs") != std::string::npos);
    CHECK(training.model(options + words{"--epochs", std::to_string(epochs)}) == model);
}

TEST_CASE("networks, hidden layers and precision are a choice") {
    const small_training training;
    const auto info = [&](const words& options) {
        static_cast<void>(training.run(words{"--epochs", "2"} + options));
        const auto result = run_program({"info", training.path("m.model")});
        CHECK(result.status == 0);
        return result.output;
    };
    const auto contains = [](const std::string& text, const std::string& part) {
        return text.find(part) != std::string::npos;
    };
    const std::string by_default = info({});
    CHECK(contains(by_default, "site, float"));
    CHECK(contains(by_default, "-16-32-3,"));
    CHECK(contains(by_default, "network 3"));
    const std::string species = info({"--networks", "species", "--hidden", "8x16", "--real", "double"});
    CHECK(contains(species, "species, double"));
    CHECK(contains(species, "-8-16-3,"));
    CHECK(contains(species, "network 1"));
    CHECK(!contains(species, "network 2"));
    const std::string shared = info({"--networks", "shared", "--hidden", "32", "--layout", "paper"});
    CHECK(contains(shared, "shared, float"));
    CHECK(contains(shared, "-32-3,"));
    CHECK(!contains(shared, "network 1"));
    CHECK(contains(info({"--hidden", "4x5x6"}), "-4-5-6-3,"));
}

TEST_CASE("the learning curve has a header and a row per epoch") {
    const small_training training;
    const std::string curve = training.path("curve.csv");
    const auto result = training.run(quick + words{"--curve", curve});
    const auto lines = lines_of(bytes_of(curve));
    REQUIRE(lines.size() == 6);
    CHECK(lines.front() == "epoch,learning_rate,training_rmse,validation_rmse");
    for (std::size_t epoch = 1; epoch <= 5; ++epoch) {
        const auto row = csv_rows(lines[epoch]).front();
        REQUIRE(row.size() == 4);
        CHECK(row[0] == static_cast<double>(epoch));
        for (const double number : row)
            CHECK(number > 0.0);
    }
    const double best = metadata(training.path("m.model"), "training").at("best_rmse").get<double>();
    CHECK(best > 0.0);
    CHECK(best < 1.0);
}

TEST_CASE("a constant learning rate neither rises nor falls") {
    const small_training training;
    const std::string curve = training.path("curve.csv");
    CHECK(training.run(quick + words{"--learning-rate", "1e-4", "--constant-learning-rate", "--curve", curve})
              .status == 0);
    const auto lines = lines_of(bytes_of(curve));
    REQUIRE(lines.size() == 6);
    for (std::size_t epoch = 1; epoch <= 5; ++epoch)
        CHECK(csv_rows(lines[epoch]).front()[1] == 1e-4);
}

TEST_CASE("without a reference the mean of the training structures is one, wrapped or not") {
    const small_training training;
    const std::string model = training.path("mean.model");
    const std::string data = training.path("data.extxyz");
    const auto result = run_program({"train", "forces", data, "-o", model, "--epochs", "2"});
    CAPTURE(result.error);
    CHECK(result.status == 0);
    CHECK(run_program({"predict", model, data}).status == 0);
    CHECK(run_program({"predict", model, data_file("moo3_reference.extxyz")}).status == 0);
}

TEST_CASE("a checkpoint that was asked for stays, and resuming a finished training gives its model") {
    const small_training training;
    const words options = quick + words{"--checkpoint", training.path("c"), "--resume"};
    const std::string first = training.model(options); // there is nothing to resume from yet
    CHECK(first == training.model(quick));
    CHECK(std::filesystem::exists(training.path("c")));
    CHECK(training.model(options) == first);
    CHECK(training.model(words{"--hidden", "4x4", "--checkpoint", training.path("c"), "--resume"}) == first);
    CHECK(!std::filesystem::exists(training.path("m.model.checkpoint")));
}

TEST_CASE("the checkpoint of a training whose errors could not be printed stays, and resuming prints them") {
    const small_training training;
    std::string command = TINYNET_TEST_BUILD "/bin/tinynet";
    for (const std::string& word : training.command(quick))
        command += " '" + word + "'";
    CHECK(std::system((command + " > /dev/full 2> /dev/null").c_str()) != 0);
    const std::string checkpoint = training.path("m.model.checkpoint");
    CHECK(std::filesystem::exists(training.path("m.model")));
    REQUIRE(std::filesystem::exists(checkpoint));
    const std::string bytes = bytes_of(checkpoint);
    const auto refused = run_program(training.command(quick));
    CHECK(refused.status == 1);
    CHECK(refused.error.find("unfinished training, 5 of 5 epochs done; go on with --resume") !=
          std::string::npos);
    CHECK(bytes_of(checkpoint) == bytes);
    const auto result = training.run(quick + words{"--resume"});
    CHECK(result.output.find("going on after epoch 5 of 5") != std::string::npos);
    CHECK(line_count(result.output, "test ") == 1);
    CHECK(!std::filesystem::exists(checkpoint));
}

TEST_CASE("a training that begins anew takes the place of a finished one, not of an unfinished one") {
    const small_training training;
    const std::string checkpoint = training.path("c");
    const words options{"--hidden", "4x4", "--checkpoint", checkpoint};
    const std::string model = training.model(options + words{"--epochs", "5"});
    set_epochs(checkpoint, 9); // as if it had been killed
    const std::string unfinished = bytes_of(checkpoint);
    for (const std::string epochs : {"5", "9", "1"}) {
        const auto refused = run_program(training.command(options + words{"--epochs", epochs}));
        CHECK(refused.status == 1);
        CHECK(refused.error.find("c' holds an unfinished training, 5 of 9 epochs done") != std::string::npos);
    }
    CHECK(bytes_of(checkpoint) == unfinished);
    CHECK(bytes_of(training.path("m.model")) == model);
    std::filesystem::remove(checkpoint);
    CHECK(training.model(options + words{"--epochs", "5"}) == model);
    CHECK(training.model(options + words{"--epochs", "5"}) == model); // the one before is finished
}

TEST_CASE("what is no checkpoint of a training, or a damaged one, is not replaced by a checkpoint") {
    const small_training training;
    const std::string checkpoint = training.path("c");
    const words options{"--hidden", "4x4", "--epochs", "2", "--checkpoint", checkpoint};
    const std::string model = training.model(options);
    std::string damaged = bytes_of(checkpoint);
    damaged[damaged.size() - 5] ^= 1;
    for (const std::string& bytes : {damaged, model, std::string{"a text\n"}}) {
        static_cast<void>(training.folder().file("c", bytes));
        const auto refused = run_program(training.command(options));
        CHECK(refused.status == 1);
        CHECK(refused.error.find("is not replaced: '" + checkpoint + "'") != std::string::npos);
        CHECK(bytes_of(checkpoint) == bytes);
    }
    static_cast<void>(training.folder().file("c", "")); // holds nothing to lose
    CHECK(training.model(options) == model);
}

TEST_CASE("a checkpoint with a number of epochs that makes no sense is not gone on with") {
    const small_training training;
    const std::string checkpoint = training.path("c");
    const words options{"--hidden", "4x4", "--checkpoint", checkpoint};
    static_cast<void>(training.run(options + words{"--epochs", "2"}));
    for (const std::uint64_t epochs : {std::uint64_t{0}, std::uint64_t{1'000'000'001}, ~std::uint64_t{0}}) {
        set_epochs(checkpoint, epochs);
        const auto refused = run_program(training.command(options + words{"--resume"}));
        CHECK(refused.status == 1);
        CHECK(refused.error.find("no number of epochs from 1 to 1000000000") != std::string::npos);
    }
}

TEST_CASE("an older learning curve stays until there is an epoch to put in its place") {
    const small_training training;
    const std::string curve = training.folder().file("curve.csv", "older");
    const auto diverged =
        run_program(training.command({"--epochs", "5", "--real", "double", "--learning-rate", "1e300",
                                      "--hidden", "4x4", "--curve", curve}));
    CHECK(diverged.status == 1);
    CHECK(diverged.error.find("diverged at epoch 1") != std::string::npos);
    CHECK(bytes_of(curve) == "older");
    static_cast<void>(training.run(quick + words{"--curve", curve}));
    CHECK(lines_of(bytes_of(curve)).size() == 6);
}

TEST_CASE("resuming with other settings is refused and names the first difference") {
    const small_training training;
    const words resume{"--checkpoint", training.path("c"), "--resume"};
    const std::string model = training.model(quick + resume);
    const std::string checkpoint = bytes_of(training.path("c"));
    const auto refused = [&](const words& options, const std::string& key) {
        const auto result = run_program(training.command(options + resume));
        CHECK(result.status != 0);
        CHECK(result.error.find("--resume") != std::string::npos);
        CHECK(result.error.find("'" + key + "'") != std::string::npos);
    };
    refused({"--hidden", "4x4", "--epochs", "6"}, "epochs");
    refused({"--hidden", "4x5", "--epochs", "5"}, "hidden");
    refused(quick + words{"--seed", "2"}, "seed");
    refused(quick + words{"--networks", "shared"}, "networks");
    refused(quick + words{"--bond-cutoff", "3.0"}, "bond-cutoff");
    refused(quick + words{"--real", "double"}, "real");
    CHECK(bytes_of(training.path("m.model")) == model);
    CHECK(bytes_of(training.path("c")) == checkpoint);
}

TEST_CASE("property: a training killed at any moment and resumed gives the model of the uninterrupted one") {
    const small_training training;
    const words options{"--epochs", "400", "--threads", "2"};
    const std::string expected = training.model(options);
    for (std::uint64_t seed = 0; seed < 6; ++seed) {
        CAPTURE(seed);
        std::filesystem::remove(training.path("m.model"));
        std::mt19937_64 rng{seed};
        const int pause = std::uniform_int_distribution<int>{1, 250}(rng);
        {
            running_program program{training.command(options)};
            std::this_thread::sleep_for(std::chrono::milliseconds{pause});
            program.kill();
            program.wait();
        }
        CHECK(training.model(options + words{"--resume"}) == expected);
    }
}

TEST_CASE("slow: a resumed training goes on from a checkpoint written on the way, curve included") {
    const small_training training{30};
    const std::string curve = training.path("curve.csv");
    words options;
    std::vector<std::string> interrupted;
    for (std::size_t epochs = 1000; interrupted.empty(); epochs *= 4) { // as many as a kill comes amid
        REQUIRE(epochs <= 256000);
        for (const std::string& left : {curve, training.path("m.model.checkpoint")})
            std::filesystem::remove(left);
        options = {"--epochs", std::to_string(epochs), "--threads", "1", "--hidden", "8x8", "--curve", curve};
        {
            running_program program{training.command(options)};
            wait_for_lines(program, curve, 0);
            program.pause(std::chrono::milliseconds{300}); // the curve is written again after 0.2 s
            wait_for_lines(program, curve, 1);
            program.kill();
            program.wait();
        }
        const auto rows = lines_of(bytes_of(curve));
        if (rows.size() > 1 && !rows.back().starts_with(std::to_string(epochs) + ","))
            interrupted = rows;
    }
    const auto resumed = training.run(options + words{"--resume"});
    CHECK(resumed.output.find("going on after epoch ") != std::string::npos);
    CHECK(resumed.output.find("going on after epoch 0 ") == std::string::npos);
    const std::string model = bytes_of(training.path("m.model"));
    const auto complete = lines_of(bytes_of(curve));
    REQUIRE(complete.size() > interrupted.size());
    CHECK(std::equal(interrupted.begin(), interrupted.end(), complete.begin()));
    CHECK(training.model(options) == model);
    CHECK(lines_of(bytes_of(curve)) == complete);
}

} // namespace tinynet::test::train_test
