// SPDX-License-Identifier: MIT
#include <tinynet/detail/sorting_network.hpp>

#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstddef>
#include <functional>
#include <random>
#include <vector>

namespace {

using namespace tinynet;

/// Random numbers, the same at every call.
template <typename Number>
std::vector<Number> random_numbers(std::size_t count) {
    std::mt19937 rng{1};
    std::vector<Number> numbers(count);
    for (Number& number : numbers)
        number = static_cast<Number>(rng());
    return numbers;
}

void report(benchmark::State& state) {
    state.counters["ns_per_number"] = benchmark::Counter{
        1e-9 * static_cast<double>(state.range(0)) * static_cast<double>(detail::lane_count),
        benchmark::Counter::Flags{benchmark::Counter::kIsIterationInvariantRate |
                                  benchmark::Counter::kInvert}};
}

/// One list per lane, side by side; argument: length of a list.
template <typename Real>
void sort_lanes(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const std::vector<Real> numbers = random_numbers<Real>(count * detail::lane_count);
    std::vector<detail::lanes<Real>> rows(count);
    for ([[maybe_unused]] auto iteration : state) {
        std::copy(numbers.begin(), numbers.end(), rows.front().data());
        detail::sort_descending<Real>(rows);
        benchmark::ClobberMemory();
    }
    report(state);
}

/// As many lists, one after the other, by the standard library.
template <typename Real>
void sort_one_by_one(benchmark::State& state) {
    const auto count = static_cast<std::size_t>(state.range(0));
    const std::vector<Real> numbers = random_numbers<Real>(count * detail::lane_count);
    std::vector<Real> lists(numbers.size());
    for ([[maybe_unused]] auto iteration : state) {
        lists = numbers;
        for (std::size_t lane = 0; lane < detail::lane_count; ++lane)
            std::sort(lists.data() + lane * count, lists.data() + (lane + 1) * count, std::greater{});
        benchmark::ClobberMemory();
    }
    report(state);
}

void lengths(benchmark::internal::Benchmark* benchmark) {
    benchmark->ArgName("length")->Arg(6)->Arg(12)->Arg(24)->Arg(60)->Arg(300)->Arg(1300);
}

BENCHMARK(sort_lanes<float>)->Apply(lengths);
BENCHMARK(sort_lanes<double>)->Apply(lengths);
BENCHMARK(sort_one_by_one<float>)->Apply(lengths);

} // namespace
