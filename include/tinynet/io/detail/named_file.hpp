// SPDX-License-Identifier: MIT
#ifndef TINYNET_IO_DETAIL_NAMED_FILE_HPP
#define TINYNET_IO_DETAIL_NAMED_FILE_HPP

/// \file
/// Errors that name the file.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <string>

namespace tinynet::detail {

/// The file being read, for messages.
struct named_file {
    std::string name;

    /// \throws file_error  always: the file and the parts one after the other, without control characters.
    template <typename... Parts>
    [[noreturn]] void fail(const Parts&... parts) const {
        throw file_error{printable(text("'", name, "': ", parts...))};
    }
};

} // namespace tinynet::detail

#endif
