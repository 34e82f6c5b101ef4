// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_ALLOCATION_COUNTER_HPP
#define TINYNET_TESTS_SUPPORT_ALLOCATION_COUNTER_HPP

/// \file
/// Counts allocations: those of operator new, and those of malloc, by which Eigen allocates. The program
/// needs allocation_counter.cpp and its linker options.

#include <new>

namespace tinynet::test {

inline thread_local unsigned long allocation_count = 0;

/// Which of the coming allocations of this thread fails, counted from 1; none if 0.
inline thread_local unsigned long allocation_to_fail = 0;

/// Allocations of this thread while `action` runs.
template <typename Action>
unsigned long allocations_of(Action&& action) {
    const unsigned long before = allocation_count;
    action();
    return allocation_count - before;
}

/// Runs an action once for each of its allocations, which fails then; `check` after every time.
template <typename Prepare, typename Action, typename Check>
void fail_each_allocation(Prepare&& prepare, Action&& action, Check&& check) {
    for (unsigned long number = 1;; ++number) {
        prepare();
        allocation_to_fail = number;
        try {
            action();
        } catch (const std::bad_alloc&) {
        }
        const bool did_fail = allocation_to_fail == 0;
        allocation_to_fail = 0;
        check();
        if (!did_fail)
            return;
    }
}

} // namespace tinynet::test

#endif
