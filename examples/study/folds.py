#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Errors of energy models and of the best direct force models when each fifth of a bundled set is held out in turn.

Prints a table of docs/moments.md. The sets are 120 structures, each drawn independently of the others; a fold is 24 of
them that follow each other. Both kinds of models train on the other 96, 9 : 1 for training and validation. Resumes: a
result that is there is not computed again.
"""

import argparse
import math
from dataclasses import replace
from pathlib import Path

import runs
from energy import COMMITTEE, MATERIALS, TEST_SIZE, errors_of, run
from study import DATA, ROOT, frames_of, inputs_command, reference_of

FOLDS = 5


def direct_words(options, material):
    """How the best force model of the material is trained (docs/results.md, "How many structures")."""
    best = next(one for one in runs.widest() if one.material == material)
    best = replace(best, frames=runs.DATA_SIZES[-1])
    inputs = int(run(options.programs / "tinynet", *inputs_command(best)))
    return ["forces", *reference_of(best), *best.options(), "--epochs", best.epochs(inputs)]


def error(options, name, material, fold, words):
    """RMSE of the forces of the structures held out, eV/Å."""
    frames = frames_of(DATA / f"{material}.extxyz")
    first, last = fold * TEST_SIZE, (fold + 1) * TEST_SIZE
    files = ((f"{material}_{fold}_learned.extxyz", frames[:first] + frames[last:]),
             (f"{material}_{fold}_held_out.extxyz", frames[first:last]))
    return errors_of(options, f"{material}_{fold}_{name}", files, words)["force_rmse"]


def root_mean_square(errors):
    """Of folds of equal size: the error over all structures, each held out once."""
    return math.sqrt(sum(one * one for one in errors) / len(errors))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--programs", type=Path, default=ROOT / "build/release/bin")
    parser.add_argument("--output", type=Path, default=ROOT / "build/study/folds", help="folder of results")
    options = parser.parse_args()
    options.output.mkdir(parents=True, exist_ok=True)
    options.programs = options.programs.resolve()
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
