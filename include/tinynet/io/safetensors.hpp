// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_SAFETENSORS_HPP
#define TINYNET_IO_SAFETENSORS_HPP

/// \file
/// Named arrays in a file, in the safetensors format: the length of a JSON header as 8 bytes, the header, raw
/// little-endian numbers.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/precompiled.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/io/atomic_file.hpp>
#include <tinynet/io/detail/named_file.hpp>
#include <tinynet/io/tensor.hpp>

#include <concepts>
#include <cstddef>
#include <cstdint>
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

    /// The numbers of an array, in row-major order.
    /// \throws file_error  as values(), or if a number is not finite.
    template <tensor_number Number>
    requires std::floating_point<Number>
    [[nodiscard]] std::vector<Number> finite_values(const std::string& name) const {
        auto found = values<Number>(name);
        for (std::size_t k = 0; k < found.size(); ++k)
            if (!detail::is_finite(found[k]))
                place().fail("number ", k, " of tensor ", detail::in_quotes(name), " is not finite");
        return found;
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
/// size.
/// \throws file_error  if a name or a metadata text is not UTF-8, a name is reserved, a tensor does not have
///                     the bytes of its shape, or the file would be larger than read_safetensors()
///                     accepts.
TINYNET_INLINE std::string format_safetensors(const safetensors& content);

/// \param bytes   of a whole file.
/// \param file    its name, for messages.
/// \param policy  whether the metadata key `sha256` must be there.
/// \throws file_error  if the bytes are no well-formed file, the header has more than 16 MiB, 500,000 keys or
///                     2,500,000 values, a number type is none of dtype, or the data do not have the SHA-256
///                     they should have.
TINYNET_INLINE safetensors parse_safetensors(std::string_view bytes, std::string file,
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

} // namespace tinynet

#ifndef TINYNET_LINKS_PRECOMPILED
#include <tinynet/io/detail/safetensors_format.hpp>
#endif

#endif
