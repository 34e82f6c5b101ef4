// SPDX-License-Identifier: MIT
#include "support/data_files.hpp"
#include "support/run_program.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <sys/stat.h>
#include <utility>
#include <vector>

namespace tinynet::test::bad_input_test {

namespace {

const std::string moo3 = data_file("moo3.extxyz");
const std::string moo3_reference = data_file("moo3_reference.extxyz");
const std::string golden_model = golden_model_file("forces_v1.model");

/// Every file of a folder with its bytes.
std::map<std::string, std::string> content(const temporary_directory& folder) {
    std::map<std::string, std::string> files;
    for (const auto& entry : std::filesystem::directory_iterator{folder.path()})
        files[entry.path().filename()] = entry.is_regular_file() ? bytes_of(entry.path()) : "";
    return files;
}

/// A folder with an older file `old` that no failure may touch.
class scene {
public:
    scene() { old_ = folder_.file("old", "older content"); }

    [[nodiscard]] std::string file(const std::string& name, const std::string& bytes) const {
        return folder_.file(name, bytes);
    }
    [[nodiscard]] std::string path(const std::string& name) const { return (folder_.path() / name).string(); }
    [[nodiscard]] std::string old() const { return old_; }

    /// The program must refuse with one sentence that has all of the parts, quickly, and write nothing.
    void refuses(const words& arguments, const words& parts, rlim_t file_size_limit = RLIM_INFINITY) const {
        const auto before = content(folder_);
        const auto result = run_program(arguments, file_size_limit);
        std::string command;
        for (const auto& argument : arguments)
            command += argument + " ";
        CAPTURE(command);
        CAPTURE(result.error);
        CHECK(result.status != 0);
        CHECK(result.status < 128);
        CHECK(result.error.starts_with("tinynet: "));
        CHECK(std::count(result.error.begin(), result.error.end(), '\n') == 1);
        CHECK(result.error.find("json.exception") == std::string::npos);
        for (const auto& part : parts) {
            CAPTURE(part);
            CHECK(result.error.find(part) != std::string::npos);
        }
        CHECK(result.seconds < 120.0); // refuses rather than tries
        CHECK(content(folder_) == before);
    }

    /// All commands that read structures must refuse these.
    void refuses_structures(const std::string& text, const words& parts) const {
        const std::string input = file("in.extxyz", text);
        const words named = parts + words{input};
        refuses({"describe", input, "-o", old()}, named);
        refuses({"train", "forces", input, "-o", old(), "--epochs", "2"}, named);
        refuses({"predict", golden_model, input, "-o", old(), "--json", path("report.json")}, named);
    }

    [[nodiscard]] words training(const std::string& data, const words& options = {}) const {
        return words{"train", "forces", data, "-o", old()} + options;
    }

private:
    temporary_directory folder_;
    std::string old_;
};

const std::string ten_frames = frames_of(moo3, 0, 10);
const std::string one_frame = frames_of(moo3, 0, 1);

/// A text with two of its lines exchanged.
std::string with_lines_swapped(const std::string& text, std::size_t one, std::size_t other) {
    auto lines = lines_of(text);
    std::swap(lines.at(one), lines.at(other));
    std::string result;
    for (const auto& line : lines)
        result += line + "\n";
    return result;
}

/// A text with a word of one of its lines replaced.
std::string with_word(const std::string& text, std::size_t line, const std::string& from,
                      const std::string& to) {
    auto lines = lines_of(text);
    lines.at(line) = replaced(lines.at(line), from, to);
    std::string result;
    for (const auto& part : lines)
        result += part + "\n";
    return result;
}

std::string random_bytes(std::uint64_t seed, std::size_t count) {
    std::mt19937_64 rng{seed};
    std::string bytes;
    while (bytes.size() < count)
        bytes += static_cast<char>(rng() & 0xffU);
    return bytes;
}

} // namespace

TEST_CASE("files that are no structures are refused and named") {
    const scene s;
    s.refuses_structures("", {"empty"});
    s.refuses_structures("\n\n\n", {"empty"});
    for (const std::uint64_t seed : {1U, 2U, 3U}) {
        CAPTURE(seed);
        s.refuses_structures(random_bytes(seed, 3000), {"line 1"});
    }
}

TEST_CASE("property: a file truncated anywhere is refused, or has only whole frames") {
    const scene s;
    std::mt19937_64 rng{5};
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
        CAPTURE(seed);
        const std::size_t size = 2 + rng() % (one_frame.size() - 40);
        s.refuses_structures(one_frame.substr(0, size), {"line "});
    }
}

TEST_CASE("numbers, species, columns and counts that make no sense are refused with file and line") {
    const scene s;
    const std::string number = lines_of(one_frame)[2].substr(8, 10);
    s.refuses_structures(replaced(one_frame, number, "nan       "), {"line 3"});
    s.refuses_structures(replaced(one_frame, number, "1e999     "), {"line 3"});
    s.refuses_structures(replaced(one_frame, number, "1.5x      "), {"line 3"});
    s.refuses_structures(with_word(one_frame, 5, "Mo", "Xx"), {"line 6", "atom 3", "Xx"});
    s.refuses_structures(with_word(one_frame, 4, "Mo ", "Mo 1 "), {"line 5"});
    s.refuses_structures(replaced(one_frame, "pos:R:3:forces", "place:R:3:forces"), {"line 2", "pos"});
    s.refuses_structures(replaced(one_frame, "species:S:1:", ""), {"line "});
    s.refuses_structures(replaced(one_frame, "forces:R:3", "forces:R:2"), {"line "});
    s.refuses_structures(replaced(one_frame, "7.4368 0 0", "0 0 0"), {"line 2", "Lattice"});
    s.refuses_structures(replaced(one_frame, "0 7.7958 0", "14.8736 0 0"), {"line 2", "Lattice"});
    s.refuses_structures(replaced(one_frame, "32\n", "0\n"), {"line 1"});
    s.refuses_structures(replaced(one_frame, "32\n", "31\n"), {});
    s.refuses_structures(replaced(one_frame, "32\n", "33\n"), {"line "});
    s.refuses_structures(replaced(one_frame, "32\n", "-5\n"), {"line 1"});
    s.refuses_structures(replaced(one_frame, "32\n", "9000000000000000\n"), {"line "});
    s.refuses_structures(replaced(one_frame, "32\n", "99999999999999999999999\n"), {"line 1"});
}

TEST_CASE("labels too large to square are refused with file, structure and atom") {
    const scene s;
    auto lines = lines_of(frames_of(moo3, 9, 1));
    lines[4] = lines[4].substr(0, lines[4].find_last_of(' ')) + " -1e200"; // a force on atom 2
    std::string frame;
    for (const auto& line : lines)
        frame += line + "\n";
    const std::string data = s.file("data.extxyz", ten_frames);
    const std::string force = s.file("force.extxyz", frames_of(moo3, 0, 9) + frame);
    s.refuses(s.training(force), {force, "structure 9", "force on atom 2 is -1e+200"});
    s.refuses(s.training(data, {"--test", force}), {force, "structure 9", "force on atom 2 is -1e+200"});
    s.refuses({"compare", force, "-o", s.old()}, {force, "structure 9", "force on atom 2"});
    s.refuses({"predict", golden_model, force, "-o", s.path("out.extxyz"), "--json", s.old()},
              {force, "frame 9", "force on atom 2 is -1e+200"});
    const std::string energy =
        s.file("energy.extxyz",
               frames_of(moo3, 0, 9) + replaced(frames_of(moo3, 9, 1), "energy=-", "energy=1e200 old=-"));
    s.refuses({"train", "energy", energy, "-o", s.old()}, {energy, "structure 9", "the energy is 1e+200"});
}

TEST_CASE("atoms in another order than the reference's are refused, like atoms exchanged as well") {
    const scene s;
    // Frame 3 (lines 102 to 135): atoms 0 and 8 are Mo and O, atoms 0 and 1 both Mo.
    for (const auto& [other, part] :
         {std::pair{std::size_t{8}, "atom 0"}, std::pair{std::size_t{1}, "atom "}}) {
        const std::string input = s.file("in.extxyz", with_lines_swapped(ten_frames, 104, 104 + other));
        s.refuses(s.training(input, {"--epochs", "2", "--reference", moo3_reference}),
                  {input, "structure 3", part});
        s.refuses({"predict", golden_model, input, "-o", s.old()}, {input, "frame 3", part});
        s.refuses({"describe", input, "--frame", "3", "-o", s.old()}, {part});
    }
    const std::string swapped = s.file("in.extxyz", with_lines_swapped(ten_frames, 104, 112));
    s.refuses(s.training(swapped, {"--epochs", "2"}), {swapped, "structure 3", "atom 0"});
}

TEST_CASE(
    "a changed atom count, missing forces and unknown species are refused with the structure's number") {
    const scene s;
    auto lines = lines_of(frames_of(moo3, 9, 1));
    lines[0] = "31";
    lines.pop_back();
    std::string shorter;
    for (const auto& line : lines)
        shorter += line + "\n";
    const std::string fewer = s.file("fewer.extxyz", frames_of(moo3, 0, 9) + shorter);
    s.refuses(s.training(fewer, {"--reference", moo3_reference}), {fewer, "structure 9"});
    s.refuses({"predict", golden_model, fewer, "-o", s.old()}, {fewer, "frame 9"});

    const std::string unlabeled =
        s.file("unlabeled.extxyz", frames_of(moo3, 0, 9) + replaced(one_frame, "forces:R:3", "velo:R:3"));
    s.refuses(s.training(unlabeled), {unlabeled, "structure 9", "forces"});
    const std::string data = s.file("data.extxyz", ten_frames);
    s.refuses(s.training(data, {"--test", unlabeled, "--epochs", "2"}), {unlabeled, "structure 9", "forces"});
    s.refuses({"predict", golden_model, unlabeled, "--json", s.old()}, {unlabeled, "frame 9", "forces"});

    const std::string batio3 = data_file("batio3_reference.extxyz");
    s.refuses({"predict", golden_model, batio3, "-o", s.old()}, {batio3, "frame 0", "atom 0", "Ba"});
    s.refuses(s.training(data, {"--reference", batio3}), {data, "structure 0"});
    s.refuses(s.training(data, {"--test", data_file("batio3.extxyz")}), {"batio3.extxyz", "structure 0"});
}

TEST_CASE("options out of range are refused by name") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    const auto refuses_option = [&](const words& options, const words& parts) {
        s.refuses(s.training(data, options), parts);
    };
    refuses_option({"--hops", "21"}, {"--hops"});
    refuses_option({"--hops", "-1"}, {"--hops"});
    refuses_option({"--hops", "0", "--neighbors", "0"}, {"neighbors"});
    refuses_option({"--neighbors", "9"}, {"--neighbors"});
    refuses_option({"--hidden", "0"}, {"--hidden"});
    refuses_option({"--hidden", "16x"}, {"--hidden", "16x"});
    refuses_option({"--hidden", "16x0"}, {"--hidden"});
    refuses_option({"--hidden", "99999999999999999999"}, {"--hidden"});
    refuses_option({"--hidden", "5000"}, {"5000", "4096"});
    refuses_option({"--hidden", "2x2x2x2"}, {"hidden layers"});
    refuses_option({"--split", "0.9,0.9,0.9"}, {"--split", "2.7"});
    refuses_option({"--split", "-0.1,0.5,0.5"}, {"split"});
    refuses_option({"--split", "0.8,0.1"}, {"--split"});
    refuses_option({"--seed", "-1"}, {"--seed"});
    refuses_option({"--epochs", "0"}, {"--epochs"});
    refuses_option({"--minutes", "-1"}, {"--minutes"});
    refuses_option({"--minutes", "1", "--epochs", "1"}, {"--epochs", "--minutes"});
    refuses_option({"--threads", "0"}, {"--threads"});
    refuses_option({"--networks", "several"}, {"--networks", "several"});
    refuses_option({"--real", "half"}, {"--real", "half"});
    refuses_option({"--bond-cutoff", "-1"}, {"cutoff"});
    refuses_option({"--bond-cutoff", "far"}, {"--bond-cutoff", "far"});
    refuses_option({"--bond-cutoff", "Ti-O=x"}, {"--bond-cutoff", "Ti-O=x"});
    refuses_option({"--bond-cutoff", "TiO=2"}, {"--bond-cutoff", "TiO=2"});
    refuses_option({"--bond-cutoff", "Xx-O=2"}, {"Xx"});
    refuses_option({"--no-such-option"}, {"--no-such-option"});
    s.refuses({"describe", moo3, "--frame", "9999", "-o", s.old()}, {moo3, "9999"});
    s.refuses({"describe", moo3, "--frame", "-1", "-o", s.old()}, {"--frame"});
    s.refuses({"describe", moo3_reference}, {"-o"});
    s.refuses({"predict", golden_model, moo3, "--subset", "all"}, {"--subset", "all"});
    s.refuses({"no-such-command"}, {"--help"});
    s.refuses({}, {"--help"});
    s.refuses({"train"}, {"--help"});
}

TEST_CASE("paths and bonds too many to list are refused with a count, not tried") {
    const scene s;
    const std::string batio3 = data_file("batio3_reference.extxyz");
    for (const std::string layout : {"paper", "compact"}) {
        const words options{"--layout", layout, "--paths", "walks", "--hops", "20"};
        s.refuses(words{"describe", batio3, "-o", s.old()} + options, {"atom 0", "Ba", "walks", "20 hops"});
        s.refuses(words{"describe", batio3, "--count"} + options, {"atom 0", "Ba", "walks", "20 hops"});
    }
    s.refuses({"describe", batio3, "-o", s.old(), "--bond-cutoff", "1000"}, {"1000"});
    s.refuses(s.training(data_file("batio3.extxyz"), {"--hops", "20"}), {"walks", "20 hops"});
}

TEST_CASE("folders in the place of files and folders that do not exist are refused before any work") {
    const scene s;
    const std::string folder = s.path("folder");
    std::filesystem::create_directory(folder);
    const std::string missing = s.path("missing/file");
    const std::string data = s.file("data.extxyz", ten_frames);
    const words one_epoch{"--epochs", "1"};
    for (const std::string& input : {folder, missing}) {
        s.refuses({"describe", input, "-o", s.old()}, {input});
        s.refuses(s.training(input), {input});
        s.refuses(s.training(data, {"--reference", input}), {input});
        s.refuses(s.training(data, {"--test", input}), {input});
        s.refuses({"predict", input, data}, {input});
        s.refuses({"predict", golden_model, input}, {input});
    }
    for (const std::string& output : {folder, missing}) {
        s.refuses({"describe", moo3_reference, "-o", output}, {output});
        s.refuses(words{"train", "forces", data, "-o", output} + one_epoch, {output});
        s.refuses(s.training(data, {"--curve", output}), {output});
        s.refuses(s.training(data, {"--checkpoint", output}), {output});
        s.refuses({"predict", golden_model, data, "-o", output}, {output});
        s.refuses({"predict", golden_model, data, "-o", s.old(), "--json", output}, {output});
    }
}

TEST_CASE("what can be read only once is refused, not waited for, where it would be read twice") {
    const scene s;
    const std::string pipe = s.path("pipe");
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const std::string data = s.file("data.extxyz", ten_frames);
    const words parts{pipe, "is no regular file", "write its content to a file"};
    s.refuses(s.training(pipe), parts);
    s.refuses(s.training(data, {"--reference", pipe}), parts);
    s.refuses({"train", "energy", pipe, "-o", s.old()}, parts);
    s.refuses({"predict", golden_model, pipe, "--subset", "test"}, parts);
    s.refuses({"md", golden_model, pipe, "--forces-only", "--steps", "2", "-o", s.old()}, parts);
    s.refuses({"md", pipe, data, "--forces-only", "--steps", "2", "-o", s.old()}, parts);
    s.refuses({"describe", pipe, "-o", s.old()}, parts);
}

TEST_CASE("an output never replaces an input") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    s.refuses({"describe", data, "-o", data}, {data});
    s.refuses({"train", "forces", data, "-o", data}, {data});
    s.refuses({"predict", golden_model, data, "-o", data}, {data});
    const std::string model = s.file("m.model", bytes_of(golden_model));
    s.refuses({"predict", model, data, "--json", model}, {model});
}

TEST_CASE("two outputs of one name are refused") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    s.refuses({"predict", golden_model, data, "-o", s.old(), "--json", s.old()}, {s.old(), "two outputs"});
    s.refuses({"train", "forces", data, "-o", s.old(), "--curve", s.old(), "--epochs", "1"},
              {s.old(), "two outputs"});
    const std::string second_name = s.path("second name");
    std::filesystem::create_hard_link(s.old(), second_name);
    s.refuses({"predict", golden_model, data, "-o", s.old(), "--json", second_name},
              {second_name, "two outputs"});
    std::filesystem::remove(second_name);
    std::filesystem::create_symlink(s.path("nothing"), second_name);
    s.refuses({"predict", golden_model, data, "-o", second_name}, {second_name, "a link to nothing"});
}

TEST_CASE("whole numbers are decimal, and none is taken for another one that is possible") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    for (const std::string text :
         {"010", "0x10", "1.5", "1e3", "-1", "18446744073709551616", "99999999999999999999"}) {
        s.refuses({"describe", data, "--frame", text, "-o", s.old()}, {"--frame"});
        s.refuses(s.training(data, {"--seed", text}), {"--seed"});
        s.refuses(s.training(data, {"--epochs", text}), {"--epochs"});
    }
    s.refuses({"train", "energy", data, "-o", s.old(), "--committee", "1000000000000"},
              {"1000000000000 members, expected 1 to 256"});
}

TEST_CASE("numbers that are negative or not finite are refused where they make no sense") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    s.refuses({"train", "forces", data, "-o", s.old(), "--minutes", "nan"},
              {"--minutes", "'nan'", "above zero"});
    s.refuses({"train", "forces", data, "-o", s.old(), "--minutes", "0"}, {"--minutes", "'0'", "above zero"});
    s.refuses({"train", "energy", data, "-o", s.old(), "--orbitals", "-1"}, {"--orbitals", "'-1'"});
    s.refuses({"compare", data, "--seconds", "nan", "-o", s.old()}, {"--seconds"});
    for (const words& option :
         {words{"--steps", "-2"}, words{"--steps", "2", "--seed", "-1"}, words{"--steps", "2", "--dt", "nan"},
          words{"--steps", "2", "--dt", "inf"}, words{"--steps", "2", "--temperature", "nan"}})
        s.refuses(words{"md", golden_model, data, "--forces-only", "-o", s.old()} + option,
                  {option[option.size() - 2], "'" + option.back() + "'"});
}

TEST_CASE("a file size limit hit while writing leaves the older file as it was") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    s.refuses(s.training(data, {"--epochs", "1"}), {"cannot be written"}, 1000);
    s.refuses({"predict", golden_model, data, "-o", s.old()}, {s.old(), "cannot be written"}, 1000);
    s.refuses({"describe", data, "-o", s.old()}, {s.old(), "cannot be written"}, 1000);
}

TEST_CASE("of two outputs none is written if one of them cannot be") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    const std::string too_long = s.path(std::string(300, 'n'));
    s.refuses({"predict", golden_model, data, "-o", s.old(), "--json", too_long}, {"cannot be written"});
    s.refuses({"predict", golden_model, data, "-o", too_long, "--json", s.old()}, {"cannot be written"});
}

TEST_CASE("a model file that is truncated or no model is refused and named") {
    const scene s;
    const std::string bytes = bytes_of(golden_model);
    REQUIRE(bytes.size() > 1000);
    for (const std::size_t size : {std::size_t{0}, std::size_t{5}, std::size_t{500}, bytes.size() - 1}) {
        CAPTURE(size);
        const std::string model = s.file("m.model", bytes.substr(0, size));
        s.refuses({"predict", model, moo3_reference, "-o", s.old()}, {model});
        s.refuses({"info", model}, {model});
    }
    const std::string random = s.file("m.model", random_bytes(7, 4000));
    s.refuses({"predict", random, moo3_reference, "-o", s.old()}, {random});
    s.refuses({"predict", moo3_reference, moo3_reference, "-o", s.old()}, {moo3_reference});
}

TEST_CASE("a damaged checkpoint is refused and kept") {
    const scene s;
    const std::string data = s.file("data.extxyz", ten_frames);
    const std::string checkpoint = s.path("c");
    const words options{"--epochs", "2", "--hidden", "4", "--checkpoint", checkpoint};
    REQUIRE(run_program(words{"train", "forces", data, "-o", s.path("m.model")} + options).status == 0);
    const std::string bytes = bytes_of(checkpoint);
    for (const std::string& damaged :
         {bytes.substr(0, bytes.size() / 2), replaced(bytes, R"(\"epochs\":2)", R"(\"epochs\":x)"),
          replaced(bytes, "tinynet checkpoint", "tinynet chuckpoint"), random_bytes(8, 500)}) {
        static_cast<void>(s.file("c", damaged));
        s.refuses(s.training(data, options + words{"--resume"}), {checkpoint});
    }
}

TEST_CASE("a full disk behind standard output is an error") {
    const std::string command = TINYNET_TEST_BUILD "/bin/tinynet describe --count '" + moo3_reference + "'";
    CHECK(std::system((command + " > /dev/null").c_str()) == 0);
    CHECK(std::system((command + " > /dev/full 2> /dev/null").c_str()) != 0);
}

} // namespace tinynet::test::bad_input_test
