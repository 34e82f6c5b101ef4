// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_SAFETENSORS_FORMAT_HPP
#define TINYNET_IO_DETAIL_SAFETENSORS_FORMAT_HPP

/// \file
/// Bodies of safetensors.hpp: between bytes and content.

#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/io/detail/named_file.hpp>
#include <tinynet/io/detail/safetensors_header.hpp>
#include <tinynet/io/detail/sha256.hpp>
#include <tinynet/io/safetensors.hpp>
#include <tinynet/io/tensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet {

namespace detail {

inline constexpr std::size_t length_size = 8;                            ///< of the header's length, bytes
inline constexpr std::string_view checksum_key = "sha256";               ///< of the data
inline constexpr std::string_view header_checksum_key = "header_sha256"; ///< of the header without it

/// Lists the tensors, wide numbers first and then by name, so that all are aligned without gaps.
inline std::vector<tensor_entry> layout_of(const safetensors& content) {
    std::vector<tensor_entry> entries;
    for (const auto& [name, value] : content.tensors) {
        if (name == "__metadata__" || byte_count(value.shape, value.type) != value.bytes.size())
            named_file{content.file}.fail(
                "tensor ", in_quotes(name), " of ", value.bytes.size(),
                " bytes has a reserved name or another shape and cannot be written");
        entries.push_back({name, value.type, value.shape});
    }
    std::ranges::sort(entries, [](const tensor_entry& left, const tensor_entry& right) {
        return std::pair{size_of(right.type), std::string_view{left.name}} <
               std::pair{size_of(left.type), std::string_view{right.name}};
    });
    std::size_t begin = 0;
    for (auto& entry : entries) {
        entry.begin = begin;
        entry.end = begin += content.tensors.at(entry.name).bytes.size();
    }
    return entries;
}

/// The JSON header of the bytes of a file, after checking its length.
inline std::string_view header_text(std::string_view bytes, const named_file& file) {
    if (bytes.size() < length_size)
        file.fail("found ", bytes.size(), " bytes, expected a safetensors file");
    std::uint64_t length = 0;
    std::memcpy(&length, bytes.data(), length_size);
    if (length > header_size_limit || length > bytes.size() - length_size)
        file.fail("the file is no model or truncated: its first 8 bytes announce a header of ", length,
                  " bytes, expected at most ",
                  std::min<std::uint64_t>(header_size_limit, bytes.size() - length_size));
    const auto header = bytes.substr(length_size, length);
    if (!header.starts_with('{'))
        file.fail("the header does not begin with a brace, expected a safetensors file");
    return header;
}

inline void verify_checksum(const std::map<std::string, std::string>& metadata, std::string_view data,
                            checksum policy, const named_file& file) {
    const auto expected = metadata.find(std::string{checksum_key});
    if (expected == metadata.end()) {
        if (policy == checksum::required)
            file.fail("there is no checksum, expected the metadata key ", in_quotes(checksum_key));
        return;
    }
    if (const auto found = sha256(data); found != expected->second)
        file.fail("checksum of the data is ", found, ", expected ", in_quotes(expected->second));
}

/// Of what a header says, however it is spaced; takes the checksum out of it. Other programs may leave it
/// out.
inline void verify_header_checksum(safetensors_header& header, const named_file& file) {
    const auto listed = header.metadata.extract(std::string{header_checksum_key});
    if (listed.empty())
        return;
    if (const auto found = sha256(format_safetensors_header(header, file)); found != listed.mapped())
        file.fail("checksum of the header is ", found, ", expected ", in_quotes(listed.mapped()));
}

} // namespace detail

TINYNET_INLINE std::string format_safetensors(const safetensors& content) {
    detail::safetensors_header header{content.metadata, detail::layout_of(content)};
    std::string data;
    for (const auto& entry : header.entries) {
        const auto& bytes = content.tensors.at(entry.name).bytes;
        data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    header.metadata[std::string{detail::checksum_key}] = detail::sha256(data);
    header.metadata[std::string{detail::header_checksum_key}] =
        detail::sha256(detail::format_safetensors_header(header, {content.file}));
    detail::check_can_be_read(header, {content.file});
    auto text = detail::format_safetensors_header(header, {content.file});
    constexpr std::size_t alignment = 8;
    text.append((alignment - text.size() % alignment) % alignment, ' ');
    const std::uint64_t length = text.size();
    if (length > detail::header_size_limit)
        detail::named_file{content.file}.fail("the header has ", length, " bytes, expected at most ",
                                              detail::header_size_limit);
    std::string bytes(detail::length_size, '\0');
    std::memcpy(bytes.data(), &length, detail::length_size);
    return bytes += text += data;
}

TINYNET_INLINE safetensors parse_safetensors(std::string_view bytes, std::string file, checksum policy) {
    const detail::named_file place{file};
    const auto text = detail::header_text(bytes, place);
    const auto data = bytes.substr(detail::length_size + text.size());
    auto header = detail::parse_safetensors_header(text, data.size(), place);
    detail::verify_header_checksum(header, place);
    detail::verify_checksum(header.metadata, data, policy, place);
    safetensors content;
    content.file = std::move(file);
    content.metadata = std::move(header.metadata);
    for (auto& entry : header.entries) {
        const auto part = std::as_bytes(std::span{data}.subspan(entry.begin, entry.end - entry.begin));
        content.tensors[entry.name] = {std::move(entry.shape), entry.type, {part.begin(), part.end()}};
    }
    return content;
}

} // namespace tinynet

#endif
