// SPDX-License-Identifier: MIT
#include <tinynet/io/fingerprint.hpp>

#include "support/temporary_directory.hpp"

#include <doctest/doctest.h>

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>
#include <sys/stat.h>

namespace tinynet::test::fingerprint_test {

TEST_CASE("a file is recognized by its bytes, not by its name") {
    const temporary_directory folder;
    const auto one = folder.file("one", "abc");
    CHECK(tinynet::file_sha256(one) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(tinynet::file_sha256(one) == tinynet::file_sha256(folder.file("two", "abc")));
    CHECK(tinynet::file_sha256(one) != tinynet::file_sha256(folder.file("three", "abd")));
    CHECK(tinynet::file_sha256(folder.file("empty", "")) ==
          "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}

TEST_CASE("a file is hashed piece by piece, whatever its size") {
    const temporary_directory folder;
    constexpr std::size_t piece = std::size_t{1} << 16U;
    for (const std::size_t size : {piece - 1, piece, piece + 1, 3 * piece + 17}) {
        CAPTURE(size);
        std::string bytes(size, 'a');
        bytes[size / 2] = 'b';
        CHECK(tinynet::file_sha256(folder.file("file", bytes)) == tinynet::detail::sha256(bytes));
    }
}

TEST_CASE("slow: a file larger than read_file() accepts has a fingerprint") {
    const temporary_directory folder;
    const auto path = folder.file("file", "");
    std::filesystem::resize_file(path, (std::uintmax_t{1} << 30U) + 1);
    // head -c 1073741825 /dev/zero | sha256sum
    CHECK(tinynet::file_sha256(path) == "6d9bfe50425f2dfe4e2ac07efee1f0bc9d567348ad4aed62704ffe6f5884e9a8");
}

TEST_CASE("a file that cannot be read has no fingerprint") {
    const temporary_directory folder;
    CHECK_THROWS_AS(tinynet::file_sha256(folder.path() / "missing"), tinynet::file_error);
    CHECK_THROWS_AS(tinynet::file_sha256(folder.path()), tinynet::file_error);
}

TEST_CASE("what can be read only once has no fingerprint, and nobody waits for it") {
    const temporary_directory folder;
    const auto pipe = folder.path() / "pipe";
    REQUIRE(::mkfifo(pipe.c_str(), 0600) == 0);
    const auto link = folder.path() / "link";
    std::filesystem::create_symlink(pipe, link);
    for (const auto& path : {pipe, link, std::filesystem::path{"/dev/null"}}) {
        const std::string message = "'" + path.string() + "' is no regular file";
        CHECK_THROWS_WITH_AS(tinynet::file_sha256(path), doctest::Contains(message.c_str()),
                             tinynet::file_error);
        CHECK_THROWS_WITH_AS(tinynet::check_can_be_read_again(path),
                             doctest::Contains("write its content to a file"), tinynet::file_error);
    }
    for (const auto& path : {folder.file("file", "x"), folder.path(), folder.path() / "missing"})
        CHECK_NOTHROW(tinynet::check_can_be_read_again(path));
}

} // namespace tinynet::test::fingerprint_test
