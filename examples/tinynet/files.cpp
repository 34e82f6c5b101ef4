// SPDX-License-Identifier: MIT
#include "files.hpp"

#include <tinynet/error.hpp>
#include <tinynet/io/extxyz.hpp>

#include <algorithm>
#include <string>
#include <system_error>
#include <unistd.h>

namespace tinynet::program {

namespace {

void check_output(const std::filesystem::path& path, const std::vector<std::filesystem::path>& inputs) {
    if (path.empty())
        return;
    const auto refuse = [&](const std::string& reason) {
        throw file_error{"'" + path.string() + "' cannot be written: " + reason};
    };
    std::error_code problem;
    const auto status = std::filesystem::status(path, problem);
    if (status.type() == std::filesystem::file_type::none) // a name too long, say
        refuse(problem.message());
    if (!std::filesystem::exists(status) && std::filesystem::is_symlink(path))
        refuse("it is a link to nothing");
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status))
        refuse(std::filesystem::is_directory(status) ? "it is a folder" : "it is no regular file");
    const auto folder = path.has_parent_path() ? path.parent_path() : std::filesystem::path{"."};
    if (!std::filesystem::is_directory(folder, problem))
        refuse("there is no folder '" + folder.string() + "'");
    if (::access(folder.c_str(), W_OK) != 0)
        refuse("the folder '" + folder.string() + "' may not be written");
    for (const auto& input : inputs)
        if (!input.empty() && std::filesystem::equivalent(path, input, problem))
            refuse("it is also read; give the output another name");
}

} // namespace

void check_outputs(const std::vector<std::filesystem::path>& outputs,
                   const std::vector<std::filesystem::path>& inputs) {
    std::vector<std::filesystem::path> earlier;
    for (const auto& output : outputs) {
        if (output.empty())
            continue;
        check_output(output, inputs);
        const auto is_output = [&, own = std::filesystem::weakly_canonical(output)](const auto& other) {
            std::error_code missing;
            return other == own || std::filesystem::equivalent(other, own, missing); // a hard link
        };
        if (std::ranges::any_of(earlier, is_output))
            throw file_error{"'" + output.string() +
                             "' cannot be written: two outputs are this file; give one another name"};
        earlier.push_back(std::filesystem::weakly_canonical(output));
    }
}

structure read_frame(const std::filesystem::path& path, std::size_t frame) {
    extxyz_reader reader{path};
    std::size_t number = 0;
    while (const auto found = reader.next())
        if (number++ == frame) {
            static_cast<void>(reader.next()); // a wrong atom count shows in what follows
            return to_labeled_structure(*found).geometry;
        }
    throw invalid_option{"'" + path.string() + "' has " + std::to_string(number) + " frames; frame " +
                         std::to_string(frame) + " was asked for (the first is 0)"};
}

} // namespace tinynet::program
