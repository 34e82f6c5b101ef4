// SPDX-License-Identifier: MIT
#include <tinynet/io/detail/strict_json.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace tinynet::test::strict_json_test {

namespace {

nlohmann::json parse(std::string_view text) {
    return tinynet::detail::parse_strict_json(text, "the text", {"x"});
}

void check_refused(std::string_view text, const std::string& message) {
    CHECK_THROWS_WITH_AS(parse(text), ("'x': " + message).c_str(), tinynet::file_error);
}

/// An object of that many keys, half of them in objects of their own.
std::string object_with(std::size_t key_count) {
    std::string text = key_count % 2 == 0 ? "{\"0\":{\"a\":1}" : "{\"0\":1";
    for (std::size_t k = 1; k < (key_count + 1) / 2; ++k)
        text += ",\"" + std::to_string(k) + "\":{\"a\":1}";
    return text + "}";
}

} // namespace

TEST_CASE("values of every kind are read") {
    CHECK(parse("5") == 5);
    CHECK(parse(R"({"a":{"b":[1,2.5]},"c":"d"})")["a"]["b"][1] == 2.5);
}

TEST_CASE("a key may stand in several objects but in none twice, even with the same value") {
    CHECK(parse(R"({"a":{"b":1},"b":{"a":1}})").size() == 2);
    check_refused(R"({"a":1,"a":1})", "the text gives the key 'a' twice");
    check_refused(R"({"a":{"b":1,"c":2,"b":3}})", "the text gives the key 'b' twice");
    check_refused("{\"a\":1,\"\\u0061\":2}", "the text gives the key 'a' twice");
}

TEST_CASE("what is no JSON, nests deeper than settings do or has a number beyond all is refused") {
    check_refused("", "byte 1 of the text is no valid JSON");
    check_refused("{\"a\":\x1b}", "byte 6 of the text is no valid JSON");
    check_refused("[[[[1]]]]", "the text nests deeper than 3 levels");
    check_refused("1e999", "the text has a number that is too large");
}

TEST_CASE("values of any kind are counted, and the arrays around them") {
    constexpr std::size_t limit = tinynet::detail::json_value_limit;
    for (const std::string value : {"1", "\"\"", "[]"}) {
        CAPTURE(value);
        std::string text = "[" + value;
        for (std::size_t k = 1; k < limit; ++k)
            text += "," + value;
        check_refused(text + "]", "the text has too many values, expected at most 2500000");
        text.resize(text.size() - value.size() - 1);
        if (value == "1") // the others take the same way, and longer
            CHECK(parse(text + "]").size() == limit - 1);
    }
}

TEST_CASE("keys are counted over all objects, in a time that their number explains") {
    constexpr std::size_t limit = tinynet::detail::json_key_limit;
    CHECK_NOTHROW(parse(object_with(limit)));
    check_refused(object_with(limit + 1), "the text has too many keys, expected at most 500000");
}

} // namespace tinynet::test::strict_json_test
