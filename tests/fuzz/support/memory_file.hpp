// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_FUZZ_SUPPORT_MEMORY_FILE_HPP
#define TINYNET_TESTS_FUZZ_SUPPORT_MEMORY_FILE_HPP

/// \file
/// A file that never reaches a disk (Linux).

#include <sys/mman.h>
#include <unistd.h>

#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <string>

namespace tinynet::test {

class memory_file {
public:
    memory_file()
        : descriptor_{memfd_create("fuzz", 0)}, path_{"/proc/self/fd/" + std::to_string(descriptor_)} {
        if (descriptor_ < 0)
            std::abort();
    }
    memory_file(const memory_file&) = delete;
    memory_file& operator=(const memory_file&) = delete;
    ~memory_file() { close(descriptor_); }

    void replace(const void* bytes, std::size_t size) {
        if (ftruncate(descriptor_, 0) != 0 ||
            pwrite(descriptor_, bytes, size, 0) != static_cast<ssize_t>(size))
            std::abort();
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    int descriptor_;
    std::filesystem::path path_;
};

} // namespace tinynet::test

#endif
