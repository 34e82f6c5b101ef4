// SPDX-License-Identifier: MIT
#ifndef TINYNET_EXAMPLES_MAPPING_LINE_HPP
#define TINYNET_EXAMPLES_MAPPING_LINE_HPP

/// \file
/// Progress of what takes seconds for a million atoms.

#include <chrono>
#include <cstddef>
#include <iostream>

namespace tinynet::program {

/// Says on standard error how far the mapping of a structure is, if it takes longer than two seconds.
class mapping_line {
public:
    void operator()(std::size_t done, std::size_t all) {
        const auto now = std::chrono::steady_clock::now();
        if (now - last_ < std::chrono::seconds{2})
            return;
        last_ = now;
        std::cerr << "mapping atoms to the sites of the reference: " << 100 * done / all << " %" << std::endl;
    }

private:
    std::chrono::steady_clock::time_point last_ = std::chrono::steady_clock::now();
};

} // namespace tinynet::program

#endif
