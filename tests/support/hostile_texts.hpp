// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_HOSTILE_TEXTS_HPP
#define TINYNET_TESTS_SUPPORT_HOSTILE_TEXTS_HPP

/// \file
/// Model files whose texts command the terminal that shows them.

#include <tinynet/io/safetensors.hpp>

#include <doctest/doctest.h>

#include <string>

namespace tinynet::test {

/// What a terminal would obey: it gets another title, is cleared, writes in red.
inline const std::string terminal_escapes = "\x1b]0;title\a\x1b[2J\x7f\xc2\x9b"
                                            "31m";

/// Calls `visit(file)` once for every text of a model file, which is such a command there.
template <typename Visitor>
void with_escapes_in_each_text(const safetensors& good, const Visitor& visit) {
    for (const auto& [key, text] : good.metadata) {
        const std::string changed = key;
        CAPTURE(changed);
        safetensors file = good;
        file.metadata[key] = terminal_escapes + '\n';
        if (key == "library_version") // which only the message about a newer format shows
            file.metadata["format_version"] = "2";
        visit(file);
    }
}

} // namespace tinynet::test

#endif
