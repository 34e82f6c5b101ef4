#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Breaks important lines one at a time and shows which of the header's own tests notice.

    mutations.py CHECKOUT        some ten minutes on two cores

A mutation that no test notices, or a line that is no longer there, ends in status 1.
"""

import concurrent.futures
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

CHECKOUT = Path(sys.argv[1]).resolve()
HEADERS = CHECKOUT / "include/tinynet"
# header, line, what it is changed to, test, further options of the compiler
MUTATIONS = [
    ("detail/finite.hpp", "return (std::bit_cast<std::uint64_t>(x) & exponent) != exponent;", "return __builtin_isfinite(x);",
     "reliability/numerical_safety_test.cpp", ["-ffast-math"]),
    ("detail/sorting_network.hpp", "min(one, other).store(address(second));", "other.store(address(second));", "detail/sorting_network_test.cpp", []),
    ("graph/neighbor_list.hpp", "lattice.translation(image);", "lattice.translation({-a.image, b.image, c.image});",
     "graph/neighbor_list_test.cpp", []),
    ("paths/simple_cycles.hpp", "hop.vertex != 0 && occupied[hop.vertex] == 0", "hop.vertex != 0",
     "paths/simple_cycles_test.cpp", []),
    ("moments/bond_weights.hpp", "polynomial_slope * x_slope_cut + polynomial * cut_slope",
     "polynomial_slope * x_slope_cut", "moments/bond_weights_test.cpp", []),
    ("moments/options.hpp", "shortest_distance = 1e-6", "shortest_distance = 0.0", "model/moment_model_test.cpp", []),
    ("model/moment_model.hpp", "sum -= part;", "sum += part;", "model/moment_model_test.cpp", []),
    ("graph/neighbor_list.hpp", "count_before({a.first, b.first, c.last + 1})", "count_before({a.first, b.first, c.last})",
     "graph/neighbor_list_test.cpp", []),
    ("model/block_schedule.hpp", "last_bond_block = std::max(last_bond_block, bond_block_of_view[view]);", "",
     "model/block_schedule_test.cpp", []),
    ("md/engine_forces.hpp", "if (last_seen_[atom] != step_)", "if (false)", "md/engine_forces_test.cpp", []),
    ("model/moment_workspace.hpp", "(cutoff + skin_) / largest_shrinkage", "(cutoff + skin_)",
     "model/moment_workspace_test.cpp", []),
    ("model/species_network.hpp", "net.bias(last) *= static_cast<Real>(scale);", "", "model/species_network_test.cpp", []),
    ("model/block_energies.hpp", "0.5 * (nuclei.slope + wall.slope)", "0.5 * nuclei.slope", "model/moment_model_test.cpp", []),
    ("training/adam.hpp", "scale_ = static_cast<Real>(1.0 / std::sqrt(correction2));", "scale_ = Real{1};",
     "training/adam_test.cpp", []),
    ("training/checkpoint.hpp", "state.best_epoch = static_cast<std::uint64_t>(counts[2]);", "", "training/checkpoint_test.cpp",
     []),
    ("io/detail/safetensors_format.hpp", "found != expected->second", "found.empty()", "io/safetensors_test.cpp", []),
    ("model/species_network.hpp", "!std::ranges::equal(net.widths(), result.nets.front().widths())", "false",
     "model/species_network_test.cpp", []),
    ("graph/neighbor_list.hpp", "const bool is_turned = direction < 0;", "const bool is_turned = false;",
     "reliability/numerical_safety_test.cpp", ["-O2", "-ffast-math"]),
    ("graph/neighbor_list.hpp", "is_turned ? vector3{-seen} : seen", "seen", "graph/neighbor_list_test.cpp", []),
    ("moments/moment_topology.hpp", " && first[i + 1] - first[i] <= atom_count", "", "md/engine_potential_test.cpp", []),
    ("geometry/short_vectors.hpp", "sums.row(axis) -= multiple * whole_numbers * sums;", "", "geometry/short_vectors_test.cpp", []),
    ("graph/detail/slices.hpp", "std::clamp(std::floor(thickness / (radius * thicker_by_rounding)), 1.0, most_slices)",
     "std::clamp(std::floor(thickness / (radius * thicker_by_rounding)), 1.0, 10.0)", "graph/neighbor_list_test.cpp", []),
    ("io/atomic_file.hpp", "file.copy_permissions();", "", "io/atomic_file_test.cpp", []),
]


def compiled(command, output, folder):
    done = subprocess.run([*command, "-o", output], cwd=folder, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stderr[-3000:]}")
    return output


def passes(headers, test, options, folder):
    """Whether a test passes with these headers."""
    command = [os.environ.get("CXX", "g++"), "-std=c++20", "-O1", *options, "-I", headers.parent, "-I", CHECKOUT / "tests",
               "-isystem", "/usr/include/eigen3", "-DDOCTEST_CONFIG_VOID_CAST_EXPRESSIONS",
               f'-DTINYNET_TEST_DATA="{CHECKOUT}/examples/data"', f'-DTINYNET_TEST_GOLDEN="{folder}"',
               f'-DTINYNET_TEST_BUILD="{folder}"', CHECKOUT / "tests" / test, folder / "main.o", "-lpthread"]
    program = compiled(command, folder / f"{headers.parent.name}.{Path(test).stem}", folder)
    try:
        return subprocess.run([program], cwd=folder, capture_output=True, timeout=300).returncode == 0
    except subprocess.TimeoutExpired:
        return False


def examine(mutation, number, folder):
    """What becomes of one mutation, in words, and whether that is well."""
    header, line, changed, test, options = mutation
    headers = folder / f"mutation{number}" / "tinynet"
    shutil.copytree(HEADERS, headers)
    text = (headers / header).read_text()
    if text.count(line) != 1:
        return f"{header}: '{line}' stands there {text.count(line)} times, expected once", False
    if not passes(headers, test, options, folder):
        return f"{header}: {test} fails as it stands", False
    (headers / header).write_text(text.replace(line, changed))
    is_noticed = not passes(headers, test, options, folder)
    return f"{header}: '{line}' -> '{changed}': {test} {'fails' if is_noticed else 'does not notice'}", is_noticed


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        compiled(["g++", "-std=c++20", "-O1", "-c", CHECKOUT / "tests/main.cpp"], folder / "main.o", folder)
        with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
            results = list(pool.map(lambda pair: examine(pair[1], pair[0], folder), enumerate(MUTATIONS)))
    for text, _ in results:
        print(text)
    noticed = sum(well for _, well in results)
    print(f"{noticed} of {len(MUTATIONS)} mutations noticed")
    sys.exit(noticed != len(MUTATIONS))


if __name__ == "__main__":
    main()
