#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Trains every model of the paper's study and keeps one JSON file of errors per model.

Killed at any moment and started again it goes on where it was, with the same numbers: a training is fixed by its
epochs and its seed, and resumes from its own checkpoint. A whole study ends with `report.py`, which writes
docs/results.md; a short one with the same page in its own folder.
"""

import argparse
import fcntl
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import time
from dataclasses import replace
from pathlib import Path

import runs

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "examples" / "data"
# A training ends with the study, even a killed one, so that the next start has the machine for itself.
UNTIL_PARENT_ENDS = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/tinynet")
    parser.add_argument("--output", type=Path, help="folder of results (build/study, of a short one build/short)")
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument("--short", action="store_true", help="some of the trainings and tables, in less than five minutes")
    choice.add_argument("--only", choices=[*runs.GROUPS, "order", "costs"], nargs="+", help="these groups of runs")
    parser.add_argument("--effort", type=float, default=1.0, help="more or fewer epochs by this factor")
    parser.add_argument("--limit", type=int, help="only so many of the runs, the first ones")
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    options.output = options.output or ROOT / "build" / ("short" if options.short else "study")
    options.is_whole = options.only is None and options.limit is None
    return options


def chosen_runs(options):
    groups = options.only or runs.GROUPS
    chosen = runs.short() if options.short else [run for g in groups if g in runs.GROUPS for run in runs.GROUPS[g]()]
    return list({run.key: run for run in chosen}.values())


def frames_of(path):
    """The frames of an extended XYZ file as texts."""
    lines = path.read_text().splitlines(keepends=True)
    frames = []
    while lines:
        size = int(lines[0]) + 2
        frames.append("".join(lines[:size]))
        lines = lines[size:]
    return frames


def processor():
    """What it calls itself."""
    names = [line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines()
             if line.startswith("model name")]
    return names[0] if names else platform.machine()


def reference_of(run):
    return ["--reference", DATA / f"{run.material}_reference.extxyz"]


def inputs_command(run):
    """Prints how many inputs its largest network has."""
    return ["describe", DATA / f"{run.material}.extxyz", "--count", *reference_of(run), *run.topology()]


def same_training(one, other):
    """Whether two commands differ in the number of threads at most, which changes no result."""
    return re.sub(r" --threads \d+", "", one) == re.sub(r" --threads \d+", "", other)


def write(path, text):
    """In one step, so that a kill leaves the old file or the new one."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(text)
    os.replace(unfinished, path)


class Study:
    def __init__(self, options):
        self.program = options.program.resolve()
        self.threads = options.threads
        self.folder = options.output
        self.results = options.output / "results"
        self.order = options.output / "order"
        for folder in (self.results, self.order):
            folder.mkdir(parents=True, exist_ok=True)
        self.lock = open(options.output / "lock", "w")  # closed by the system with the process, even a killed one
        try:
            fcntl.flock(self.lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit(f"another study is at work in '{options.output}'; wait for it or give another --output")
        self.clock = options.output / "wall_seconds"
        self.started = time.monotonic()
        write(options.output / "machine", processor())
        with tarfile.open(DATA / "ldos.tar.xz") as archive:
            archive.extractall(self.folder)

    def keep_time(self):
        """Adds the time since the last call to that of the whole study, earlier starts included."""
        now = time.monotonic()
        before = float(self.clock.read_text()) if self.clock.exists() else 0.0
        write(self.clock, str(before + now - self.started))
        self.started = now

    def output_of(self, words):
        finished = subprocess.run([*UNTIL_PARENT_ENDS, *map(str, words)], text=True, capture_output=True)
        if finished.returncode != 0:
            sys.exit(f"{' '.join(map(str, words))}\n{finished.stderr}")
        return finished.stdout

    def tinynet(self, *words):
        return self.output_of([self.program, *words])

    def inputs(self, run):
        return int(self.tinynet(*inputs_command(run)))

    def data(self, run):
        """Training file, further options, test file and its subset."""
        name = f"{run.material}_ldos.extxyz" if run.target == "ldos" else f"{run.material}.extxyz"
        source = (self.folder if run.target == "ldos" else DATA) / name
        if not run.frames:
            return source, [], source, ["--subset", "test"]
        frames = frames_of(source)
        training = self.folder / f"{run.material}_first_{run.frames}.extxyz"
        test = self.folder / f"{run.material}_last_24.extxyz"
        write(training, "".join(frames[:run.frames]))
        write(test, "".join(frames[-24:]))
        return training, ["--split", "0.9,0.1,0"], test, []

    def train(self, run):
        result = self.results / f"{run.key}.json"
        model = self.folder / f"{run.key}.model"
        inputs = self.inputs(run)
        epochs = run.epochs(inputs)
        training, split, test, subset = self.data(run)
        trained = self.folder / f"{run.key}.seconds"  # there once the training is over: a kill later repeats none of it
        words = ["train", run.target, training, *reference_of(run), *run.options(), *split, "--epochs", epochs,
                 "-o", model, "--resume", "--curve", self.results / f"{run.key}.csv", "--threads", self.threads]
        command = " ".join(os.path.relpath(w, ROOT) if isinstance(w, Path) else str(w) for w in words)
        if result.exists():
            known = json.loads(result.read_text())
            if same_training(known["command"], command):
                return known
            trained.unlink(missing_ok=True)
        if not trained.exists():
            resumed = Path(f"{model}.checkpoint").exists()
            start = time.monotonic()
            self.tinynet(*words)
            write(trained, json.dumps(None if resumed else time.monotonic() - start))
        errors = {subset: self.folder / f"{run.key}.{subset}.json" for subset in ("test", "training")}
        self.tinynet("predict", model, test, *subset, "--json", errors["test"], "-o", self.results / f"{run.key}.extxyz")
        self.tinynet("predict", model, training, "--subset", "train", "--json", errors["training"])
        report = {"key": run.key, "inputs": inputs, "epochs": epochs, "seconds": json.loads(trained.read_text()),
                  "threads": self.threads, "command": command,
                  **{subset: json.loads(path.read_text()) for subset, path in errors.items()}}
        write(result, json.dumps(report, indent=1))
        self.keep_time()
        return report

    def measure_order(self, run):
        table = self.order / f"{run.key}.json"
        if not table.exists():
            program = self.program.with_name("tinynet_neighbor_order")
            words = [program, DATA / f"{run.material}.extxyz", DATA / f"{run.material}_reference.extxyz", run.path_kind,
                     run.networks, "copies" if run.copies else "plain", run.epochs(self.inputs(run)), self.threads]
            write(table, self.output_of(words))
            self.keep_time()
            print(f"wrote {table}", flush=True)

    def compare(self, material, table, seconds, variants, options=()):
        if table.exists():
            return
        self.tinynet("compare", DATA / f"{material}.extxyz", "--reference", DATA / f"{material}_reference.extxyz",
                     "--seconds", seconds, "--threads", self.threads,
                     *options, *(word for v in variants for word in ("--variant", v)), "-o", table)
        self.keep_time()
        print(f"wrote {table}", flush=True)

    def count_inputs(self, material, paths, hops, neighbors):
        """Of the layout of the paper, which prints them in its table S1."""
        table = self.folder / f"inputs_{material}_{paths}.json"
        if not table.exists():
            write(table, json.dumps({f"{n},{N}": self.inputs(runs.Run(material, "forces", paths, n, N, layout="paper"))
                                     for n in hops for N in neighbors if n or N}))

    def compare_two(self):
        """What a short study shows of `tinynet compare`."""
        self.compare("moo3", self.results / "compare_moo3.csv", 2, runs.VARIANTS["moo3"][2:4])

    def measure_costs(self):
        """Times, so that nothing else should run; the trainings of the grid are only for the sake of the table."""
        for material, variants in runs.VARIANTS.items():
            self.compare(material, self.results / f"compare_{material}.csv", 10, variants,
                         ["--symmetry-copies"] if material == "batio3" else [])
        for material, paths, hops, neighbors in runs.GRID:
            self.count_inputs(material, paths, hops, neighbors)
            self.compare(material, self.results / f"costs_{material}_{paths}.csv", 0.5,
                         [f"{paths}:{n}:{N}:compact:site" for n in hops for N in neighbors if n or N])


def main():
    options = arguments()
    with_order = not options.short and (options.only is None or "order" in options.only)
    for program in [options.program] + [options.program.with_name("tinynet_neighbor_order")] * with_order:
        if not program.exists():
            sys.exit(f"'{program}' does not exist; build it with `cmake --workflow --preset release`")
    if options.is_whole and not shutil.which("gnuplot"):
        sys.exit("program gnuplot not found, which draws the pictures (Debian: gnuplot-nox)")
    study = Study(options)
    chosen = [replace(run, effort=options.effort * run.effort) for run in chosen_runs(options)[:options.limit]]
    start = time.monotonic()
    for number, run in enumerate(chosen, 1):
        report = study.train(run)
        test = report["test"]
        error = test.get("force_rmse", test.get("ldos_rmse"))
        left = (time.monotonic() - start) / number * (len(chosen) - number)
        print(f"{number:4}/{len(chosen)}  {run.key}: RMSE {error:.4f}  {left / 60:.0f} min left", flush=True)
    if with_order:
        for run in runs.order():
            study.measure_order(replace(run, effort=options.effort))
    if options.short:
        study.compare_two()
    elif options.only is None or "costs" in options.only:
        study.measure_costs()
    if options.is_whole:
        place = ["--output", options.output / "results.md", "--pictures", options.output / "pictures"] if options.short else []
        study.output_of([sys.executable, Path(__file__).with_name("report.py"), "--study", options.output, "--effort", options.effort, *place])
        print(f"wrote {place[1] if place else 'docs/results.md'}", flush=True)


if __name__ == "__main__":
    main()
