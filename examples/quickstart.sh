#!/usr/bin/env bash
# From a fresh Debian 12 to a trained model and two pictures in build/quickstart. Minutes, most of them compiling.
set -euo pipefail
cd "$(dirname "$0")/.."

source cmake/install_packages.sh
install_packages g++ cmake ninja-build libeigen3-dev nlohmann-json3-dev libcli11-dev gnuplot-nox fonts-dejavu-core

out=build/quickstart
mkdir -p $out
cmake --preset release -B $out/build -DTINYNET_BUILD_TESTS=OFF -DTINYNET_BUILD_BENCHMARKS=OFF \
    -DTINYNET_WITH_BOOST_GRAPH=OFF >$out/configure.log
cmake --build $out/build --target tinynet.program
tinynet=$out/build/bin/tinynet
data=examples/data

# L_4^(2) of MoO3: closed walks of up to 4 hops, neighbors up to 2 hops away.
$tinynet train forces $data/moo3.extxyz --reference $data/moo3_reference.extxyz --hops 4 --neighbors 2 \
    --minutes 1 --resume --curve $out/learning_curve.csv -o $out/moo3.model
$tinynet info $out/moo3.model
# The structures that training set aside for the test and never looked at.
$tinynet predict $out/moo3.model $data/moo3.extxyz --subset test -o $out/predicted.extxyz --json $out/errors.json

gnuplot -e "input='$out/predicted.extxyz'; output='$out/parity.png'" examples/plot/parity.gp
gnuplot -e "input='$out/learning_curve.csv'; output='$out/learning_curve.png'" examples/plot/learning_curve.gp
printf 'wrote %s\n' $out/{moo3.model,learning_curve.csv,predicted.extxyz,errors.json,parity.png,learning_curve.png}
