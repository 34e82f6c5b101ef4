// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_EXTXYZ_ROWS_HPP
#define TINYNET_IO_DETAIL_EXTXYZ_ROWS_HPP

/// \file
/// The atom lines of an extended XYZ frame.

#include <tinynet/detail/text.hpp>
#include <tinynet/io/detail/extxyz_limits.hpp>
#include <tinynet/io/detail/line_reader.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/extxyz_frame.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tinynet::detail {

/// Number of words on each atom line.
inline std::size_t row_width(const extxyz_frame& frame) noexcept {
    std::size_t width = 0;
    for (const auto& column : frame.columns)
        width += column.width;
    return width;
}

inline void check_row_width(const extxyz_frame& frame) {
    if (const auto width = row_width(frame); width > row_width_limit)
        comment_place(frame).fail("the properties have ", width, " columns, expected at most ",
                                  row_width_limit);
}

/// What a value of a column of that type must be, for messages.
constexpr std::string_view expectation(char type) noexcept {
    switch (type) {
    case 'S':
        return "text";
    case 'R':
        return "a finite number";
    case 'I':
        return "an integer of at most 16 digits";
    default:
        return "T or F";
    }
}

constexpr auto number_parser(char type) noexcept {
    return type == 'R' ? &parse_real : type == 'I' ? &parse_integer : &parse_logical;
}

/// Reports an atom line that does not fit the columns, a wrong number of words before a wrong word.
[[noreturn]] inline void fail_row(std::string_view row, std::string_view word, const extxyz_column& column,
                                  const extxyz_frame& frame, std::size_t atom) {
    const auto place = atom_place(frame, atom);
    const auto found = word_count(row);
    const auto expected = row_width(frame);
    if (found != expected)
        place.fail("found ", found, found == 1 ? " column" : " columns", ", expected ", expected);
    const auto index = word_count(row.substr(0, static_cast<std::size_t>(word.data() - row.data()))) + 1;
    place.fail("column ", index, ", property ", in_quotes(column.name), " of atom ", atom, ": found ",
               in_quotes(word), ", expected ", expectation(column.type));
}

/// Appends the words of one atom line to the columns of the frame.
/// \param atom  index of the atom, for messages.
inline void parse_row(std::string_view row, extxyz_frame& frame, std::size_t atom) {
    auto rest = row;
    for (auto& column : frame.columns) {
        if (auto* const texts = std::get_if<std::vector<std::string>>(&column.values)) {
            for (std::size_t k = 0; k < column.width; ++k) {
                const auto word = take_word(rest);
                if (word.empty())
                    fail_row(row, word, column, frame, atom);
                texts->emplace_back(word);
            }
            continue;
        }
        auto& numbers = std::get<std::vector<double>>(column.values);
        const auto parse = number_parser(column.type);
        for (std::size_t k = 0; k < column.width; ++k) {
            const auto word = take_word(rest);
            const auto value = parse(word);
            if (!value)
                fail_row(row, word, column, frame, atom);
            numbers.push_back(*value);
        }
    }
    if (!take_word(rest).empty())
        fail_row(row, rest, frame.columns.back(), frame, atom);
}

} // namespace tinynet::detail

#endif
