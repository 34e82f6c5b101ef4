// SPDX-License-Identifier: MIT
#ifndef TINYNET_DETAIL_PREFETCH_HPP
#define TINYNET_DETAIL_PREFETCH_HPP

/// \file
/// Asking for memory before it is needed. Step time.
///
/// GCC 12 takes a function that does nothing else for one without effects, and leaves out its calls: whatever
/// asks for memory is `always_inline`, up to where something is computed.

#include <cstddef>

namespace tinynet::detail {

/// So many blocks ahead: long enough for memory to answer, not so long that what came is gone again.
inline constexpr std::size_t blocks_ahead = 4;

/// Memory that will be read.
[[gnu::always_inline]] inline void prefetch(const void* address) noexcept { __builtin_prefetch(address); }

/// Memory that will be written.
[[gnu::always_inline]] inline void prefetch_to_write(const void* address) noexcept {
    __builtin_prefetch(address, 1);
}

} // namespace tinynet::detail

#endif
