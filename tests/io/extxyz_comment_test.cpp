// SPDX-License-Identifier: MIT
#include <tinynet/io/detail/extxyz_comment.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

namespace tinynet::test::extxyz_comment_test {

namespace {

tinynet::extxyz_frame frame_with(const std::string& comment) {
    tinynet::extxyz_frame frame;
    frame.file = "x.xyz";
    tinynet::detail::parse_header(comment, frame);
    return frame;
}

void check_refused(const std::string& comment, const std::string& message) {
    CHECK_THROWS_WITH_AS(frame_with(comment), ("x.xyz, line 2: " + message).c_str(), tinynet::file_error);
}

} // namespace

TEST_CASE(
    "comment values stand bare, in quotes, in braces or in brackets, with blanks around the equals sign") {
    const auto frame = frame_with("a=1 b = \"two words\"\tc='it\\'s' d={x {y} z} e=[[1, 2], [3, 4]] "
                                  "f=\"say \\\"C:\\\\\\\"\" g=u=v word h=");
    const std::vector<std::pair<std::string, std::string>> expected = {{"a", "1"},
                                                                       {"b", "two words"},
                                                                       {"c", "it's"},
                                                                       {"d", "x {y} z"},
                                                                       {"e", "[[1, 2], [3, 4]]"},
                                                                       {"f", "say \"C:\\\""},
                                                                       {"g", "u=v"},
                                                                       {"", "word"},
                                                                       {"h", ""}};
    CHECK(frame.info == expected);
}

TEST_CASE("Properties lists the columns and is no key of the frame, without it they are species and pos") {
    const auto frame = frame_with("config=a Properties=Z:I:1:pos:R:3:note:S:2");
    CHECK(frame.info.size() == 1);
    REQUIRE(frame.columns.size() == 3);
    CHECK(frame.columns[1].name == "pos");
    CHECK(frame.columns[1].type == 'R');
    CHECK(frame.columns[1].width == 3);
    CHECK(frame.columns[2].texts().empty());
    const auto plain = frame_with("any comment");
    CHECK(plain.info.size() == 2);
    CHECK(plain.columns.front().name == "species");
    CHECK(plain.columns.back().width == 3);
}

TEST_CASE("a list of properties that is not well formed is refused") {
    check_refused("Properties=pos:R:-3",
                  "Properties gives 'pos' the width '-3', expected an integer from 1 to 1000000");
    check_refused("Properties=pos:R:0",
                  "Properties gives 'pos' the width '0', expected an integer from 1 to 1000000");
    check_refused("Properties=pos:R",
                  "Properties gives 'pos' the width '', expected an integer from 1 to 1000000");
    check_refused("Properties=pos:X:3", "Properties gives 'pos' the type 'X', expected S, R, I or L");
    check_refused("Properties=pos:R:3:pos:R:3", "Properties lists 'pos' twice");
    check_refused("Properties=", "Properties has '' for a name, expected name:type:width without blanks");
}

TEST_CASE("more properties or columns than a frame can have are refused") {
    const auto properties = [](std::size_t count) {
        std::string list = "Properties=a0:R:1";
        for (std::size_t k = 1; k < count; ++k)
            list += ":a" + std::to_string(k) + ":R:1";
        return list;
    };
    CHECK(frame_with(properties(10000)).columns.size() == 10000);
    check_refused(properties(10001), "Properties lists too many properties, expected at most 10000");
    CHECK(frame_with("Properties=a:R:999999:b:S:1").columns.size() == 2);
    check_refused("Properties=a:R:1000000:b:S:1",
                  "the properties have 1000001 columns, expected at most 1000000");
}

TEST_CASE("more keys and words than a comment line can have are refused, Properties not counted") {
    const std::string properties = " Properties=pos:R:3";
    for (const bool are_pairs : {false, true}) {
        std::string words;
        for (int k = 0; k < 10000; ++k)
            words += are_pairs ? " k" + std::to_string(k) + "=1" : " k";
        CHECK(frame_with(words).info.size() == 10000);
        CHECK(frame_with(words + properties).info.size() == 10000);
        CHECK(frame_with(properties + words).info.size() == 10000);
        for (const std::string& more : {words + " x", properties + words + " x", words + properties + " x=1"})
            check_refused(more, "found too many keys and words, expected at most 10000");
    }
}

TEST_CASE("a comment line that is not well formed is refused") {
    check_refused("energy=1 energy=1", "the key 'energy' is given twice");
    check_refused("a=\"open", "the quote before 'open' is not closed");
    check_refused("a={open", "the bracket before 'open' is not closed");
    check_refused("a=\"b\"c", "the value of 'a' is followed by 'c', expected a blank");
    check_refused("=3", "found '=' without a key before it");
    check_refused("\"Lattice\"=3", "the key '\"Lattice\"' has a quote in it, expected a key without quotes");
    check_refused("lattice=3", "found the key 'lattice', expected 'Lattice'");
    check_refused("PBC=3", "found the key 'PBC', expected 'pbc'");
    check_refused("a= b=3", "the key 'a' has no value before 'b=3'");
}

} // namespace tinynet::test::extxyz_comment_test
