// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_SAFETENSORS_HEADER_HPP
#define TINYNET_IO_DETAIL_SAFETENSORS_HEADER_HPP

/// \file
/// The JSON header of a safetensors file: what it lists, checked before any of it is believed.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/named_file.hpp>
#include <tinynet/io/detail/strict_json.hpp>
#include <tinynet/io/tensor.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace tinynet::detail {

/// One tensor of the header; its bytes are [begin, end) of what follows the header.
struct tensor_entry {
    std::string name;
    dtype type = dtype::f64;
    std::vector<std::size_t> shape;
    std::size_t begin = 0;
    std::size_t end = 0;
};

struct safetensors_header {
    std::map<std::string, std::string> metadata;
    std::vector<tensor_entry> entries; ///< in the order of their bytes
};

/// An array of sizes.
inline std::vector<std::size_t> parse_sizes(const nlohmann::json& value, std::string_view what,
                                            const named_file& file) {
    const auto is_size = [](const nlohmann::json& size) { return size.is_number_unsigned(); };
    if (!value.is_array() || !std::ranges::all_of(value, is_size))
        file.fail(what, ": expected an array of non-negative integers");
    return value.get<std::vector<std::size_t>>();
}

inline dtype parse_dtype(const nlohmann::json& value, std::string_view what, const named_file& file) {
    for (const auto type : {dtype::f64, dtype::f32, dtype::i64, dtype::i32, dtype::u8})
        if (value == name_of(type))
            return type;
    const auto found = value.is_string() ? in_quotes(value.get<std::string>()) : std::string{"no text"};
    file.fail(what, ": found ", found, ", expected F64, F32, I64, I32 or U8");
}

inline tensor_entry parse_entry(const std::string& name, const nlohmann::json& value,
                                const named_file& file) {
    const auto what = "tensor " + in_quotes(name);
    if (!value.is_object() || value.size() != 3 || !value.contains("dtype") || !value.contains("shape") ||
        !value.contains("data_offsets"))
        file.fail(what, " has other keys than dtype, shape and data_offsets");
    tensor_entry entry{name, parse_dtype(value["dtype"], what + ", dtype", file),
                       parse_sizes(value["shape"], what + ", shape", file)};
    const auto offsets = parse_sizes(value["data_offsets"], what + ", data_offsets", file);
    if (offsets.size() != 2 || offsets[0] > offsets[1])
        file.fail(what, ", data_offsets: expected a begin and an end that is not before it");
    entry.begin = offsets[0];
    entry.end = offsets[1];
    if (byte_count(entry.shape, entry.type) != entry.end - entry.begin)
        file.fail(what, " has ", entry.end - entry.begin, " bytes, expected as many as its shape and ",
                  name_of(entry.type), " ask for");
    return entry;
}

/// \param header     begins with a brace, so that JSON without a fault is an object.
/// \param data_size  bytes that follow the header.
/// \throws file_error  if a tensor is malformed or the tensors do not fill the bytes without gap or overlap.
inline safetensors_header parse_safetensors_header(std::string_view header, std::size_t data_size,
                                                   const named_file& file) {
    const auto json = parse_strict_json(header, "the header", file);
    safetensors_header result;
    for (const auto& [name, value] : json.items()) {
        if (name != "__metadata__") {
            result.entries.push_back(parse_entry(name, value, file));
            continue;
        }
        const auto is_text = [](const nlohmann::json& text) { return text.is_string(); };
        if (!value.is_object() || !std::ranges::all_of(value, is_text))
            file.fail("__metadata__ has a value that is no text");
        result.metadata = value.get<std::map<std::string, std::string>>();
    }
    std::ranges::sort(result.entries, {}, [](const auto& e) { return std::pair{e.begin, e.end}; });
    std::size_t end = 0;
    for (const auto& entry : result.entries) {
        if (entry.begin != end)
            file.fail("tensor ", in_quotes(entry.name), " begins at byte ", entry.begin,
                      " of the data, expected ", end);
        end = entry.end;
    }
    if (end != data_size)
        file.fail("found ", data_size, " bytes of data, expected ", end);
    return result;
}

inline constexpr std::uint64_t header_size_limit = std::uint64_t{1} << 24U; ///< bytes; the format allows 10^8

/// \throws file_error  if the header has more keys than parse_strict_json() accepts, or the file could have more
///                     bytes than read_file() does.
inline void check_can_be_read(const safetensors_header& header, const named_file& file) {
    constexpr std::size_t keys_per_tensor = 4; // its name, dtype, shape, data_offsets
    const std::size_t count = 1 + header.metadata.size() + keys_per_tensor * header.entries.size();
    if (count > json_key_limit)
        file.fail("the header has ", count, " keys, expected at most ", json_key_limit);
    constexpr std::size_t most_bytes = default_file_size_limit - 2 * header_size_limit;
    const std::size_t bytes = header.entries.empty() ? 0 : header.entries.back().end;
    if (bytes > most_bytes)
        file.fail("the tensors have ", bytes, " bytes, expected at most ", most_bytes);
}

/// The JSON text of a header, keys sorted.
/// \throws file_error  if a name or a metadata text is not UTF-8.
inline std::string format_safetensors_header(const safetensors_header& header, const named_file& file) {
    auto json = nlohmann::json::object();
    if (!header.metadata.empty())
        json["__metadata__"] = header.metadata;
    for (const auto& entry : header.entries)
        json[entry.name] = {{"dtype", name_of(entry.type)},
                            {"shape", entry.shape},
                            {"data_offsets", {entry.begin, entry.end}}};
    try {
        return json.dump();
    } catch (const nlohmann::json::type_error&) {
        file.fail("a tensor name or a metadata text is not UTF-8 and cannot be written");
    }
}

} // namespace tinynet::detail

#endif
