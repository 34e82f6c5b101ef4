#!/usr/bin/env bash
# Compiles every header alone, twice, without a warning, with each compiler of Debian 12 (installed where missing), that of the
# C interface as C, too; then all of them from two files into one program, in C++20 and C++23. Some ten minutes per compiler on two cores.
#
#     bash tests/reliability/compilers.sh [COMPILER...]     g++-12 clang++-14 clang++-15 clang++-16 clang++-19
set -euo pipefail
cd "$(dirname "$0")/../.."

source cmake/install_packages.sh
if [ $# -eq 0 ]; then
    set -- g++-12 clang++-14 clang++-15 clang++-16 clang++-19
fi
install_packages python3 libeigen3-dev libboost-dev nlohmann-json3-dev $(for compiler; do echo "${compiler/clang++/clang}"; done)

scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
echo '#include <tinynet/tinynet.hpp>' >"$scratch/second.cpp"
(cat "$scratch/second.cpp"; echo 'int main() {}') >"$scratch/first.cpp"
export flags="-Iinclude -isystem /usr/include/eigen3 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror"
compile_twice() {
    printf '#include <%s>\n#include <%s>\n' "$2" "$2" | "$1" -std=c++20 $flags -fsyntax-only -x c++ - || { echo "$1: $2" >&2; exit 255; }
}
export -f compile_twice

for compiler; do
    start=$SECONDS
    (cd include && find tinynet -name '*.hpp') | sort | xargs -P "$(nproc)" -I{} bash -c 'compile_twice "$@"' _ "$compiler" {}
    printf '#include <tinynet/tinynet.h>\n#include <tinynet/tinynet.h>\nint main(void) { return 0; }\n' |
        "$(sed "s,clang++,clang,; s,g++,gcc," <<<"$compiler")" -std=c11 -Iinclude -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only -x c -
    for standard in c++20 c++2b; do
        "$compiler" -std=$standard $flags -c "$scratch/first.cpp" -o "$scratch/first.o" &
        "$compiler" -std=$standard $flags -c "$scratch/second.cpp" -o "$scratch/second.o"
        wait $!
        "$compiler" "$scratch"/first.o "$scratch"/second.o -o "$scratch/program" -lpthread
    done
    echo "$compiler ($("$compiler" -dumpfullversion -dumpversion | head -1)): every header twice, two files, C++20 and C++23: $((SECONDS - start)) s"
done
python3 - "$1" "$scratch/second.cpp" <<'END'
import resource, subprocess, sys, time
start = time.time()
subprocess.run([sys.argv[1], "-std=c++20", "-O1", "-Iinclude", "-isystem", "/usr/include/eigen3", "-c", sys.argv[2], "-o", "/dev/null"], check=True)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(f"umbrella header, {sys.argv[1]} -O1: {used.ru_utime + used.ru_stime:.1f} s of processor, {used.ru_maxrss / 2**20:.2f} GiB")
END
