#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors of the energy model against the number of structures (one network per species), beside a linear fit on the
same features; with all structures also those of committees.

Prints the tables of docs/moments.md and draws its pictures (gnuplot), among them errors against time per step. Trains on
the first structures of each bundled set (9 : 1 for training and validation), tests on the last 24; means over trainings
that differ by their seed. Resumes: a result that is there is not computed again.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

from study import DATA, ROOT, frames_of, write

sys.path.append(str(ROOT / "examples" / "plot"))
import extxyz  # noqa: E402

MATERIALS = {"batio3": "BaTiO3", "moo3": "MoO3"}
SIZES = (10, 20, 50, 96)
TEST_SIZE = 24
SEEDS = (1, 2, 3)
SINGLE = ["--committee", "1"]
COMMITTEE = ["--committee", "4"]
HIDDEN = "32"
# Descriptors by what they cost, with the names that their steps have in benchmarks/model/moment_model_benchmark.cpp.
DESCRIPTORS = {
    "pairs": ["--orbitals", "0", *SINGLE],
    "small": ["--cutoff", "4.5", "--bond-weights", "4", "--orbitals", "4", "--angular-momentum", "2", *SINGLE],
    "single": SINGLE,
    "large": ["--orbitals", "16", *SINGLE],
    "default": [],
    "committee_4": COMMITTEE,
}


def suffix(further):
    """What further options add to the name of a result."""
    return "".join(further).replace("--", "_")


def result_name(options, material, size, further, seed):
    own = [*(["--epochs", str(options.epochs)] if options.epochs else []),
           *(["--hidden", options.hidden] if options.hidden != HIDDEN else [])]
    return f"{material}_{size}{suffix([*further, *own])}_{seed}"


def run(*words):
    finished = subprocess.run([str(word) for word in words], text=True, capture_output=True)
    if finished.returncode != 0:
        sys.exit(f"{' '.join(map(str, words))}\n{finished.stderr}")
    return finished.stdout


def errors_of(options, name, files, words):
    """Errors of a model on test structures, as JSON; trained if they are not there.

    files: names and frames of the training structures and of those for the test; words: of `tinynet train`, without
    files. Beside the result stays the model, and the test structures with predictions.
    """
    result = options.output / f"{name}.json"
    if not result.exists():
        for file, frames in files:
            write(options.output / file, "".join(frames))
        training, test = (options.output / file for file, _ in files)
        model = options.output / f"{name}.model"
        target, *further = words
        program = options.programs / "tinynet"
        run(program, "train", target, training, "--split", "0.9,0.1,0", "-o", model, "--resume", *further)
        run(program, "predict", model, test, "--json", result, "-o", options.output / f"{name}_predicted.extxyz")
    return json.loads(result.read_text())


def train(options, material, size, further, seed):
    """Errors on the last structures, from the first ones."""
    frames = frames_of(DATA / f"{material}.extxyz")
    files = (f"{material}_{size}.extxyz", frames[:size]), (f"{material}_test.extxyz", frames[-TEST_SIZE:])
    length = ["--epochs", options.epochs] if options.epochs else ["--minutes", 10]
    return errors_of(options, result_name(options, material, size, further, seed), files,
                     ["energy", "--seed", seed, "--hidden", options.hidden, *length, *further])


def mean_errors(options, material, size, further):
    """Errors of trainings that differ by their seed: means, and the lowest and highest of forces."""
    errors = [train(options, material, size, further, seed) for seed in SEEDS]
    means = {key: sum(one[key] for one in errors) / len(errors)
             for key in ("force_rmse", "force_mae", "energy_rmse_mev_per_atom")}
    forces = [one["force_rmse"] for one in errors]
    return {**means, "range": f"{min(forces):.4f} to {max(forces):.4f}"}


def linear_fit(options, material, size):
    result = options.output / f"{material}_{size}_linear.txt"
    if not result.exists():
        write(result, run(options.programs / "tinynet_linear_fit", DATA / f"{material}.extxyz", TEST_SIZE, size))
    return re.search(r"best RMSE (\S+)", result.read_text())[1]


def draw_spread(options, material, size):
    """Spread of the committee against its true error, component by component of the test structures."""
    predicted = options.output / f"{result_name(options, material, size, COMMITTEE, SEEDS[0])}_predicted.extxyz"
    points = []
    for _, columns in extxyz.frames(predicted):
        for rows in zip(columns["forces_std"], columns["forces"], columns["ref_forces"]):
            for spread, found, truth in zip(*rows):
                points.append((float(spread), abs(float(found) - float(truth))))
    data = options.output / f"{material}_spread.dat"
    write(data, "".join(f"{spread:.6f} {error:.6f}\n" for spread, error in points))
    picture = options.pictures / f"spread_{material}.png"
    subprocess.run(["gnuplot", "-e", f"input='{data}'; output='{picture}'; caption='{MATERIALS[material]}'",
                    ROOT / "examples/plot/spread.gp"], check=True)
    points.sort()
    quarter = len(points) // 4
    mean = [sum(error for _, error in part) / len(part) for part in (points[:quarter], points[-quarter:])]
    print(f"{MATERIALS[material]}: mean error of the quarter of force components with the smallest spread {mean[0]:.3f} eV/Å, "
          f"with the largest {mean[1]:.3f} eV/Å", flush=True)


def microseconds(options):
    """Time per atom and step of BaTiO3, 160 atoms, by descriptor: medians of several runs, interleaved."""
    words = options.programs / "tinynet_benchmarks", f"--benchmark_filter=moments/({'|'.join(DESCRIPTORS)})/float/160$"
    report = run(*words, "--benchmark_format=json", "--benchmark_repetitions=15",
                 "--benchmark_enable_random_interleaving=true")
    return {one["run_name"].split("/")[3]: one["us_per_atom"] for one in json.loads(report)["benchmarks"]
            if one.get("aggregate_name") == "median"}


def draw_costs(options):
    """Errors with all structures against the time of a step."""
    rows = {name: [mean_errors(options, material, SIZES[-1], words)["force_rmse"] for material in MATERIALS]
            for name, words in DESCRIPTORS.items()}
    times = microseconds(options)
    print("\n| descriptor | µs per atom and step | " + " | ".join(f"{title}, RMSE (eV/Å)" for title in MATERIALS.values())
          + " |\n| --- | --- | --- | --- |")
    for name, errors in rows.items():
        print(f"| {name} | {times[name]:.2f} | " + " | ".join(f"{error:.4f}" for error in errors) + " |", flush=True)
    data = options.output / "costs.dat"
    write(data, "".join(f"{name} {times[name]:.4f} " + " ".join(f"{error:.6f}" for error in errors) + "\n"
                        for name, errors in rows.items()))
    subprocess.run(["gnuplot", "-e", f"input='{data}'; output='{options.pictures / 'energy_costs.png'}'",
                    ROOT / "examples/plot/costs.gp"], check=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument("--output", type=Path, default=ROOT / "build/study/energy", help="folder of results")
    parser.add_argument("--epochs", type=int, help="of every training; default: what --minutes 10 ends with")
    parser.add_argument("--hidden", default=HIDDEN, help="widths of the hidden layers")
    parser.add_argument("--pictures", type=Path, default=ROOT / "docs/pictures")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    options.pictures.mkdir(parents=True, exist_ok=True)
    options.programs = options.programs.resolve()
    print("| material | structures | RMSE (eV/Å) | of each seed | MAE (eV/Å) | energy RMSE (meV/atom) "
          "| linear fit, RMSE (eV/Å) |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for material, title in MATERIALS.items():
        for size, words in [*((size, SINGLE) for size in SIZES), (SIZES[-1], []), (SIZES[-1], COMMITTEE)]:
            errors = mean_errors(options, material, size, words)
            linear = (linear_fit(options, material, size) if words == SINGLE else
                      f"(`{' '.join(words)}`)" if words else "(default: two networks)")
            print(f"| {title} | {size} | {errors['force_rmse']:.4f} | {errors['range']} | {errors['force_mae']:.4f} | "
                  f"{errors['energy_rmse_mev_per_atom']:.3f} | {linear} |", flush=True)

    draw_costs(options)
    for material in MATERIALS:
        draw_spread(options, material, SIZES[-1])


if __name__ == "__main__":
    main()
