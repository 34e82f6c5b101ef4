// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_TENSOR_HPP
#define TINYNET_IO_TENSOR_HPP

/// \file
/// An array of numbers as it stands in a file: type, shape and bytes.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <array>
#include <bit>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <limits>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet {

/// The number types that tensors can have.
enum class dtype : std::uint8_t { f64, f32, i64, i32, u8 };

/// The C++ types of the same numbers.
template <typename Number>
concept tensor_number =
    std::same_as<Number, double> || std::same_as<Number, float> || std::same_as<Number, std::int64_t> ||
    std::same_as<Number, std::int32_t> || std::same_as<Number, std::uint8_t>;

/// The type of a C++ number.
template <tensor_number Number>
constexpr dtype dtype_of() noexcept {
    if constexpr (std::same_as<Number, double>)
        return dtype::f64;
    else if constexpr (std::same_as<Number, float>)
        return dtype::f32;
    else if constexpr (std::same_as<Number, std::int64_t>)
        return dtype::i64;
    else if constexpr (std::same_as<Number, std::int32_t>)
        return dtype::i32;
    else
        return dtype::u8;
}

namespace detail {

struct dtype_properties {
    std::string_view name; ///< as files spell it
    std::size_t size;      ///< bytes per number
};

/// In the order of dtype.
inline constexpr std::array<dtype_properties, 5> dtypes = {
    {{"F64", 8}, {"F32", 4}, {"I64", 8}, {"I32", 4}, {"U8", 1}}};

/// Product of the extents times the bytes per number; nothing if it exceeds a size.
constexpr std::optional<std::size_t> byte_count(std::span<const std::size_t> shape, dtype type) noexcept {
    std::size_t count = dtypes[static_cast<std::size_t>(type)].size;
    for (const auto extent : shape)
        if (extent == 0)
            return 0;
    for (const auto extent : shape) {
        if (count > std::numeric_limits<std::size_t>::max() / extent)
            return std::nullopt;
        count *= extent;
    }
    return count;
}

} // namespace detail

/// The name that files use: `F64`, `F32`, `I64`, `I32`, `U8`.
constexpr std::string_view name_of(dtype type) noexcept {
    return detail::dtypes[static_cast<std::size_t>(type)].name;
}

/// Bytes per number.
constexpr std::size_t size_of(dtype type) noexcept {
    return detail::dtypes[static_cast<std::size_t>(type)].size;
}

/// Numbers of one type, in row-major order.
struct tensor {
    std::vector<std::size_t> shape; ///< extents, slowest index first; empty for a single number
    dtype type = dtype::f64;        ///< of the numbers
    std::vector<std::byte> bytes;   ///< the numbers, little-endian

    /// A copy of the numbers.
    /// \throws file_error  if they are of another type.
    template <tensor_number Number>
    [[nodiscard]] std::vector<Number> as() const {
        if (type != dtype_of<Number>())
            throw file_error{detail::text("a tensor holds ", name_of(type), " numbers, expected ",
                                          name_of(dtype_of<Number>()))};
        std::vector<Number> numbers(bytes.size() / sizeof(Number));
        if (!numbers.empty())
            std::memcpy(numbers.data(), bytes.data(), numbers.size() * sizeof(Number));
        return numbers;
    }

    friend bool operator==(const tensor&, const tensor&) = default;
};

/// \param shape   extents, slowest index first.
/// \param values  in row-major order.
/// \throws file_error  if the shape does not have as many elements as there are values.
template <tensor_number Number>
tensor make_tensor(std::vector<std::size_t> shape, std::span<const Number> values) {
    if (detail::byte_count(shape, dtype_of<Number>()) != values.size_bytes())
        throw file_error{detail::text("found ", values.size(), " values for a tensor of ", shape.size(),
                                      " axes, expected as many as the product of its extents")};
    const auto bytes = std::as_bytes(values);
    return {std::move(shape), dtype_of<Number>(), {bytes.begin(), bytes.end()}};
}

static_assert(std::endian::native == std::endian::little, "files are little-endian and not converted");
static_assert(tensor_number<double> && !tensor_number<bool>);

} // namespace tinynet

#endif
