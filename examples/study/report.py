#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns what study.py trained into docs/results.md and its pictures (gnuplot)."""

import argparse
import json
import math
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import runs
from runs import ARCHITECTURES, MATERIALS, Run

ROOT = Path(__file__).resolve().parents[2]
sys.path.append(str(ROOT / "examples" / "plot"))
from ldos import columns as ldos_columns, frames as ldos_frames  # noqa: E402
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
LDOS_AIM = 0.5  # of the error of predicting the mean of each site class


class Report(Page):
    def __init__(self, options):
        super().__init__(options.pictures, options.study)
        self.results = options.study / "results"
        self.effort = options.effort

    def validation(self, run):
        """The lowest validation RMSE of a run."""
        path = self.results / f"{replace(run, effort=self.effort * run.effort).key}.csv"
        return min(float(line.split(",")[3]) for line in path.read_text().splitlines()[1:])

    def result(self, run):
        """What the study has on a run, or nothing."""
        path = self.results / f"{replace(run, effort=self.effort * run.effort).key}.json"
        return json.loads(path.read_text()) if path.exists() else None

    def ordered(self, run):
        """Relative error of a run with the neighbors in canonical order."""
        path = self.scratch / "order" / f"{replace(run, effort=self.effort * run.effort).key}.json"
        return f"{json.loads(path.read_text())['canonical']:.3f}" if path.exists() else "–"


def force_cells(result):
    if result is None:
        return ["–"] * 3
    test = result["test"]
    return [f"{test['force_rmse']:.3f}", f"{test['force_mae']:.3f}",
            f"{test['force_mae'] / test['mean_abs_force']:.3f}"]


def ldos_ratio(errors):
    """The RMSE over that of predicting each site class's mean."""
    return errors["ldos_rmse"] / errors["ldos_mean_predictor_rmse"]


def ldos_cells(errors, training):
    return [f"{errors['ldos_rmse']:.4f}", f"{errors['ldos_mae']:.4f}", f"{errors['ldos_mean_predictor_rmse']:.4f}",
            f"{ldos_ratio(errors):.2f} ({ldos_ratio(training):.2f})"]


def seconds(result):
    return "–" if result is None or result["seconds"] is None else f"{result['seconds']:.0f}"


def error(result, subset="test"):
    return result[subset].get("force_rmse", result[subset].get("ldos_rmse"))


def mae_ratio(result, subset="test"):
    return result[subset]["force_mae"] / result[subset]["mean_abs_force"]


def choices(report):
    report.say("## Layouts and networks", "",
               "L_4^(2), forces, 16x32, no symmetry copies; test RMSE and MAE in eV/Å. `study.py --only choices`")
    report.table(["material", "layout", "networks", "features", "epochs", "RMSE", "MAE", "MAE / mean abs. force",
                  "training (s)"],
                 [[MATERIALS[run.material], run.layout, run.networks, r["inputs"], r["epochs"], *force_cells(r),
                   seconds(r)] for run in runs.choices() if (r := report.result(run))])


def ablation_epochs(report, m):
    """How long the trainings of a material were, in words."""
    found = [[report.result(runs.ablation_run(m, layout, "site", copies, True)) for layout in ("paper", "compact")]
             for copies in (False, True)]
    alone, copied = (" and ".join("–" if r is None else str(r["epochs"]) for r in pair) for pair in found)
    return f"{MATERIALS[m]}, `paper` and `compact`, {alone} without copies, {copied} with them"


def ablation(report):
    report.say("## What makes forces learnable", "",
               "L_4^(2), forces, 16x32, batches of four structures; MAE over the mean absolute force of the test structures. "
               "`ordered` is layout `paper` with the neighbors of every block in the canonical order and nothing else "
               "changed, with scaled targets only; `compact` also lists everything once; "
               "`scaled` trains on targets less their mean and over their width; "
               "`copies` adds what the symmetry operations of the ideal crystal make of the training structures "
               "(48 for BaTiO3, 4 for MoO3, whose structures all lie around one off-center minimum that these "
               "operations do not keep). Epochs follow the size of the task: "
               + "; ".join(ablation_epochs(report, m) for m in MATERIALS) + ". `study.py --only ablation order`")
    rows = []
    for m in MATERIALS:
        for networks in ("shared", "site"):
            by_layout = {layout: [force_cells(report.result(runs.ablation_run(m, layout, networks, copies, scaled)))[2]
                                  for copies in (False, True) for scaled in (False, True)] for layout in ("paper", "compact")}
            ordered = [report.ordered(runs.ablation_run(m, "paper", networks, copies, True)) for copies in (False, True)]
            rows += [[MATERIALS[m], networks, "paper", *by_layout["paper"]],
                     [MATERIALS[m], networks, "paper, ordered", "", ordered[0], "", ordered[1]],
                     [MATERIALS[m], networks, "compact", *by_layout["compact"]]]
    report.table(["material", "networks", "layout", "unscaled", "scaled", "copies, unscaled", "copies, scaled"], rows)


def decay(report):
    report.say("## Weight decay and precision", "",
               "Test RMSE (eV/Å, LDOS: states/eV) against the weight decay, 16x32, a network per site, BaTiO3 with symmetry copies; then "
               "with the decay that `tinynet train` chooses by itself, in float and in double. `study.py --only decay`")
    rows = []
    for m, target, n, N in runs.DECAY_MODELS:
        base = {"target": target, "hops": n, "neighbors": N, "copies": m == "batio3"}
        found = [report.result(Run(m, **base, decay=d)) for d in runs.DECAYS]
        found += [report.result(Run(m, **base, real=real)) for real in ("float", "double")]
        if any(found[:-2]):
            rows.append([f"{target} of {MATERIALS[m]}, L_{n}^({N})", *("–" if r is None else f"{error(r):.3f}" for r in found)])
    report.table(["model", *(f"{d:g}" for d in runs.DECAYS), "own choice", "in double"], rows)


def seeds(report):
    report.say("## Seeds", "",
               "The same trainings with other seeds: another split, other first weights and other batches. Test RMSE "
               "(eV/Å, LDOS: states/eV); what differs by less than this spread elsewhere on this page may be chance. `study.py --only seeds`")
    rows = []
    for m, target, n, N in runs.DECAY_MODELS:
        found = [report.result(Run(m, target, hops=n, neighbors=N, copies=m == "batio3", seed=s)) for s in runs.SEEDS]
        if None in found:
            continue
        errors = [error(r) for r in found]
        mean = sum(errors) / len(errors)
        spread = math.sqrt(sum((e - mean) ** 2 for e in errors) / (len(errors) - 1))
        rows.append([f"{target} of {MATERIALS[m]}, L_{n}^({N})", *(f"{e:.3f}" for e in errors), f"{mean:.3f} ± {spread:.3f}"])
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


def learning_curve(sizes, errors, floor):
    """Factor and exponent of error = floor + factor * size^exponent, the straight line through the logarithms."""
    x, y = [math.log(size) for size in sizes], [math.log(e - floor) for e in errors]
    mean_x, mean_y = sum(x) / len(x), sum(y) / len(y)
    slope = sum((a - mean_x) * (b - mean_y) for a, b in zip(x, y)) / sum((a - mean_x) ** 2 for a in x)
    return math.exp(mean_y - slope * mean_x), slope


def structures_for(goal, floor, factor, exponent):
    """How many structures the curve asks for, in words."""
    if goal <= floor:
        return "no number: features or training"
    size = ((goal - floor) / factor) ** (1 / exponent)
    return f"{size:.0f}" if size < 1e6 else "more than 10^6"


def times_the_work():
    """How much longer the widest models are trained than the others of the learning curve, in words."""
    return " and ".join(f"{run.effort / runs.DATA_EFFORT:.0f} ({MATERIALS[run.material]})" for run in runs.widest())


def data(report):
    report.say("## How many structures", "",
               "Forces, tested on the last 24 structures of each set; the first 12 to 96 train and validate (9 : 1). MAE "
               "over the mean absolute force. A model whose error on the training structures is far below that on the test structures lacks "
               "structures; where both are alike it lacks features (neighbors, paths, a wider network) or training, and more structures "
               "hardly help. Hence the fit: error = training error with 96 structures + b × structures^c, which says what 750 structures, as many as the paper had of BaTiO3, "
               "might give, and how many would bring what the paper reached on its own data; four points and one seed make it a guess. The rows with 32x64 are trained longer, "
               f"with {times_the_work()} times as much work. `study.py --only data`")
    blocks = {}
    rows = []
    for m, n, N in runs.DATA_MODELS:
        wanted = [Run(m, hops=n, neighbors=N, frames=f, copies=m == "batio3", effort=runs.DATA_EFFORT) for f in runs.DATA_SIZES]
        found = [report.result(run) for run in wanted]
        if None in found:
            continue
        errors = [mae_ratio(r) for r in found]
        floor = mae_ratio(found[-1], "training")
        goal = paper_goal(m, n, N, found[-1])
        row = [f"{MATERIALS[m]} L_{n}^({N})", *(f"{e:.3f}" for e in errors), f"{floor:.3f}", f"{error(found[-1]):.3f}"]
        blocks[f"{MATERIALS[m]} L_{n}^({N})"] = list(zip(runs.DATA_SIZES, errors))
        if floor < min(errors):
            factor, exponent = learning_curve(runs.DATA_SIZES, errors, floor)
            fitted = [(f, floor + factor * f ** exponent) for f in (*runs.DATA_SIZES, 200, 400, 750)]
            blocks[f"{MATERIALS[m]} L_{n}^({N}), fit"] = fitted
            row += [f"{exponent:.2f}", f"{fitted[-1][1]:.3f}"]
            row += [f"{goal:.3f}", structures_for(goal, floor, factor, exponent)] if goal else ["", ""]
        else:
            row += ["", "", f"{goal:.3f}" if goal else "", "no number: features or training"]
        rows.append(row)
    for run in runs.widest():
        run = replace(run, frames=runs.DATA_SIZES[-1])
        if r := report.result(run):
            rows.append([f"{MATERIALS[run.material]} L_{run.hops}^({run.neighbors}), {run.hidden}", "", "", "",
                         f"{mae_ratio(r):.3f}", f"{mae_ratio(r, 'training'):.3f}", f"{error(r):.3f}", "", "", "", ""])
    report.table(["model", *map(str, runs.DATA_SIZES), f"training, {runs.DATA_SIZES[-1]}", f"RMSE (eV/Å), {runs.DATA_SIZES[-1]}",
                  "c", "fit at 750", "the paper's", "structures for that"], rows)
    report.series("structures", "Test error against the number of structures", blocks, xname="structures",
                  yname="MAE / mean absolute force", logarithmic=1, powers=1, fits=1)


def paper_goal(material, n, N, result):
    """The paper's MAE over the mean absolute force, of its own data where it is known, otherwise of ours; or nothing."""
    if (material, n, N) not in PAPER_BEST:
        return None
    return PAPER_BEST[material, n, N][1] / PAPER_MEAN_FORCE.get(material, result["test"]["mean_abs_force"])


def verdict(report, run):
    """Whether one of our trainings of the paper's models is as good as the paper's, in words."""
    r = report.result(run)
    goal = None if run.plain or r is None else paper_goal(run.material, run.hops, run.neighbors, r)
    if goal is None:
        return None
    return (f"- {MATERIALS[run.material]}, L_{run.hops}^({run.neighbors}): {mae_ratio(r):.3f}, the paper {goal:.3f}: "
            f"{'reached' if mae_ratio(r) <= goal else 'not reached'}; on the training structures {mae_ratio(r, 'training'):.3f}")


def best(report):
    minutes = [r["seconds"] / 60 for run in runs.best() if run.plain and (r := report.result(run)) and r["seconds"]]
    length = f"The paper's recipe gets {min(minutes):.1f} to {max(minutes):.1f} minutes of all threads, ours what the table says. " if minutes else ""
    report.say("## The paper's two models", "",
               "Longer trainings of L_4^(2) and L_6^(4), and of L_4^(4) with 32x64, beside the paper's recipe on our data (layout `paper`, one "
               "shared network, Adam at a constant 1e-4 without weight decay, batches of 16; targets scaled, and the weights of the epoch "
               "that is best on the validation structures, as in ours) and beside what the paper reached on "
               "its own data after 10^6 epochs. BaTiO3 with symmetry copies in our recipe. " + length + "`study.py --only best`")
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
                     f"{error(r, 'training'):.3f}", seconds(r), theirs])
    report.table(["material", "descriptor", "recipe", "features", "epochs", "RMSE", "MAE", "MAE / mean abs. force",
                  "training RMSE", "training (s)", "published RMSE, MAE, ratio"], rows)
    for m, name in MATERIALS.items():
        found = [run for run in runs.best() if run.material == m and report.result(run)]
        if found:
            run = min(found, key=report.validation)
            report.say(f"The best of these for {name}, by the validation structures, is L_{run.hops}^({run.neighbors}) with {run.hidden}, "
                       f"trained for {seconds(report.result(run))} s.", "")
    reached = [line for run in runs.best() if (line := verdict(report, run))]
    if reached:
        report.say("MAE over the mean absolute force (of our data for BaTiO3, whose own the paper does not tell), ours with 96 structures, the "
                   "paper's with its own:", "", *reached, "",
                   "Where the error on the training structures is below the paper's, [more structures](#how-many-structures) would "
                   "bring it; where it is not, no number of structures does, only [more neighbors](#hops-and-neighbors); [wider networks](#architectures) change little.", "")
    for run in [run for run in runs.best() if not run.plain]:
        predicted = report.results / f"{replace(run, effort=report.effort * run.effort).key}.extxyz"
        if predicted.exists():
            wide = "" if run.hidden == "16x32" else f", {run.hidden}"
            report.picture(f"parity_{run.material}_n{run.hops}{'_wide' * bool(wide)}",
                           f"Forces of {MATERIALS[run.material]}, L_{run.hops}^({run.neighbors}){wide}: predicted against DFT",
                           "parity.gp", input=predicted)


def grid(report):
    report.say("## Hops and neighbors", "",
               "The paper's figs. 1a, 3a and S6: test RMSE against n (path hops) and N (neighbor hops); 16x32, compact, "
               "a network per site, BaTiO3 with symmetry copies. In parentheses, where there is one, the root of the "
               "paper's validation MSE on its own data, after 10^5 (MoO3) or some 10^6 (BaTiO3) epochs. `study.py --only grid`")
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
                if any(found.values()):
                    rows.append([f"n = {n}", *cells])
                blocks[f"n = {n}"] = [(N, error(r)) for N, r in found.items() if r]
            if not rows:
                continue
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
    """Less than a tenth may be chance."""
    if max(by_neighbors, by_hops) < 1.1:
        return "neither"
    return "N" if by_neighbors > by_hops else "n"


def mean_gain(errors, hops, neighbors):
    """The factors, those of longer paths without any neighbors, and which is the largest."""
    by_neighbors, by_hops = gains(errors, hops, [N for N in neighbors if N])
    alone = [f"{errors[min(hops), 0] / errors[max(hops), 0]:.2f}"] if (max(hops), 0) in errors else [""]
    return [f"{by_neighbors:.2f}", f"{by_hops:.2f}", *alone, what_counts(by_neighbors, by_hops)]


def trend(report):
    report.say("### What the grids say", "",
               "By which factor the error falls from the fewest to the most neighbors (mean over n), and from the shortest "
               "to the longest paths (mean over N; without neighbors), for n from 2 and N from 1; below 1 it rises, and what differs by less "
               "than a tenth is called neither ([seeds](#seeds) alone change single errors by some hundredths). In the paper N counts most "
               "for forces, and n for the LDOS, where N hardly does. The last rows are for the LDOS with the paper's layout and one "
               "network for all atoms, trained ten times as long (`study.py --only trend`).")
    rows = []
    for m, paths, hops, neighbors in runs.GRID:
        for target in ("forces", "ldos"):
            errors = {(n, N): error(r) for n in hops for N in neighbors if n
                      and (r := report.result(Run(m, target, paths, n, N, copies=m == "batio3")))}
            hops_from_2 = [n for n in hops if n]
            if len(errors) == len(hops_from_2) * len(neighbors):
                rows.append([f"{target} of {MATERIALS[m]}, {paths}", "compact, per site", *mean_gain(errors, hops_from_2, neighbors)])
    shared = {}
    for m, paths, hops, neighbors in runs.TREND:
        both = {(n, N): runs.trend_run(m, paths, n, N) for n in hops for N in neighbors if n or N}
        found = {key: r for key, run in both.items() if (r := report.result(run))}
        if len(found) == len(both):
            rows.append([f"ldos of {MATERIALS[m]}, {paths}", "paper, shared",
                         *mean_gain({key: error(r) for key, r in found.items()}, hops, neighbors)])
            shared[m] = {key: f"{error(r, 'training'):.3f}, {error(r):.3f} ({ldos_ratio(r['test']):.2f})" for key, r in found.items()}
    report.table(["grid", "layout and networks", "factor of N", "factor of n", "factor of n at N = 0", "counts most"], rows)
    report.say("The column `factor of n at N = 0` is what longer paths bring where there are no neighbors. Where it is below 1.1 they bring "
               "little even there, in this layout with a network per site. With neighbors up to two hops "
               "away, coordinates hold the length of every bond of a closed walk of four hops. Where the last column does not say n "
               "for the LDOS, the trend is not the paper's.", "",
               "The LDOS with the paper's layout and one network: RMSE (states/eV) on the training structures, on "
               "the test structures, and in parentheses its ratio to predicting the mean of each site class. A ratio near 1 or above is a "
               "network that learned no more than these means; such cells say nothing about n and N.")
    report.table(["", *(f"N = {N}" for N in range(4))],
                 [[f"{MATERIALS[m]}, n = {n}", *(found[n, N] for N in range(4))] for m, found in shared.items() for n in (2, 4, 6)])
    overfitted(report)


def overfitted(report):
    """Where the error rises with what the descriptor sees: beside that on what was learned."""
    report.say("Where more neighbors or longer paths raise the test error of forces by more than 15 %: the error on the training "
               "structures beside that on the test structures (eV/Å). Where the first falls and the second rises, 96 "
               "structures are too few for so many inputs; where both rise, the training was too short for them (`study.py --only grid`).")
    rows = []
    for m, paths, hops, neighbors in runs.GRID:
        pairs = [((n, N), (n, N + 1)) for n in hops for N in neighbors if N + 1 in neighbors and (n or N)]
        pairs += [((n, N), (n + 2, N)) for n in hops for N in neighbors if n + 2 in hops and (n or N)]
        for few, many in pairs:
            both = [Run(m, "forces", paths, *one, copies=m == "batio3") for one in (few, many)]
            found = [report.result(run) for run in both]
            if None not in found and error(found[1]) > 1.15 * error(found[0]):
                rows.append([f"{MATERIALS[m]}, {paths}", *(f"L_{n}^({N})" for n, N in (few, many)),
                             *(f"{error(r, 'training'):.3f}, {error(r):.3f}" for r in found)])
    report.table(["", "from", "to", "training, test", "training, test"], rows)


def ldos_of(path):
    """Reference and prediction of every atom, frame by frame, from a file of `tinynet predict`; and the step, eV."""
    found = []
    for keys, rows in ldos_frames(path):
        where = ldos_columns(keys["Properties"])
        found.append([tuple([float(word) for word in row[where[name]]] for name in ("ref_ldos", "ldos")) for row in rows])
    return found, float(keys["ldos_de"])


def shifted_rmse(frames, step):
    """RMSE after the best rigid shift of the predicted energies of each structure, by at most 0.4 eV.

    Every structure's energies count from its own valence band maximum, which no atom's surroundings tell.
    """
    reach = round(0.4 / step)
    squares = count = 0
    for atoms in frames:
        points = range(reach, len(atoms[0][0]) - reach)
        squares += min(sum((truth[k] - guess[k + shift]) ** 2 for truth, guess in atoms for k in points)
                       for shift in range(-reach, reach + 1))
        count += len(atoms) * len(points)
    return math.sqrt(squares / count)


def ldos(report):
    report.say("## LDOS", "",
               "Longer trainings, against predicting each site class's mean LDOS of the training set "
               f"(states/eV; `ratio` is the RMSE over that of the site means, in parentheses on the training structures; the aim was {LDOS_AIM}). The last column is the RMSE without the "
               "outermost 0.4 eV, before and after the best rigid shift of all predicted energies of a structure by up to 0.4 eV: energies count "
               "from the valence band maximum of the whole structure, which an atom's surroundings do not tell; what the shift, chosen by the test "
               "structures themselves, takes away is at most the part of the error that comes from there (shifts are whole steps of the energies). "
               "`study.py --only ldos`")
    rows = []
    for m, pairs in runs.LDOS_MODELS.items():
        for n, N in pairs:
            for more, what in (({}, "16x32"), ({"hidden": "32x64"}, "32x64"),
                               ({"cumulative": 1.0}, "16x32, states below each energy in the loss")):
                run = Run(m, "ldos", hops=n, neighbors=N, copies=m == "batio3", effort=8.0, **more)
                r = report.result(run)
                if r is None:
                    continue
                predicted, step = ldos_of(report.results / f"{replace(run, effort=report.effort * run.effort).key}.extxyz")
                inner = math.sqrt(sum((t - g) ** 2 for atoms in predicted for truth, guess in atoms
                                      for t, g in list(zip(truth, guess))[round(0.4 / step):-round(0.4 / step)])
                                  / sum(len(atoms) * (len(atoms[0][0]) - 2 * round(0.4 / step)) for atoms in predicted))
                rows.append([MATERIALS[m], f"L_{n}^({N}), {what}", "all", *ldos_cells(r["test"], r["training"]),
                             f"{r['test']['ldos_states_below_gap_mae']:.4f}", f"{r['test']['ldos_first_moment_mae']:.3f}",
                             f"{inner:.3f}, {shifted_rmse(predicted, step):.3f}"])
                for kind, own in r["test"]["species"].items() if not more else ():
                    rows.append(["", "", kind, *ldos_cells(own, r["training"]["species"][kind]), f"{own['ldos_states_below_gap_mae']:.4f}",
                                 f"{own['ldos_first_moment_mae']:.3f}", ""])
    report.table(["material", "model", "species", "RMSE", "MAE", "site means", "ratio", "states below gap (MAE)",
                  "first moment (MAE, eV)", "inner RMSE, shifted"], rows)
    ldos_data(report)
    for m, pairs in runs.LDOS_MODELS.items():
        n, N = pairs[-1]
        run = Run(m, "ldos", hops=n, neighbors=N, copies=m == "batio3", effort=8.0 * report.effort)
        predicted = report.results / f"{run.key}.extxyz"
        if predicted.exists():
            prefix = report.scratch / f"{m}_ldos"
            kinds = subprocess.run(["python3", PLOT / "ldos.py", predicted, prefix], text=True, check=True,
                                   capture_output=True).stdout.strip()
            report.picture(f"ldos_{m}", f"LDOS of {MATERIALS[m]}, L_{n}^({N}), test structures", "ldos.gp", prefix=prefix,
                           kinds=kinds)


def ldos_data(report):
    """Whether more structures would bring the aim."""
    report.say("The ratio against the number of structures, 32x64, as [for forces](#how-many-structures): tested on the last 24 of each set, "
               "fitted with the ratio on the training structures as its floor. `study.py --only ldos_data`")
    rows = []
    for m, n, N in runs.LDOS_DATA_MODELS:
        found = [report.result(runs.ldos_data_run(m, n, N, frames)) for frames in runs.DATA_SIZES]
        if None in found:
            continue
        errors, floor = [ldos_ratio(r["test"]) for r in found], ldos_ratio(found[-1]["training"])
        rows.append([f"{MATERIALS[m]} L_{n}^({N})", *(f"{e:.2f}" for e in errors), f"{floor:.2f}",
                     structures_for(LDOS_AIM, floor, *learning_curve(runs.DATA_SIZES, errors, floor)) if floor < min(errors) else ""])
    report.table(["model", *map(str, runs.DATA_SIZES), f"training, {runs.DATA_SIZES[-1]}", f"structures for {LDOS_AIM}"], rows)


def variants(report):
    report.say("## Descriptor variants side by side", "",
               "`tinynet compare DATA --reference REFERENCE --seconds 10 --variant ...`, for BaTiO3 with `--symmetry-copies` "
               "(`study.py --only costs`): inputs of "
               "the largest network, parameters of all, µs per atom and step in float on one thread, heap bytes per atom "
               "of a workspace for these small cells, errors after ten seconds of training. Models of layout `paper` "
               "[are evaluated on distinct features](decisions/0014-folded-paper-models.md): their times and memory are of that form, inputs "
               "and parameters of the published one.")
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
               "The paper's tables S1 and S4: features of an atom in layout `paper` (`tinynet describe --count`; they are those "
               "that the paper prints where it does) and inputs of the largest network in layout `compact`; time per atom and step of "
               "the latter in float on one thread, from `tinynet compare` in the small cells of the data, where lanes stay half empty: "
               "[performance](performance.md) has larger ones (commands: `study.py --only costs`).")
    for m, paths, hops, neighbors in runs.GRID:
        table, counts = report.results / f"costs_{m}_{paths}.csv", report.scratch / f"inputs_{m}_{paths}.json"
        if not table.exists():
            continue
        paper = json.loads(counts.read_text())
        rows = [line.split(",") for line in table.read_text().splitlines()[1:]]
        cells = {}
        for variant, inputs, _, features, network, *_ in rows:
            _, n, N, *_ = variant.split(":")
            cells[int(n), int(N)] = f"{paper[f'{n},{N}']}, {inputs}; {float(features):.2f} + {float(network):.2f}"
        report.say("", f"### {MATERIALS[m]}, {paths}: features in `paper`, inputs in `compact`; µs for features + network")
        report.table(["", *(f"N = {N}" for N in neighbors)],
                     [[f"n = {n}", *(cells.get((n, N), "–") for N in neighbors)] for n in hops])


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--study", type=Path, default=ROOT / "build/study", help="folder of study.py")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/results.md")
    parser.add_argument("--pictures", type=Path, default=ROOT / "docs/pictures")
    parser.add_argument("--effort", type=float, default=1.0, help="the one that study.py was given")
    options = parser.parse_args()
    report = Report(options)
    found = [r for run in {run.key: run for group in (*runs.GROUPS.values(), runs.short) for run in group()}.values() if (r := report.result(run))]
    clock = options.study / "wall_seconds"
    minutes = float(clock.read_text()) / 60 if clock.exists() else 0.0
    threads = ", ".join(str(count) for count in sorted({r["threads"] for r in found}))
    report.say("# Results", "",
               "The study of arXiv:2306.08285 repeated on the [bundled data](../examples/data/README.md): 120 structures "
               "per material, 96 for training, 12 for validation, 12 for the test. Every number and picture is made by", "",
               "    python3 examples/study/study.py     # trains, resumes after a kill, writes this page", "",
               "with the programs of the preset `release` (`cmake --workflow --preset release`, packages as in "
               "[CONTRIBUTING](../CONTRIBUTING.md#measuring), and `gnuplot-nox`). `study.py --short` makes "
               f"{len(runs.short())} of the trainings in less than five minutes on two cores and writes `build/short/results.md`; `--only` names groups, "
               "`report.py` writes the page of what is there. "
               f"This page: {len(found)} trainings, of one seed unless more are named; the study took {minutes:.0f} minutes "
               f"on {threads} threads of {(options.study / 'machine').read_text()}. Unless said otherwise, errors are of the 12 test structures, of which "
               "the training sees nothing; a training of the study is fixed by its seed and epochs and gives the same numbers again (those of `compare`, at the end, by their time). "
               "`features` is the row length that `tinynet describe --count` tells; `inputs` that of the largest network. The paper's numbers are for other data (750 structures of BaTiO3); they stand beside ours where trends compare.", "")
    for section in (best, choices, ablation, decay, seeds, data, grid, trend, architectures, ldos, variants, costs):
        report.add(section)
    options.output.write_text(report.text())


if __name__ == "__main__":
    main()
