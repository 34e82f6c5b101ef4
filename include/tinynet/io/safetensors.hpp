// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_SAFETENSORS_HPP
#define TINYNET_IO_SAFETENSORS_HPP

/// \file
/// Named arrays in a file, in the safetensors format: the length of a JSON header as 8 bytes, the header, raw
/// little-endian numbers.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/detail/safetensors_header.hpp>
#include <tinynet/io/detail/sha256.hpp>
#include <tinynet/io/tensor.hpp>

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <filesystem>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet {

/// The content of a safetensors file.
struct safetensors {
    std::map<std::string, std::string> metadata; ///< the key `sha256` is set anew when the file is written
    std::map<std::string, tensor> tensors;       ///< arrays by name
    std::string file = "new file";               ///< where it was read, for messages

    /// Adds an array, or replaces the one of the same name.
    /// \param shape   extents, slowest index first.
    /// \param values  in row-major order.
    /// \throws file_error  if the shape does not have as many elements as there are values.
    template <tensor_number Number>
    void set(std::string name, std::vector<std::size_t> shape, std::span<const Number> values) {
        tensors.insert_or_assign(std::move(name), make_tensor(std::move(shape), values));
    }

    /// \throws file_error  if there is no array of that name.
    [[nodiscard]] const tensor& at(const std::string& name) const { return find(tensors, name, "tensor"); }

    /// \throws file_error  if the metadata have no such key.
    [[nodiscard]] const std::string& metadata_at(const std::string& key) const {
        return find(metadata, key, "metadata key");
    }

    /// The numbers of an array, in row-major order.
    /// \throws file_error  if there is no array of that name or its numbers are of another type.
    template <tensor_number Number>
    [[nodiscard]] std::vector<Number> values(const std::string& name) const {
        const auto& found = at(name);
        if (found.type != dtype_of<Number>())
            place().fail("tensor ", detail::in_quotes(name), " holds ", name_of(found.type),
                         " numbers, expected ", name_of(dtype_of<Number>()));
        return found.as<Number>();
    }

    /// Same arrays and metadata, wherever they were read.
    friend bool operator==(const safetensors& left, const safetensors& right) {
        return left.metadata == right.metadata && left.tensors == right.tensors;
    }

private:
    [[nodiscard]] detail::named_file place() const { return {file}; }

    template <typename Value>
    const Value& find(const std::map<std::string, Value>& values, const std::string& name,
                      std::string_view kind) const {
        const auto found = values.find(name);
        if (found == values.end())
            place().fail("there is no ", kind, " ", detail::in_quotes(name));
        return found->second;
    }
};

/// Whether a file must carry the SHA-256 of its data. One that is there is always verified.
enum class checksum : std::uint8_t { optional, required };

/// The bytes of a file: the same content always gives the same bytes. Numbers begin at multiples of their
/// size. \throws file_error  if a name or a metadata text is not UTF-8, a name is reserved, or a tensor does
/// not have the bytes of its shape.
inline std::string format_safetensors(const safetensors& content);

/// \param bytes   of a whole file.
/// \param file    its name, for messages.
/// \param policy  whether the metadata key `sha256` must be there.
/// \throws file_error  if the bytes are no well-formed file, a number type is none of dtype, or the data do
/// not have the SHA-256 they should have.
inline safetensors parse_safetensors(std::string_view bytes, std::string file,
                                     checksum policy = checksum::optional);

/// \throws file_error  as parse_safetensors() and read_file().
inline safetensors read_safetensors(const std::filesystem::path& path, checksum policy = checksum::optional) {
    return parse_safetensors(read_file(path), path.string(), policy);
}

/// Writes a file, which is replaced only when everything is written.
/// \throws file_error  as format_safetensors() and write_file_atomically().
inline void write_safetensors(const std::filesystem::path& path, const safetensors& content) {
    write_file_atomically(path, format_safetensors(content));
}

namespace detail {

inline constexpr std::size_t length_size = 8;                 ///< of the header's length, bytes
inline constexpr std::uint64_t header_size_limit = 100000000; ///< the limit of the format, bytes
inline constexpr std::string_view checksum_key = "sha256";

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

} // namespace detail

inline std::string format_safetensors(const safetensors& content) {
    detail::safetensors_header header{content.metadata, detail::layout_of(content)};
    std::string data;
    for (const auto& entry : header.entries) {
        const auto& bytes = content.tensors.at(entry.name).bytes;
        data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    header.metadata[std::string{detail::checksum_key}] = detail::sha256(data);
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

inline safetensors parse_safetensors(std::string_view bytes, std::string file, checksum policy) {
    const detail::named_file place{file};
    const auto text = detail::header_text(bytes, place);
    const auto data = bytes.substr(detail::length_size + text.size());
    auto header = detail::parse_safetensors_header(text, data.size(), place);
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
