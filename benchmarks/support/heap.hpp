// SPDX-License-Identifier: MIT
#ifndef TINYNET_BENCHMARKS_HEAP_HPP
#define TINYNET_BENCHMARKS_HEAP_HPP

/// \file
/// What the program takes from the heap.

#include <cstddef>

namespace tinynet::bench {

/// Calls of `operator new` and of `malloc` so far, by all threads.
std::size_t allocation_count() noexcept;

/// Bytes in use.
double heap_size() noexcept;

} // namespace tinynet::bench

#endif
