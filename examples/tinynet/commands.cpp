// SPDX-License-Identifier: MIT
#include "commands.hpp"
#include <tinynet/version.hpp>

#include <charconv>
#include <cstdint>
#include <string>
#include <system_error>

namespace tinynet::program {

namespace {

/// CLI11 reads 010 as 8, and what is larger than a number can be as the largest one.
std::string check_whole_number(const std::string& text) {
    std::uint64_t number = 0;
    const char* const end = text.data() + text.size();
    const bool is_decimal = text.size() == 1 || !text.starts_with('0');
    const auto [rest, problem] = std::from_chars(text.data(), end, number);
    if (is_decimal && problem == std::errc{} && rest == end)
        return {};
    return "'" + text + "' is no whole number from 0 to 18446744073709551615 in decimal digits";
}

void check_whole_numbers(CLI::App& app) {
    for (CLI::Option* const option : app.get_options())
        if (option->get_type_name().starts_with("UINT"))
            option->check(check_whole_number);
    for (CLI::App* const command : app.get_subcommands({}))
        check_whole_numbers(*command);
}

} // namespace

void add_commands(CLI::App& app) {
    app.set_version_flag("--version", version);
    app.require_subcommand(1);
    add_describe(app);
    add_train(app);
    add_predict(app);
    add_md(app);
    add_ipi(app);
    add_info(app);
    add_compare(app);
    check_whole_numbers(app);
}

} // namespace tinynet::program
