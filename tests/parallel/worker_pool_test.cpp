// SPDX-License-Identifier: MIT
#include <tinynet/parallel/worker_pool.hpp>

#include <doctest/doctest.h>

#include <pthread.h>

#include <atomic>
#include <chrono>
#include <cstddef>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

namespace tinynet::test::worker_pool_test {

namespace {

TEST_CASE("property: every task runs once, on a thread of the pool") {
    for (const std::size_t thread_count : std::vector<std::size_t>{1, 2, 3, 8}) {
        tinynet::worker_pool pool{thread_count};
        CHECK(pool.thread_count() == thread_count);
        for (int round = 0; round < 300; ++round) {
            const auto task_count = static_cast<std::size_t>(round % 17);
            std::vector<int> runs(task_count);
            std::atomic<int> strangers = 0;
            pool.run(task_count, [&](std::size_t task, std::size_t worker) {
                ++runs[task];
                strangers += worker >= thread_count;
            });
            CHECK(runs == std::vector<int>(task_count, 1));
            CHECK(strangers == 0);
        }
    }
}

TEST_CASE("a pool may end while its threads are still on their way to the last run") {
    for (int round = 0; round < 3000; ++round) {
        tinynet::worker_pool pool{2};
        if (round % 2 == 0)
            std::this_thread::sleep_for(std::chrono::microseconds{round % 200});
        pool.run(2, [](std::size_t, std::size_t) {});
    }
}

TEST_CASE("no two tasks with the same worker number run at the same time") {
    tinynet::worker_pool pool{4};
    std::vector<std::atomic<int>> busy(4);
    std::atomic<int> clashes = 0;
    pool.run(200, [&](std::size_t, std::size_t worker) {
        clashes += busy[worker].exchange(1) != 0;
        std::this_thread::yield();
        busy[worker] = 0;
    });
    CHECK(clashes == 0);
}

TEST_CASE("one thread runs the tasks in order on the calling thread") {
    tinynet::worker_pool pool{1};
    std::vector<std::size_t> order;
    pool.run(5, [&, caller = std::this_thread::get_id()](std::size_t task, std::size_t worker) {
        CHECK(std::this_thread::get_id() == caller);
        CHECK(worker == 0);
        order.push_back(task);
    });
    CHECK(order == std::vector<std::size_t>{0, 1, 2, 3, 4});
}

TEST_CASE("a thread that went to sleep wakes up for the next tasks") {
    tinynet::worker_pool pool{2};
    for (int round = 0; round < 3; ++round) {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        std::atomic<int> waiting = 0;
        pool.run(2, [&](std::size_t, std::size_t) { // ends only when both tasks run at the same time
            ++waiting;
            while (waiting < 2)
                std::this_thread::yield();
        });
        CHECK(waiting == 2);
    }
}

TEST_CASE("whoever is done takes over what others have not begun") {
    for (const std::size_t waiting : std::vector<std::size_t>{0, 5, 9}) {
        tinynet::worker_pool pool{2};
        std::atomic<int> done = 0;
        pool.run(10, [&](std::size_t task, std::size_t) {
            if (task == waiting) // ends only when all others have been run by the other thread
                while (done < 9)
                    std::this_thread::yield();
            ++done;
        });
        CHECK(done == 10);
    }
}

TEST_CASE("an exception of a task reaches the caller after all tasks have run") {
    for (const std::size_t thread_count : std::vector<std::size_t>{1, 3}) {
        tinynet::worker_pool pool{thread_count};
        std::atomic<int> runs = 0;
        const auto fail = [&](std::size_t task, std::size_t) {
            ++runs;
            if (task % 3 == 1)
                throw std::runtime_error{"task " + std::to_string(task)};
        };
        CHECK_THROWS_WITH_AS(pool.run(10, fail), "task 1", std::runtime_error);
        CHECK(runs == 10);
        CHECK_NOTHROW(pool.run(10, [&](std::size_t, std::size_t) { ++runs; }));
        CHECK(runs == 20);
    }
}

TEST_CASE("a pool of no threads or of too many is refused, and so are more tasks than it can count") {
    CHECK_THROWS_AS(tinynet::worker_pool{std::size_t{1} << 60U}, tinynet::invalid_option);
    CHECK_THROWS_AS(tinynet::worker_pool{0}, tinynet::invalid_option);
    tinynet::worker_pool pool{1};
    CHECK_THROWS_AS(pool.run(std::size_t{1} << 32U, [](std::size_t, std::size_t) {}),
                    tinynet::invalid_option);
}

/// As long as it lives, no thread can be started: its stack would be larger than any address space.
class no_more_threads {
public:
    no_more_threads() {
        REQUIRE(pthread_getattr_default_np(&before_) == 0);
        pthread_attr_t huge;
        REQUIRE(pthread_getattr_default_np(&huge) == 0);
        REQUIRE(pthread_attr_setstacksize(&huge, std::size_t{1} << 60U) == 0);
        REQUIRE(pthread_setattr_default_np(&huge) == 0);
        pthread_attr_destroy(&huge);
    }
    no_more_threads(const no_more_threads&) = delete;
    no_more_threads& operator=(const no_more_threads&) = delete;
    ~no_more_threads() {
        pthread_setattr_default_np(&before_);
        pthread_attr_destroy(&before_);
    }

private:
    pthread_attr_t before_{};
};

TEST_CASE("a system that starts no thread is reported") {
    const no_more_threads full;
    CHECK_NOTHROW(tinynet::worker_pool{1});
    CHECK_THROWS_WITH_AS(tinynet::worker_pool{2}, doctest::Contains("the system refuses 2 threads"),
                         tinynet::invalid_option);
}

} // namespace

} // namespace tinynet::test::worker_pool_test
