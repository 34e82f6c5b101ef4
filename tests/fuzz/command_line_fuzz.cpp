// SPDX-License-Identifier: MIT

/// \file
/// Any command line is refused or does what it says. One argument per line; "structures" and "model" are
/// files.

#include "../examples/tinynet/commands.hpp"
#include <tinynet/error.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <sstream>
#include <string>
#include <vector>

namespace {

/// A folder of its own with the two files, as the place where everything happens.
void enter_folder() {
    std::string name = std::filesystem::temp_directory_path() / "tinynet_fuzz_XXXXXX";
    const std::filesystem::path corpus = std::filesystem::path{__FILE__}.parent_path() / "corpus";
    if (mkdtemp(name.data()) == nullptr)
        std::abort();
    std::filesystem::copy(corpus / "extxyz" / "labeled.extxyz", std::filesystem::path{name} / "structures");
    std::filesystem::copy(corpus / "model_file" / "energy.model", std::filesystem::path{name} / "model");
    std::filesystem::current_path(name);
}

/// Whether a command ends by itself once it has its files: how long the others run is what is asked of them.
bool is_brief(const std::string& command) {
    return command == "describe" || command == "predict" || command == "info";
}

std::vector<std::string> arguments_of(std::string text) {
    std::erase(text, '/'); // nothing outside the folder
    std::erase(text, '\0');
    std::istringstream lines{text};
    std::vector<std::string> words;
    for (std::string line; std::getline(lines, line);)
        words.push_back(line);
    if (words.empty() || !is_brief(words.front()))
        for (std::string& word : words)
            if (std::filesystem::exists(word))
                word = "missing";
    std::ranges::reverse(words); // as CLI11 takes them
    return words;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const bool is_ready = [] {
        enter_folder();
        std::cout.setstate(std::ios::failbit);
        return true;
    }();
    static_cast<void>(is_ready);
    CLI::App app{"", "tinynet"};
    tinynet::program::add_commands(app);
    try {
        app.parse(arguments_of({reinterpret_cast<const char*>(bytes), size}));
    } catch (const CLI::Error&) {
    } catch (const tinynet::error&) {
    }
    for (const auto& entry : std::filesystem::directory_iterator{"."})
        if (entry.path().filename() != "structures" && entry.path().filename() != "model")
            std::filesystem::remove_all(entry.path());
    return 0;
}
