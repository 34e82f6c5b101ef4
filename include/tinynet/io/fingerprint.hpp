// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_FINGERPRINT_HPP
#define TINYNET_IO_FINGERPRINT_HPP

/// \file
/// Recognizes a file by its content.

#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/sha256.hpp>

#include <filesystem>
#include <string>

namespace tinynet {

/// The SHA-256 of a file's bytes, 64 hexadecimal digits.
/// \throws file_error  as read_file().
inline std::string file_sha256(const std::filesystem::path& path) { return detail::sha256(read_file(path)); }

} // namespace tinynet

#endif
