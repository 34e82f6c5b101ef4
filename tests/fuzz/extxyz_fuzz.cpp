// SPDX-License-Identifier: MIT

/// \file
/// Any bytes are structures or an error, and structures survive being written and read again.

#include "support/memory_file.hpp"
#include <tinynet/error.hpp>
#include <tinynet/io/extxyz.hpp>

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static tinynet::test::memory_file file;
    file.replace(bytes, size);
    try {
        const auto frames = tinynet::read_extxyz_frames(file.path());
        const std::string text = tinynet::format_extxyz(frames);
        file.replace(text.data(), text.size());
        if (tinynet::format_extxyz(tinynet::read_extxyz_frames(file.path())) != text)
            std::abort();
        for (const auto& frame : frames)
            static_cast<void>(tinynet::to_labeled_structure(frame));
    } catch (const tinynet::error&) {
    }
    return 0;
}
