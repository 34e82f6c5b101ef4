// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_TEXT_HPP
#define TINYNET_DETAIL_TEXT_HPP

/// \file
/// Builds the sentences of error messages. Not by streams: those cost every user seconds of compile time.

#include <algorithm>
#include <array>
#include <charconv>
#include <concepts>
#include <cstddef>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>

namespace tinynet::detail {

/// A word or number of a sentence; numbers with up to ten significant digits.
class text_part {
public:
    // NOLINTBEGIN(google-explicit-constructor,hicpp-explicit-conversions): parts are written as they are
    text_part(std::string_view text) : text_{text} {}
    text_part(const std::string& text) : text_{text} {}
    text_part(const char* text) : text_{text} {}
    template <std::same_as<char> Character>
    text_part(Character character) : text_(1, character) {}
    template <std::integral Integer>
    requires(!std::same_as<Integer, char>) text_part(Integer number) : text_{std::to_string(number)} {}
    template <typename Index>
    requires(std::is_class_v<Index>&& std::convertible_to<Index, std::size_t>) text_part(Index index)
        : text_{std::to_string(static_cast<std::size_t>(index))} {}
    template <std::floating_point Real>
    text_part(Real number) : text_{digits(static_cast<double>(number))} {}
    // NOLINTEND(google-explicit-constructor,hicpp-explicit-conversions)

    [[nodiscard]] const std::string& text() const noexcept { return text_; }

private:
    static std::string digits(double number) {
        constexpr int significant_digits = 10;
        std::array<char, 32> buffer{};
        const auto end = std::to_chars(buffer.data(), buffer.data() + buffer.size(), number,
                                       std::chars_format::general, significant_digits);
        return {buffer.data(), end.ptr};
    }

    std::string text_;
};

inline std::string join(std::initializer_list<text_part> parts) {
    std::string sentence;
    for (const text_part& part : parts)
        sentence += part.text();
    return sentence;
}

/// Everything one after the other.
template <typename... Parts>
std::string text(const Parts&... parts) {
    return join({text_part(parts)...});
}

/// Bytes of the UTF-8 character at the front of a text that is not empty; 0 if there is none.
constexpr std::size_t character_size(std::string_view text) noexcept {
    const auto byte = [&](std::size_t k) {
        return k < text.size() ? static_cast<unsigned>(static_cast<unsigned char>(text[k])) : 0U;
    };
    const unsigned first = byte(0);
    if (first < 0x80U)
        return 1;
    const std::size_t size = first < 0xC2U   ? 0
                             : first < 0xE0U ? 2
                             : first < 0xF0U ? 3
                             : first < 0xF5U ? 4
                                             : 0;
    for (std::size_t k = 1; k < size; ++k)
        if ((byte(k) & 0xC0U) != 0x80U)
            return 0;
    const bool is_overlong = (first == 0xE0U && byte(1) < 0xA0U) || (first == 0xF0U && byte(1) < 0x90U);
    const bool is_surrogate = first == 0xEDU && byte(1) >= 0xA0U;
    const bool is_beyond_unicode = first == 0xF4U && byte(1) >= 0x90U;
    return is_overlong || is_surrogate || is_beyond_unicode ? 0 : size;
}

/// Whether all of a text is UTF-8.
constexpr bool is_utf8(std::string_view text) noexcept {
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        if (size == 0)
            return false;
        text.remove_prefix(size);
    }
    return true;
}

/// A text from outside as it may be shown: a terminal obeys control characters, so that these (C0, DEL and
/// C1) and bytes that are no UTF-8 become question marks.
inline std::string printable(std::string_view text) {
    std::string result;
    result.reserve(text.size());
    while (!text.empty()) {
        const std::size_t size = character_size(text);
        const auto byte = [&](std::size_t k) { return static_cast<unsigned char>(text[k]); };
        const bool is_control =
            byte(0) < 0x20U || byte(0) == 0x7FU || (byte(0) == 0xC2U && size == 2 && byte(1) < 0xA0U);
        if (size == 0 || is_control)
            result += '?';
        else
            result += text.substr(0, size);
        text.remove_prefix(std::max<std::size_t>(size, 1));
    }
    return result;
}

/// A word of a file, in quotes, for a message: at most 40 bytes, as printable() shows them.
inline std::string in_quotes(std::string_view word) {
    constexpr std::size_t size_limit = 40;
    return "'" + printable(word.substr(0, size_limit)) + (word.size() > size_limit ? "...'" : "'");
}

} // namespace tinynet::detail

#endif
