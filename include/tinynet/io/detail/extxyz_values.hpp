// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_EXTXYZ_VALUES_HPP
#define TINYNET_IO_DETAIL_EXTXYZ_VALUES_HPP

/// \file
/// Numbers, matrices and vectors out of the keys and columns of an extended XYZ frame, and back.

#include <tinynet/detail/finite.hpp>
#include <tinynet/detail/text.hpp>
#include <tinynet/geometry/cell.hpp>
#include <tinynet/io/detail/line_reader.hpp>
#include <tinynet/io/detail/number_text.hpp>
#include <tinynet/io/extxyz_frame.hpp>
#include <tinynet/types.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tinynet::detail {

/// The numbers in the value of a key; nothing if there is no such key.
inline std::optional<std::vector<double>> numbers_of(const extxyz_frame& frame, std::string_view key) {
    const auto* const value = frame.find_info(key);
    if (value == nullptr)
        return std::nullopt;
    std::vector<double> numbers;
    std::string_view rest = *value;
    for (auto word = take_word(rest); !word.empty(); word = take_word(rest)) {
        const auto number = parse_real(word);
        if (!number)
            comment_place(frame).fail(key, " has ", in_quotes(word), ", expected a finite number");
        numbers.push_back(*number);
    }
    return numbers;
}

/// The one number that is the value of a key; nothing if there is no such key.
inline std::optional<double> number_of(const extxyz_frame& frame, std::string_view key) {
    const auto numbers = numbers_of(frame, key);
    if (!numbers)
        return std::nullopt;
    if (numbers->size() != 1)
        comment_place(frame).fail(key, " has ", numbers->size(), " numbers, expected one");
    return numbers->front();
}

/// \param numbers  nine, row after row.
inline matrix3 row_major_matrix(std::span<const double> numbers) {
    return Eigen::Map<const Eigen::Matrix<double, 3, 3, Eigen::RowMajor>>(numbers.data());
}

/// The value of a key as a matrix, of nine numbers or xx yy zz yz xz xy; rounding is evened out.
inline std::optional<matrix3> symmetric_matrix_of(const extxyz_frame& frame, std::string_view key) {
    constexpr double tolerance = 1e-4; // relative to the largest element
    const auto n = numbers_of(frame, key);
    if (!n)
        return std::nullopt;
    if (n->size() == 6) {
        const auto& v = *n;
        return row_major_matrix(std::array{v[0], v[5], v[4], v[5], v[1], v[3], v[4], v[3], v[2]});
    }
    if (n->size() != 9)
        comment_place(frame).fail(key, " has ", n->size(), " numbers, expected 9 or 6");
    const auto matrix = row_major_matrix(*n);
    const double asymmetry = (matrix - matrix.transpose()).cwiseAbs().maxCoeff();
    if (asymmetry > tolerance * matrix.cwiseAbs().maxCoeff())
        comment_place(frame).fail(key, " has off-diagonal elements that differ by ", asymmetry,
                                  ", expected a symmetric matrix");
    return 0.5 * matrix + 0.5 * matrix.transpose(); // finite, as the elements are; their sums may not be
}

/// The value of `pbc`; all axes if it is absent and there is a lattice.
inline periodic_axes periodic_axes_of(const extxyz_frame& frame, bool has_lattice) {
    periodic_axes periodic = {has_lattice, has_lattice, has_lattice};
    const auto* const value = frame.find_info("pbc");
    if (value == nullptr)
        return periodic;
    std::string_view rest = *value;
    for (auto& axis : periodic) {
        const auto flag = parse_logical(take_word(rest));
        if (!flag)
            comment_place(frame).fail("pbc is ", in_quotes(*value), ", expected three of T and F");
        axis = *flag == 1.0;
        if (axis && !has_lattice)
            comment_place(frame).fail("pbc is ", in_quotes(*value), " but there is no Lattice");
    }
    if (!take_word(rest).empty())
        comment_place(frame).fail("pbc is ", in_quotes(*value), ", expected three of T and F");
    return periodic;
}

/// The column of that name; null if there is none.
/// \throws file_error  if it has another type, width or number of values than it should have, or a number
/// that is not finite.
inline const extxyz_column* typed_column(const extxyz_frame& frame, std::string_view name, char type,
                                         std::size_t width) {
    const auto* const column = frame.find_column(name);
    if (column == nullptr)
        return nullptr;
    if (column->type != type || column->width != width)
        comment_place(frame).fail("Properties has ", name, ":", column->type, ":", column->width,
                                  ", expected ", name, ":", type, ":", width);
    const auto size = type == 'S' ? column->texts().size() : column->numbers().size();
    if (size != width * frame.atom_count)
        comment_place(frame).fail("the property ", in_quotes(name), " has ", size, " values, expected ",
                                  width * frame.atom_count);
    for (std::size_t k = 0; type != 'S' && k < size; ++k)
        if (!detail::is_finite(column->numbers()[k]))
            atom_place(frame, k / width)
                .fail("atom ", k / width, ": the property ", in_quotes(name), " is not finite");
    return column;
}

/// The column of that name as vectors; nothing if there is none.
inline std::optional<std::vector<vector3>> vectors_of(const extxyz_frame& frame, std::string_view name) {
    const auto* const column = typed_column(frame, name, 'R', 3);
    if (column == nullptr)
        return std::nullopt;
    const auto& numbers = column->numbers();
    std::vector<vector3> vectors;
    vectors.reserve(frame.atom_count);
    for (std::size_t i = 0; i < numbers.size(); i += 3)
        vectors.emplace_back(numbers[i], numbers[i + 1], numbers[i + 2]);
    return vectors;
}

inline extxyz_column vector_column(std::string name, std::span<const vector3> vectors) {
    const auto numbers = flat(vectors);
    return {std::move(name), 'R', 3, std::vector<double>(numbers.begin(), numbers.end())};
}

inline std::string number_text(double value) {
    std::string text;
    append_number(text, value);
    return text;
}

/// Nine numbers, row after row.
inline std::string matrix_text(const matrix3& matrix) {
    std::string text;
    for (Eigen::Index i = 0; i < 9; ++i)
        text += (i == 0 ? "" : " ") + number_text(matrix(i / 3, i % 3));
    return text;
}

} // namespace tinynet::detail

#endif
