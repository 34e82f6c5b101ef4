#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A long run by itself: memory over time and drift of the total energy.

    long_run.py PROGRAM [--steps 1000000] [--kim FOLDER] [--external TINYNET_LAMMPS] [--ipi]

BaTiO3, 40 atoms, 1 fs, 300 K, no thermostat, by `tinynet md`; with --kim also a tenth of the steps by LAMMPS, and a
hundredth as many times a model that LAMMPS loads, evaluates and forgets, with the drivers and models of the test
engines.kim (build/dev/tests/engines/kim); with --external also a tenth of the steps through fix external, by the energy
model and by a force model whose atoms drift around the box, and a hundredth as many times everything cleared and set up
anew; with --ipi also a tenth of the steps by a client of a server, in a cell that breathes.
"""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
sys.path.append(str(CHECKOUT / "tests/engines"))
import lammps  # noqa: E402
import routes  # noqa: E402

SPECIES = ["Ba", "Ti", "O"]
LOAD_AND_FORGET = """
variable        cycle loop {count}
label           again
clear
units           metal
atom_style      atomic
read_data       start.data
pair_style      kim tinynet_batio3
pair_coeff      * * Ba Ti O
run             0
next            cycle
jump            SELF again
"""


def memory(process):
    """Of a running process, MiB."""
    found = re.search(r"VmRSS:\s+(\d+) kB", Path(f"/proc/{process.pid}/status").read_text())
    return int(found[1]) / 1024 if found else math.nan


def watched(command, folder, **options):
    """Runs a command; prints how its memory changes from a tenth of its time on."""
    process = subprocess.Popen([str(word) for word in command], cwd=folder, stdout=subprocess.DEVNULL, **options)
    start, seen = time.monotonic(), []
    while process.poll() is None:
        seen.append(memory(process))
        time.sleep(0.5)
    if process.returncode != 0:
        sys.exit(f"{command} ended with status {process.returncode}")
    seen = [number for number in seen if number > 0]  # not 0 at the start, nor NaN at the end
    later = seen[len(seen) // 10:]
    print(f"{command[0].name}: {time.monotonic() - start:.0f} s; memory after a tenth of the time {later[0]:.2f} MiB, at most "
          f"{max(later):.2f} MiB from there on", flush=True)
    if max(later) > later[0] + 1:
        sys.exit("memory grows")


def external(folder, tinynet_lammps, program, data, start, steps):
    """Memory of LAMMPS with fix external."""
    (folder / "start.data").write_text(routes.run(folder, sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py", start, *SPECIES))
    script = (CHECKOUT / "examples/engines/lammps/external.in").read_text().replace("custom 100", f"custom {steps}").replace(
        "run             100", f"run {steps}")
    (folder / "energy.in").write_text(script)
    (folder / "drifting.in").write_text(script.replace(
        "thermo_style", "velocity all set 0.5 0.3 0.2\nfix drift all setforce 0 0 0\nthermo_style", 1))  # Å/ps
    (folder / "cleared.in").write_text("clear\n".join([script.replace(f"run {steps}", "run 0")] * max(1, steps // 10)))
    for name in ("energy.in", "cleared.in"):
        watched([tinynet_lammps, data / "batio3.model", ",".join(SPECIES), name], folder)
    routes.run(folder, program, "train", "forces", data / "batio3.extxyz", "--epochs", 30, "-o", "forces.model")
    for name in ("drifting.in", "cleared.in"):
        watched([tinynet_lammps, "--forces-only", "forces.model", ",".join(SPECIES), name], folder)


def drift(path, atoms):
    """Slope of the total energy over the whole run and its spread around it, meV per atom."""
    rows = [line.split(",") for line in path.read_text().splitlines()[1:]]
    times, energies = [float(row[1]) for row in rows], [1000 * float(row[4]) / atoms for row in rows]
    time_mean, energy_mean = sum(times) / len(times), sum(energies) / len(energies)
    slope = (sum((t - time_mean) * (e - energy_mean) for t, e in zip(times, energies)) /
             sum((t - time_mean) ** 2 for t in times))
    rest = [e - energy_mean - slope * (t - time_mean) for t, e in zip(times, energies)]
    return slope * times[-1], math.sqrt(sum(x * x for x in rest) / len(rest))


def equilibrated(program, data, folder):
    """A file with the last frame of 20 ps under a thermostat: the ideal crystal is far from the minimum."""
    routes.run(folder, program, "md", data / "batio3.model", data / "batio3_reference.extxyz", "--steps", 20_000, "--thermostat",
               "langevin", "--every", 1000, "-o", "warm.extxyz")
    lines = (folder / "warm.extxyz").read_text().splitlines(keepends=True)
    (folder / "start.extxyz").write_text("".join(lines[-(int(lines[0]) + 2):]))
    return folder / "start.extxyz"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("--steps", type=int, default=1_000_000)
    parser.add_argument("--kim", type=Path)
    parser.add_argument("--external", type=Path)
    parser.add_argument("--ipi", action="store_true")
    options = parser.parse_args()
    data = CHECKOUT / "examples/data"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        start = equilibrated(options.program.resolve(), data, folder)
        watched([options.program.resolve(), "md", data / "batio3.model", start, "--steps", options.steps, "--every",
                 max(1, options.steps // 5000), "--log", "log.csv", "-o", "run.extxyz"], folder)
        slope, spread = drift(folder / "log.csv", 40)
        print(f"{options.steps} steps: drift {slope:+.4f} meV/atom over the run, fluctuation {spread:.4f} meV/atom")
        if options.kim:
            built = options.kim.resolve()
            (folder / "start.data").write_text(routes.run(folder, sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py",
                                                          start, *SPECIES))
            (folder / "cycles.in").write_text(LOAD_AND_FORGET.format(count=max(1, options.steps // 100)))
            environment = os.environ | {"KIM_API_MODEL_DRIVERS_DIR": str(built / "drivers"),
                                        "KIM_API_PORTABLE_MODELS_DIR": str(built / "models")}
            watched([Path("lmp"), "-in", CHECKOUT / "examples/engines/lammps/kim.in", "-var", "data", "start.data", "-var",
                     "model", "tinynet_batio3", "-var", "species", " ".join(SPECIES), "-var", "steps", options.steps // 10,
                     "-var", "temperature", "300"], folder, env=environment)
            watched([Path("lmp"), "-in", "cycles.in"], folder, env=environment)
        if options.external:
            external(folder, options.external.resolve(), options.program.resolve(), data, start, options.steps // 10)
        if options.ipi:
            print(routes.run(folder, sys.executable, CHECKOUT / "tests/engines/ipi_test.py", options.program.resolve(), CHECKOUT,
                             folder / "ipi", options.steps // 10))


if __name__ == "__main__":
    main()
