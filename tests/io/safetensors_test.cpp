// SPDX-License-Identifier: MIT
#include "support/temporary_directory.hpp"
#include <tinynet/io/detail/safetensors_header.hpp>
#include <tinynet/io/detail/sha256.hpp>
#include <tinynet/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <cmath>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace tinynet::test::safetensors_test {

using doctest::Contains;
using tinynet::checksum;
using tinynet::file_error;
using tinynet::format_safetensors;
using tinynet::parse_safetensors;
using tinynet::safetensors;

namespace {

/// The bytes of a file with that header and that many zero bytes of data.
std::string file_with(std::string_view header, std::size_t data_size = 0) {
    const std::uint64_t length = header.size();
    std::string bytes(8, '\0');
    std::memcpy(bytes.data(), &length, 8);
    return bytes + std::string{header} + std::string(data_size, '\0');
}

/// A file whose only tensor has that entry, and eight bytes of data.
std::string file_with_tensor(const std::string& entry) { return file_with("{\"w\":" + entry + "}", 8); }

void check_refused(const std::string& bytes, const std::string& message,
                   checksum policy = checksum::optional) {
    CAPTURE(bytes);
    CHECK_THROWS_WITH_AS(parse_safetensors(bytes, "m.st", policy), ("'m.st': " + message).c_str(),
                         file_error);
}

safetensors small_content() {
    safetensors content;
    content.metadata = {{"format_version", "1"}};
    content.set<std::uint8_t>("a_bytes", {3}, std::vector<std::uint8_t>{1, 2, 3});
    content.set<double>("weights", {1, 2}, std::vector{0.5, -1.0});
    return content;
}

safetensors random_content(unsigned seed) {
    std::mt19937 random{seed};
    safetensors content;
    for (auto count = random() % 6; count > 0; --count) {
        const auto type = static_cast<tinynet::dtype>(random() % 5);
        std::vector<std::size_t> shape(random() % 4);
        for (auto& extent : shape)
            extent = random() % 5;
        std::vector<std::byte> bytes(tinynet::detail::byte_count(shape, type).value());
        for (auto& byte : bytes)
            byte = static_cast<std::byte>(random());
        content.tensors["name " + std::to_string(random() % 100)] = {shape, type, bytes};
        content.metadata["key \" " + std::to_string(random() % 100)] = "Å\n";
    }
    return content;
}

} // namespace

TEST_CASE("tensors and metadata written to a file read back") {
    const temporary_directory folder;
    const auto path = folder.path() / "m.st";
    write_safetensors(path, small_content());
    const auto content = tinynet::read_safetensors(path, checksum::required);
    CHECK(content.file == path.string());
    CHECK(content.metadata_at("format_version") == "1");
    CHECK(content.at("weights").shape == std::vector<std::size_t>{1, 2});
    CHECK(content.values<double>("weights") == std::vector{0.5, -1.0});
    CHECK(content.tensors == small_content().tensors);
}

TEST_CASE("the bytes are the 8-byte header length, the padded header with sorted names, wide numbers first") {
    const std::string header = "{\"__metadata__\":{\"format_version\":\"1\",\"sha256\":"
                               "\"SHA\"},"
                               "\"a_bytes\":{\"data_offsets\":[16,19],\"dtype\":\"U8\",\"shape\":[3]},"
                               "\"weights\":{\"data_offsets\":[0,16],\"dtype\":\"F64\",\"shape\":[1,2]}}";
    const std::string data{"\0\0\0\0\0\0\xE0\x3F\0\0\0\0\0\0\xF0\xBF\1\2\3", 19};
    auto expected = header;
    expected.replace(expected.find("SHA"), 3, tinynet::detail::sha256(data));
    expected.insert(expected.find("\"sha256"),
                    "\"header_sha256\":\"" + tinynet::detail::sha256(expected) + "\",");
    expected.append((8 - expected.size() % 8) % 8, ' ');
    CHECK(format_safetensors(small_content()) == file_with(expected) + data);
}

TEST_CASE("a file of other software without metadata, padding or alignment is read") {
    const auto content =
        parse_safetensors(file_with("{\"b\":{\"dtype\":\"F64\",\"shape\":[],\"data_offsets\":[1,9]},"
                                    "\"a\":{\"dtype\":\"U8\",\"shape\":[1],\"data_offsets\":[0,1]}}   ",
                                    9),
                          "m.st");
    CHECK(content.values<double>("b") == std::vector{0.0});
    CHECK(content.values<std::uint8_t>("a").size() == 1);
    CHECK(parse_safetensors(file_with("{}"), "m.st").tensors.empty());
}

TEST_CASE("numbers that are not finite are kept") {
    safetensors content;
    content.set<double>(
        "x", {2},
        std::vector{std::numeric_limits<double>::quiet_NaN(), -std::numeric_limits<double>::infinity()});
    const auto values = parse_safetensors(format_safetensors(content), "m.st").values<double>("x");
    CHECK(std::isnan(values[0]));
    CHECK(std::isinf(values[1]));
}

TEST_CASE("property: any content reads back, always with the same aligned bytes") {
    for (unsigned seed = 0; seed < 100; ++seed) {
        CAPTURE(seed);
        const auto content = random_content(seed);
        const auto bytes = format_safetensors(content);
        auto read = parse_safetensors(bytes, "m.st", checksum::required);
        CHECK(format_safetensors(read) == bytes);
        std::uint64_t length = 0;
        std::memcpy(&length, bytes.data(), 8);
        CHECK(length % 8 == 0);
        read.metadata.erase("sha256");
        CHECK(read == content);
    }
}

TEST_CASE("property: a file cut or changed anywhere in the data is refused, cut in the header as well") {
    const auto bytes = format_safetensors(small_content());
    for (std::size_t size = 0; size < bytes.size(); ++size) {
        CAPTURE(size);
        CHECK_THROWS_AS(parse_safetensors(std::string_view{bytes}.substr(0, size), "m.st"), file_error);
    }
    CHECK_THROWS_AS(parse_safetensors(bytes + '\0', "m.st"), file_error);
    for (auto i = bytes.size() - 19; i < bytes.size(); ++i) {
        auto changed = bytes;
        changed[i] ^= '\4';
        CHECK_THROWS_WITH_AS(parse_safetensors(changed, "m.st"), Contains("'m.st': checksum of the data is "),
                             file_error);
    }
}

TEST_CASE("property: a changed header byte is refused or does not matter") {
    const auto bytes = format_safetensors(small_content());
    for (std::size_t i = 0; i < bytes.size() - 19; ++i)
        for (const char change : {'\1', '\4', '\x40', '\x80'}) {
            auto changed = bytes;
            changed[i] = static_cast<char>(changed[i] ^ change);
            try {
                const auto content = parse_safetensors(changed, "m.st");
                CHECK(content.tensors == small_content().tensors);
                CHECK(content.metadata_at("format_version") == "1");
            } catch (const file_error& problem) {
                CHECK(std::string{problem.what()}.starts_with("'m.st': "));
            }
        }
}

TEST_CASE("where finite numbers are asked for, others are refused by name") {
    auto content = small_content();
    CHECK(content.finite_values<double>("weights") == std::vector{0.5, -1.0});
    CHECK_THROWS_WITH_AS((void)content.finite_values<float>("weights"),
                         "'new file': tensor 'weights' holds F64 numbers, expected F32", file_error);
    for (const float wrong :
         {std::numeric_limits<float>::quiet_NaN(), -std::numeric_limits<float>::infinity()}) {
        content.set<float>("x", {2}, std::vector{1.0F, wrong});
        CHECK_THROWS_WITH_AS((void)content.finite_values<float>("x"),
                             "'new file': number 1 of tensor 'x' is not finite", file_error);
    }
}

TEST_CASE("the largest header is read, one byte more or 500001 keys are refused") {
    constexpr std::size_t limit = 16777216;
    const auto padded = [](std::size_t size) { return file_with("{}" + std::string(size - 2, ' ')); };
    CHECK(parse_safetensors(padded(limit), "m.st").tensors.empty());
    CHECK_THROWS_WITH_AS(parse_safetensors(padded(limit + 1), "m.st"),
                         Contains("announce a header of 16777217 bytes, expected at most 16777216"),
                         file_error);
    std::string header = "{\"0\":1";
    for (int k = 1; k <= 500000; ++k)
        header += ",\"" + std::to_string(k) + "\":1";
    CHECK_THROWS_WITH_AS(parse_safetensors(file_with(header + "}"), "m.st"),
                         "'m.st': the header has too many keys, expected at most 500000", file_error);
}

TEST_CASE("a tensor, key or number type that is not there is refused by name") {
    const auto content = small_content();
    CHECK_THROWS_WITH_AS((void)content.at("bias"), "'new file': there is no tensor 'bias'", file_error);
    CHECK_THROWS_WITH_AS((void)content.metadata_at("units"), "'new file': there is no metadata key 'units'",
                         file_error);
    CHECK_THROWS_WITH_AS((void)content.values<float>("weights"),
                         "'new file': tensor 'weights' holds F64 numbers, expected F32", file_error);
}

TEST_CASE("a file without a checksum is refused where one is required") {
    check_refused(file_with("{}"), "there is no checksum, expected the metadata key 'sha256'",
                  checksum::required);
}

TEST_CASE("bytes that are no safetensors file are refused") {
    check_refused("", "found 0 bytes, expected a safetensors file");
    check_refused("1234567", "found 7 bytes, expected a safetensors file");
    check_refused(file_with("{}").substr(0, 9), "the file is no model or truncated: its first 8 bytes "
                                                "announce a header of 2 bytes, expected at most 1");
    check_refused("\xff\xff\xff\xff\xff\xff\xff\xff{}",
                  "the file is no model or truncated: its first 8 bytes announce a header of "
                  "18446744073709551615 bytes, expected at most 2");
    check_refused(file_with(" {}"), "the header does not begin with a brace, expected a safetensors file");
    check_refused(file_with("{]"), "byte 2 of the header is no valid JSON");
    check_refused(file_with("{} {}"), "byte 4 of the header is no valid JSON");
    check_refused(file_with("{\"a\":{\"b\":[[1]]}}"), "the header nests deeper than 3 levels");
    check_refused(file_with("{\"a\":" + std::string(1000000, '[')), "the header nests deeper than 3 levels");
    check_refused(file_with("{\"a\":1e999}"), "the header has a number that is too large");
    check_refused(file_with("{\"__metadata__\":{\"a\":\"\",\"a\":\"\"}}"),
                  "the header gives the key 'a' twice");
    check_refused(file_with("{\"__metadata__\":{\"a\":1}}"), "__metadata__ has a value that is no text");
    check_refused(file_with("{\"__metadata__\":[]}"), "__metadata__ has a value that is no text");
    check_refused(file_with("{}", 3), "found 3 bytes of data, expected 0");
}

TEST_CASE("a tensor that is not well formed is refused") {
    check_refused(file_with_tensor("3"), "tensor 'w' has other keys than dtype, shape and data_offsets");
    check_refused(file_with_tensor("{\"dtype\":\"F64\",\"shape\":[1]}"),
                  "tensor 'w' has other keys than dtype, shape and data_offsets");
    const auto entry = [](const std::string& type, const std::string& shape, const std::string& offsets) {
        return file_with_tensor("{\"dtype\":" + type + ",\"shape\":" + shape +
                                ",\"data_offsets\":" + offsets + "}");
    };
    CHECK_NOTHROW(parse_safetensors(entry("\"F64\"", "[1]", "[0,8]"), "m.st"));
    check_refused(entry("\"BF16\"", "[4]", "[0,8]"),
                  "tensor 'w', dtype: found 'BF16', expected F64, F32, I64, I32 or U8");
    check_refused(entry("1", "[4]", "[0,8]"),
                  "tensor 'w', dtype: found no text, expected F64, F32, I64, I32 or U8");
    check_refused(entry("\"F64\"", "[-1]", "[0,8]"),
                  "tensor 'w', shape: expected an array of non-negative integers");
    check_refused(entry("\"F64\"", "1", "[0,8]"),
                  "tensor 'w', shape: expected an array of non-negative integers");
    check_refused(entry("\"F64\"", "[1]", "[0,8.0]"),
                  "tensor 'w', data_offsets: expected an array of non-negative integers");
    for (const auto* const offsets : {"[8,0]", "[8]", "[0,8,8]"})
        check_refused(entry("\"F64\"", "[1]", offsets),
                      "tensor 'w', data_offsets: expected a begin and an end that is not before it");
    for (const auto* const shape :
         {"[2]", "[0]", "[1,2]", "[2305843009213693953]", "[4294967296,4294967296]"})
        check_refused(entry("\"F64\"", shape, "[0,8]"),
                      "tensor 'w' has 8 bytes, expected as many as its shape and F64 ask for");
}

TEST_CASE("tensors that overlap, leave a gap or reach beyond the file are refused") {
    const auto two = [](const std::string& first, const std::string& second) {
        return file_with("{\"a\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":" + first +
                             "},\"b\":{\"dtype\":\"U8\",\"shape\":[2],\"data_offsets\":" + second + "}}",
                         4);
    };
    CHECK_NOTHROW(parse_safetensors(two("[2,4]", "[0,2]"), "m.st"));
    check_refused(two("[0,2]", "[1,3]"), "tensor 'b' begins at byte 1 of the data, expected 2");
    check_refused(two("[0,2]", "[0,2]"), "tensor 'b' begins at byte 0 of the data, expected 2");
    check_refused(two("[0,2]", "[3,5]"), "tensor 'b' begins at byte 3 of the data, expected 2");
    check_refused(two("[1,3]", "[3,5]"), "tensor 'a' begins at byte 1 of the data, expected 0");
    check_refused(file_with("{\"a\":{\"dtype\":\"U8\",\"shape\":[4],\"data_offsets\":[0,4]}}", 2),
                  "found 2 bytes of data, expected 4");
}

TEST_CASE("content that could not be read back is not written") {
    auto content = small_content();
    content.metadata["note"] = "\xff";
    CHECK_THROWS_WITH_AS(format_safetensors(content),
                         "'new file': a tensor name or a metadata text is not UTF-8 and cannot be written",
                         file_error);
    content = small_content();
    content.metadata["note"] = std::string(16777216, 'x');
    CHECK_THROWS_WITH_AS(format_safetensors(content), Contains("expected at most 16777216"), file_error);
    content = small_content();
    for (int k = 0; k < 125000; ++k)
        content.tensors["t" + std::to_string(k)] = content.tensors["a_bytes"];
    CHECK_THROWS_WITH_AS(format_safetensors(content), Contains(" keys, expected at most 500000"), file_error);
    const auto header_of = [](std::size_t size) {
        return tinynet::detail::safetensors_header{{}, {{"w", tinynet::dtype::u8, {size}, 0, size}}};
    };
    constexpr std::size_t limit = tinynet::default_file_size_limit - 2 * 16777216;
    CHECK_NOTHROW(tinynet::detail::check_can_be_read(header_of(limit), {"m.st"}));
    CHECK_THROWS_WITH_AS(tinynet::detail::check_can_be_read(header_of(limit + 1), {"m.st"}),
                         "'m.st': the tensors have 1040187393 bytes, expected at most 1040187392",
                         file_error);
    content = small_content();
    content.tensors["weights"].shape = {3};
    CHECK_THROWS_WITH_AS(format_safetensors(content), Contains("tensor 'weights' of 16 bytes"), file_error);
    content = small_content();
    content.tensors["__metadata__"] = content.tensors["weights"];
    CHECK_THROWS_WITH_AS(format_safetensors(content), Contains("tensor '__metadata__' of 16 bytes"),
                         file_error);
}

} // namespace tinynet::test::safetensors_test
