// SPDX-License-Identifier: MIT

/// \file
/// Any bytes are a model or an error; the checksum, which would keep all others out, is not asked for.

#include <tinynet/error.hpp>
#include <tinynet/io/model_file.hpp>
#include <tinynet/io/safetensors.hpp>

#include <cstddef>
#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    try {
        const auto file = tinynet::parse_safetensors({reinterpret_cast<const char*>(bytes), size}, "input",
                                                     tinynet::checksum::optional);
        const std::string_view kind = tinynet::detail::kind_of(file);
        if (kind == tinynet::detail::energy_kind)
            static_cast<void>(tinynet::energy_model_from(file));
        else if (kind == tinynet::detail::force_kind)
            static_cast<void>(tinynet::force_model_from(file));
        else
            static_cast<void>(tinynet::ldos_model_from(file));
    } catch (const tinynet::error&) {
    }
    return 0;
}
