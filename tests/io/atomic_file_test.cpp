// SPDX-License-Identifier: MIT
#include "support/file_size_limit.hpp"
#include "support/temporary_directory.hpp"
#include <tinynet/io/atomic_file.hpp>

#include <doctest/doctest.h>

#include <cerrno>
#include <csignal>
#include <cstddef>
#include <filesystem>
#include <random>
#include <string>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace tinynet::test::atomic_file_test {

/// What the system refuses while it is not zero: the error that it gives. Like files and names of a process,
/// these are global.
int link_error = 0;
int folder_flush_error = 0;

} // namespace tinynet::test::atomic_file_test

// In the place of the system's, for all of this program.
extern "C" {

int linkat(int old_folder, const char* old_name, int new_folder, const char* new_name, int flags) noexcept {
    if (const int refused = tinynet::test::atomic_file_test::link_error; refused != 0) {
        errno = refused;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_linkat, old_folder, old_name, new_folder, new_name, flags));
}

int fsync(int file) {
    struct stat status {};
    const int refused = tinynet::test::atomic_file_test::folder_flush_error;
    if (refused != 0 && ::fstat(file, &status) == 0 && S_ISDIR(status.st_mode)) {
        errno = refused;
        return -1;
    }
    return static_cast<int>(::syscall(SYS_fsync, file));
}

} // extern "C"

namespace tinynet::test::atomic_file_test {

using doctest::Contains;
using tinynet::file_content;
using tinynet::file_error;
using tinynet::read_file;
using tinynet::write_file_atomically;
using tinynet::write_files_atomically;

namespace {

/// Makes the system refuse something while it lives.
class refusal {
public:
    refusal(int& what, int error) : what_{&what} { *what_ = error; }
    refusal(const refusal&) = delete;
    refusal& operator=(const refusal&) = delete;
    ~refusal() { *what_ = 0; }

private:
    int* what_;
};

/// Gives up the rights of the superuser, for whom no folder is read-only.
class ordinary_user {
public:
    static constexpr uid_t number = 65534; // nobody

    ordinary_user() : previous_{geteuid()} { is_ordinary_ = previous_ != 0 || seteuid(number) == 0; }
    ordinary_user(const ordinary_user&) = delete;
    ordinary_user& operator=(const ordinary_user&) = delete;
    ~ordinary_user() { REQUIRE(seteuid(previous_) == 0); }

    [[nodiscard]] bool is_ordinary() const noexcept { return is_ordinary_; }

private:
    uid_t previous_;
    bool is_ordinary_;
};

} // namespace

TEST_CASE("a written file reads back, and nothing else is left in the folder") {
    const temporary_directory folder;
    const auto path = folder.path() / "model";
    write_file_atomically(path, "first");
    CHECK(read_file(path) == "first");
    write_file_atomically(path, "");
    CHECK(read_file(path).empty());
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("a name without a folder is written to the current one") {
    const temporary_directory folder;
    const auto previous = std::filesystem::current_path();
    std::filesystem::current_path(folder.path());
    CHECK_NOTHROW(write_file_atomically("model", "here"));
    std::filesystem::current_path(previous);
    CHECK(read_file(folder.path() / "model") == "here");
}

TEST_CASE("a symbolic link is followed and stays a link") {
    const temporary_directory folder;
    const auto target = folder.file("target", "old");
    const auto link = folder.path() / "link";
    std::filesystem::create_symlink(target, link);
    write_file_atomically(link, "new");
    CHECK(std::filesystem::is_symlink(link));
    CHECK(read_file(target) == "new");
}

TEST_CASE("a replaced file keeps its permissions") {
    const temporary_directory folder;
    const auto path = folder.file("model", "old");
    using std::filesystem::perms;
    const auto permissions = perms::owner_read | perms::owner_write | perms::group_read;
    std::filesystem::permissions(path, permissions);
    write_file_atomically(path, "new");
    CHECK(std::filesystem::status(path).permissions() == permissions);
}

TEST_CASE("a replaced file keeps its group, or no other group gets its rights") {
    const temporary_directory folder;
    using std::filesystem::perms;
    std::filesystem::permissions(folder.path(), perms::all);
    constexpr gid_t other_group = 54321;
    const auto path = folder.file("model", "old");
    if (::chown(path.c_str(), ordinary_user::number, other_group) != 0)
        return; // the superuser's test
    const auto mode = perms::owner_read | perms::owner_write | perms::group_read;
    std::filesystem::permissions(path, mode);
    write_file_atomically(path, "new");
    struct stat found {};
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK(found.st_gid == other_group);
    CHECK(std::filesystem::status(path).permissions() == mode);
    {
        const ordinary_user user; // is in no such group
        write_file_atomically(path, "newer");
    }
    REQUIRE(::stat(path.c_str(), &found) == 0);
    CHECK(found.st_gid != other_group);
    CHECK(std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write));
    CHECK(read_file(path) == "newer");
}

TEST_CASE("a leftover of a killed process does not stop a new one") {
    const temporary_directory folder;
    const auto leftover = folder.file(".tinynet-" + std::to_string(getpid()) + "-0", "half");
    write_file_atomically(folder.path() / "model", "whole");
    CHECK(read_file(folder.path() / "model") == "whole");
    CHECK(read_file(leftover) == "half");
}

TEST_CASE("where files without a name never get one, files have a name from the start") {
    const temporary_directory folder;
    const auto path = folder.file("model", "old");
    using std::filesystem::perms;
    std::filesystem::permissions(path, perms::owner_read | perms::owner_write);
    {
        const refusal no_links{link_error, EPERM};
        write_file_atomically(path, "new");
        CHECK(read_file(path) == "new");
        CHECK(std::filesystem::status(path).permissions() == (perms::owner_read | perms::owner_write));
        const file_size_limit limit{4096};
        CHECK_THROWS_AS(write_file_atomically(path, std::string(100000, 'x')), file_error);
    }
    CHECK(read_file(path) == "new");
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("a folder that cannot be flushed is told as such: the file is new") {
    const temporary_directory folder;
    const auto path = folder.file("model", "old");
    {
        const refusal broken_disk{folder_flush_error, EIO};
        CHECK_THROWS_WITH_AS(write_file_atomically(path, "new"),
                             Contains("model' was written, but its folder cannot be flushed"), file_error);
    }
    CHECK(read_file(path) == "new");
    {
        const refusal network{folder_flush_error, EINVAL};
        CHECK_NOTHROW(write_file_atomically(path, "newer"));
    }
    CHECK(read_file(path) == "newer");
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("several files are all written, or none of them") {
    const temporary_directory folder;
    const auto one = folder.file("one", "old");
    const auto other = folder.path() / "other";
    const std::string long_text(100000, 'x');
    const std::vector<file_content> files{{one, "new"}, {other, long_text}};
    {
        const file_size_limit limit{4096};
        CHECK_THROWS_WITH_AS(write_files_atomically(files), Contains("other' cannot be written"), file_error);
    }
    CHECK(read_file(one) == "old");
    for (const auto& impossible : {folder.path(), folder.path() / std::string(300, 'n')})
        CHECK_THROWS_AS(write_files_atomically(std::vector<file_content>{{one, "new"}, {impossible, ""}}),
                        file_error);
    CHECK(read_file(one) == "old");
    CHECK(folder.entry_count() == 1);
    write_files_atomically(files);
    CHECK(read_file(one) == "new");
    CHECK(read_file(other) == long_text);
    CHECK(folder.entry_count() == 2);
    CHECK_NOTHROW(write_files_atomically({}));
}

TEST_CASE("threads that write the same file leave the content of one of them") {
    const temporary_directory folder;
    const auto path = folder.path() / "model";
    {
        std::vector<std::jthread> threads;
        for (char name = 'a'; name < 'e'; ++name)
            threads.emplace_back([&path, name] {
                for (int i = 0; i < 20; ++i)
                    write_file_atomically(path, std::string(10000, name));
            });
    }
    const auto bytes = read_file(path);
    CHECK(bytes == std::string(10000, bytes.at(0)));
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("property: any bytes read back") {
    const temporary_directory folder;
    const auto path = folder.path() / "bytes";
    for (unsigned seed = 0; seed < 20; ++seed) {
        CAPTURE(seed);
        std::mt19937 random{seed};
        std::string bytes(random() % 300000, '\0');
        for (auto& byte : bytes)
            byte = static_cast<char>(random());
        write_file_atomically(path, bytes);
        CHECK(read_file(path) == bytes);
        CHECK(read_file(path, bytes.size()) == bytes);
    }
}

TEST_CASE(
    "a file beyond the size limit of the process is refused, the older one stays and no signal ends it") {
    const temporary_directory folder;
    const auto path = folder.file("model", "old");
    {
        const file_size_limit limit{4096};
        CHECK_THROWS_WITH_AS(write_file_atomically(path, std::string(100000, 'x')),
                             ("'" + path.string() + "' cannot be written: File too large").c_str(),
                             file_error);
    }
    CHECK(read_file(path) == "old");
    CHECK(folder.entry_count() == 1);
    sigset_t pending;
    sigpending(&pending);
    CHECK(sigismember(&pending, SIGXFSZ) == 0);
    sigset_t blocked;
    pthread_sigmask(SIG_BLOCK, nullptr, &blocked);
    CHECK(sigismember(&blocked, SIGXFSZ) == 0);
}

TEST_CASE("a full disk is reported") {
    if (!std::filesystem::exists("/dev/full"))
        return;
    const tinynet::detail::file_descriptor full{::open("/dev/full", O_WRONLY)};
    CHECK_THROWS_WITH_AS(tinynet::detail::write_all(full, "bytes", "x"),
                         "'x' cannot be written: No space left on device", file_error);
}

TEST_CASE("a read-only folder is refused") {
    const temporary_directory folder;
    const auto path = folder.file("model", "old");
    using std::filesystem::perms;
    std::filesystem::permissions(folder.path(), perms::owner_read | perms::owner_exec | perms::group_read |
                                                    perms::group_exec | perms::others_read |
                                                    perms::others_exec);
    {
        const ordinary_user user;
        if (user.is_ordinary())
            CHECK_THROWS_WITH_AS(write_file_atomically(path, "new"), Contains("Permission denied"),
                                 file_error);
    }
    CHECK(read_file(path) == "old");
    CHECK(folder.entry_count() == 1);
}

TEST_CASE("a path that cannot be a file is refused for writing") {
    const temporary_directory folder;
    CHECK_THROWS_WITH_AS(write_file_atomically(folder.path(), "x"), Contains("Is a directory"), file_error);
    CHECK_THROWS_WITH_AS(write_file_atomically(folder.path() / "missing" / "model", "x"),
                         Contains("missing/model' cannot be written: No such file or directory"), file_error);
    CHECK_THROWS_WITH_AS(write_file_atomically("/dev/null", "x"), Contains("not a regular file"), file_error);
    CHECK_THROWS_AS(write_file_atomically("", "x"), file_error);
    CHECK_THROWS_WITH_AS(write_file_atomically(folder.path() / std::string(300, 'n'), "x"),
                         Contains("File name too long"), file_error);
    CHECK(folder.entry_count() == 0);
}

TEST_CASE("a file that is missing, a directory or unreadable is refused for reading") {
    const temporary_directory folder;
    CHECK_THROWS_WITH_AS(read_file(folder.path() / "missing"),
                         Contains("missing' cannot be read: No such file or directory"), file_error);
    CHECK_THROWS_WITH_AS(read_file(folder.path()), Contains("cannot be read: Is a directory"), file_error);
    const auto path = folder.file("secret", "x");
    std::filesystem::permissions(path, std::filesystem::perms::none);
    const ordinary_user user;
    if (user.is_ordinary())
        CHECK_THROWS_WITH_AS(read_file(path), Contains("Permission denied"), file_error);
}

TEST_CASE("a file larger than the limit is refused for reading") {
    const temporary_directory folder;
    const auto path = folder.file("large", "123456");
    CHECK(read_file(path, 6) == "123456");
    CHECK_THROWS_WITH_AS(read_file(path, 5), Contains("large' cannot be read: it has more than 5 bytes"),
                         file_error);
}

} // namespace tinynet::test::atomic_file_test
