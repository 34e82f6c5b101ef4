// SPDX-License-Identifier: MIT
#include <benchmark/benchmark.h>

#include <Eigen/Core>
#include <boost/config.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace {

const bool compiler_is_told = [] {
    benchmark::AddCustomContext("compiler", BOOST_COMPILER);
    return true;
}();

/// The most multiply-adds a core does per second, as the compiler's flags allow: the yardstick of all the
/// others.
template <typename Real>
void multiply_adds(benchmark::State& state) {
    constexpr int width = std::max<int>(4, EIGEN_MAX_STATIC_ALIGN_BYTES / sizeof(Real));
    using vector = Eigen::Array<Real, width, 1>;
    constexpr std::size_t independent_sums = 10;
    constexpr int rounds = 1000;
    std::array<vector, independent_sums> sums;
    sums.fill(vector::Constant(Real{1}));
    vector factor = vector::Constant(Real(0.999));
    benchmark::DoNotOptimize(factor);
    for ([[maybe_unused]] auto iteration : state) {
        auto [a, b, c, d, e, f, g, h, i, j] = sums;
        for (int round = 0; round < rounds; ++round) {
            a = a * factor + factor, b = b * factor + factor;
            c = c * factor + factor, d = d * factor + factor;
            e = e * factor + factor, f = f * factor + factor;
            g = g * factor + factor, h = h * factor + factor;
            i = i * factor + factor, j = j * factor + factor;
        }
        sums = {a, b, c, d, e, f, g, h, i, j};
        benchmark::DoNotOptimize(sums);
    }
    state.counters["multiply_adds_per_second"] =
        benchmark::Counter{static_cast<double>(independent_sums * width) * rounds,
                           benchmark::Counter::kIsIterationInvariantRate};
}

/// Cycles per second: every product and sum waits for the one before, three cycles and one on x86-64 cores.
void clock(benchmark::State& state) {
    constexpr int rounds = 10000;
    constexpr double cycles_per_round = 4;
    std::uint64_t number = 3;
    for ([[maybe_unused]] auto iteration : state) {
        for (int round = 0; round < rounds; ++round)
            number = number * number + 1;
        benchmark::DoNotOptimize(number);
    }
    state.counters["cycles_per_second"] =
        benchmark::Counter{cycles_per_round * rounds, benchmark::Counter::kIsIterationInvariantRate};
}

/// Bytes that a core reads per second and adds up; argument: KiB that it reads again and again.
void read(benchmark::State& state) {
    constexpr int width = std::max<int>(4, EIGEN_MAX_STATIC_ALIGN_BYTES / sizeof(float));
    using vector = Eigen::Array<float, width, 1>;
    constexpr std::size_t independent_sums = 8;
    const std::size_t count = static_cast<std::size_t>(state.range(0)) * 1024 / sizeof(vector);
    const std::vector<vector, Eigen::aligned_allocator<vector>> numbers(count, vector::Constant(1.0F));
    std::array<vector, independent_sums> zeros;
    zeros.fill(vector::Zero());
    for ([[maybe_unused]] auto iteration : state) {
        auto [a, b, c, d, e, f, g, h] = zeros;
        for (std::size_t k = 0; k < count; k += independent_sums) {
            a += numbers[k], b += numbers[k + 1], c += numbers[k + 2], d += numbers[k + 3];
            e += numbers[k + 4], f += numbers[k + 5], g += numbers[k + 6], h += numbers[k + 7];
        }
        vector sum = ((a + b) + (c + d)) + ((e + f) + (g + h));
        benchmark::DoNotOptimize(sum);
        benchmark::ClobberMemory();
    }
    state.counters["bytes_per_second"] = benchmark::Counter{static_cast<double>(count * sizeof(vector)),
                                                            benchmark::Counter::kIsIterationInvariantRate};
}

} // namespace

BENCHMARK(clock)->Name("machine/clock");
BENCHMARK(read)->Name("machine/read")->ArgName("KiB")->Arg(16)->Arg(512)->Arg(8192)->Arg(262144);
BENCHMARK(multiply_adds<float>)->Name("machine/multiply_adds/float");
BENCHMARK(multiply_adds<double>)->Name("machine/multiply_adds/double");
