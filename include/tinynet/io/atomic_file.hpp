// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_ATOMIC_FILE_HPP
#define TINYNET_IO_ATOMIC_FILE_HPP

/// \file
/// Whole files: written so that a crash leaves the older or the newer one, never half of one; read in one go.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/detail/file_descriptor.hpp>

#include <cerrno>
#include <cstddef>
#include <deque>
#include <fcntl.h>
#include <filesystem>
#include <signal.h>
#include <span>
#include <stdio.h>
#include <string>
#include <string_view>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace tinynet {

/// Writes a file so that at every moment the path holds the older content or all of the new one.
///
/// The bytes go to a file without a name, reach the disk, get a name in the same folder
/// (`.tinynet-<process>-<n>`) and then take the path's place; where the system cannot do this, the file has
/// that name before it has all bytes, and stays if the program is killed. A symbolic link to a file that is
/// there is followed; permissions and group of an older file are kept, or its group has no rights where the
/// process may not give it the file.
/// \param path   where to; an existing regular file is replaced.
/// \param bytes  everything the file shall contain.
/// \throws file_error  if the folder is missing or may not be written, the path is no regular file, or the
///                     disk or the file size limit of the process is exhausted: the older file is intact and
///                     no temporary is left. Also if, after all that, the disk does not confirm that it has
///                     the folder: the file is new then, and the message says so.
inline void write_file_atomically(const std::filesystem::path& path, std::string_view bytes);

/// A file to be written.
struct file_content {
    std::filesystem::path path; ///< where to
    std::string_view bytes;     ///< everything the file shall contain
};

/// Writes several files like write_file_atomically(): none takes its place before all are on the disk.
/// \throws file_error  as write_file_atomically(): the older files are intact, unless the system, having
///                     written and named all of the new ones, refuses to rename a later one.
inline void write_files_atomically(std::span<const file_content> files);

/// Largest file that read_file() accepts unless told otherwise: 1 GiB.
inline constexpr std::size_t default_file_size_limit = std::size_t{1} << 30U;

/// The bytes of a file.
/// \param path        a file, or a pipe.
/// \param size_limit  most bytes the file may have.
/// \throws file_error  if the file is missing, a directory, unreadable or larger than the limit.
inline std::string read_file(const std::filesystem::path& path,
                             std::size_t size_limit = default_file_size_limit);

namespace detail {

/// While it lives, a write beyond the file size limit fails with EFBIG in this thread instead of ending the
/// program: SIGXFSZ is blocked, and taken back if it arrived.
class file_size_signal_block {
public:
    file_size_signal_block() : was_pending_{is_pending()} {
        const sigset_t signals = only_signal();
        pthread_sigmask(SIG_BLOCK, &signals, &previous_);
    }
    file_size_signal_block(const file_size_signal_block&) = delete;
    file_size_signal_block& operator=(const file_size_signal_block&) = delete;
    ~file_size_signal_block() {
        const sigset_t signals = only_signal();
        int received = 0;
        if (!was_pending_ && is_pending())
            sigwait(&signals, &received);
        pthread_sigmask(SIG_SETMASK, &previous_, nullptr);
    }

private:
    static sigset_t only_signal() {
        sigset_t signals;
        sigemptyset(&signals);
        sigaddset(&signals, SIGXFSZ);
        return signals;
    }
    static bool is_pending() {
        sigset_t signals;
        sigemptyset(&signals);
        sigpending(&signals);
        return sigismember(&signals, SIGXFSZ) == 1;
    }

    bool was_pending_;
    sigset_t previous_{};
};

/// Opens a file that vanishes with the program unless it is given a name; not open where that is impossible.
inline file_descriptor open_unnamed([[maybe_unused]] const std::filesystem::path& folder) {
#ifdef O_TMPFILE
    if (::access("/proc/self/fd", X_OK) == 0) // needed to give it a name
        return file_descriptor{::open(folder.c_str(), O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666)};
#endif
    return file_descriptor{-1};
}

/// Follows links to an existing file.
/// \throws file_error  if the path is something else than a file, such as a directory or a device, or cannot be
///                     one, such as a name that is too long.
inline std::filesystem::path writable_target(const std::filesystem::path& path) {
    std::error_code failure;
    const auto status = std::filesystem::status(path, failure);
    if (!std::filesystem::status_known(status))
        fail_file(path, "written", failure.value());
    if (!std::filesystem::exists(status))
        return path;
    if (std::filesystem::is_directory(status))
        fail_file(path, "written", EISDIR);
    if (!std::filesystem::is_regular_file(status))
        throw file_error{text("'", path.string(), "' cannot be written: it is not a regular file")};
    const auto target = std::filesystem::canonical(path, failure);
    if (failure)
        fail_file(path, "written", failure.value());
    return target;
}

/// Where a file is, or would be.
inline std::filesystem::path folder_of(const std::filesystem::path& file) {
    return file.has_parent_path() ? file.parent_path() : std::filesystem::path{"."};
}

/// A new file that is removed again unless it takes the place of another.
class temporary_file {
public:
    /// \param content  what is to be written, and the file whose place it takes, whose name the messages give;
    ///                 the bytes must outlive the object.
    /// \throws file_error  if the path cannot be a file, or none can be created in its folder.
    explicit temporary_file(const file_content& content)
        : target_{writable_target(content.path)}, bytes_{content.bytes},
          folder_{::open(folder_of(target_).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)}, file_{-1} {
        if (!folder_.is_open())
            fail_file(target_, "written", errno);
        file_ = open_unnamed(folder_of(target_));
        if (!file_.is_open())
            open_named();
    }
    temporary_file(const temporary_file&) = delete;
    temporary_file& operator=(const temporary_file&) = delete;
    ~temporary_file() {
        if (!path_.empty())
            ::unlink(path_.c_str());
    }

    /// \throws file_error  if the bytes do not reach the disk.
    void write() const {
        write_all(file_, bytes_, target_);
        if (!is_flushed(file_.number()))
            fail_file(target_, "written", errno);
    }

    /// Takes over group and permissions of the target, where the file system has any and the target exists.
    /// Where the group cannot be taken over, no other one gets its rights.
    void copy_permissions() const {
        struct stat older {};
        struct stat own {};
        if (::stat(target_.c_str(), &older) != 0 || ::fstat(file_.number(), &own) != 0)
            return;
        constexpr auto same_owner = static_cast<uid_t>(-1);
        const bool has_group =
            own.st_gid == older.st_gid || ::fchown(file_.number(), same_owner, older.st_gid) == 0;
        ::fchmod(file_.number(), older.st_mode & (has_group ? 0777U : 0707U));
    }

    /// Gives the file a name in the folder, unless it has one. Some systems make files without a name but
    /// never give them one: there the file is written once more.
    /// \throws file_error  if no file can have a name there, or the bytes do not reach the disk again.
    void give_name() {
        if (!path_.empty())
            return;
        const std::string opened = text("/proc/self/fd/", file_.number());
        const auto link = [&] {
            return ::linkat(AT_FDCWD, opened.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) == 0;
        };
        if (find_name(link))
            return;
        open_named();
        copy_permissions();
        write();
    }

    /// \throws file_error  if the target cannot be replaced.
    /// \pre The file has a name.
    void replace_target() {
        if (::rename(path_.c_str(), target_.c_str()) != 0)
            fail_file(target_, "written", errno);
        path_.clear();
    }

    /// Returns when the disk knows that the target was replaced.
    /// \throws file_error  if it does not confirm that.
    void flush_folder() const {
        if (!is_flushed(folder_.number()))
            throw file_error{
                text("'", target_.string(),
                     "' was written, but its folder cannot be flushed to the disk, so that a power "
                     "failure could undo it: ",
                     std::generic_category().message(errno))};
    }

private:
    void open_named() {
        const auto open = [&] {
            file_ = file_descriptor{::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666)};
            return file_.is_open();
        };
        if (!find_name(open))
            fail_file(target_, "written", errno);
    }

    /// Sets the path to one of which `create` makes a file; to none if it cannot, and `errno` says why.
    template <typename Create>
    bool find_name(const Create& create) {
        constexpr int attempt_limit = 10000;
        for (int attempt = 0; attempt < attempt_limit; ++attempt) {
            path_ = target_.parent_path() / text(".tinynet-", ::getpid(), "-", attempt);
            if (create())
                return true;
            if (errno != EEXIST)
                break;
        }
        path_.clear(); // not ours
        return false;
    }

    std::filesystem::path target_;
    std::string_view bytes_;
    std::filesystem::path path_; ///< empty as long as the file has no name
    file_descriptor folder_;
    file_descriptor file_;
};

} // namespace detail

inline void write_files_atomically(std::span<const file_content> files) {
    const detail::file_size_signal_block block;
    std::deque<detail::temporary_file> written;
    for (const file_content& content : files) {
        auto& file = written.emplace_back(content);
        file.copy_permissions();
        file.write();
    }
    for (auto& file : written)
        file.give_name();
    for (auto& file : written)
        file.replace_target();
    for (const auto& file : written)
        file.flush_folder();
}

inline void write_file_atomically(const std::filesystem::path& path, std::string_view bytes) {
    const file_content only{path, bytes};
    write_files_atomically({&only, 1});
}

inline std::string read_file(const std::filesystem::path& path, std::size_t size_limit) {
    const auto file = detail::open_for_reading(path);
    constexpr std::size_t chunk_size = std::size_t{1} << 16U;
    std::string bytes;
    std::size_t size = 0;
    while (size <= size_limit) {
        if (bytes.size() - size < chunk_size)
            bytes.resize(2 * bytes.size() + chunk_size);
        const auto count = detail::read_some(file, std::span{bytes}.subspan(size), path);
        size += count;
        if (count == 0) {
            bytes.resize(size);
            return bytes;
        }
    }
    throw file_error{detail::text("'", path.string(), "' cannot be read: it has more than ", size_limit,
                                  " bytes, the most that is expected here")};
}

} // namespace tinynet

#endif
