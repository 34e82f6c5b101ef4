// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_SHA256_HPP
#define TINYNET_IO_DETAIL_SHA256_HPP

/// \file
/// SHA-256, to notice damaged files (FIPS 180-4, sections 4.1.2, 5 and 6.2; names as there).

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace tinynet::detail {

using sha256_words = std::array<std::uint32_t, 8>;

inline constexpr std::array<std::uint32_t, 64> sha256_constants = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

inline constexpr std::size_t sha256_block_size = 64;

/// The message schedule of a block.
/// \param block  sha256_block_size bytes.
constexpr std::array<std::uint32_t, 64> sha256_schedule(std::string_view block) noexcept {
    std::array<std::uint32_t, 64> w{};
    for (std::size_t t = 0; t < 16; ++t)
        for (std::size_t byte = 0; byte < 4; ++byte)
            w[t] = w[t] << 8U | static_cast<unsigned char>(block[4 * t + byte]);
    for (std::size_t t = 16; t < 64; ++t) {
        const auto s0 = std::rotr(w[t - 15], 7) ^ std::rotr(w[t - 15], 18) ^ w[t - 15] >> 3U;
        const auto s1 = std::rotr(w[t - 2], 17) ^ std::rotr(w[t - 2], 19) ^ w[t - 2] >> 10U;
        w[t] = w[t - 16] + s0 + w[t - 7] + s1;
    }
    return w;
}

/// Adds a block to the hash value.
constexpr void sha256_compress(sha256_words& hash, std::string_view block) noexcept {
    const auto w = sha256_schedule(block);
    auto [a, b, c, d, e, f, g, h] = hash;
    for (std::size_t t = 0; t < 64; ++t) {
        const auto sum1 = std::rotr(e, 6) ^ std::rotr(e, 11) ^ std::rotr(e, 25);
        const auto choice = (e & f) ^ (~e & g);
        const auto t1 = h + sum1 + choice + sha256_constants[t] + w[t];
        const auto sum0 = std::rotr(a, 2) ^ std::rotr(a, 13) ^ std::rotr(a, 22);
        const auto majority = (a & b) ^ (a & c) ^ (b & c);
        h = g;
        g = f;
        f = e;
        e = d + t1;
        d = c;
        c = b;
        b = a;
        a = t1 + sum0 + majority;
    }
    const sha256_words added = {a, b, c, d, e, f, g, h};
    for (std::size_t i = 0; i < hash.size(); ++i)
        hash[i] += added[i];
}

/// The SHA-256 of bytes that come piece by piece.
class sha256_stream {
public:
    /// Takes further bytes into account, any number of them.
    void add(std::string_view bytes) {
        size_ += bytes.size();
        if (!rest_.empty()) {
            const auto missing = bytes.substr(0, sha256_block_size - rest_.size());
            rest_ += missing;
            bytes.remove_prefix(missing.size());
            if (rest_.size() < sha256_block_size)
                return;
            sha256_compress(hash_, rest_);
        }
        for (; bytes.size() >= sha256_block_size; bytes.remove_prefix(sha256_block_size))
            sha256_compress(hash_, bytes.substr(0, sha256_block_size));
        rest_ = bytes;
    }

    /// Of all bytes so far, as 64 lower-case hexadecimal digits.
    [[nodiscard]] std::string digits() const {
        // Padding: a one bit, zeros up to a block end, the length in bits as 64-bit big-endian number.
        std::string tail = rest_;
        tail += '\x80';
        while (tail.size() % sha256_block_size != sha256_block_size - 8)
            tail += '\0';
        for (int shift = 56; shift >= 0; shift -= 8)
            tail += static_cast<char>(size_ * 8U >> static_cast<unsigned>(shift) & 0xffU);
        sha256_words hash = hash_;
        for (std::size_t begin = 0; begin < tail.size(); begin += sha256_block_size)
            sha256_compress(hash, std::string_view{tail}.substr(begin, sha256_block_size));

        std::string digits;
        for (const auto word : hash)
            for (int shift = 28; shift >= 0; shift -= 4)
                digits += "0123456789abcdef"[word >> static_cast<unsigned>(shift) & 0xfU];
        return digits;
    }

private:
    sha256_words hash_ = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                          0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
    std::string rest_; ///< less than a block
    std::uint64_t size_ = 0;
};

/// The SHA-256 of the bytes as 64 lower-case hexadecimal digits.
inline std::string sha256(std::string_view bytes) {
    sha256_stream stream;
    stream.add(bytes);
    return stream.digits();
}

} // namespace tinynet::detail

#endif
