// SPDX-License-Identifier: MIT
#include <tinynet/io/detail/sha256.hpp>

#include <doctest/doctest.h>

#include <cstddef>
#include <string>
#include <string_view>

namespace tinynet::test::sha256_test {

using tinynet::detail::sha256;

TEST_CASE("the published messages have the published hashes") {
    CHECK(sha256("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(sha256("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
          "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
    CHECK(sha256("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmn"
                 "opqrsmn"
                 "opqrstnopqrstu") == "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
}

TEST_CASE("one million times the letter a has the published hash") {
    CHECK(sha256(std::string(1000000, 'a')) ==
          "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

TEST_CASE("messages that end just before and after the length field fit are padded right") {
    CHECK(sha256(std::string(55, 'a')) == "9f4390f8d30c2dd92ec9f095b65e2b9ae9b0a925a5258e241c9f1e910f734318");
    CHECK(sha256(std::string(56, 'a')) == "b35439a4ac6f0948b6d6f9e3c6af0f5f590ce20f1bde7090ef7970686ec6738a");
    CHECK(sha256(std::string(64, 'a')) == "ffe054fe7ae0cb6dc65c3af9b61d5209f439851db43d0ba5997337df154668eb");
}

TEST_CASE("bytes that come in pieces have the hash of all of them") {
    std::string bytes;
    for (int k = 0; k < 300; ++k)
        bytes += static_cast<char>('a' + k % 23);
    for (const std::size_t piece : {std::size_t{1}, std::size_t{7}, std::size_t{63}, std::size_t{64},
                                    std::size_t{65}, std::size_t{200}}) {
        CAPTURE(piece);
        tinynet::detail::sha256_stream stream;
        for (std::size_t begin = 0; begin < bytes.size(); begin += piece) {
            CHECK(stream.digits() == sha256(bytes.substr(0, begin)));
            stream.add(std::string_view{bytes}.substr(begin, piece));
        }
        CHECK(stream.digits() == sha256(bytes));
    }
}

TEST_CASE("bytes above 127 count as unsigned") {
    CHECK(sha256("\xff\x80") == "85c61621ebd04403f66d96fe300cf10b3844de7358184f1276cb08790fd135f1");
}

} // namespace tinynet::test::sha256_test
