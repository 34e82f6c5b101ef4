// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_LINE_READER_HPP
#define TINYNET_IO_DETAIL_LINE_READER_HPP

/// \file
/// Reads a text file line by line, in constant memory, and says where.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/file_descriptor.hpp>

#include <algorithm>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace tinynet::detail {

/// A line of a text file, for messages.
struct text_place {
    std::string file;
    std::size_t line = 0; ///< from 1

    /// \throws file_error  always: file, line, and the parts one after the other, without control characters.
    template <typename... Parts>
    [[noreturn]] void fail(const Parts&... parts) const {
        throw file_error{printable(text(file, ", line ", line, ": ", parts...))};
    }
};

/// Lines without their ends (LF or CR LF) and without a UTF-8 byte order mark before the first.
class line_reader {
public:
    /// No line may be longer; keeps memory bounded on files that are no text.
    static constexpr std::size_t line_limit = std::size_t{1} << 26U;

    /// \throws file_error  if the file is missing or may not be read.
    explicit line_reader(const std::filesystem::path& path)
        : path_{path}, file_{open_for_reading(path)}, place_{path.string(), 0} {}

    /// The next line, valid until the next call; nothing at the end of the file.
    /// \throws file_error  if the line has a control character other than a tab or is longer than the limit.
    std::optional<std::string_view> next() {
        const auto end = find_line_end();
        if (begin_ == end_)
            return std::nullopt;
        ++place_.line;
        if (end - begin_ > line_limit)
            fail_too_long(place_);
        auto line = std::string_view{buffer_}.substr(begin_, end - begin_);
        begin_ = std::min(end + 1, end_);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (place_.line == 1 && line.starts_with("\xEF\xBB\xBF"))
            line.remove_prefix(3);
        check_characters(line);
        return line;
    }

    /// Where the line last returned stands.
    [[nodiscard]] const text_place& place() const noexcept { return place_; }

private:
    /// Index of the line end after begin_, reading on as needed; end_ if the file ends first.
    std::size_t find_line_end() {
        auto searched = begin_;
        while (true) {
            const auto unread = std::string_view{buffer_}.substr(0, end_);
            if (const auto found = unread.find('\n', searched); found != std::string_view::npos)
                return found;
            const auto line_size = end_ - begin_;
            if (!read_more())
                return end_;
            searched = begin_ + line_size;
        }
    }

    /// Moves the unread part to the front and appends what the file has next; false at its end.
    bool read_more() {
        constexpr std::size_t chunk_size = std::size_t{1} << 17U;
        buffer_.erase(0, begin_);
        end_ -= begin_;
        begin_ = 0;
        if (end_ > line_limit)
            fail_too_long({place_.file, place_.line + 1});
        if (buffer_.size() < end_ + chunk_size)
            buffer_.resize(2 * end_ + chunk_size);
        const auto count = read_some(file_, std::span{buffer_}.subspan(end_), path_);
        end_ += count;
        return count > 0;
    }

    [[noreturn]] static void fail_too_long(const text_place& place) {
        place.fail("the line is longer than ", line_limit, " bytes; expected a text file");
    }

    void check_characters(std::string_view line) const {
        const auto is_control = [](char character) {
            return static_cast<unsigned char>(character) < 0x20U && character != '\t';
        };
        const auto found = std::find_if(line.begin(), line.end(), is_control);
        if (found != line.end())
            place_.fail("character ", found - line.begin() + 1, " is the control character ",
                        static_cast<int>(*found), "; expected a text file");
    }

    std::filesystem::path path_;
    file_descriptor file_;
    text_place place_;
    std::string buffer_;
    std::size_t begin_ = 0; ///< of the unread part of the buffer
    std::size_t end_ = 0;
};

} // namespace tinynet::detail

#endif
