// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_TEXT_HPP
#define TINYNET_DETAIL_TEXT_HPP

/// \file
/// Builds the sentences of error messages.

#include <locale>
#include <sstream>
#include <string>

namespace tinynet::detail {

/// Everything streamed one after the other; numbers with ten significant digits.
template <typename... Parts>
std::string text(const Parts&... parts) {
    std::ostringstream stream;
    stream.imbue(std::locale::classic());
    stream.precision(10);
    (stream << ... << parts);
    return stream.str();
}

} // namespace tinynet::detail

#endif
