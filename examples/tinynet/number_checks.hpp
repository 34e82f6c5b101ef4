// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_NUMBER_CHECKS_HPP
#define TINYNET_EXAMPLES_NUMBER_CHECKS_HPP

/// \file
/// Which numbers an option takes. Unlike those of CLI11 these refuse what is not finite, and their messages
/// do not spell out the largest double.

#include <tinynet/detail/finite.hpp>

#include <CLI/CLI.hpp>

#include <string>

namespace tinynet::program {

/// Refuses all but finite numbers above zero.
inline const CLI::Validator above_zero{
    [](const std::string& text) {
        double x = 0.0;
        const bool fits = CLI::detail::lexical_cast(text, x) && detail::is_finite(x) && x > 0.0;
        return fits ? std::string{} : "'" + text + "' is no finite number above zero";
    },
    "POSITIVE"};

/// Refuses all but finite numbers of zero and above.
inline const CLI::Validator zero_or_above{
    [](const std::string& text) {
        double x = 0.0;
        const bool fits = CLI::detail::lexical_cast(text, x) && detail::is_finite(x) && x >= 0.0;
        return fits ? std::string{} : "'" + text + "' is no finite number of zero or above";
    },
    "NONNEGATIVE"};

} // namespace tinynet::program

#endif
