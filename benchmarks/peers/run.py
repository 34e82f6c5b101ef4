#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Times what one would use instead of tinynet, in turn with tinynet, on one core of this machine.

Every sample of a peer follows one of tinynet with as many atoms, or nearly; the ratios are of such pairs. A peer that
cannot be installed or run gets a row that says why.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
from pathlib import Path

import deepmd_peer
import lammps_peer
import nep_peer
import tinynet_peer
from case import LARGE, LAST_CPU, SMALL, PeerError

ROOT = Path(__file__).resolve().parents[2]
PEERS = [tinynet_peer, lammps_peer, nep_peer, deepmd_peer]
KEYS = [key for peer in PEERS for key in peer.KEYS]


def arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/tinynet_benchmarks")
    parser.add_argument("--portable", type=Path, default=ROOT / "build/portable/bin/tinynet_benchmarks",
                        help="the same, built for any x86-64 processor")
    parser.add_argument("--output", type=Path, default=ROOT / "build/peers", help="folder of results")
    parser.add_argument("--rounds", type=int, default=5, help="samples of every case")
    parser.add_argument("--only", choices=KEYS, nargs="+", default=KEYS, metavar="NAMES", help=", ".join(KEYS))
    parser.add_argument("--quick", action="store_true", help="fewer steps; NEP and DeePMD-kit with 160 atoms only")
    parser.add_argument("--no-install", action="store_true", help="only what is there already")
    options = parser.parse_args()
    options.program, options.portable, options.output = (
        path.resolve() for path in (options.program, options.portable, options.output))
    return options


def install_package(name):
    """Asks Debian for a package; why that failed is said here, and what is missing is found when it is used."""
    script = f"set -e; . '{ROOT / 'cmake/install_packages.sh'}'; install_packages {name}"
    if subprocess.run(["bash", "-c", script]).returncode != 0:
        print(f"The package {name} could not be installed.", flush=True)


def prepare(peer, options):
    """The cases of a peer, each with the problem if there is one, and the versions."""
    cases = peer.cases(options)
    if not cases:
        return [], {}
    try:
        if not options.no_install:
            for package in peer.PACKAGES:
                install_package(package)
        return cases, peer.set_up(options)
    except PeerError as error:
        print(f"{peer.NAME} cannot be timed: {error}", flush=True)
        for case in cases:
            case.problem = str(error)
        return cases, {}


def sample(case, program):
    """Adds one sample of the case, with one of tinynet just before it; a case that failed once is left out."""
    if case.problem:
        return
    try:
        tinynet = tinynet_peer.time_force_model(program, case.atoms_of_tinynet)
    except PeerError as error:
        sys.exit(str(error))
    try:
        case.samples.append(case.time() | {"tinynet_us_per_atom": tinynet})
        print(f"  {case.name}, {case.atoms} atoms: {case.samples[-1]['us_per_atom']:.4g} µs per atom "
              f"(tinynet {tinynet:.4g})", flush=True)
    except PeerError as error:
        case.problem = str(error)
        print(f"  {case.name}, {case.atoms} atoms: {error}", flush=True)


def machine():
    lines = subprocess.run(["lscpu"], text=True, capture_output=True, env=os.environ | {"LC_ALL": "C"}).stdout
    found = dict(map(str.strip, line.split(":", 1)) for line in lines.splitlines() if ":" in line)
    return {name: found.get(name, "unknown") for name in ("Model name", "CPU family", "Model")}


def write(path, content):
    """In one step, so that a kill leaves the old file or the new one."""
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n")
    os.replace(unfinished, path)


def spread(values):
    return f"{statistics.median(values):.4g} ({min(values):.4g}-{max(values):.4g})"


def table(cases):
    rows = [["case", "atoms", "µs per atom and step: median (min-max)", "ratio to tinynet"]]
    for atoms in (SMALL, LARGE):
        values = [s["tinynet_us_per_atom"] for c in cases if c.atoms_of_tinynet == atoms for s in c.samples]
        if values:
            rows.append(["tinynet: BaTiO3, force model, float", str(atoms), spread(values), "1"])
    for case in cases:
        values = [s["us_per_atom"] for s in case.samples]
        ratios = [s["us_per_atom"] / s["tinynet_us_per_atom"] for s in case.samples]
        rows.append([case.name, str(case.atoms), spread(values) if values else "-",
                     f"{statistics.median(ratios):.3g}" if values else ""])
        if case.problem:
            rows[-1][-1] += f" failed: {case.problem}"
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    return "\n".join(f"{row[0]:{widths[0]}}  {row[1]:>{widths[1]}}  {row[2]:{widths[2]}}  {row[3].strip()}".rstrip()
                     for row in rows)


def overheads(cases):
    """What a call costs however few the atoms are, for the cases that know it."""
    quantity = "us_per_call_of_5_atoms"
    return [f"{case.name}: a call with 5 atoms takes {case.median_of(quantity):.0f} µs, which is at most "
            f"{case.median_of(quantity) / case.atoms:.3g} µs/atom of the {case.atoms} atoms' time"
            for case in cases if case.samples and quantity in case.samples[0]]


def main():
    options = arguments()
    if not options.program.exists():
        sys.exit(f"{options.program} does not exist: build the benchmarks first")
    options.output.mkdir(parents=True, exist_ok=True)
    prepared = [prepare(peer, options) for peer in PEERS]
    cases = [case for found, versions in prepared for case in found]
    result = {"machine": machine(), "processor": LAST_CPU, "quick": options.quick,
              "complete": not options.quick and set(options.only) == set(KEYS),
              "versions": {name: text for found, versions in prepared for name, text in versions.items()}}
    for number in range(1, options.rounds + 1):
        print(f"Round {number} of {options.rounds}", flush=True)
        for case in cases:
            sample(case, options.program)
        rows = [{"key": c.key, "name": c.name, "atoms": c.atoms, "tinynet_atoms": c.atoms_of_tinynet,
                 "samples": c.samples, "problem": c.problem} for c in cases]
        write(options.output / "peers.json", result | {"rounds": number, "cases": rows})
    print("", table(cases), "", *overheads(cases), sep="\n")


if __name__ == "__main__":
    main()
