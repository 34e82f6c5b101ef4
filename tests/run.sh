#!/usr/bin/env bash
# Installs what is missing (Debian), then configures, builds and tests. Ends with the summary of CTest.
set -euo pipefail
cd "$(dirname "$0")/.."

source cmake/install_packages.sh
install_packages g++ cmake ninja-build pkg-config libeigen3-dev libboost-dev nlohmann-json3-dev libcli11-dev \
    doctest-dev doxygen clang-format-14 python3 procps gnuplot-nox

cmake --workflow --preset dev
