// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_EXTXYZ_COMMENT_HPP
#define TINYNET_IO_DETAIL_EXTXYZ_COMMENT_HPP

/// \file
/// The comment line of an extended XYZ frame: `key=value` pairs, one of them the list of columns.

#include <tinynet/detail/text.hpp>
#include <tinynet/io/detail/extxyz_limits.hpp>
#include <tinynet/io/detail/extxyz_rows.hpp>
#include <tinynet/io/detail/line_reader.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/extxyz_frame.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

namespace tinynet::detail {

/// The list of columns that a file without `Properties` has.
inline constexpr std::string_view plain_xyz_properties = "species:S:1:pos:R:3";

/// Takes a value in quotes from the front of the text; a backslash makes the next character literal,
/// but n a line end.
inline std::string take_quoted(std::string_view& rest, const text_place& place) {
    const char quote = rest.front();
    std::string value;
    for (std::size_t i = 1; i < rest.size(); ++i) {
        if (rest[i] == quote) {
            rest.remove_prefix(i + 1);
            return value;
        }
        const bool is_escaped = rest[i] == '\\' && i + 1 < rest.size();
        if (is_escaped)
            ++i;
        value += is_escaped && rest[i] == 'n' ? '\n' : rest[i];
    }
    place.fail("the quote before ", in_quotes(value), " is not closed");
}

/// Takes a value in braces or brackets, which may be nested. Braces only group and are dropped, brackets
/// kept.
inline std::string take_bracketed(std::string_view& rest, const text_place& place) {
    const char open = rest.front();
    const char close = open == '{' ? '}' : ']';
    std::size_t depth = 0;
    for (std::size_t i = 0; i < rest.size(); ++i) {
        depth += rest[i] == open ? 1U : 0U;
        depth -= rest[i] == close ? 1U : 0U;
        if (depth == 0) {
            const auto value = open == '{' ? rest.substr(1, i - 1) : rest.substr(0, i + 1);
            rest.remove_prefix(i + 1);
            return std::string{value};
        }
    }
    place.fail("the bracket before ", in_quotes(rest.substr(1)), " is not closed");
}

/// Takes the value of a key from the front of the text.
inline std::string take_value(std::string_view key, std::string_view& rest, const text_place& place) {
    const bool is_apart = !rest.empty() && is_blank(rest.front());
    skip_blanks(rest);
    const bool is_grouped = !rest.empty() && std::string_view{"\"'{["}.find(rest.front()) != rest.npos;
    if (!is_grouped) {
        const auto word = take_word(rest);
        if (is_apart && word.find('=') != word.npos)
            place.fail("the key ", in_quotes(key), " has no value before ", in_quotes(word));
        return std::string{word};
    }
    auto value =
        rest.front() == '"' || rest.front() == '\'' ? take_quoted(rest, place) : take_bracketed(rest, place);
    if (!rest.empty() && !is_blank(rest.front()))
        place.fail("the value of ", in_quotes(key), " is followed by ", in_quotes(rest),
                   ", expected a blank");
    return value;
}

/// Refuses keys that would silently be taken for unknown ones.
inline void check_key(const std::string& key, const text_place& place) {
    if (key.empty())
        place.fail("found '=' without a key before it");
    if (key.find_first_of("\"'") != key.npos)
        place.fail("the key ", in_quotes(key), " has a quote in it, expected a key without quotes");
    const auto same_letters = [](char left, char right) { return (left | 0x20) == (right | 0x20); };
    for (const std::string_view known : {"Lattice", "Properties", "pbc"})
        if (key != known && std::ranges::equal(key, known, same_letters))
            place.fail("found the key ", in_quotes(key), ", expected ", in_quotes(known));
}

/// Reads the pairs of a comment line into the frame; words that are no pairs get an empty key.
inline void parse_comment(std::string_view comment, extxyz_frame& frame) {
    const auto place = comment_place(frame);
    std::unordered_set<std::string> keys;
    const auto add = [&](std::string key, std::string value) {
        frame.info.emplace_back(std::move(key), std::move(value));
        if (frame.info.size() > comment_entry_limit + keys.count("Properties"))
            place.fail("found too many keys and words, expected at most ", comment_entry_limit);
    };
    for (skip_blanks(comment); !comment.empty(); skip_blanks(comment)) {
        const auto size = std::min(comment.find_first_of("= \t"), comment.size());
        std::string key{comment.substr(0, size)};
        auto after = comment.substr(size);
        skip_blanks(after);
        if (!after.starts_with('=')) {
            add("", std::move(key));
            comment = after;
            continue;
        }
        comment = after.substr(1);
        check_key(key, place);
        if (!keys.insert(key).second)
            place.fail("the key ", in_quotes(key), " is given twice");
        auto value = take_value(key, comment, place);
        add(std::move(key), std::move(value));
    }
}

/// The next field of `name:type:width:...`.
inline std::string_view take_field(std::string_view& rest) {
    const auto size = std::min(rest.find(':'), rest.size());
    const auto field = rest.substr(0, size);
    rest.remove_prefix(std::min(size + 1, rest.size()));
    return field;
}

/// Empty columns as `Properties` lists them.
inline std::vector<extxyz_column> parse_properties(std::string_view list, const text_place& place) {
    constexpr double width_limit = 1e6;
    std::vector<extxyz_column> columns;
    std::unordered_set<std::string_view> names;
    do {
        if (columns.size() == property_limit)
            place.fail("Properties lists too many properties, expected at most ", property_limit);
        const auto name = take_field(list);
        const auto type = take_field(list);
        const auto width = take_field(list);
        if (name.empty() || name.find_first_of(" \t") != name.npos)
            place.fail("Properties has ", in_quotes(name),
                       " for a name, expected name:type:width without blanks");
        if (type.size() != 1 || std::string_view{"SRIL"}.find(type) == type.npos)
            place.fail("Properties gives ", in_quotes(name), " the type ", in_quotes(type),
                       ", expected S, R, I or L");
        const auto count = parse_integer(width);
        if (!count || *count < 1 || *count > width_limit)
            place.fail("Properties gives ", in_quotes(name), " the width ", in_quotes(width),
                       ", expected an integer from 1 to ", width_limit);
        if (!names.insert(name).second)
            place.fail("Properties lists ", in_quotes(name), " twice");
        auto& column = columns.emplace_back(
            extxyz_column{std::string{name}, type.front(), static_cast<std::size_t>(*count), {}});
        if (column.type == 'S')
            column.values = std::vector<std::string>{};
    } while (!list.empty());
    return columns;
}

/// Reads a comment line into the frame: the pairs, and columns that are still empty.
inline void parse_header(std::string_view comment, extxyz_frame& frame) {
    parse_comment(comment, frame);
    const auto* const listed = frame.find_info("Properties");
    frame.columns =
        parse_properties(listed == nullptr ? plain_xyz_properties : *listed, comment_place(frame));
    check_row_width(frame);
    std::erase_if(frame.info, [](const auto& entry) { return entry.first == "Properties"; });
}

} // namespace tinynet::detail

#endif
