#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors of energy models and of the best direct force models when each fifth of a bundled set is held out in turn.

Prints a table of docs/moments.md. The sets are 120 structures, each drawn independently of the others; a fold is 24 of
them that follow each other. Both kinds of models train on the other 96, 9 : 1 for training and validation. Resumes: a
result that is there is not computed again.
"""

import argparse
import json
import math
from dataclasses import replace
from pathlib import Path

import runs
from energy import COMMITTEE, MATERIALS, TEST_SIZE, run
from study import DATA, ROOT, frames_of, write

FOLDS = 5


def split_of(options, material, fold):
    """Files of the structures to learn from and of those held out."""
    frames = frames_of(DATA / f"{material}.extxyz")
    first = fold * TEST_SIZE
    held_out = frames[first:first + TEST_SIZE]
    learned = frames[:first] + frames[first + TEST_SIZE:]
    files = [options.output / f"{material}_{fold}_{part}.extxyz" for part in ("learned", "held_out")]
    for file, part in zip(files, (learned, held_out)):
        write(file, "".join(part))
    return files


def direct_words(options, material):
    """How the best force model of the material is trained (docs/results.md, "How many structures")."""
    best = next(one for one in runs.widest() if one.material == material)
    best = replace(best, frames=runs.DATA_SIZES[-1])
    reference = ["--reference", DATA / f"{material}_reference.extxyz"]
    inputs = int(run(options.program, "describe", DATA / f"{material}.extxyz", "--count", *reference, *best.topology()))
    return ["forces", *reference, *best.options(), "--epochs", best.epochs(inputs)]


def error(options, name, material, fold, words):
    """RMSE of the forces of the structures held out, eV/Å."""
    model = options.output / f"{material}_{fold}_{name}.model"
    result = model.with_suffix(".json")
    if not result.exists():
        learned, held_out = split_of(options, material, fold)
        target, *further = words
        run(options.program, "train", target, learned, "--split", "0.9,0.1,0", "-o", model, "--resume", *further)
        run(options.program, "predict", model, held_out, "--json", result)
    return json.loads(result.read_text())["force_rmse"]


def root_mean_square(errors):
    """Of folds of equal size: the error over all structures, each held out once."""
    return math.sqrt(sum(one * one for one in errors) / len(errors))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/tinynet")
    parser.add_argument("--output", type=Path, default=ROOT / "build/study/folds", help="folder of results")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    options.program = options.program.resolve()
    print("| material | model | each fold, RMSE (eV/Å) | all | factor |")
    print("| --- | --- | --- | --- | --- |")
    for material, title in MATERIALS.items():
        models = {"direct": ("best direct-force model", direct_words(options, material)),
                  "energy": ("energy, default", ["energy", "--minutes", 10]),
                  "energy_committee_4": (f"energy, `{' '.join(COMMITTEE)}`", ["energy", "--minutes", 10, *COMMITTEE])}
        over_all = {}
        for name, (what, words) in models.items():
            errors = [error(options, name, material, fold, words) for fold in range(FOLDS)]
            over_all[name] = root_mean_square(errors)
            print(f"| {title} | {what} | {', '.join(f'{one:.4f}' for one in errors)} | {over_all[name]:.4f} | "
                  f"{over_all['direct'] / over_all[name]:.2f} |", flush=True)


if __name__ == "__main__":
    main()
