// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_COUNTED_HPP
#define TINYNET_BENCHMARKS_COUNTED_HPP

/// \file
/// Where benchmarks/count.py finds what it counts.

namespace tinynet::bench {

/// Does some work in a function that Callgrind knows by its name.
template <typename Work>
[[gnu::noinline]] void counted(const Work& work) {
    work();
}

} // namespace tinynet::bench

#endif
