// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_ALLOCATION_COUNTER_HPP
#define TINYNET_TESTS_SUPPORT_ALLOCATION_COUNTER_HPP

/// \file
/// Counts allocations: those of operator new, and those of malloc, by which Eigen allocates. The program
/// needs allocation_counter.cpp and its linker options.

namespace tinynet::test {

inline thread_local unsigned long allocation_count = 0;

/// Allocations of this thread while `action` runs.
template <typename Action>
unsigned long allocations_of(Action&& action) {
    const unsigned long before = allocation_count;
    action();
    return allocation_count - before;
}

} // namespace tinynet::test

#endif
