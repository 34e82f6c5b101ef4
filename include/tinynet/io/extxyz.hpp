// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_EXTXYZ_HPP
#define TINYNET_IO_EXTXYZ_HPP

/// \file
/// Reads and writes extended XYZ files: structures with energies, forces, stresses and LDOS.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/geometry/labeled_structure.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/extxyz_comment.hpp>
#include <tinynet/io/detail/extxyz_format.hpp>
#include <tinynet/io/detail/extxyz_rows.hpp>
#include <tinynet/io/detail/line_reader.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/extxyz_frame.hpp>
#include <tinynet/io/extxyz_labels.hpp>

#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet {

/// Reads the frames of a file one after the other; memory for one frame at a time.
class extxyz_reader {
public:
    /// \throws file_error  if the file is missing or may not be read.
    explicit extxyz_reader(const std::filesystem::path& path) : lines_{path} {}

    /// The next frame; nothing after the last one.
    /// \throws file_error  if the file has no frame at all, or the next one is not well formed or has more than
    /// 10,000 keys and words in its comment line, 10,000 properties or 10^6 columns; the message names file,
    /// line and, for an atom line, column and property.
    std::optional<extxyz_frame> next() {
        const auto count_line = next_count_line();
        if (!count_line)
            return std::nullopt;
        extxyz_frame frame;
        frame.file = lines_.place().file;
        frame.line = lines_.place().line;
        frame.atom_count = parse_atom_count(*count_line);
        read_header(frame);
        read_rows(frame);
        return frame;
    }

private:
    /// The line of the atom count; nothing if only blank lines are left.
    std::optional<std::string_view> next_count_line() {
        const auto is_blank_line = [](std::string_view line) { return detail::word_count(line) == 0; };
        auto line = lines_.next();
        const bool is_start = lines_.place().line <= 1;
        const auto place = lines_.place();
        if (line && !is_blank_line(*line))
            return line;
        while (line && is_blank_line(*line))
            line = lines_.next();
        if (line)
            place.fail("found a blank line, expected the atom count of a frame");
        if (is_start)
            throw file_error{detail::text("'", place.file, "' is empty, expected at least one frame")};
        return std::nullopt;
    }

    [[nodiscard]] std::size_t parse_atom_count(std::string_view line) const {
        auto rest = line;
        const auto count = detail::parse_integer(detail::take_word(rest));
        if (!count || *count < 1.0 || !detail::take_word(rest).empty())
            lines_.place().fail("found ", detail::in_quotes(line),
                                ", expected the atom count of a frame, an ", "integer from 1");
        return static_cast<std::size_t>(*count);
    }

    void read_header(extxyz_frame& frame) {
        const auto comment = lines_.next();
        if (!comment)
            lines_.place().fail("the file ends after the atom count, expected a comment line");
        detail::parse_header(*comment, frame);
    }

    void read_rows(extxyz_frame& frame) {
        for (std::size_t atom = 0; atom < frame.atom_count; ++atom) {
            const auto row = lines_.next();
            if (!row)
                lines_.place().fail("the file ends after ", atom, " of ", frame.atom_count, " atoms");
            detail::parse_row(*row, frame, atom);
        }
    }

    detail::line_reader lines_;
};

/// All frames of a file, at least one.
/// \throws file_error  as extxyz_reader.
inline std::vector<extxyz_frame> read_extxyz_frames(const std::filesystem::path& path) {
    extxyz_reader reader{path};
    std::vector<extxyz_frame> frames;
    while (auto frame = reader.next())
        frames.push_back(std::move(*frame));
    return frames;
}

/// All structures of a file with their labels, at least one.
/// \throws file_error  as extxyz_reader and to_labeled_structure().
inline std::vector<labeled_structure> read_extxyz(const std::filesystem::path& path) {
    extxyz_reader reader{path};
    std::vector<labeled_structure> structures;
    while (const auto frame = reader.next())
        structures.push_back(to_labeled_structure(*frame));
    return structures;
}

/// The text of frames, one after the other; reading it gives the same frames, numbers to the last bit.
/// \throws file_error  if a frame could not be read back: no atom, no column, a column whose size does not
/// fit the atom count, a number that is not finite in a column or a key of to_labeled_structure(), a text
/// with blanks, a key or property that is given twice, more of them than extxyz_reader accepts.
inline std::string format_extxyz(std::span<const extxyz_frame> frames) {
    std::string text;
    for (const auto& frame : frames) {
        if (frame.atom_count == 0 || frame.columns.empty())
            detail::comment_place(frame).fail("found ", frame.atom_count, " atoms and ", frame.columns.size(),
                                              " properties, expected at least one of each");
        text += std::to_string(frame.atom_count) + '\n';
        std::size_t begin = text.size();
        const auto end_line = [&](const detail::text_place& place) {
            if (text.size() - begin > detail::line_reader::line_limit)
                place.fail("the line would be longer than ", detail::line_reader::line_limit, " bytes");
            text += '\n';
            begin = text.size();
        };
        detail::append_header(text, frame);
        end_line(detail::comment_place(frame));
        for (std::size_t atom = 0; atom < frame.atom_count; ++atom) {
            detail::append_row(text, frame, atom);
            end_line(detail::atom_place(frame, atom));
        }
    }
    return text;
}

/// Writes frames to a file, which is replaced only when everything is written.
/// \throws file_error  as format_extxyz() and write_file_atomically().
inline void write_extxyz(const std::filesystem::path& path, std::span<const extxyz_frame> frames) {
    write_file_atomically(path, format_extxyz(frames));
}

} // namespace tinynet

#endif
