// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

[[gnu::noinline]] void* operator new(std::size_t size) {
    ++tinynet::test::allocation_count;
    if (void* const memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
