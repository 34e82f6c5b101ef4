#!/usr/bin/env bash
# Measures everything that docs/performance.md tells, and writes that page. Nothing else should run meanwhile.
set -euo pipefail
cd "$(dirname "$0")/.."

source cmake/install_packages.sh
install_packages g++ cmake ninja-build libeigen3-dev libboost-dev nlohmann-json3-dev libcli11-dev doctest-dev \
    libbenchmark-dev python3 python3-venv gnuplot-nox valgrind

mkdir -p build/benchmarks
for preset in release avx2 portable; do
    cmake --preset $preset
    cmake --build --preset $preset --target tinynet.benchmarks
done
commit=$(git describe --always --dirty 2>/dev/null || echo unknown)
# --benchmark_out is written at the end, hence under another name first. What is compared in a table is measured in turn: the machine
# has other work, too, in some minutes more than in others.
measure() {
    build/"$1"/bin/tinynet_benchmarks --benchmark_repetitions=3 "${@:3}" --benchmark_context=commit="$commit" \
        --benchmark_out=build/benchmarks/unfinished.json --benchmark_out_format=json
    mv build/benchmarks/unfinished.json build/benchmarks/"$2".json
}
measure release native --benchmark_min_time=0.2 --benchmark_filter='-step_in_pool|pool_against' \
    --benchmark_enable_random_interleaving=true
# In turn, and often: two threads feel everything else that the machine does.
measure release threads --benchmark_min_time=0.15 --benchmark_filter='step_in_pool|pool_against' \
    --benchmark_enable_random_interleaving=true --benchmark_repetitions=15
for preset in avx2 portable; do
    measure $preset $preset --benchmark_min_time=0.2 --benchmark_filter='^step/.*(n4_N2|n6_N4)/(float|double)/160$|^step/.*moments/default/.*/160$'
done
measure avx2 stages --benchmark_min_time=0.2 --benchmark_filter='^(update_bonds/batio3/float|write_features/batio3/cycles/float/n:4/N:2|step_networks/160|machine/clock)$'
python3 benchmarks/count.py build/avx2/bin/tinynet_benchmarks build/benchmarks/counts.json
python3 benchmarks/peers/run.py --rounds 3
python3 benchmarks/report.py
