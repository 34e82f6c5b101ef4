// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_FINGERPRINT_HPP
#define TINYNET_IO_FINGERPRINT_HPP

/// \file
/// Recognizes a file by its content.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/file_descriptor.hpp>
#include <tinynet/io/detail/sha256.hpp>

#include <cstddef>
#include <filesystem>
#include <string>
#include <system_error>

namespace tinynet {

/// Refuses what gives its bytes only once, such as a pipe: a file with a fingerprint is read once more.
/// \throws file_error  if the path leads to something else than a file or a folder.
inline void check_can_be_read_again(const std::filesystem::path& path) {
    std::error_code ignored; // whoever reads the file says why that is impossible
    const auto status = std::filesystem::status(path, ignored);
    if (std::filesystem::exists(status) && !std::filesystem::is_regular_file(status) &&
        !std::filesystem::is_directory(status))
        throw file_error{detail::text("'", path.string(),
                                      "' is no regular file and may be gone once it was read; "
                                      "write its content to a file and give that one")};
}

/// The SHA-256 of a file's bytes, 64 hexadecimal digits. Memory for a piece of the file, however large it is.
/// \throws file_error  as check_can_be_read_again(), or if the file is missing, a directory or unreadable.
inline std::string file_sha256(const std::filesystem::path& path) {
    check_can_be_read_again(path);
    const auto file = detail::open_for_reading(path);
    constexpr std::size_t piece_size = std::size_t{1} << 16U;
    std::string piece(piece_size, '\0');
    detail::sha256_stream hash;
    while (const auto count = detail::read_some(file, piece, path))
        hash.add({piece.data(), count});
    return hash.digits();
}

} // namespace tinynet

#endif
