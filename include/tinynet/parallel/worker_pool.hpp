// SPDX-License-Identifier: MIT
#ifndef TINYNET_PARALLEL_WORKER_POOL_HPP
#define TINYNET_PARALLEL_WORKER_POOL_HPP

/// \file
/// A fixed set of threads for many short tasks.

#include <tinynet/detail/text.hpp>
#include <tinynet/error.hpp>

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <limits>
#include <memory>
#include <mutex>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace tinynet {

/// Runs numbered tasks on a fixed number of threads, the calling one included.
///
/// Every thread begins with its own part of the tasks, a run of neighbors and the same one in every call with
/// as many, so that what they touch stays in the cache of one core; who is done helps the others. Nothing may
/// depend on which thread runs which task: whoever needs the same bits for any number of threads lets each
/// task write to its own place and adds up in task order afterwards. Idle threads look out for work for some
/// 20 µs, then sleep.
class worker_pool {
public:
    /// The most threads of a pool.
    static constexpr std::size_t max_thread_count = 4096;

    /// \throws invalid_option  if `thread_count` is 0 or above max_thread_count, or the system refuses so many.
    ///                         One thread means the calling thread alone.
    explicit worker_pool(std::size_t thread_count) : parts_(checked(thread_count)) {
        threads_.reserve(thread_count - 1);
        try {
            for (std::size_t worker = 1; worker < thread_count; ++worker)
                threads_.emplace_back([this, worker] { work(worker); });
        } catch (const std::exception& problem) { // of the system, or for want of memory
            stop();
            throw invalid_option{
                detail::text("the system refuses ", thread_count, " threads: ", problem.what())};
        }
    }

    worker_pool(const worker_pool&) = delete;
    worker_pool& operator=(const worker_pool&) = delete;
    ~worker_pool() { stop(); }

    /// Threads that run tasks.
    [[nodiscard]] std::size_t thread_count() const noexcept { return parts_.size(); }

    /// Calls `task(index, worker)` for every index below `task_count`, and returns when all are done.
    ///
    /// `worker` is below `thread_count()` and tells apart tasks that run at the same time. Call it from one
    /// thread at a time and not from a task.
    /// \throws invalid_option  if there are 2^32 tasks or more.
    /// \throws  what the task with the lowest index of those that threw did throw, after all have run.
    /// \par Cost  about a microsecond per call while the threads are awake. Allocates nothing.
    template <typename Task>
    void run(std::size_t task_count, Task&& task) {
        using task_type = std::remove_reference_t<Task>;
        if (task_count > std::numeric_limits<std::uint32_t>::max())
            throw invalid_option{"the number of tasks is 2^32 or more, a pool takes less"};
        job_.store(const_cast<void*>(static_cast<const void*>(std::addressof(task))),
                   std::memory_order_relaxed);
        call_.store([](void* job, std::size_t index,
                       std::size_t worker) { (*static_cast<task_type*>(job))(index, worker); },
                    std::memory_order_relaxed);
        run_tasks(static_cast<std::uint32_t>(task_count));
    }

private:
    static std::size_t checked(std::size_t thread_count) {
        if (thread_count == 0 || thread_count > max_thread_count)
            throw invalid_option{detail::text("the number of threads is ", thread_count, ", expected 1 to ",
                                              max_thread_count)};
        return thread_count;
    }

    using task_call = void (*)(void*, std::size_t, std::size_t);

    /// The tasks that one thread begins with, on a cache line of their own.
    struct alignas(64) part {
        /// The number of the run (upper half) and how many tasks nobody has taken.
        std::atomic<std::uint64_t> ticket{0};
        std::atomic<std::uint32_t> end{0}; ///< one behind the last task
    };

    /// How often an idle thread looks before it sleeps; every so many looks it lets others have the core.
    static constexpr int look_count = 2000;
    static constexpr int looks_per_yield = 64;

    /// Waits until `variable` differs from `old`.
    template <typename Value>
    static void wait_for_change(const std::atomic<Value>& variable, Value old) noexcept {
        for (int look = 1; look <= look_count; ++look) {
            if (variable.load(std::memory_order_acquire) != old)
                return;
            if (look % looks_per_yield == 0)
                std::this_thread::yield();
        }
        variable.wait(old, std::memory_order_acquire);
    }

    void run_tasks(std::uint32_t task_count) {
        if (task_count == 0)
            return;
        failed_index_ = task_count;
        unfinished_.store(task_count, std::memory_order_relaxed);
        const std::uint32_t run = run_.load(std::memory_order_relaxed) + 1;
        std::uint32_t first = 0;
        for (std::size_t p = 0; p < parts_.size(); ++p) {
            const auto end = static_cast<std::uint32_t>(std::uint64_t{task_count} * (p + 1) / parts_.size());
            parts_[p].end.store(end, std::memory_order_relaxed);
            parts_[p].ticket.store(std::uint64_t{run} << 32U | (end - first), std::memory_order_release);
            first = end;
        }
        if (task_count > 1 && !threads_.empty()) {
            run_.store(run, std::memory_order_release);
            run_.notify_all();
        } else {
            run_.store(run, std::memory_order_relaxed);
        }
        take_tasks(run, 0);
        for (std::uint32_t left = unfinished_.load(std::memory_order_acquire); left != 0;
             left = unfinished_.load(std::memory_order_acquire))
            wait_for_change(unfinished_, left);
        if (failure_)
            std::rethrow_exception(std::exchange(failure_, nullptr));
    }

    void work(std::size_t worker) {
        std::uint32_t run = 0;
        for (;;) {
            wait_for_change(run_, run);
            // In this order: the number that ends the pool is not taken for that of a run.
            run = run_.load(std::memory_order_acquire);
            if (stopping_.load(std::memory_order_acquire))
                return;
            take_tasks(run, worker);
        }
    }

    void take_tasks(std::uint32_t run, std::size_t worker) {
        std::uint32_t done = 0;
        for (std::size_t k = 0; k < parts_.size(); ++k)
            done += take_tasks(run, worker, parts_[(worker + k) % parts_.size()]);
        if (done != 0 && unfinished_.fetch_sub(done, std::memory_order_acq_rel) == done)
            unfinished_.notify_one();
    }

    /// Whoever lowers a ticket owns a task, and until that is counted as done the run goes on and the job
    /// stays; a thread that comes late to a run finds none left or another number.
    /// \returns how many tasks it ran.
    std::uint32_t take_tasks(std::uint32_t run, std::size_t worker, part& tasks) {
        std::uint32_t done = 0;
        std::uint64_t ticket = tasks.ticket.load(std::memory_order_acquire);
        for (;;) {
            const auto left = static_cast<std::uint32_t>(ticket);
            if ((ticket >> 32U) != run || left == 0)
                return done;
            if (!tasks.ticket.compare_exchange_weak(ticket, ticket - 1, std::memory_order_acq_rel,
                                                    std::memory_order_acquire))
                continue;
            void* const job = job_.load(std::memory_order_relaxed);
            const task_call call = call_.load(std::memory_order_relaxed);
            const std::uint32_t index = tasks.end.load(std::memory_order_relaxed) - left;
            try {
                call(job, index, worker);
            } catch (...) {
                keep_failure(index);
            }
            ++done;
            ticket = tasks.ticket.load(std::memory_order_acquire);
        }
    }

    void keep_failure(std::uint32_t index) {
        const std::lock_guard lock{failure_mutex_};
        if (index < failed_index_) {
            failed_index_ = index;
            failure_ = std::current_exception();
        }
    }

    void stop() noexcept {
        stopping_.store(true, std::memory_order_release);
        run_.fetch_add(1, std::memory_order_release);
        run_.notify_all();
        threads_.clear();
    }

    std::vector<part> parts_; ///< by thread
    std::atomic<void*> job_{nullptr};
    std::atomic<task_call> call_{nullptr};
    std::atomic<std::uint32_t> unfinished_{0};
    std::atomic<std::uint32_t> run_{0};
    std::atomic<bool> stopping_{false};
    std::mutex failure_mutex_;
    std::exception_ptr failure_;
    std::uint32_t failed_index_ = 0;
    std::vector<std::jthread> threads_;
};

namespace detail {

/// \throws invalid_option  if there is none.
inline void check_thread_count(std::size_t of_workspace) {
    if (of_workspace == 0)
        throw invalid_option{"a workspace for 0 threads was asked for, at least 1 is needed"};
}

/// \throws invalid_option  if the pool has more.
inline void check_thread_count(std::size_t of_workspace, const worker_pool& pool) {
    if (pool.thread_count() > of_workspace)
        throw invalid_option{text("the workspace was made for ", of_workspace, " threads, the pool has ",
                                  pool.thread_count())};
}

} // namespace detail

} // namespace tinynet

#endif
