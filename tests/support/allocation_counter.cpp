// SPDX-License-Identifier: MIT
#include "support/allocation_counter.hpp"

#include <cstddef>
#include <cstdlib>
#include <new>

// What the linker calls malloc, and what it calls instead of it: -Wl,--wrap=malloc.
// NOLINTBEGIN(bugprone-reserved-identifier)
extern "C" void* __real_malloc(std::size_t size);
extern "C" void* __wrap_malloc(std::size_t size) {
    ++tinynet::test::allocation_count;
    if (tinynet::test::allocation_to_fail != 0 && --tinynet::test::allocation_to_fail == 0)
        return nullptr;
    return __real_malloc(size);
}
// NOLINTEND(bugprone-reserved-identifier)

[[gnu::noinline]] void* operator new(std::size_t size) {
    if (void* const memory = std::malloc(size == 0 ? 1 : size))
        return memory;
    throw std::bad_alloc{};
}
[[gnu::noinline]] void operator delete(void* memory) noexcept { std::free(memory); }
[[gnu::noinline]] void operator delete(void* memory, std::size_t) noexcept { std::free(memory); }
