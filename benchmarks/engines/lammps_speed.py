#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Time per atom and step of an energy model in LAMMPS (pair_style kim) beside that of `tinynet md`.

    lammps_speed.py PROGRAM MODEL DRIVERS [--repeats 8] [--steps 20] [--million]

DRIVERS: the folder KIM_API_MODEL_DRIVERS_DIR, whose driver is compiled with the flags of PROGRAM. Prints the table of
docs/md_engines.md: BaTiO3, 40 x 6^3 atoms at 300 K; one rank, two ranks, and two runs of one rank side by side, in turns.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path += [str(CHECKOUT / "tests/engines"), str(CHECKOUT / "examples/plot")]
import extxyz  # noqa: E402
import lammps  # noqa: E402
import routes  # noqa: E402

SPECIES = ["Ba", "Ti", "O"]


def crystal(folder, repeats):
    """Writes start.extxyz and start.data; returns the number of atoms."""
    comment, columns = next(extxyz.frames(CHECKOUT / "examples/data/batio3_reference.extxyz"))
    side = float(re.search(r'Lattice="(\S+)', comment)[1])
    symbols, positions = [], []
    for shift in ((a, b, c) for a in range(repeats) for b in range(repeats) for c in range(repeats)):
        for (symbol,), place in zip(columns["species"], columns["pos"]):
            symbols.append(symbol)
            positions.append([float(x) + side * s for x, s in zip(place, shift)])
    length = side * repeats
    (folder / "start.extxyz").write_text(routes.frame([length, 0.0, 0.0, 0.0, length, 0.0, 0.0, 0.0, length], symbols, positions))
    (folder / "start.data").write_text(
        routes.run(folder, sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py", "start.extxyz", *SPECIES))
    return len(symbols)


def lammps_words(ranks, steps, log):
    words = ["lmp", "-in", CHECKOUT / "examples/engines/lammps/kim.in", "-log", log, "-screen", "none", "-var", "data",
             "start.data", "-var", "model", "tinynet_speed", "-var", "species", " ".join(SPECIES), "-var", "steps", str(steps),
             "-var", "temperature", "300", "-var", "dump", f"{log}.dump"]
    return [str(word) for word in lammps.on_ranks(ranks, words)]


def loop_time(log):
    """Seconds per step, by LAMMPS."""
    seconds, steps = re.search(r"Loop time of (\S+) on .* for (\d+) steps", log.read_text()).groups()
    return float(seconds) / int(steps)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("drivers", type=Path)
    parser.add_argument("--repeats", type=int, default=6, help="of the 40-atom cell along each axis")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--million", action="store_true", help="10 steps of 1,080,000 atoms on two ranks")
    options = parser.parse_args()
    folder = Path(tempfile.mkdtemp())
    routes.run(folder, "cmake", "-S", CHECKOUT / "examples/engines/kim/model", "-B", folder / "models",
               f"-DMODEL={options.model.resolve()}", "-DNAME=tinynet_speed")
    routes.run(folder, "cmake", "--build", folder / "models")
    environment = os.environ | lammps.AS_ROOT | {"KIM_API_MODEL_DRIVERS_DIR": str(options.drivers.resolve()),
                                                 "KIM_API_PORTABLE_MODELS_DIR": str(folder / "models")}

    def start(ranks, steps, name):
        return subprocess.Popen(lammps_words(ranks, steps, folder / name), cwd=folder, env=environment,
                                stdout=subprocess.DEVNULL)

    def own(steps):
        begin = time.perf_counter()
        routes.run(folder, options.program.resolve(), "md", options.model.resolve(), "start.extxyz", "--steps", steps, "--dt",
                   "1", "--temperature", "300", "--every", 10**6, "-o", "own.extxyz")
        return time.perf_counter() - begin

    atoms = crystal(folder, options.repeats)
    results = {"tinynet md": [], "LAMMPS, 1 rank": [], "LAMMPS, 2 ranks": [], "two runs of 1 rank at once, each": []}
    for _ in range(options.rounds):
        results["tinynet md"].append((own(3 * options.steps) - own(options.steps)) / (2 * options.steps))
        for name, ranks, runs in (("LAMMPS, 1 rank", 1, 1), ("LAMMPS, 2 ranks", 2, 1),
                                  ("two runs of 1 rank at once, each", 1, 2)):
            running = [start(ranks, options.steps, f"{k}.log") for k in range(runs)]
            if any(process.wait() != 0 for process in running):
                sys.exit(f"LAMMPS failed; its log is in {folder}")
            results[name].append(statistics.mean(loop_time(folder / f"{k}.log") for k in range(runs)))
    print(f"{atoms} atoms, median of {options.rounds}\n\n| | µs per atom and step | spread |\n| --- | --- | --- |")
    medians = {}
    for name, seconds in results.items():
        micro = sorted(1e6 * value / atoms for value in seconds)
        medians[name] = statistics.median(micro)
        print(f"| {name} | {medians[name]:.2f} | {micro[0]:.2f} to {micro[-1]:.2f} |")
    print(f"\nLAMMPS on one rank against tinynet md: {medians['LAMMPS, 1 rank'] / medians['tinynet md']:.2f}. Throughput of two "
          f"ranks against two runs: {0.5 * medians['two runs of 1 rank at once, each'] / medians['LAMMPS, 2 ranks']:.2f}.")
    if options.million:
        atoms = crystal(folder, 30)
        begin = time.perf_counter()
        if start(2, 10, "million.log").wait() != 0:
            sys.exit(f"LAMMPS failed; its log is in {folder}")
        print(f"{atoms} atoms on 2 ranks: {1e6 * loop_time(folder / 'million.log') / atoms:.2f} µs per atom and step, "
              f"{time.perf_counter() - begin:.0f} s in all.")


if __name__ == "__main__":
    main()
