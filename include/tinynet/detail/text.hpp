// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_TEXT_HPP
#define TINYNET_DETAIL_TEXT_HPP

/// \file
/// Builds the sentences of error messages. Not by streams: those cost every user seconds of compile time.

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

} // namespace tinynet::detail

#endif
