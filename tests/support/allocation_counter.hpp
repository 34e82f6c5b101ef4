// SPDX-License-Identifier: MIT
#ifndef TINYNET_TESTS_SUPPORT_ALLOCATION_COUNTER_HPP
#define TINYNET_TESTS_SUPPORT_ALLOCATION_COUNTER_HPP

/// \file
/// Counts allocations: those of operator new and those of Eigen, which asserts instead of allocating where
/// that is forbidden. Include it before everything else; the program needs allocation_counter.cpp.

namespace tinynet::test {

inline thread_local unsigned long allocation_count = 0;

} // namespace tinynet::test

#define EIGEN_RUNTIME_NO_MALLOC
#define eigen_assert(condition)                                                                              \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            ++tinynet::test::allocation_count;                                                               \
    } while (false)

#include <Eigen/Core>

namespace tinynet::test {

/// Allocations of this thread while `action` runs. Eigen's assertions that fail count as well.
template <typename Action>
unsigned long allocations_of(Action&& action) {
    const unsigned long before = allocation_count;
    Eigen::internal::set_is_malloc_allowed(false);
    action();
    Eigen::internal::set_is_malloc_allowed(true);
    return allocation_count - before;
}

} // namespace tinynet::test

#endif
