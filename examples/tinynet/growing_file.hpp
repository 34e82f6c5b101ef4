// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_GROWING_FILE_HPP
#define TINYNET_EXAMPLES_GROWING_FILE_HPP

/// \file
/// Trajectories and logs: they grow with a run, and go on behind what its checkpoint knows of them.

#include <tinynet/error.hpp>
#include <tinynet/io/detail/file_descriptor.hpp>

#include <cerrno>
#include <cstdint>
#include <fcntl.h>
#include <filesystem>
#include <string>
#include <string_view>
#include <sys/file.h>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace tinynet::program {

/// A file that is written at its end only.
class growing_file {
public:
    /// Leaves an older file as it is.
    /// \param path  nothing is written if it is empty.
    /// \param size  what is to be kept of an older file.
    /// \throws file_error  if the file cannot be written, another run is writing it, or the older one is
    ///                     shorter.
    growing_file(std::filesystem::path path, std::uint64_t size) : path_{std::move(path)}, size_{size} {
        if (path_.empty())
            return;
        if (size > 0)
            check_size();
        constexpr mode_t permissions = 0666; // less what the user's mask takes away
        file_ = detail::file_descriptor{
            ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, permissions)};
        if (!file_.is_open())
            detail::fail_file(path_, "written", errno);
        // Some network file systems have no locks.
        if (::flock(file_.number(), LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
            throw file_error{"'" + path_.string() +
                             "' cannot be written: another run is writing it; wait for its end, or give "
                             "another name"};
        flush_folder();
    }

    /// Cuts an older file to what is to be kept of it.
    /// \throws file_error  if the system refuses.
    void cut() const {
        if (!path_.empty() && ::ftruncate(file_.number(), static_cast<off_t>(size_)) != 0)
            detail::fail_file(path_, "written", errno);
    }

    /// \throws file_error  if the text cannot be written.
    void append(std::string_view text) {
        if (path_.empty())
            return;
        detail::write_all(file_, text, path_);
        size_ += text.size();
    }

    /// Returns when everything is on the disk, which must be before a checkpoint says that it is there.
    /// \throws file_error  if the disk refuses.
    void flush() const {
        if (!path_.empty() && !detail::is_flushed(file_.number()))
            detail::fail_file(path_, "flushed to the disk", errno);
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }

private:
    void check_size() const {
        std::error_code failure;
        if (const auto found = std::filesystem::file_size(path_, failure); failure || found < size_)
            throw file_error{
                "--resume: '" + path_.string() +
                "' is missing or shorter than the checkpoint knows it; put it back, or remove the "
                "checkpoint"};
    }
    /// A new file is on the disk only with its name.
    void flush_folder() const {
        const auto path = path_.has_parent_path() ? path_.parent_path() : std::filesystem::path{"."};
        const detail::file_descriptor folder{::open(path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)};
        if (folder.is_open()) // it may be written but not read
            ::fsync(folder.number());
    }

    std::filesystem::path path_;
    detail::file_descriptor file_{-1};
    std::uint64_t size_;
};

} // namespace tinynet::program

#endif
