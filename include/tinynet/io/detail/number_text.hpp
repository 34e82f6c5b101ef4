// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_NUMBER_TEXT_HPP
#define TINYNET_IO_DETAIL_NUMBER_TEXT_HPP

/// \file
/// Words and numbers of text files, the same in every locale; a number is written so that it reads back
/// exactly.

#include <tinynet/detail/finite.hpp>

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <system_error>

namespace tinynet::detail {

/// Integers of larger magnitude have no exact `double`.
inline constexpr std::int64_t exact_integer_limit = std::int64_t{1} << 53U;

constexpr bool is_blank(char character) noexcept { return character == ' ' || character == '\t'; }

/// Removes blanks from the front of the text.
constexpr void skip_blanks(std::string_view& rest) noexcept {
    while (!rest.empty() && is_blank(rest.front()))
        rest.remove_prefix(1);
}

/// Takes the next word from the front of the text; empty when there is none.
constexpr std::string_view take_word(std::string_view& rest) noexcept {
    skip_blanks(rest);
    std::size_t size = 0;
    while (size < rest.size() && !is_blank(rest[size]))
        ++size;
    const auto word = rest.substr(0, size);
    rest.remove_prefix(size);
    return word;
}

/// Number of words in the text.
constexpr std::size_t word_count(std::string_view text) noexcept {
    std::size_t count = 0;
    while (!take_word(text).empty())
        ++count;
    return count;
}

/// A number that takes up the whole word, with an optional plus sign.
template <typename Number>
std::optional<Number> parse_whole(std::string_view word) {
    if (word.starts_with('+') && !word.starts_with("+-"))
        word.remove_prefix(1);
    Number value{};
    const auto* const end = word.data() + word.size();
    const auto [stop, code] = std::from_chars(word.data(), end, value);
    if (code != std::errc{} || stop != end)
        return std::nullopt;
    return value;
}

/// A finite number with a decimal point; exponents with e or E.
inline std::optional<double> parse_real(std::string_view word) {
    const auto value = parse_whole<double>(word);
    return value && detail::is_finite(*value) ? value : std::nullopt;
}

/// An integer that a double holds exactly.
inline std::optional<double> parse_integer(std::string_view word) {
    const auto value = parse_whole<std::int64_t>(word);
    if (!value || *value > exact_integer_limit || *value < -exact_integer_limit)
        return std::nullopt;
    return static_cast<double>(*value);
}

/// T, F, True, False in any of the usual spellings, 1 or 0.
inline std::optional<double> parse_logical(std::string_view word) {
    for (const auto* const spelling : {"T", "t", "True", "true", "TRUE", "1"})
        if (word == spelling)
            return 1.0;
    for (const auto* const spelling : {"F", "f", "False", "false", "FALSE", "0"})
        if (word == spelling)
            return 0.0;
    return std::nullopt;
}

/// Appends the shortest text that reads back as the same number.
inline void append_number(std::string& text, double value) {
    std::array<char, 32> buffer; // NOLINT(cppcoreguidelines-pro-type-member-init): filled by to_chars
    const auto result = std::to_chars(buffer.data(), buffer.data() + buffer.size(), value);
    text.append(buffer.data(), result.ptr);
}

} // namespace tinynet::detail

#endif
