// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_FILE_DESCRIPTOR_HPP
#define TINYNET_IO_DETAIL_FILE_DESCRIPTOR_HPP

/// \file
/// POSIX files that close themselves and whose failures are `file_error`s with the system's reason.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <cerrno>
#include <cstddef>
#include <fcntl.h>
#include <filesystem>
#include <span>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tinynet::detail {

/// \param action  what was tried, as a participle: `read`, `written`.
/// \param code    the system's error number.
/// \throws file_error  always: names the file and the reason.
[[noreturn]] inline void fail_file(const std::filesystem::path& path, std::string_view action, int code) {
    throw file_error{
        text("'", path.string(), "' cannot be ", action, ": ", std::generic_category().message(code))};
}

/// Whether what was written is on the disk. Some network file systems cannot say so (EINVAL): as good as they
/// can. errno tells why not.
[[nodiscard]] inline bool is_flushed(int file) noexcept { return ::fsync(file) == 0 || errno == EINVAL; }

/// Owns an open file and closes it.
class file_descriptor {
public:
    /// \param number  what `open` returned; negative if it failed.
    explicit file_descriptor(int number) noexcept : number_{number} {}
    file_descriptor(file_descriptor&& other) noexcept : number_{std::exchange(other.number_, -1)} {}
    file_descriptor& operator=(file_descriptor&& other) noexcept {
        std::swap(number_, other.number_);
        return *this;
    }
    ~file_descriptor() {
        if (is_open())
            ::close(number_);
    }

    [[nodiscard]] bool is_open() const noexcept { return number_ >= 0; }
    [[nodiscard]] int number() const noexcept { return number_; }

private:
    int number_;
};

/// \throws file_error  if the file is missing or may not be read.
inline file_descriptor open_for_reading(const std::filesystem::path& path) {
    file_descriptor file{::open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    if (!file.is_open())
        fail_file(path, "read", errno);
    return file;
}

/// To change a file that is there; not open if that may not be.
inline file_descriptor open_for_changes(const std::filesystem::path& path) {
    return file_descriptor{::open(path.c_str(), O_WRONLY | O_CLOEXEC)};
}

/// Reads what is at hand, at most the size of the buffer; 0 at the end of the file.
/// \param path  for the message only.
/// \throws file_error  if reading fails, also for a directory.
inline std::size_t read_some(const file_descriptor& file, std::span<char> buffer,
                             const std::filesystem::path& path) {
    while (true) {
        const auto count = ::read(file.number(), buffer.data(), buffer.size());
        if (count >= 0)
            return static_cast<std::size_t>(count);
        if (errno != EINTR)
            fail_file(path, "read", errno);
    }
}

/// Writes piece by piece.
/// \param write  what the system writes of the bytes that are left: how many, or -1.
/// \param path   for the message only.
/// \throws file_error  if not every byte could be written.
template <typename Write>
void write_pieces(std::string_view bytes, const Write& write, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const auto count = write(bytes);
        if (count >= 0)
            bytes.remove_prefix(static_cast<std::size_t>(count));
        else if (errno != EINTR)
            fail_file(path, "written", errno);
    }
}

/// Writes at the end of what was written before.
/// \throws file_error  as write_pieces().
inline void write_all(const file_descriptor& file, std::string_view bytes,
                      const std::filesystem::path& path) {
    write_pieces(
        bytes, [&](std::string_view left) { return ::write(file.number(), left.data(), left.size()); }, path);
}

/// Writes at a place in the file.
/// \throws file_error  as write_pieces().
inline void write_all_at(const file_descriptor& file, std::string_view bytes, std::size_t offset,
                         const std::filesystem::path& path) {
    const auto write = [&](std::string_view left) {
        return ::pwrite(file.number(), left.data(), left.size(),
                        static_cast<off_t>(offset + bytes.size() - left.size()));
    };
    write_pieces(bytes, write, path);
}

} // namespace tinynet::detail

#endif
