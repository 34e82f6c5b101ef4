// SPDX-License-Identifier: MIT
#include <tinynet/detail/text.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace tinynet::test::text_test {

using tinynet::detail::printable;

namespace {

/// A code point as UTF-8 spells it.
std::string utf8(std::uint32_t code) {
    const auto byte = [](std::uint32_t bits) { return static_cast<char>(static_cast<unsigned char>(bits)); };
    const auto tail = [&](unsigned shift) { return byte(0x80U | (code >> shift & 0x3FU)); };
    if (code < 0x80U)
        return {byte(code)};
    if (code < 0x800U)
        return {byte(0xC0U | code >> 6U), tail(0)};
    if (code < 0x10000U)
        return {byte(0xE0U | code >> 12U), tail(6), tail(0)};
    return {byte(0xF0U | code >> 18U), tail(12), tail(6), tail(0)};
}

} // namespace

TEST_CASE("parts of a sentence stand one after the other, numbers with ten digits") {
    CHECK(tinynet::detail::text("atom ", std::size_t{3}, " is ", 1.0 / 3.0, ' ', std::string{"Å"}) ==
          "atom 3 is 0.3333333333 Å");
}

TEST_CASE("what can be read stays, in any language") {
    for (const std::string text : {"", "eV/Å^3", "E = -27.5 ~ '\"\\", "原子", "😀", "\u00a0", "\U0010ffff"})
        CHECK(printable(text) == text);
}

TEST_CASE("every control character becomes one question mark, all else of Latin-1 stays") {
    for (std::uint32_t code = 0; code < 0x100U; ++code) {
        CAPTURE(code);
        const bool is_control = code < 0x20U || (code >= 0x7FU && code < 0xA0U);
        CHECK(printable("a" + utf8(code) + "b") == (is_control ? "a?b" : "a" + utf8(code) + "b"));
    }
    CHECK(printable("\x1b[2J\x1b]0;title\a\n") == "?[2J?]0;title??");
    CHECK(printable(std::string{"\0", 1}) == "?");
}

TEST_CASE("bytes that are no UTF-8 become question marks, and so does a control character spelled too long") {
    CHECK(printable("\x9b"
                    "31m") == "?31m");
    CHECK(printable("\xc2") == "?");
    CHECK(printable("\xc2\xc2\xa0") == "?\u00a0");
    CHECK(printable("\xe2\x82") == "??");
    CHECK(printable("\xff\xfe") == "??");
    CHECK(printable("\xc0\x9b") == "??");
    CHECK(printable("\xe0\x82\x9b") == "???");
    CHECK(printable("\xf0\x80\x82\x9b") == "????");
    CHECK(printable("\xf5\x80\x80\x80") == "????");
}

TEST_CASE("what is UTF-8 is told from what is not, wherever that stands") {
    for (const std::string_view text : {"", "VBM", "Å", "E\xE2\x82\xAC"})
        CHECK(tinynet::detail::is_utf8(text));
    for (const std::string_view text :
         {"V\xFFM", "\xC3", "Å\xC3", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80"})
        CHECK(!tinynet::detail::is_utf8(text));
}

} // namespace tinynet::test::text_test
