// SPDX-License-Identifier: MIT
#include <tinynet/nn/mlp.hpp>

#include <Eigen/Core>
#include <benchmark/benchmark.h>

#include <cstddef>
#include <vector>

namespace {

/// A 16x32 network with three outputs, one batch, and room for its gradients.
template <typename Real>
struct setting {
    setting(std::size_t input_width, std::size_t column_count)
        : network{input_width}, workspace{network.make_workspace(column_count)},
          inputs{entries(static_cast<Eigen::Index>(input_width), static_cast<Eigen::Index>(column_count))},
          outputs{entries(3, static_cast<Eigen::Index>(column_count))}, input_gradients{inputs},
          parameter_gradient(network.parameter_count()) {
        for (std::size_t layer = 0; layer < network.layer_count(); ++layer) {
            auto weights = network.weights(layer);
            weights = entries(weights.rows(), weights.cols()) * Real(0.1);
        }
        network.forward(inputs, workspace, outputs);
    }

    /// Some numbers between -1 and 1.
    static tinynet::batch_matrix<Real> entries(Eigen::Index rows, Eigen::Index columns) {
        return tinynet::batch_matrix<Real>::NullaryExpr(
            rows, columns, [](Eigen::Index row, Eigen::Index column) {
                return static_cast<Real>((row * 7919 + column * 104729) % 2001 - 1000) / Real(1000);
            });
    }

    tinynet::mlp<Real, 16, 32, 3> network;
    tinynet::mlp_workspace<Real> workspace;
    tinynet::batch_matrix<Real> inputs;
    tinynet::batch_matrix<Real> outputs;
    tinynet::batch_matrix<Real> input_gradients;
    std::vector<Real> parameter_gradient;
};

/// Runs `evaluate(setting)`; arguments of the benchmark: input width, batch size.
template <typename Real, typename Evaluate>
void repeat(benchmark::State& state, Evaluate&& evaluate) {
    setting<Real> set{static_cast<std::size_t>(state.range(0)), static_cast<std::size_t>(state.range(1))};
    for (auto _ : state) {
        evaluate(set);
        benchmark::ClobberMemory();
    }
    state.SetComplexityN(state.range(1));
    state.counters["samples"] = benchmark::Counter(static_cast<double>(state.range(1)),
                                                   benchmark::Counter::kIsIterationInvariantRate);
}

template <typename Real>
void forward(benchmark::State& state) {
    repeat<Real>(state, [](auto& set) { set.network.forward(set.inputs, set.workspace, set.outputs); });
}

template <typename Real>
void backward(benchmark::State& state) {
    repeat<Real>(state, [](auto& set) {
        set.network.backward(set.inputs, set.outputs, set.workspace, set.parameter_gradient);
    });
}

template <typename Real>
void input_gradient(benchmark::State& state) {
    repeat<Real>(state, [](auto& set) {
        set.network.input_gradient(set.outputs, set.workspace, set.input_gradients);
    });
}

void sizes(benchmark::internal::Benchmark* benchmark) {
    benchmark->ArgNames({"inputs", "batch"})->ArgsProduct({{150, 420}, {1, 16, 160, 10240}});
}

BENCHMARK(forward<float>)->Apply(sizes);
BENCHMARK(forward<double>)->Apply(sizes);
BENCHMARK(backward<float>)->Apply(sizes);
BENCHMARK(backward<double>)->Apply(sizes);
BENCHMARK(input_gradient<float>)->Apply(sizes);
BENCHMARK(input_gradient<double>)->Apply(sizes);

} // namespace
