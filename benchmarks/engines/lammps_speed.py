#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Time per atom and step of an energy model in LAMMPS (pair_style kim) beside that of `tinynet md`.

    lammps_speed.py PROGRAM MODEL DRIVERS [--sizes 6,6,7 13,13,13] [--rounds 11 3] [--steps 60] [--million]

DRIVERS: the folder KIM_API_MODEL_DRIVERS_DIR, whose driver is compiled with the flags of PROGRAM. Prints the tables of
docs/md_engines.md, one per size: BaTiO3, 40 atoms times the size, at 300 K; in each round one after the other `tinynet md`, one
rank, two ranks, and two runs of one rank side by side, all from the same start with the same skin; without what is read and
written. Forces of the last step on two ranks are compared with `tinynet predict`.
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
SKIN = "0.5"  # Å, of `tinynet md`
OWN, ONE, TWO, APART = "tinynet md", "LAMMPS, 1 rank", "LAMMPS, 2 ranks", "two runs of 1 rank at once, each"


def crystal(folder, size):
    """Writes start.extxyz and start.data; returns lattice and symbols."""
    comment, columns = next(extxyz.frames(CHECKOUT / "examples/data/batio3_reference.extxyz"))
    side = float(re.search(r'Lattice="(\S+)', comment)[1])
    symbols, positions = [], []
    for shift in ((a, b, c) for a in range(size[0]) for b in range(size[1]) for c in range(size[2])):
        for (symbol,), place in zip(columns["species"], columns["pos"]):
            symbols.append(symbol)
            positions.append([float(x) + side * s for x, s in zip(place, shift)])
    lattice = [side * size[0], 0.0, 0.0, 0.0, side * size[1], 0.0, 0.0, 0.0, side * size[2]]
    (folder / "start.extxyz").write_text(routes.frame(lattice, symbols, positions))
    (folder / "start.data").write_text(
        routes.run(folder, sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py", "start.extxyz", *SPECIES))
    return lattice, symbols


def lammps_words(ranks, steps, log):
    words = ["lmp", "-in", CHECKOUT / "examples/engines/lammps/kim.in", "-log", log, "-screen", "none", "-var", "data",
             "start.data", "-var", "model", "tinynet_speed", "-var", "species", " ".join(SPECIES), "-var", "steps", str(steps),
             "-var", "temperature", "300", "-var", "skin", SKIN, "-var", "dump", f"{log}.dump"]
    return [str(word) for word in lammps.on_ranks(ranks, words)]


def loop_time(log):
    """Seconds per step by LAMMPS, without what it writes."""
    text = log.read_text()
    seconds, steps = re.search(r"Loop time of (\S+) on .* for (\d+) steps", text).groups()
    output = re.search(r"^Output +\|[^|]*\| *(\S+)", text, re.M)[1]  # mean of the ranks
    return (float(seconds) - float(output)) / int(steps)


def neighbor_builds(log):
    return int(re.search(r"Neighbor list builds = (\d+)", log.read_text())[1])


class Machine:
    """Runs programs in a folder."""

    def __init__(self, options, folder):
        self.folder = folder
        self.program, self.model = options.program.resolve(), options.model.resolve()
        routes.run(self.folder, "cmake", "-S", CHECKOUT / "examples/engines/kim/model", "-B", "models", f"-DMODEL={self.model}",
                   "-DNAME=tinynet_speed")
        routes.run(self.folder, "cmake", "--build", "models")
        self.environment = os.environ | lammps.AS_ROOT | {"KIM_API_MODEL_DRIVERS_DIR": str(options.drivers.resolve()),
                                                          "KIM_API_PORTABLE_MODELS_DIR": str(self.folder / "models")}

    def own(self, steps):
        begin = time.perf_counter()
        routes.run(self.folder, self.program, "md", self.model, "start.extxyz", "--steps", steps, "--dt", "1", "--temperature",
                   "300", "--every", 10**6, "-o", "own.extxyz")
        return time.perf_counter() - begin

    def lammps(self, steps, ranks, runs=1):
        """Seconds per step of LAMMPS, mean of some runs at the same time."""
        logs = [self.folder / f"{k}_of_{ranks}.log" for k in range(runs)]
        running = [subprocess.Popen(lammps_words(ranks, steps, log), cwd=self.folder, env=self.environment,
                                    stdout=subprocess.DEVNULL) for log in logs]
        if any([process.wait() != 0 for process in running]):
            sys.exit(f"LAMMPS failed:\n{logs[0].read_text()[-3000:]}")
        return statistics.mean(map(loop_time, logs))

    def force_error(self, lattice, symbols):
        """Largest difference (eV/Å) between forces of the last step on two ranks and those of the library."""
        *_, (positions, forces) = lammps.dump_frames(self.folder / "0_of_2.log.dump")
        _, expected, _ = routes.predict(self.folder, self.program, self.model, routes.frame(lattice, symbols, positions))
        error = lammps.farthest(forces, expected)
        if not error < 1e-3:  # of a model in single precision, too
            sys.exit(f"forces on two ranks differ from those of the library by {error} eV/Å")
        return error


def measure(machine, size, rounds, steps):
    """Prints the table of a size."""
    lattice, symbols = crystal(machine.folder, size)
    atoms = len(symbols)
    results = {OWN: [], ONE: [], TWO: [], APART: []}
    for _ in range(rounds):
        results[OWN].append((machine.own(steps + 1) - machine.own(1)) / steps)
        results[ONE].append(machine.lammps(steps, 1))
        results[TWO].append(machine.lammps(steps, 2))
        results[APART].append(machine.lammps(steps, 1, runs=2))
    print(f"\n{atoms} atoms, median of {rounds}\n\n| | µs per atom and step | spread |\n| --- | --- | --- |")
    for name, seconds in results.items():
        micro = sorted(1e6 * value / atoms for value in seconds)
        print(f"| {name} | {statistics.median(micro):.2f} | {micro[0]:.2f} to {micro[-1]:.2f} |")
    builds = neighbor_builds(machine.folder / "0_of_1.log")
    print(f"\n{steps} steps, in which LAMMPS builds its neighbor lists {builds} times after the first.")
    print("Medians (spread) of the ratios of each round:",
          ratio("LAMMPS on one rank against tinynet md", results[ONE], results[OWN]),
          ratio("throughput of two ranks against two runs", [0.5 * value for value in results[APART]], results[TWO]),
          f"Forces on two ranks differ from the library's by {machine.force_error(lattice, symbols):.1e} eV/Å at most.", flush=True)


def ratio(name, above, below):
    ratios = sorted(x / y for x, y in zip(above, below, strict=True))
    return f"{name} {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})."


def million(machine, size, steps):
    lattice, symbols = crystal(machine.folder, size)
    begin = time.perf_counter()
    seconds = machine.lammps(steps, 2)
    print(f"\n{len(symbols)} atoms on 2 ranks: {1e6 * seconds / len(symbols):.2f} µs per atom and step, "
          f"{time.perf_counter() - begin:.0f} s for {steps} steps with reading and writing.", flush=True)
    print(f"Forces differ from the library's by {machine.force_error(lattice, symbols):.1e} eV/Å at most.")


def three_numbers(word):
    numbers = tuple(map(int, word.split(",")))
    if len(numbers) != 3 or min(numbers) < 1:
        raise argparse.ArgumentTypeError(f"'{word}', expected three numbers such as 6,6,7")
    return numbers


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program", type=Path)
    parser.add_argument("model", type=Path)
    parser.add_argument("drivers", type=Path)
    parser.add_argument("--sizes", type=three_numbers, nargs="+", default=[(6, 6, 7), (13, 13, 13)],
                        help="repeats of the 40-atom cell along x,y,z")
    parser.add_argument("--rounds", type=int, nargs="+", default=[11, 3], help="for each size; the last number for the others")
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--million", type=three_numbers, nargs="?", const=(30, 30, 30),
                        help="10 steps of 1,080,000 atoms on two ranks, or of another size")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        machine = Machine(options, Path(folder))
        for k, size in enumerate(options.sizes):
            measure(machine, size, options.rounds[min(k, len(options.rounds) - 1)], options.steps)
        if options.million:
            million(machine, options.million, 10)


if __name__ == "__main__":
    main()
