// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"
#include <tinynet/io/extxyz.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <filesystem>
#include <malloc.h>
#include <string>
#include <vector>

namespace tinynet::test::compare_test {

namespace {

class compared_folder {
public:
    compared_folder() { data_ = folder_.file("data.extxyz", frames_of(data_file("moo3.extxyz"), 0, 20)); }

    [[nodiscard]] program_result compare(const words& options) const {
        return run_program(words{"compare", data_, "--reference", data_file("moo3_reference.extxyz"),
                                 "--seconds", "0.05", "-o", table()} +
                           options);
    }
    [[nodiscard]] std::string table() const { return (folder_.path() / "table.csv").string(); }

private:
    temporary_directory folder_;
    std::string data_;
};

/// The cells of a line of the table.
words cells_of(const std::string& line) {
    words cells{""};
    for (const char c : line)
        if (c == ',')
            cells.emplace_back();
        else
            cells.back() += c;
    return cells;
}

} // namespace

TEST_CASE("every variant gets a line with the published sizes, times, memory and an error") {
    const compared_folder folder;
    const auto result =
        folder.compare({"--variant", "walks:4:2:paper:shared", "--variant", "cycles:2:1:compact:site"});
    CAPTURE(result.error);
    REQUIRE(result.status == 0);
    const auto lines = lines_of(bytes_of(folder.table()));
    REQUIRE(lines.size() == 3);
    const words header = cells_of(lines[0]);
    const words paper = cells_of(lines[1]);
    REQUIRE(paper.size() == header.size());
    CHECK(paper[0] == "walks:4:2:paper:shared");
    CHECK(paper[1] == "113");                                  // 112 features and the species
    CHECK(paper[2] == "2467");                                 // the paper's number of parameters
    const bool memory_is_counted = ::mallinfo2().uordblks > 0; // not by the allocator of a sanitizer
    for (std::size_t k = 3; k < paper.size(); ++k) {
        CAPTURE(header[k]);
        CHECK((std::stod(paper[k]) > 0.0 || (header[k] == "bytes_per_atom" && !memory_is_counted)));
    }
    CHECK(result.output.find("cycles:2:1:compact:site") != std::string::npos);
}

TEST_CASE("where all forces are zero there is a dash in the place of their ratio") {
    const temporary_directory folder;
    auto frames = tinynet::read_extxyz_frames(data_file("moo3.extxyz"));
    frames.resize(20);
    for (auto& frame : frames)
        frame.set_column({"forces", 'R', 3, std::vector<double>(3 * frame.atom_count, 0.0)});
    const std::string data = folder.path() / "zero.extxyz";
    tinynet::write_extxyz(data, frames);
    const auto result = run_program({"compare", data, "--reference", data_file("moo3_reference.extxyz"),
                                     "--seconds", "0.05", "--variant", "cycles:2:1:compact:site"});
    CAPTURE(result.error);
    REQUIRE(result.status == 0);
    CHECK(lines_of(result.output).back().ends_with(" -"));
}

TEST_CASE("variants can be trained on symmetry copies, too") {
    const compared_folder folder;
    const auto result = folder.compare({"--variant", "cycles:2:1:compact:site", "--symmetry-copies"});
    CAPTURE(result.error);
    REQUIRE(result.status == 0);
    CHECK(result.output.find("4 symmetry operations") != std::string::npos);
    CHECK(lines_of(bytes_of(folder.table())).size() == 2);
}

TEST_CASE("structures with other atoms than the reference are refused by number") {
    const temporary_directory folder;
    const std::string first = frames_of(data_file("moo3.extxyz"), 0, 19);
    const std::string other = frames_of(data_file("batio3.extxyz"), 0, 1);
    const auto result = run_program({"compare", folder.file("mixed.extxyz", first + other), "--reference",
                                     data_file("moo3_reference.extxyz"), "--seconds", "0.05"});
    CHECK(result.status != 0);
    CHECK(result.error.find("structure 19") != std::string::npos);
}

TEST_CASE("variants that cannot be understood are refused by name, and nothing is written") {
    const compared_folder folder;
    for (const std::string text :
         {"", "walks", "walks:4:2:compact", "walks:4:2:compact:site:x", "loops:4:2:compact:site",
          "walks:x:2:compact:site", "walks:21:2:compact:site", "walks:4:9:compact:site",
          "walks:4:2:compact:all", "walks:0:0:compact:site"}) {
        CAPTURE(text);
        const auto result = folder.compare({"--variant", text});
        CHECK(result.status != 0);
        CHECK(!result.error.empty());
        CHECK(!std::filesystem::exists(folder.table()));
    }
    const auto late =
        folder.compare({"--variant", "walks:2:1:compact:site", "--variant", "walks:20:8:compact:site"});
    CHECK(late.status != 0);
    CHECK(late.output.empty()); // before time is spent on the first one
}

} // namespace tinynet::test::compare_test
