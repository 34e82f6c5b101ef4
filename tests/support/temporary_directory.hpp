// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_TEMPORARY_DIRECTORY_HPP
#define TINYNET_TESTS_SUPPORT_TEMPORARY_DIRECTORY_HPP

/// \file
/// A folder for the files of one test.

#include <cerrno>
#include <cstddef>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <stdlib.h>
#include <string>
#include <string_view>
#include <system_error>

namespace tinynet::test {

/// A new empty folder that is removed with everything in it.
class temporary_directory {
public:
    temporary_directory() {
        auto name = (std::filesystem::temp_directory_path() / "tinynet_test_XXXXXX").string();
        if (::mkdtemp(name.data()) == nullptr)
            throw std::system_error{errno, std::generic_category(), name};
        path_ = name;
    }
    temporary_directory(const temporary_directory&) = delete;
    temporary_directory& operator=(const temporary_directory&) = delete;
    ~temporary_directory() {
        std::error_code ignored;
        std::filesystem::permissions(path_, std::filesystem::perms::owner_all, ignored);
        std::filesystem::remove_all(path_, ignored);
    }

    [[nodiscard]] const std::filesystem::path& path() const noexcept { return path_; }

    /// Path of a file in the folder that now contains the bytes.
    [[nodiscard]] std::filesystem::path file(std::string_view name, std::string_view bytes) const {
        auto file = path_ / name;
        std::ofstream{file, std::ios::binary} << bytes;
        return file;
    }

    /// Number of files and folders in the folder.
    [[nodiscard]] std::size_t entry_count() const {
        using iterator = std::filesystem::directory_iterator;
        return static_cast<std::size_t>(std::distance(iterator{path_}, iterator{}));
    }

private:
    std::filesystem::path path_;
};

} // namespace tinynet::test

#endif
