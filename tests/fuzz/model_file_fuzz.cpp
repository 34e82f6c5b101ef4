// SPDX-License-Identifier: MIT

/// \file
/// Any bytes are a model or an error; the checksum, which would keep all others out, is not asked for.

#include <tinynet/error.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>

#include <cstddef>
#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        static_cast<void>(tinynet::model_from(tinynet::parse_safetensors(
            {reinterpret_cast<const char*>(bytes), size}, "input", tinynet::checksum::optional)));
    } catch (const tinynet::error&) {
    }
    return 0;
}
