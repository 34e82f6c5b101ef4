// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_EXTXYZ_FRAME_HPP
#define TINYNET_IO_EXTXYZ_FRAME_HPP

/// \file
/// One frame of an extended XYZ file as it stands there: comment keys and columns, known to us or not.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/line_reader.hpp>

#include <algorithm>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace tinynet {

/// A per-atom property: `width` values of each atom, atom after atom.
struct extxyz_column {
    std::string name;      ///< as in `Properties`
    char type = 'R';       ///< S text, R real, I integer, L logical (0 or 1), as in `Properties`
    std::size_t width = 1; ///< values per atom
    std::variant<std::vector<double>, std::vector<std::string>> values; ///< texts for type S, else numbers

    /// The values of a column of type R, I or L.
    /// \throws file_error  if the column holds text.
    [[nodiscard]] const std::vector<double>& numbers() const {
        if (const auto* const found = std::get_if<std::vector<double>>(&values))
            return *found;
        throw file_error{"the property " + detail::in_quotes(name) + " holds text, expected numbers"};
    }

    /// The values of a column of type S.
    /// \throws file_error  if the column holds numbers.
    [[nodiscard]] const std::vector<std::string>& texts() const {
        if (const auto* const found = std::get_if<std::vector<std::string>>(&values))
            return *found;
        throw file_error{"the property " + detail::in_quotes(name) + " holds numbers, expected text"};
    }

    friend bool operator==(const extxyz_column&, const extxyz_column&) = default;
};

/// Comment keys and per-atom columns of one frame, in the order of the file, so that a frame can be written
/// back with some of them replaced.
struct extxyz_frame {
    std::size_t atom_count = 0; ///< rows of the frame
    /// Comment keys and values without quotes; `Properties` is not among them, the columns stand for it. A
    /// word that is no assignment has an empty key.
    std::vector<std::pair<std::string, std::string>> info;
    std::vector<extxyz_column> columns; ///< in the order of `Properties`
    std::string file = "new frame";     ///< where the frame was read, for messages
    std::size_t line = 1;               ///< of the atom count in that file, from 1

    /// The column of that name; null if there is none.
    [[nodiscard]] const extxyz_column* find_column(std::string_view name) const {
        const auto found = std::ranges::find(columns, name, &extxyz_column::name);
        return found == columns.end() ? nullptr : &*found;
    }

    /// The value of a comment key; null if there is none.
    [[nodiscard]] const std::string* find_info(std::string_view key) const {
        const auto found = std::ranges::find(info, key, &std::pair<std::string, std::string>::first);
        return key.empty() || found == info.end() ? nullptr : &found->second;
    }

    /// Replaces the column of the same name, at its place, or appends a new one.
    void set_column(extxyz_column column) {
        const auto found = std::ranges::find(columns, column.name, &extxyz_column::name);
        if (found == columns.end())
            columns.push_back(std::move(column));
        else
            *found = std::move(column);
    }

    /// Replaces the value of a comment key, at its place, or appends a new one.
    void set_info(std::string_view key, std::string value) {
        const auto found = std::ranges::find(info, key, &std::pair<std::string, std::string>::first);
        if (found == info.end())
            info.emplace_back(key, std::move(value));
        else
            found->second = std::move(value);
    }

    /// Renames a column where there is one; an older column of the new name gives way.
    void rename_column(std::string_view from, std::string_view to) {
        if (from == to || find_column(from) == nullptr)
            return;
        std::erase_if(columns, [&](const extxyz_column& column) { return column.name == to; });
        std::ranges::find(columns, from, &extxyz_column::name)->name = to;
    }

    /// Renames a comment key where there is one; an older key of the new name gives way.
    void rename_info(std::string_view from, std::string_view to) {
        if (from == to || find_info(from) == nullptr)
            return;
        std::erase_if(info, [&](const auto& entry) { return entry.first == to; });
        std::ranges::find(info, from, &std::pair<std::string, std::string>::first)->first = to;
    }

    /// Same content, wherever it was read.
    friend bool operator==(const extxyz_frame& left, const extxyz_frame& right) {
        return left.atom_count == right.atom_count && left.info == right.info &&
               left.columns == right.columns;
    }
};

namespace detail {

/// The line of the comment, for messages.
inline text_place comment_place(const extxyz_frame& frame) { return {frame.file, frame.line + 1}; }
/// The line of an atom, for messages.
inline text_place atom_place(const extxyz_frame& frame, std::size_t atom) {
    return {frame.file, frame.line + 2 + atom};
}

} // namespace detail

} // namespace tinynet

#endif
