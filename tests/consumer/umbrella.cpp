// SPDX-License-Identifier: MIT
#include <tinynet/tinynet.hpp>

// Linked beside a file with the same definitions, the umbrella must not define anything twice.
const char* version_in_umbrella() { return tinynet::version; }
