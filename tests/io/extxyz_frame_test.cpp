// SPDX-License-Identifier: MIT
#include <tinynet/io/extxyz_frame.hpp>

#include <doctest/doctest.h>

#include <string>
#include <vector>

namespace tinynet::test::extxyz_frame_test {

using tinynet::extxyz_column;
using tinynet::extxyz_frame;
using tinynet::file_error;

namespace {

extxyz_frame two_atoms() {
    extxyz_frame frame;
    frame.atom_count = 2;
    frame.info = {{"energy", "-1.5"}, {"", "word"}, {"config", "a"}};
    frame.columns = {{"species", 'S', 1, std::vector<std::string>{"H", "O"}},
                     {"charge", 'R', 1, std::vector<double>{0.5, -0.5}}};
    return frame;
}

} // namespace

TEST_CASE("columns and keys are found by name") {
    const auto frame = two_atoms();
    REQUIRE(frame.find_column("charge") != nullptr);
    CHECK(frame.find_column("charge")->numbers() == std::vector{0.5, -0.5});
    CHECK(frame.find_column("species")->texts() == std::vector<std::string>{"H", "O"});
    CHECK(frame.find_column("forces") == nullptr);
    REQUIRE(frame.find_info("energy") != nullptr);
    CHECK(*frame.find_info("energy") == "-1.5");
    CHECK(frame.find_info("word") == nullptr);
    CHECK(frame.find_info("") == nullptr);
}

TEST_CASE("a set column or key replaces the older one at its place or comes last") {
    auto frame = two_atoms();
    frame.set_column({"species", 'S', 1, std::vector<std::string>{"He", "Ne"}});
    frame.set_column({"mass", 'R', 1, std::vector<double>{4.0, 20.0}});
    CHECK(frame.columns.size() == 3);
    CHECK(frame.columns.front().texts().front() == "He");
    CHECK(frame.columns.back().name == "mass");
    frame.set_info("energy", "2");
    frame.set_info("note", "new");
    CHECK(frame.info.size() == 4);
    CHECK(frame.info.front().second == "2");
    CHECK(frame.info.back().first == "note");
}

TEST_CASE("a renamed column or key keeps its place and takes that of an older one of the new name") {
    auto frame = two_atoms();
    frame.rename_column("charge", "ref_charge");
    CHECK(frame.columns.back().name == "ref_charge");
    frame.rename_column("ref_charge", "species");
    CHECK(frame.columns.size() == 1);
    CHECK(frame.columns.front().numbers().front() == 0.5);
    frame.rename_column("missing", "other");
    frame.rename_column("species", "species");
    CHECK(frame.columns.size() == 1);
    frame.rename_info("energy", "config");
    CHECK(frame.info == decltype(frame.info){{"config", "-1.5"}, {"", "word"}});
    frame.rename_info("missing", "config");
    CHECK(frame.info.size() == 2);
}

TEST_CASE("frames are equal when their contents are, wherever they were read") {
    auto frame = two_atoms();
    frame.file = "elsewhere";
    frame.line = 7;
    CHECK(frame == two_atoms());
    frame.columns[0].name = "symbols";
    CHECK(frame != two_atoms());
}

TEST_CASE("text is not given out as numbers, nor numbers as text") {
    const auto frame = two_atoms();
    CHECK_THROWS_WITH_AS((void)frame.columns[0].numbers(),
                         "the property 'species' holds text, expected numbers", file_error);
    CHECK_THROWS_WITH_AS((void)frame.columns[1].texts(), "the property 'charge' holds numbers, expected text",
                         file_error);
}

} // namespace tinynet::test::extxyz_frame_test
