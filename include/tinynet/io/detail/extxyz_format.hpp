// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_EXTXYZ_FORMAT_HPP
#define TINYNET_IO_DETAIL_EXTXYZ_FORMAT_HPP

/// \file
/// The text of an extended XYZ frame; refuses what could not be read back.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/io/detail/extxyz_comment.hpp>
#include <tinynet/io/detail/extxyz_limits.hpp>
#include <tinynet/io/detail/extxyz_rows.hpp>
#include <tinynet/io/detail/line_reader.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/extxyz_frame.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet::detail {

/// Whether the text is one word of a file: not empty, without blanks, control or forbidden characters.
inline bool is_word(std::string_view text, std::string_view forbidden = "") {
    return !text.empty() && std::ranges::all_of(text, [&](char character) {
        return static_cast<unsigned char>(character) > ' ' && forbidden.find(character) == forbidden.npos;
    });
}

/// Whether the text is one array in brackets, which other readers would take for text if it stood in quotes.
inline bool is_array(std::string_view text) {
    if (!text.starts_with('[') || text.find('\n') != text.npos)
        return false;
    std::size_t depth = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        depth += text[i] == '[' ? 1U : 0U;
        depth -= text[i] == ']' ? 1U : 0U;
        if (depth == 0)
            return i + 1 == text.size();
    }
    return false;
}

/// Appends the value of a key, in quotes where it needs them.
inline void append_value(std::string& text, std::string_view value) {
    if (is_word(value, "\"'{}[]=\\") || is_array(value)) {
        text += value;
        return;
    }
    text += '"';
    for (const char character : value) {
        if (character == '"' || character == '\\' || character == '\n')
            text += '\\';
        text += character == '\n' ? 'n' : character;
    }
    text += '"';
}

/// Appends `key=value`, or a word that is no pair.
inline void append_pair(std::string& text, const std::pair<std::string, std::string>& pair,
                        const extxyz_frame& frame) {
    const std::string& key = pair.first;
    const std::string& value = pair.second;
    const auto is_control = [](char c) {
        return static_cast<unsigned char>(c) < ' ' && c != '\t' && c != '\n';
    };
    const bool is_writable = key.empty() ? is_word(value, "=") : is_word(key, "\"'=");
    if (!is_writable || std::ranges::any_of(value, is_control))
        comment_place(frame).fail(
            "the key ", in_quotes(key), " with the value ", in_quotes(value),
            " cannot be written, expected a key without blanks and a value without control characters");
    text += key;
    if (key.empty()) {
        text += value;
    } else {
        check_key(key, comment_place(frame));
        text += '=';
        append_value(text, value);
    }
}

/// The value of `Properties` for the columns of the frame.
inline std::string properties_text(const extxyz_frame& frame) {
    std::string list;
    std::unordered_set<std::string_view> names;
    for (const auto& column : frame.columns) {
        const auto size = std::visit([](const auto& values) { return values.size(); }, column.values);
        const bool is_text = std::holds_alternative<std::vector<std::string>>(column.values);
        if (!is_word(column.name, ":") || std::string_view{"SRIL"}.find(column.type) == list.npos ||
            is_text != (column.type == 'S') || column.width == 0 || size != frame.atom_count * column.width)
            comment_place(frame).fail("the property ", in_quotes(column.name), " of type ",
                                      in_quotes({&column.type, 1}), " and width ", column.width, " has ",
                                      size, is_text ? " texts" : " numbers", ", expected those of ",
                                      frame.atom_count, " atoms");
        if (!names.insert(column.name).second)
            comment_place(frame).fail("the property ", in_quotes(column.name), " would be written twice");
        list += list.empty() ? "" : ":";
        list += column.name + ':' + column.type + ':' + std::to_string(column.width);
    }
    return list;
}

/// Whether to_labeled_structure() takes the value of a key for numbers.
inline bool holds_numbers(std::string_view key) {
    constexpr std::array<std::string_view, 8> keys{"Lattice", "energy",  "stress", "virial",
                                                   "ldos_e0", "ldos_de", "ldos_n", "ldos_sigma"};
    return std::ranges::find(keys, key) != keys.end();
}

/// Refuses what could not be read back: a key that would be there twice, a known one without finite numbers,
/// too many of them.
inline void check_keys(const extxyz_frame& frame) {
    std::unordered_set<std::string_view> keys{"Properties"};
    if (frame.info.size() > comment_entry_limit)
        comment_place(frame).fail("found ", frame.info.size(), " keys and words, expected at most ",
                                  comment_entry_limit);
    for (const auto& [key, value] : frame.info) {
        if (!key.empty() && !keys.insert(key).second)
            comment_place(frame).fail("the key ", in_quotes(key), " would be written twice");
        std::string_view rest = holds_numbers(key) ? std::string_view{value} : std::string_view{};
        for (auto word = take_word(rest); !word.empty(); word = take_word(rest))
            if (!parse_real(word))
                comment_place(frame).fail("the key ", in_quotes(key), " with the value ", in_quotes(value),
                                          " cannot be written, expected finite numbers");
    }
}

/// Appends the comment line; Properties comes after a leading Lattice.
inline void append_header(std::string& text, const extxyz_frame& frame) {
    check_keys(frame);
    if (frame.columns.size() > property_limit)
        comment_place(frame).fail("found ", frame.columns.size(), " properties, expected at most ",
                                  property_limit);
    const bool lattice_leads = !frame.info.empty() && frame.info.front().first == "Lattice";
    if (lattice_leads) {
        append_pair(text, frame.info.front(), frame);
        text += ' ';
    }
    text += "Properties=";
    append_value(text, properties_text(frame));
    check_row_width(frame);
    for (std::size_t i = lattice_leads ? 1 : 0; i < frame.info.size(); ++i) {
        text += ' ';
        append_pair(text, frame.info[i], frame);
    }
}

/// Appends a number of a column of type R, I or L; nothing if it is not of that type.
inline void append_typed(std::string& text, double value, char type) {
    if (type == 'R' && detail::is_finite(value))
        append_number(text, value);
    else if (type == 'I' && std::abs(value) <= static_cast<double>(exact_integer_limit) &&
             value == std::floor(value))
        text += std::to_string(static_cast<std::int64_t>(value));
    else if (type == 'L' && (value == 0.0 || value == 1.0))
        text += value == 1.0 ? 'T' : 'F';
}

/// Appends one atom line. The columns must have the sizes that properties_text() checks.
inline void append_row(std::string& text, const extxyz_frame& frame, std::size_t atom) {
    bool is_first = true;
    for (const auto& column : frame.columns)
        for (auto k = atom * column.width; k < (atom + 1) * column.width; ++k) {
            if (!std::exchange(is_first, false))
                text += ' ';
            const auto size = text.size();
            if (const auto* const texts = std::get_if<std::vector<std::string>>(&column.values))
                text += is_word((*texts)[k]) ? std::string_view{(*texts)[k]} : std::string_view{};
            else
                append_typed(text, std::get<std::vector<double>>(column.values)[k], column.type);
            if (text.size() == size)
                atom_place(frame, atom)
                    .fail("the property ", in_quotes(column.name), " of atom ", atom,
                          " cannot be written, expected ", expectation(column.type));
        }
}

} // namespace tinynet::detail

#endif
