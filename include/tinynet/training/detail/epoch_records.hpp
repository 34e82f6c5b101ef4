// SPDX-License-Identifier: MIT
#ifndef TINYNET_TRAINING_DETAIL_EPOCH_RECORDS_HPP
#define TINYNET_TRAINING_DETAIL_EPOCH_RECORDS_HPP

/// \file
/// The second part of a checkpoint: behind its tensors two places of equal size for the epochs that followed,
/// written in turns, so that one is whole whenever the program ends; and at the end the size of the first
/// part. A record has a checksum and a size, eight bytes each, and what is recorded, the epoch first.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace tinynet::detail {

/// A number as the bytes of this machine.
inline std::string bytes_of_number(std::uint64_t number) {
    std::string bytes(sizeof number, '\0');
    std::memcpy(bytes.data(), &number, sizeof number);
    return bytes;
}

/// \pre There are so many bytes from the offset on.
inline std::uint64_t number_in(std::string_view bytes, std::size_t offset = 0) {
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data() + offset, sizeof number);
    return number;
}

/// Enough for the tensors as they were saved and for some thousand rows of a learning curve.
/// \param tensors_size  of the first part, bytes.
inline constexpr std::size_t record_place_size(std::size_t tensors_size) {
    constexpr std::size_t room_for_rows = std::size_t{1} << 16U;
    return tensors_size + room_for_rows;
}

/// The whole file, no epoch recorded yet.
inline std::string with_record_places(std::string tensors) {
    const std::size_t size = tensors.size();
    tensors.append(2 * record_place_size(size), '\0');
    return tensors += bytes_of_number(size);
}

/// The first part of a checkpoint, or all of it where there is no second one.
inline std::string_view without_record_places(std::string_view file) {
    if (file.size() < sizeof(std::uint64_t))
        return file;
    const std::size_t places_end = file.size() - sizeof(std::uint64_t);
    const std::uint64_t size = number_in(file, places_end);
    const bool is_there = size < places_end && 2 * record_place_size(size) == places_end - size;
    return is_there ? file.substr(0, size) : file;
}

/// What is recorded, in its place.
inline std::string as_record(std::string_view content) {
    std::string record = bytes_of_number(std::hash<std::string_view>{}(content));
    return (record += bytes_of_number(content.size())) += content;
}

inline constexpr std::size_t record_overhead = 2 * sizeof(std::uint64_t); ///< of as_record(), bytes

/// What was recorded last, or nothing. A record that the end of the program or a power failure left in parts
/// counts as none.
/// \param file  a whole checkpoint.
inline std::optional<std::string_view> last_record(std::string_view file) {
    const std::size_t tensors_size = without_record_places(file).size();
    if (tensors_size == file.size())
        return std::nullopt;
    const std::size_t place_size = record_place_size(tensors_size);
    std::optional<std::string_view> last;
    for (const std::size_t begin : std::array{tensors_size, tensors_size + place_size}) {
        const auto place = file.substr(begin, place_size);
        const std::uint64_t size = number_in(place, sizeof(std::uint64_t));
        if (size < sizeof(std::uint64_t) || size > place_size - record_overhead)
            continue;
        const auto content = place.substr(record_overhead, size);
        const bool is_whole = std::hash<std::string_view>{}(content) == number_in(place);
        if (is_whole && (!last || number_in(content) > number_in(*last)))
            last = content;
    }
    return last;
}

} // namespace tinynet::detail

#endif
