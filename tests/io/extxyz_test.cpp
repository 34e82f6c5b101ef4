// SPDX-License-Identifier: MIT
#include "support/temporary_directory.hpp"
#include <tinynet/io/extxyz.hpp>

#include <doctest/doctest.h>

#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet::test::extxyz_test {

using doctest::Contains;
using tinynet::extxyz_frame;
using tinynet::file_error;
using tinynet::read_extxyz;
using tinynet::read_extxyz_frames;

namespace {

/// The frames of a file with that content.
std::vector<extxyz_frame> frames_of(std::string_view content) {
    const temporary_directory folder;
    return read_extxyz_frames(folder.file("x.xyz", content));
}

/// Checks that the content is refused, naming the file and then the rest of the message.
void check_refused(std::string_view content, const std::string& message) {
    CAPTURE(content);
    const temporary_directory folder;
    const auto path = folder.file("x.xyz", content);
    CHECK_THROWS_WITH_AS(read_extxyz(path), (path.string() + ", " + message).c_str(), file_error);
}

constexpr std::string_view two_frames =
    "2\n"
    "Lattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3 energy=-1\n"
    "Ba 0 0 0.125\n"
    "O 1.5 -2e-3 3\n"
    "1\n"
    "plain words\n"
    "H 1 2 3.25\n";

/// Any value that the format can hold, with what is hard to print among them.
double random_number(std::mt19937& random) {
    const auto bits = (std::uint64_t{random()} << 32U) | random();
    const auto number = std::bit_cast<double>(bits);
    return std::isfinite(number) ? number : std::numeric_limits<double>::denorm_min();
}

std::string random_text(std::mt19937& random, std::string_view letters) {
    std::string text;
    for (auto size = 1 + random() % 8; size > 0; --size)
        text += letters[random() % letters.size()];
    return text;
}

extxyz_frame random_frame(std::mt19937& random) {
    extxyz_frame frame;
    frame.atom_count = 1 + random() % 5;
    for (int i = 0; i < 5; ++i) {
        const auto key = i == 0 ? std::string{} : "key" + std::to_string(i);
        frame.info.emplace_back(key,
                                random_text(random, key.empty() ? "ab\"{:" : "ab =\t\"'\\{}[]:\xC3\xA5"));
    }
    for (int i = 0; i < 5; ++i) {
        tinynet::extxyz_column column{"p" + std::to_string(i), "SRIL"[random() % 4], 1 + random() % 4, {}};
        const auto size = column.width * frame.atom_count;
        std::vector<std::string> texts(column.type == 'S' ? size : 0);
        for (auto& text : texts)
            text = random_text(random, "ab=\"'1.\\{");
        std::vector<double> numbers(size);
        for (auto& number : numbers)
            number = column.type == 'R'   ? random_number(random)
                     : column.type == 'I' ? static_cast<double>(random()) - 2e9
                                          : static_cast<double>(random() % 2);
        if (column.type == 'S')
            column.values = texts;
        else
            column.values = numbers;
        frame.columns.push_back(std::move(column));
    }
    return frame;
}

} // namespace

TEST_CASE("a file with two frames is read as two structures") {
    const temporary_directory folder;
    const auto structures = read_extxyz(folder.file("x.xyz", two_frames));
    REQUIRE(structures.size() == 2);
    CHECK(structures[0].energy == -1.0);
    CHECK(structures[0].geometry.positions()[1] == tinynet::vector3{1.5, -2e-3, 3});
    CHECK(structures[1].geometry.cell() == tinynet::cell{});
    CHECK(structures[1].geometry.species()[0].symbol() == "H");
}

TEST_CASE("the reader gives one frame after the other, then none, and knows their lines") {
    const temporary_directory folder;
    tinynet::extxyz_reader reader{folder.file("x.xyz", two_frames)};
    CHECK(reader.next()->line == 1);
    CHECK(reader.next()->line == 5);
    CHECK(!reader.next());
    CHECK(!reader.next());
}

TEST_CASE("columns come in any order, type and width, and unknown ones are kept") {
    const auto frame =
        frames_of(
            "1\nProperties=tag:I:2:pos:R:3:fixed:L:2:species:S:1:note:S:2\n-3 +4 1 2. .5 T False O a 1\n")
            .at(0);
    CHECK(frame.find_column("tag")->numbers() == std::vector{-3.0, 4.0});
    CHECK(frame.find_column("pos")->numbers() == std::vector{1.0, 2.0, 0.5});
    CHECK(frame.find_column("fixed")->numbers() == std::vector{1.0, 0.0});
    CHECK(frame.find_column("note")->texts() == std::vector<std::string>{"a", "1"});
}

TEST_CASE("line ends of either kind, a byte order mark, blank last lines and a missing last line end are "
          "accepted") {
    const auto expected = frames_of(two_frames);
    std::string windows;
    for (const char character : two_frames)
        windows += character == '\n' ? std::string{"\r\n"} : std::string{character};
    CHECK(frames_of(windows) == expected);
    CHECK(frames_of("\xEF\xBB\xBF" + std::string{two_frames}) == expected);
    CHECK(frames_of(std::string{two_frames} + "\n \t\n\r\n") == expected);
    CHECK(frames_of(two_frames.substr(0, two_frames.size() - 1)) == expected);
}

TEST_CASE("frames are written with a leading Lattice, then Properties, then the other keys") {
    auto frames = frames_of(two_frames);
    frames[0].set_column({"fixed", 'L', 1, std::vector<double>{1, 0}});
    frames[0].set_info("note", "two words");
    CHECK(tinynet::format_extxyz(frames) ==
          "2\nLattice=\"4 0 0 0 4 0 0 0 4\" Properties=species:S:1:pos:R:3:fixed:L:1 energy=-1 note=\"two "
          "words\"\n"
          "Ba 0 0 0.125 T\nO 1.5 -0.002 3 F\n1\nProperties=species:S:1:pos:R:3 plain words\nH 1 2 3.25\n");
}

TEST_CASE("property: frames written to a file read back identical") {
    const temporary_directory folder;
    for (unsigned seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        std::vector<extxyz_frame> frames;
        for (int i = 0; i < 3; ++i)
            frames.push_back(random_frame(random));
        tinynet::write_extxyz(folder.path() / "x.xyz", frames);
        CHECK(read_extxyz_frames(folder.path() / "x.xyz") == frames);
    }
}

TEST_CASE("property: a file cut anywhere is refused, but between frames and within the last number") {
    const auto expected = frames_of(two_frames);
    const auto second = two_frames.find("1\nplain");
    for (std::size_t size = 0; size < two_frames.size(); ++size) {
        CAPTURE(size);
        const auto content = two_frames.substr(0, size);
        const bool is_between_frames = size == second - 1 || size == second;
        if (!is_between_frames && size + std::string_view{"3.25\n"}.size() <= two_frames.size()) {
            CHECK_THROWS_AS(frames_of(content), file_error);
            continue;
        }
        auto frames = frames_of(content);
        CHECK(frames[0] == expected[0]);
        CHECK(frames.size() == (is_between_frames ? 1 : 2));
        if (!is_between_frames) {
            frames[1].set_column(expected[1].columns[1]);
            CHECK(frames[1] == expected[1]);
        }
    }
}

TEST_CASE("a declared atom count costs no memory before the atoms are there") {
    check_refused("9007199254740992\nProperties=pos:R:1000000\n",
                  "line 2: the file ends after 0 of 9007199254740992 atoms");
}

TEST_CASE("many keys or columns are read and written, too many refused with file and line") {
    const temporary_directory folder;
    const auto file = [&](const std::string& keys, const std::string& columns) {
        return folder.file("many.extxyz",
                           "1\nProperties=species:S:1:pos:R:3" + columns + keys + "\nH 0 0 0\n");
    };
    std::string keys;
    std::string columns;
    for (int k = 0; k < 9998; ++k) {
        keys += " k" + std::to_string(k) + "=1";
        columns += ":c" + std::to_string(k) + ":R:1";
    }
    auto frames = read_extxyz_frames(file(keys, ""));
    CHECK(frames.front().info.size() == 9998);
    CHECK(format_extxyz(frames).size() > keys.size());
    CHECK_THROWS_WITH_AS(read_extxyz(file(keys + " k7=2", "")), Contains("'k7' is given twice"), file_error);
    CHECK_THROWS_WITH_AS(read_extxyz(file("", columns)), Contains("line 3: found 4 columns, expected 10002"),
                         file_error);
    CHECK_THROWS_WITH_AS(read_extxyz(file(keys + " a b c", "")),
                         Contains("many.extxyz, line 2: found too many keys and words"), file_error);
    CHECK_THROWS_WITH_AS(read_extxyz(file("", columns + ":e:R:1")),
                         Contains("many.extxyz, line 2: Properties lists too many properties"), file_error);
    for (const std::string word : {"a", "b", "c"})
        frames.front().info.emplace_back("", word);
    CHECK_THROWS_WITH_AS(format_extxyz(frames),
                         Contains("found 10001 keys and words, expected at most 10000"), file_error);
}

TEST_CASE("a line of short words takes no memory out of proportion") {
    const temporary_directory folder;
    std::string words(std::size_t{1} << 23U, ' ');
    for (std::size_t k = 1; k < words.size(); k += 2)
        words[k] = 'a';
    const auto comment = folder.file("comment.extxyz", "1\nProperties=pos:R:3" + words + "\n0 0 0\n");
    CHECK_THROWS_WITH_AS(read_extxyz(comment), Contains("line 2: found too many keys and words"), file_error);
    const auto row = folder.file("row.extxyz", "1\nProperties=a:S:1000000:b:S:1000000\n" + words + "\n");
    CHECK_THROWS_WITH_AS(read_extxyz(row), Contains("line 2: the properties have 2000000 columns"),
                         file_error);
}

TEST_CASE("a file without a frame is refused") {
    const temporary_directory folder;
    for (const std::string_view content : {"", "\n", "\xEF\xBB\xBF", " \n\t\n\n"}) {
        const auto path = folder.file("x.xyz", content);
        const auto message = "'" + path.string() + "' is empty, expected at least one frame";
        CHECK_THROWS_WITH_AS(read_extxyz(path), message.c_str(), file_error);
        CHECK_THROWS_WITH_AS(read_extxyz_frames(path), message.c_str(), file_error);
    }
}

TEST_CASE("a file that cannot be read is refused") {
    const temporary_directory folder;
    CHECK_THROWS_WITH_AS(read_extxyz(folder.path()), Contains("cannot be read: Is a directory"), file_error);
    CHECK_THROWS_WITH_AS(read_extxyz(folder.path() / "missing"), Contains("cannot be read: No such file"),
                         file_error);
}

TEST_CASE("what is no text is refused") {
    check_refused(std::string_view{"1\n\0\n", 4},
                  "line 2: character 1 is the control character 0; expected a text file");
    check_refused("\x7f"
                  "ELF\xff\n",
                  "line 1: found '?ELF?', expected the atom count of a frame, an integer from 1");
    constexpr std::size_t limit = std::size_t{1} << 26U;
    for (const std::string& end : {std::string(1U << 20U, 'x'), std::string{"x\n"}})
        check_refused(std::string(limit, 'x') + end,
                      "line 1: the line is longer than 67108864 bytes; expected a text file");
}

TEST_CASE("an atom count that is no positive integer is refused") {
    for (const std::string count : {"0", "-1", "two", "1.0", "1e3", "2 3", "99999999999999999999", "0x2"})
        check_refused(count + "\n\nO 0 0 0\n",
                      "line 1: found '" + count + "', expected the atom count of a frame, an integer from 1");
}

TEST_CASE("a frame that is cut off or followed by a blank line and more is refused") {
    check_refused("1\n", "line 1: the file ends after the atom count, expected a comment line");
    check_refused("3\n\nO 0 0 0\n", "line 3: the file ends after 1 of 3 atoms");
    check_refused("1\n\nO 0 0 0\n\n1\n\nO 0 0 0\n",
                  "line 4: found a blank line, expected the atom count of a frame");
    check_refused("\n1\n\nO 0 0 0\n", "line 1: found a blank line, expected the atom count of a frame");
    check_refused("1\n\nO 0 0 0\nO 0 0 0\n",
                  "line 4: found 'O 0 0 0', expected the atom count of a frame, an integer from 1");
}

TEST_CASE("an atom line with too few or too many columns is refused with both numbers") {
    check_refused("2\n\nO 0 0 0\nO 0 0\n", "line 4: found 3 columns, expected 4");
    check_refused("2\n\nO 0 0 0\nO 0 0 0 1\n", "line 4: found 5 columns, expected 4");
    check_refused("2\n\nO 0 0 0\n\n", "line 4: found 0 columns, expected 4");
    check_refused("2\n\nO 0 0 0\n1 2\n", "line 4: found 2 columns, expected 4");
    check_refused("1\nProperties=pos:R:3:species:S:2\n0 0 0 O\n", "line 3: found 4 columns, expected 5");
}

TEST_CASE("a word that is no value of its column is refused with line, column, property and atom") {
    for (const std::string word :
         {"nan", "inf", "-Infinity", "1,5", "1.0D0", "1e999", "0x1p3", "1.5a", "--1", "+-1"})
        check_refused("2\n\nO 0 0 0\nO 0 " + word + " 0\n",
                      "line 4: column 3, property 'pos' of atom 1: found '" + word +
                          "', expected a finite number");
    check_refused("1\nProperties=tag:I:1\n1.5\n",
                  "line 3: column 1, property 'tag' of atom 0: found '1.5', expected an "
                  "integer of at most 16 digits");
    check_refused("1\nProperties=fixed:L:1\nyes\n",
                  "line 3: column 1, property 'fixed' of atom 0: found 'yes', expected T or F");
}

TEST_CASE("what a frame means is checked with the line in the file") {
    check_refused(std::string{two_frames} + "1\n\nQq 0 0 0\n",
                  "line 10: atom 0: 'Qq' is no element symbol; expected one such as O or Ba");
    check_refused("1\nLattice=\"1 2 3\"\nO 1 2 3\n", "line 2: Lattice has 3 numbers, expected 9");
    check_refused("1\nProperties=species:S:1\nO\n",
                  "line 2: found no property 'pos', expected pos:R:3 in Properties");
}

TEST_CASE("a frame that could not be read back is not written") {
    const auto check = [](auto&& change, const std::string& message) {
        auto frames = frames_of(two_frames);
        frames[0].file = "new frame";
        change(frames[0]);
        const temporary_directory folder;
        CHECK_THROWS_WITH_AS(tinynet::write_extxyz(folder.path() / "x.xyz", frames), message.c_str(),
                             file_error);
        CHECK(folder.entry_count() == 0);
    };
    check([](auto& frame) { frame = {}; },
          "new frame, line 2: found 0 atoms and 0 properties, expected at least one of each");
    check(
        [](auto& frame) {
            frame.set_column({"q", 'R', 1, std::vector<double>{0, 1.0 / 0.0}});
        },
        "new frame, line 4: the property 'q' of atom 1 cannot be written, expected a finite number");
    check(
        [](auto& frame) {
            frame.set_column({"q", 'I', 1, std::vector<double>{0.5, 0}});
        },
        "new frame, line 3: the property 'q' of atom 0 cannot be written, expected an integer of at most 16 "
        "digits");
    check(
        [](auto& frame) {
            frame.set_column({"q", 'S', 1, std::vector<std::string>{"a b", "c"}});
        },
        "new frame, line 3: the property 'q' of atom 0 cannot be written, expected text");
    check(
        [](auto& frame) {
            frame.set_column({"q", 'R', 2, std::vector<double>{0, 0}});
        },
        "new frame, line 2: the property 'q' of type 'R' and width 2 has 2 numbers, expected those of 2 "
        "atoms");
    check([](auto& frame) { frame.columns.push_back(frame.columns[0]); },
          "new frame, line 2: the property 'species' would be written twice");
    check([](auto& frame) { frame.info.push_back(frame.info[0]); },
          "new frame, line 2: the key 'Lattice' would be written twice");
    for (const std::string key :
         {"energy", "stress", "virial", "Lattice", "ldos_e0", "ldos_de", "ldos_sigma"})
        for (const std::string word : {"nan", "-inf", "1e999", "none"})
            check([&](auto& frame) { frame.set_info(key, "1 " + word + " 2"); },
                  "new frame, line 2: the key '" + key + "' with the value '1 " + word +
                      " 2' cannot be written, expected finite numbers");
    check(
        [](auto& frame) {
            frame.set_column({"q", 'R', 1000000, std::vector<double>(2000000)});
        },
        "new frame, line 2: the properties have 1000004 columns, expected at most 1000000");
    check(
        [](auto& frame) {
            for (int k = 0; k < 10000; ++k)
                frame.set_column({"q" + std::to_string(k), 'R', 1, std::vector<double>(2)});
        },
        "new frame, line 2: found 10002 properties, expected at most 10000");
    check([](auto& frame) { frame.set_info("note", "a\rb"); },
          "new frame, line 2: the key 'note' with the value 'a?b' cannot be written, expected a key "
          "without blanks and a value without control characters");
    check([](auto& frame) { frame.set_info("LATTICE", "1"); },
          "new frame, line 2: found the key 'LATTICE', expected 'Lattice'");
    check([](auto& frame) { frame.set_info("note", std::string((std::size_t{1} << 26U) + 1, 'x')); },
          "new frame, line 2: the line would be longer than 67108864 bytes");
}

TEST_CASE("values that nobody here looks at are written as they were read, arrays and line ends, too") {
    const temporary_directory folder;
    const std::string text = "1\nProperties=species:S:1:pos:R:3 note=\"a\\nb\" array=[1, 2] "
                             "table=[[1, 2], [3, 4]] words=\"[1, 2] and more\"\nO 0 0 0\n";
    const auto frames = read_extxyz_frames(folder.file("in.extxyz", text));
    CHECK(*frames[0].find_info("note") == "a\nb");
    CHECK(format_extxyz(frames) == text);
}

} // namespace tinynet::test::extxyz_test
