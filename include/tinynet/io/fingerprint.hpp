// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_FINGERPRINT_HPP
#define TINYNET_IO_FINGERPRINT_HPP

/// \file
/// Recognizes a file by its content.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/sha256.hpp>

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

/// The SHA-256 of a file's bytes, 64 hexadecimal digits.
/// \throws file_error  as check_can_be_read_again() and read_file().
inline std::string file_sha256(const std::filesystem::path& path) {
    check_can_be_read_again(path);
    return detail::sha256(read_file(path));
}

} // namespace tinynet

#endif
