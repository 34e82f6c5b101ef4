#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns what study.py trained into docs/results.md and its pictures (gnuplot)."""

import argparse
import json
import math
import platform
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import runs
from runs import ARCHITECTURES, MATERIALS, Run

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "examples" / "plot"))
from page import PLOT, Page  # noqa: E402

# Validation mean squared errors of the paper (arXiv:2306.08285), (eV/Å)^2: {(n, N): value}, its own DFT data and
# 10^5 (MoO3) or some 10^6 (BaTiO3) epochs.
PAPER = {
    "moo3": dict(zip([(n, N) for n in (0, 2, 4, 6, 8) for N in range(5) if n or N], [
        .103, .0273, .0248, .0166, .355, .0745, .0221, .0189, .00860, .355, .0428, .0197, .0175, .00852,
        .354, .0290, .0184, .0148, .00863, .355, .0316, .0227, .0170, .0122])),
    "batio3": dict(zip([(n, N) for n in (2, 4, 6) for N in (1, 2, 3, 4)], [
        .0297, .00814, .00761, .00437, .0288, .00684, .00715, .00250, .0313, .01145, .01004, .00260])),
}
# After 10^6 epochs: RMSE and MAE, eV/Å.
PAPER_BEST = {("moo3", 6, 4): (.056, .039), ("moo3", 4, 2): (.095, .069), ("batio3", 6, 4): (.052, .035),
              ("batio3", 4, 2): (.082, .062)}
PAPER_MEAN_FORCE = {"moo3": .395}


class Report(Page):
    def __init__(self, options):
        super().__init__(options.pictures, options.study)
        self.results = options.study / "results"
        self.effort = options.effort

    def result(self, run):
        """What the study has on a run, or nothing."""
        path = self.results / f"{replace(run, effort=self.effort * run.effort).key}.json"
        return json.loads(path.read_text()) if path.exists() else None


def force_cells(result):
    if result is None:
        return ["–"] * 3
    test = result["test"]
    return [f"{test['force_rmse']:.3f}", f"{test['force_mae']:.3f}",
            f"{test['force_mae'] / test['mean_abs_force']:.3f}"]


def ldos_cells(result):
    if result is None:
        return ["–"] * 4
    test = result["test"]
    return [f"{test['ldos_rmse']:.4f}", f"{test['ldos_mae']:.4f}", f"{test['ldos_mean_predictor_rmse']:.4f}",
            f"{test['ldos_rmse'] / test['ldos_mean_predictor_rmse']:.2f}"]


def seconds(result):
    return "–" if result is None or result["seconds"] is None else f"{result['seconds']:.0f}"


def error(result):
    return result["test"].get("force_rmse", result["test"].get("ldos_rmse"))


def choices(report):
    report.say("## Layouts and networks", "",
               "L_4^(2), forces, 16x32, no symmetry copies; test RMSE and MAE in eV/Å. `study.py --only choices`")
    report.table(["material", "layout", "networks", "features", "epochs", "RMSE", "MAE", "MAE / mean abs. force",
                  "training (s)"],
                 [[MATERIALS[run.material], run.layout, run.networks, r["inputs"], r["epochs"], *force_cells(r),
                   seconds(r)] for run in runs.choices() if (r := report.result(run))])


def ablation(report):
    report.say("## What makes forces learnable", "",
               "L_4^(2), forces, 16x32; MAE over the mean absolute force of the test structures. `compact` brings the canonical neighbor order and lists everything once; "
               "`scaled` trains on targets less their mean and over their width; "
               "`copies` adds what the symmetry operations of the ideal crystal make of the training structures "
               "(48 for BaTiO3, 4 for MoO3, whose structures all lie around one off-center minimum that these "
               "operations do not keep). `study.py --only ablation`")
    rows = []
    for m in MATERIALS:
        for layout in ("paper", "compact"):
            for networks in ("shared", "site"):
                found = [report.result(Run(m, layout=layout, networks=networks, copies=copies, scaled=scaled))
                         for copies in (False, True) for scaled in (False, True)]
                rows.append([MATERIALS[m], layout, networks, *(force_cells(r)[2] for r in found)])
    report.table(["material", "layout", "networks", "plain", "scaled", "copies", "copies, scaled"], rows)


def decay(report):
    report.say("## Weight decay and precision", "",
               "Test RMSE (eV/Å) against the weight decay, 16x32, a network per site, BaTiO3 with symmetry copies; then "
               "with the decay that `tinynet train` chooses by itself, in float and in double. `study.py --only decay`")
    rows = []
    for m, n, N in runs.DECAY_MODELS:
        base = {"hops": n, "neighbors": N, "copies": m == "batio3"}
        found = [report.result(Run(m, **base, decay=d)) for d in runs.DECAYS]
        found += [report.result(Run(m, **base, real=real)) for real in ("float", "double")]
        rows.append([f"{MATERIALS[m]} L_{n}^({N})", *("–" if r is None else f"{error(r):.3f}" for r in found)])
    report.table(["model", *(f"{d:g}" for d in runs.DECAYS), "own choice", "in double"], rows)


def seeds(report):
    report.say("## Seeds", "",
               "The same trainings with other seeds: another split, other first weights and other batches. Test RMSE "
               "(eV/Å); what differs by less than this spread elsewhere on this page may be chance. `study.py --only seeds`")
    rows = []
    for m, n, N in runs.DECAY_MODELS:
        found = [report.result(Run(m, hops=n, neighbors=N, copies=m == "batio3", seed=s)) for s in runs.SEEDS]
        if None in found:
            continue
        errors = [error(r) for r in found]
        mean = sum(errors) / len(errors)
        spread = math.sqrt(sum((e - mean) ** 2 for e in errors) / (len(errors) - 1))
        rows.append([f"{MATERIALS[m]} L_{n}^({N})", *(f"{e:.3f}" for e in errors), f"{mean:.3f} ± {spread:.3f}"])
    report.table(["model", *(f"seed {s}" for s in runs.SEEDS), "mean, standard deviation"], rows)


def architectures(report):
    report.say("## Architectures", "",
               "L_4^(2), compact, one network per site; BaTiO3 with symmetry copies. The paper's figs. 1b and S3. "
               "`study.py --only architectures`")
    blocks = {}
    rows = []
    for m in MATERIALS:
        for target in ("forces", "ldos"):
            found = [report.result(Run(m, target, hidden=h, copies=m == "batio3")) for h in ARCHITECTURES]
            if None in found:
                continue
            rows.append([MATERIALS[m], target, *(f"{error(r):.3f}" for r in found)])
            blocks[f"{MATERIALS[m]} {target}"] = list(enumerate(map(error, found)))
    report.table(["material", "target", *ARCHITECTURES], rows)
    report.say("Test RMSE in eV/Å (forces) and states/eV (LDOS).")
    report.series("architectures", "Test error against architecture", blocks, xname="hidden layers",
                  yname="RMSE (eV/Å, states/eV)",
                  names=" ".join(f"{k}:{h}" for k, h in enumerate(ARCHITECTURES)))


def data(report):
    report.say("## How many structures", "",
               "Forces, tested on the last 24 structures of each set; the first 12 to 96 train and validate (9 : 1). "
               "A straight line in the logarithms gives the exponent. `study.py --only data`")
    blocks = {}
    rows = []
    for m, n, N in (("moo3", 4, 2), ("moo3", 6, 4), ("batio3", 4, 2), ("batio3", 4, 4)):
        sizes = (12, 24, 48, 96)
        found = [report.result(Run(m, hops=n, neighbors=N, frames=f, copies=m == "batio3")) for f in sizes]
        if None in found:
            continue
        errors = [error(r) for r in found]
        x = [math.log(f) for f in sizes]
        y = [math.log(e) for e in errors]
        mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
        slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)
        at_750 = math.exp(mean_y + slope * (math.log(750) - mean_x))
        rows.append([f"{MATERIALS[m]} L_{n}^({N})", *(f"{e:.3f}" for e in errors), f"{slope:.2f}", f"{at_750:.3f}"])
        blocks[f"{MATERIALS[m]} L_{n}^({N})"] = list(zip(sizes, errors))
    report.table(["model", "12", "24", "48", "96", "exponent", "line at 750, the paper's number"], rows)
    report.series("structures", "Test error against the number of structures", blocks, xname="structures",
                  yname="force RMSE (eV/Å)", logarithmic=1, powers=1)


def best(report):
    minutes = [r["seconds"] / 60 for run in runs.best() if run.plain and (r := report.result(run)) and r["seconds"]]
    report.say("## The paper's two models", "",
               "Longer trainings of L_4^(2) and L_6^(4), beside the paper's recipe on our data (layout `paper`, one "
               "shared network, Adam from 1e-4 without weight decay, batches of 16) and beside what the paper reached on "
               "its own, larger data. BaTiO3 with symmetry copies in our recipe. The paper's recipe gets "
               f"{min(minutes, default=0):.1f} to {max(minutes, default=0):.1f} minutes, ours what the table says. `study.py --only best`")
    rows = []
    for run in runs.best():
        r = report.result(run)
        if r is None:
            continue
        reached = PAPER_BEST.get((run.material, run.hops, run.neighbors)) if run.plain else None
        theirs = "" if reached is None else f"{reached[0]:.3f}, {reached[1]:.3f}"
        if reached and run.material in PAPER_MEAN_FORCE:
            theirs += f", {reached[1] / PAPER_MEAN_FORCE[run.material]:.3f}"
        rows.append([MATERIALS[run.material], f"L_{run.hops}^({run.neighbors})",
                     "paper's" if run.plain else f"ours, {run.hidden}", r["inputs"], r["epochs"], *force_cells(r),
                     seconds(r), theirs])
    report.table(["material", "descriptor", "recipe", "features", "epochs", "RMSE", "MAE", "MAE / mean abs. force",
                  "training (s)", "published RMSE, MAE, ratio"], rows)
    for m, n, N in (("moo3", 4, 2), ("batio3", 4, 4)):
        hidden = "32x64" if N == 4 else "16x32"
        run = Run(m, hops=n, neighbors=N, hidden=hidden, copies=m == "batio3", effort=4.0)
        predicted = report.results / f"{run.key}.extxyz"
        if predicted.exists():
            report.picture(f"parity_{m}", f"Forces of {MATERIALS[m]}, L_{n}^({N}): predicted against DFT",
                           "parity.gp", input=predicted)


def grid(report):
    report.say("## Hops and neighbors", "",
               "The paper's figs. 1a, 3a and S6: test RMSE against n (path hops) and N (neighbor hops); 16x32, compact, "
               "a network per site, BaTiO3 with symmetry copies. In parentheses, where there is one, the root of the "
               "paper's validation MSE on its own data. `study.py --only grid`")
    for m, paths, hops, neighbors in runs.GRID:
        for target, unit in (("forces", "eV/Å"), ("ldos", "states/eV")):
            blocks = {}
            rows = []
            for n in hops:
                found = {N: report.result(Run(m, target, paths, n, N, copies=m == "batio3")) for N in neighbors if n or N}
                cells = []
                for N in neighbors:
                    r = found.get(N)
                    theirs = PAPER[m].get((n, N)) if target == "forces" and paths == runs.PAPER_PATHS[m] else None
                    cells.append("–" if r is None else f"{error(r):.3f}" +
                                 (f" ({math.sqrt(theirs):.3f})" if theirs else ""))
                rows.append([f"n = {n}", *cells])
                blocks[f"n = {n}"] = [(N, error(r)) for N, r in found.items() if r]
            report.say("", f"### {target} of {MATERIALS[m]}, {paths} ({unit})")
            report.table(["", *(f"N = {N}" for N in neighbors)], rows)
            name = f"{target}_{m}_{paths}"
            report.series(name, f"{target} of {MATERIALS[m]}, {paths}", blocks, xname="neighbors up to N hops away",
                          yname=f"test RMSE ({unit})")


def gains(errors, hops, neighbors):
    """By which factor the error falls, on average, from the fewest to the most neighbors, and likewise hops."""
    def mean(factors):
        factors = list(factors)
        return math.exp(sum(map(math.log, factors)) / len(factors))

    first, last = (min(neighbors), max(neighbors)), (min(hops), max(hops))
    by_neighbors = mean(errors[n, first[0]] / errors[n, first[1]] for n in hops if (n, first[0]) in errors)
    by_hops = mean(errors[last[0], N] / errors[last[1], N] for N in neighbors if (last[0], N) in errors)
    return by_neighbors, by_hops


def what_counts(by_neighbors, by_hops):
    if max(by_neighbors, by_hops) < 1.05:
        return "neither"
    return "N" if by_neighbors > by_hops else "n"


def trend(report):
    report.say("### What the grids say", "",
               "By which factor the error falls from the fewest to the most neighbors (mean over n), and from the shortest "
               "to the longest paths (mean over N); below 1 it rises. In the paper N counts most for forces, and n for the "
               "LDOS, where N hardly does.")
    rows = []
    worse = []
    for m, paths, hops, neighbors in runs.GRID:
        for target in ("forces", "ldos"):
            errors = {(n, N): error(r) for n in hops for N in neighbors
                      if (n or N) and (r := report.result(Run(m, target, paths, n, N, copies=m == "batio3")))}
            if len(errors) < len(hops) * len(neighbors) - 1:
                continue
            by_neighbors, by_hops = gains(errors, hops, neighbors)
            rows.append([f"{target} of {MATERIALS[m]}, {paths}", "compact, per site", f"{by_neighbors:.2f}",
                         f"{by_hops:.2f}", what_counts(by_neighbors, by_hops)])
            if target == "forces":
                worse += [f"{MATERIALS[m]}, {paths}, N = {N}: {errors[4, N]:.3f} with n = 4, "
                          f"{errors[max(hops), N]:.3f} with n = {max(hops)}"
                          for N in neighbors[1:] if errors[max(hops), N] > 1.05 * errors[4, N]]
    found = {(n, N): error(r) for n in (2, 4, 6) for N in range(4)
             if (r := report.result(Run("moo3", "ldos", "walks", n, N, layout="paper", networks="shared")))}
    if len(found) == 12:
        by_neighbors, by_hops = gains({key: e for key, e in found.items() if key[1] > 0}, (2, 4, 6), (1, 2, 3))
        rows.append(["ldos of MoO3, walks, from N = 1", "paper, shared", f"{by_neighbors:.2f}", f"{by_hops:.2f}",
                     what_counts(by_neighbors, by_hops)])
    report.table(["grid", "layout and networks", "N", "n", "counts most"], rows)
    if worse:
        report.say("Longer paths cost accuracy of forces where they add more inputs than 96 structures can teach: " +
                   "; ".join(worse) + ".", "")
    report.say("Why N counts for our LDOS: a network per site class with neighbors in canonical order reads from "
               "coordinates what walks would tell it, since those of all atoms up to two hops away hold the length of every "
               "bond of a closed walk of four hops. With the paper's layout and its one network for all atoms "
               "(`study.py --only trend`, test RMSE in states/eV) the neighbors say less:")
    report.table(["", *(f"N = {N}" for N in range(4))],
                 [[f"n = {n}", *(f"{found[n, N]:.3f}" if (n, N) in found else "–" for N in range(4))]
                  for n in (2, 4, 6)])


def ldos(report):
    report.say("## LDOS", "",
               "L_4^(2) and the best of the grid, against predicting each site class's mean LDOS of the training set "
               "(states/eV; `ratio` is the RMSE over that of the site means).")
    rows = []
    for m, paths, pairs in (("moo3", "walks", ((4, 2), (4, 4))), ("batio3", "cycles", ((4, 2), (2, 4)))):
        for n, N in pairs:
            run = Run(m, "ldos", paths, n, N, copies=m == "batio3")
            if r := report.result(run):
                rows.append([MATERIALS[m], f"L_{n}^({N})", "all", *ldos_cells(r),
                             f"{r['test']['ldos_states_below_gap_mae']:.4f}",
                             f"{r['test']['ldos_first_moment_mae']:.3f}"])
                for kind, own in r["test"]["species"].items():
                    rows.append(["", "", kind, *ldos_cells({"test": own}), f"{own['ldos_states_below_gap_mae']:.4f}",
                                 f"{own['ldos_first_moment_mae']:.3f}"])
    report.table(["material", "descriptor", "species", "RMSE", "MAE", "site means", "ratio", "states below gap (MAE)",
                  "first moment (MAE, eV)"], rows)
    for m in MATERIALS:
        predicted = report.results / f"{Run(m, 'ldos', runs.PAPER_PATHS[m], 4, 2, copies=m == 'batio3').key}.extxyz"
        if predicted.exists():
            prefix = report.scratch / f"{m}_ldos"
            kinds = subprocess.run(["python3", PLOT / "ldos.py", predicted, prefix], text=True, check=True,
                                   capture_output=True).stdout.strip()
            report.picture(f"ldos_{m}", f"LDOS of {MATERIALS[m]}, L_4^(2), test structures", "ldos.gp", prefix=prefix,
                           kinds=kinds)


def variants(report):
    report.say("## Descriptor variants side by side", "",
               "`tinynet compare DATA --reference REFERENCE --seconds 5 --variant ...` (`study.py --only costs`): inputs of "
               "the largest network, parameters of all, µs per atom and step in float on one thread, heap bytes per atom "
               "of a workspace for these small cells, errors after five seconds of training without symmetry copies.")
    for m in MATERIALS:
        table = report.results / f"compare_{m}.csv"
        if not table.exists():
            continue
        rows = [line.split(",") for line in table.read_text().splitlines()[1:]]
        report.say("", f"### {MATERIALS[m]}")
        report.table(["paths:n:N:layout:networks", "inputs", "parameters", "descriptor (µs)", "network (µs)", "bytes/atom",
                      "RMSE (eV/Å)", "MAE / mean abs. force"],
                     [[f"`{name}`", inputs, parameters, f"{float(features):.2f}", f"{float(network):.2f}",
                       f"{float(memory):.0f}", f"{float(rmse):.3f}", f"{float(mae) / float(mean):.3f}"]
                      for name, inputs, parameters, features, network, memory, _, rmse, mae, mean in rows])
        report.picture(f"variants_{m}", f"Descriptor variants of {MATERIALS[m]}: error against time", "compare.gp",
                       input=table, caption=MATERIALS[m])


def costs(report):
    report.say("## Sizes and times", "",
               "The paper's tables S1 and S4: longest feature row of an atom (compact), and time per atom and step in "
               "float on one thread, from `tinynet compare` (commands: `study.py --only costs`).")
    for m, paths, hops, neighbors in runs.GRID:
        table = report.results / f"costs_{m}_{paths}.csv"
        if not table.exists():
            continue
        rows = [line.split(",") for line in table.read_text().splitlines()[1:]]
        cells = {}
        for variant, inputs, _, features, network, memory, *_ in rows:
            _, n, N, *_ = variant.split(":")
            cells[int(n), int(N)] = (inputs, f"{float(features):.2f} + {float(network):.2f}", memory)
        report.say("", f"### {MATERIALS[m]}, {paths}: inputs; µs for features + network")
        report.table(["", *(f"N = {N}" for N in neighbors)],
                     [[f"n = {n}", *("; ".join(cells[n, N][:2]) if (n, N) in cells else "–" for N in neighbors)]
                      for n in hops])


def machine():
    cpu = next((line.split(":")[1].strip() for line in open("/proc/cpuinfo", encoding="utf-8")
                if line.startswith("model name")), platform.processor())
    return cpu


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--study", type=Path, default=ROOT / "build/study", help="folder of study.py")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/results.md")
    parser.add_argument("--pictures", type=Path, default=ROOT / "docs/pictures")
    parser.add_argument("--effort", type=float, default=1.0, help="the one that study.py was given")
    options = parser.parse_args()
    report = Report(options)
    found = [json.loads(path.read_text()) for path in report.results.glob("*.json")]
    clock = options.study / "wall_seconds"
    minutes = float(clock.read_text()) / 60 if clock.exists() else 0.0
    threads = ", ".join(str(count) for count in sorted({r["threads"] for r in found}))
    report.say("# Results", "",
               "The study of arXiv:2306.08285 repeated on the [bundled data](../examples/data/README.md): 120 structures "
               "per material, 96 for training, 12 for validation, 12 for the test. Every number and picture is made by", "",
               "    python3 examples/study/study.py     # trains; resumes after a kill",
               "    python3 examples/study/report.py    # writes this page", "",
               "with the program of the preset `release`. `study.py --short --output build/short` makes 13 of the trainings, a corner "
               "of every figure, in a minute (41 s on two cores of an AMD EPYC). "
               f"This page: {len(found)} trainings, of one seed unless more are named; the study took {minutes:.0f} minutes "
               f"on {threads} threads of {machine()}. Unless said otherwise, errors are of the 12 test structures, of which "
               "the training sees nothing; a training of the study is fixed by its seed and epochs and gives the same numbers again (those of `compare`, at the end, by their time). "
               "`features` is the row length that `tinynet describe --count` tells; `inputs` that of the largest network. The paper's numbers are for other data (750 structures); they stand beside ours where trends compare.", "")
    for section in (best, choices, ablation, decay, seeds, data, grid, trend, architectures, ldos, variants, costs):
        section(report)
        report.say("")
    options.output.write_text(report.text())


if __name__ == "__main__":
    main()
