#!/usr/bin/env bash
# Installs what is missing (Debian), then configures, builds and tests. Ends with the summary of CTest.
set -euo pipefail
cd "$(dirname "$0")/.."

packages=(g++ cmake ninja-build pkg-config libeigen3-dev libboost-dev nlohmann-json3-dev libcli11-dev doctest-dev
    doxygen clang-format-14)

if command -v dpkg-query >/dev/null; then
    missing=()
    for package in "${packages[@]}"; do
        status=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
        [[ $status == installed ]] || missing+=("$package")
    done
    if ((${#missing[@]})); then
        printf 'Installing %s\n' "${missing[*]}"
        as_root=(env DEBIAN_FRONTEND=noninteractive)
        ((EUID == 0)) || as_root=(sudo "${as_root[@]}")
        "${as_root[@]}" apt-get update -qq
        "${as_root[@]}" apt-get install -qq --no-install-recommends "${missing[@]}" >/dev/null
    fi
else
    printf 'This is no Debian; the tests need: %s\n' "${packages[*]}"
fi

cmake --workflow --preset dev
