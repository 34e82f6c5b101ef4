// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <cstddef>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::describe_test {

namespace {

const std::string golden = TINYNET_TEST_GOLDEN "/";

/// The features that `describe` writes.
std::string described(const words& arguments) {
    const temporary_directory folder;
    const std::string output = folder.path() / "features.csv";
    const auto result = run_program(words{"describe"} + arguments + words{"-o", output});
    CAPTURE(result.error);
    CHECK(result.status == 0);
    CHECK(result.error.empty());
    CHECK(folder.entry_count() == 1);
    return bytes_of(output);
}

std::size_t count_of(const words& arguments) {
    const auto result = run_program(words{"describe"} + arguments + words{"--count"});
    CAPTURE(result.error);
    REQUIRE(result.status == 0);
    REQUIRE(result.output.ends_with('\n'));
    return std::stoul(result.output);
}

double largest_difference(const std::vector<std::vector<double>>& left,
                          const std::vector<std::vector<double>>& right) {
    REQUIRE(left.size() == right.size());
    double largest = 0.0;
    for (std::size_t row = 0; row < left.size(); ++row) {
        REQUIRE(left[row].size() == right[row].size());
        for (std::size_t k = 0; k < left[row].size(); ++k)
            largest = std::max(largest, std::abs(left[row][k] - right[row][k]));
    }
    return largest;
}

} // namespace

TEST_CASE("describe reproduces the golden features, with frame 0 as the reference") {
    for (const std::string crystal : {"batio3", "moo3"})
        for (const std::string paths : {"walks", "cycles"})
            for (const std::string frame : {"1", "2"}) {
                CAPTURE(crystal + " " + paths + " " + frame);
                const std::string input = golden + crystal + ".extxyz";
                const auto features =
                    csv_rows(described({input, "--frame", frame, "--layout", "paper", "--paths", paths,
                                        "--hops", "4", "--neighbors", "2"}));
                const auto expected =
                    csv_rows(bytes_of(golden + crystal + "_" + paths + "_n4_N2_frame" + frame + ".csv"));
                CHECK(largest_difference(features, expected) < 1e-10); // golden/README.md
            }
}

TEST_CASE("a reference in a file of its own takes the place of frame 0") {
    const temporary_directory folder;
    const std::string input = golden + "moo3.extxyz";
    const std::string displaced = folder.file("displaced.extxyz", frames_of(input, 1, 1));
    const words options{"--layout", "paper", "--hops", "6", "--neighbors", "3"};
    const auto features = csv_rows(described(words{displaced, "--reference", input} + options));
    CHECK(largest_difference(features, csv_rows(bytes_of(golden + "moo3_walks_n6_N3_frame1.csv"))) < 1e-10);
}

TEST_CASE("L_4^(2) of frame 0 from walks in layout compact is the default") {
    const std::string input = golden + "moo3.extxyz";
    const std::string by_default = described({input});
    CHECK(by_default ==
          described({input, "--frame", "0", "--hops", "4", "--neighbors", "2", "--paths", "walks", "--layout",
                     "compact", "--bond-rule", "unlike", "--bond-cutoff", "3.1", "--reference", input}));
    const auto rows = csv_rows(by_default);
    CHECK(rows.size() == 32);
    for (const auto& row : rows)
        CHECK(row.size() == count_of({input}));
    CHECK(by_default != described({input, "--frame", "1"}));
}

TEST_CASE("numbers are written with 17 significant digits, rows without a header and of one length") {
    const std::string text = described({golden + "batio3.extxyz", "--frame", "1", "--layout", "paper"});
    CHECK(text.find_first_not_of("0123456789+-.e,\n") == std::string::npos);
    std::size_t longest = 0;
    for (const auto& line : lines_of(text)) {
        CHECK(std::count(line.begin(), line.end(), ',') == std::count(text.begin(), text.end(), ',') / 40);
        const std::string first = line.substr(0, line.find(','));
        longest = std::max<std::size_t>(
            longest, static_cast<std::size_t>(std::count_if(first.begin(), first.end(), ::isdigit)));
    }
    CHECK(longest >= 17);
}

TEST_CASE("--count refuses what it would not look at") {
    for (const words& options : {words{"--output", "out.csv"}, words{"--frame", "0"}}) {
        const auto result = run_program(words{"describe", golden + "batio3.extxyz", "--count"} + options);
        CHECK(result.status == 2);
        CHECK(result.error.find(options[0] + " excludes --count") != std::string::npos);
    }
}

TEST_CASE("--count prints the published row lengths without storing features") {
    const std::string batio3 = data_file("batio3_reference.extxyz");
    const std::string moo3 = data_file("moo3_reference.extxyz");
    const words cycles{"--layout", "paper", "--paths", "cycles"};
    CHECK(count_of(words{batio3, "--hops", "4", "--neighbors", "2"} + cycles) == 420);
    CHECK(count_of(words{batio3, "--hops", "4", "--neighbors", "4"} + cycles) == 19284);
    CHECK(count_of(words{batio3, "--hops", "6", "--neighbors", "4"} + cycles) == 21228);
    const words walks{"--layout", "paper", "--paths", "walks"};
    CHECK(count_of(words{moo3, "--hops", "10", "--neighbors", "0"} + walks) == 26490);
    CHECK(count_of(words{moo3, "--hops", "0", "--neighbors", "4"} + walks) == 872);
    CHECK(count_of(words{moo3, "--hops", "8", "--neighbors", "2"} + walks) == 3118);
}

TEST_CASE("--model writes what the networks of a model take, after their number") {
    const std::string model = TINYNET_TEST_DATA "/batio3.model";
    const auto rows = csv_rows(described({golden + "batio3.extxyz", "--frame", "1", "--model", model}));
    REQUIRE(rows.size() == 40);
    for (const auto& row : rows) {
        CHECK(row.size() == rows.front().size());
        CHECK((row.front() == 0.0 || row.front() == 1.0 || row.front() == 2.0));
    }
    for (const words& other :
         {words{"--count"}, words{"--hops", "4"}, words{"--reference", golden + "moo3.extxyz"}}) {
        const auto refused = run_program(
            words{"describe", golden + "batio3.extxyz", "--model", model, "-o", "never.csv"} + other);
        CHECK(refused.status == 2);
        CHECK(refused.error.find(other.front()) != std::string::npos);
    }
    const auto foreign =
        run_program({"describe", golden + "moo3.extxyz", "--model", model, "-o", "never.csv"});
    CHECK(foreign.status == 1);
    CHECK(foreign.error.find("does not know") != std::string::npos);
}

TEST_CASE("bond cutoffs and the bond rule change who is bonded") {
    const std::string moo3 = data_file("moo3_reference.extxyz");
    const words coordinates{moo3, "--layout", "paper", "--hops", "0", "--neighbors", "1"};
    CHECK(count_of(coordinates) == 24); // 6 O around Mo
    CHECK(count_of(coordinates + words{"--bond-cutoff", "Mo-O=3.1"}) == 24);
    CHECK(count_of(coordinates + words{"--bond-cutoff", "0.5", "--bond-cutoff", "O-Mo=3.1"}) == 24);
    CHECK(count_of(coordinates + words{"--bond-cutoff", "3.1", "--bond-cutoff", "Mo-O=0"}) == 0);
    CHECK(count_of(coordinates + words{"--bond-cutoff", "4.5"}) > 24);
    CHECK(count_of(coordinates + words{"--bond-rule", "all"}) > 24);
    CHECK(count_of(coordinates + words{"--bond-cutoff", "O-O=3.1"}) > 24);
}

TEST_CASE("help and version end with status 0, and every command is listed") {
    const auto help = run_program({"--help"});
    CHECK(help.status == 0);
    for (const std::string command : {"describe", "train", "predict", "info"}) {
        CHECK(help.output.find(command) != std::string::npos);
        CHECK(run_program({command, "--help"}).status == 0);
    }
    CHECK(run_program({"--version"}).status == 0);
}

} // namespace tinynet::test::describe_test
