// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_CHOICE_OPTION_HPP
#define TINYNET_EXAMPLES_CHOICE_OPTION_HPP

/// \file
/// Options whose value is the name of an enumerator.

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <vector>

namespace tinynet::program {

/// Adds an option that takes one of the names.
template <typename Enum, std::size_t Count>
CLI::Option* add_choice(CLI::App& command, const std::string& option, Enum& value,
                        const std::array<Enum, Count>& all, const std::string& description) {
    std::vector<std::string> names;
    for (const Enum candidate : all)
        names.emplace_back(name_of(candidate));
    return command
        .add_option_function<std::string>(
            option,
            [&value, all](const std::string& name) {
                value = *std::find_if(all.begin(), all.end(),
                                      [&](Enum candidate) { return name_of(candidate) == name; });
            },
            description)
        ->check(CLI::IsMember(names));
}

} // namespace tinynet::program

#endif
