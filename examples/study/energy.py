#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors of the energy model against the number of structures, beside a linear fit on the same features.

Prints the tables of docs/moments.md. Trains on the first structures of each bundled set (9 : 1 for training and
validation), tests on the last 24. Resumes: a result that is there is not computed again.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from study import DATA, ROOT, frames_of, write

MATERIALS = {"batio3": "BaTiO3", "moo3": "MoO3"}
SIZES = (10, 20, 50, 96)
TEST_SIZE = 24


def run(*words):
    finished = subprocess.run([str(word) for word in words], text=True, capture_output=True)
    if finished.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{finished.stderr}")
    return finished.stdout


def train(options, material, size, further):
    """Errors on the test structures, as JSON."""
    name = f"{material}_{size}" + "".join(further).replace("--", "_")
    result = options.output / f"{name}.json"
    if not result.exists():
        frames = frames_of(DATA / f"{material}.extxyz")
        training, test = options.output / f"{material}_{size}.extxyz", options.output / f"{material}_test.extxyz"
        write(training, "".join(frames[:size]))
        write(test, "".join(frames[-TEST_SIZE:]))
        model = options.output / f"{name}.model"
        length = further or ["--epochs", options.epochs]
        run(options.programs / "tinynet", "train", "energy", training, "--split", "0.9,0.1,0", "-o", model, "--resume",
            *length)
        run(options.programs / "tinynet", "predict", model, test, "--json", result)
    return json.loads(result.read_text())


def linear_fit(options, material, size):
    result = options.output / f"{material}_{size}_linear.txt"
    if not result.exists():
        write(result, run(options.programs / "tinynet_linear_fit", DATA / f"{material}.extxyz", TEST_SIZE, size))
    return re.search(r"best RMSE (\S+)", result.read_text())[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument("--output", type=Path, default=ROOT / "build/study/energy", help="folder of results")
    parser.add_argument("--epochs", type=int, default=1500)
    parser.add_argument("--minutes", type=float, help="one training more of each, with all structures, for so long")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    print("| material | structures | RMSE (eV/Å) | MAE (eV/Å) | energy RMSE (meV/atom) | linear fit, RMSE (eV/Å) |")
    print("| --- | --- | --- | --- | --- | --- |")
    for material, title in MATERIALS.items():
        rows = [(size, train(options, material, size, [])) for size in SIZES]
        if options.minutes:
            rows.append((SIZES[-1], train(options, material, SIZES[-1], ["--minutes", f"{options.minutes:g}"])))
        for number, (size, errors) in enumerate(rows):
            linear = linear_fit(options, material, size) if number < len(SIZES) else f"({options.minutes:g} minutes)"
            print(f"| {title} | {size} | {errors['force_rmse']:.4f} | {errors['force_mae']:.4f} | "
                  f"{errors['energy_rmse_mev_per_atom']:.3f} | {linear} |", flush=True)


if __name__ == "__main__":
    main()
