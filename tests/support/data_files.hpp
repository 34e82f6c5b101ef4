// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_DATA_FILES_HPP
#define TINYNET_TESTS_SUPPORT_DATA_FILES_HPP

/// \file
/// Small data sets and other files for the program, as texts.

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <vector>

namespace tinynet::test {

/// A file of the data that come with the library.
inline std::string data_file(const std::string& name) { return TINYNET_TEST_DATA "/" + name; }

/// The model file that must stay readable for ever, and the forces it must predict.
inline std::string golden_model_file(const std::string& name) {
    return TINYNET_TEST_DATA "/../../tests/golden/" + name;
}

/// The text of some frames of an extended XYZ file whose frames all have the same number of atoms.
inline std::string frames_of(const std::string& path, std::size_t first, std::size_t count) {
    std::ifstream stream{path};
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line + "\n");
    const std::size_t length = 2 + std::stoul(lines.at(0));
    std::string text;
    for (std::size_t k = first * length; k < (first + count) * length; ++k)
        text += lines.at(k);
    return text;
}

/// The text with one passage replaced, which must be there.
inline std::string replaced(std::string text, const std::string& from, const std::string& to) {
    const std::size_t position = text.find(from);
    if (position == std::string::npos)
        throw std::invalid_argument{"there is no '" + from + "' to replace"};
    return text.replace(position, from.size(), to);
}

/// The lines of a text, without their ends.
inline std::vector<std::string> lines_of(const std::string& text) {
    std::istringstream stream{text};
    std::vector<std::string> lines;
    for (std::string line; std::getline(stream, line);)
        lines.push_back(line);
    return lines;
}

/// The numbers of a CSV text without header, row by row.
inline std::vector<std::vector<double>> csv_rows(const std::string& text) {
    std::vector<std::vector<double>> rows;
    for (const std::string& line : lines_of(text)) {
        rows.emplace_back();
        std::istringstream row{line};
        for (std::string number; std::getline(row, number, ',');)
            rows.back().push_back(std::stod(number));
    }
    return rows;
}

} // namespace tinynet::test

#endif
