#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What the weight of stresses does to an energy model: the table of docs/decisions/0026-stresses-weigh-little.md.

    stress_weight.py [--program build/release/bin/tinynet] [--output build/study/stress]     # Debian: lammps, python3-numpy

The bundled structures of BaTiO3, strained by up to 3 % and displaced further, with energies, forces and stresses of rigid
ions by LAMMPS; the stresses as they are, and with a pressure that is wrong by a constant, as those of plane waves are
whose cell changes while their number does not (Pulay). 270 structures to learn from, 70 for the test.
"""

import argparse
import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
sys.path += [str(ROOT / "examples/plot"), str(ROOT / "benchmarks/peers")]
import extxyz  # noqa: E402
from lammps_data import ION_CHARGES, ION_MASSES  # noqa: E402
from lammps_inputs import buckingham  # noqa: E402

LEARNED, TESTED = 270, 70
SPECIES = ["Ba", "Ti", "O"]
BAR = 6.241509e-7  # eV/Å^3
OFFSET = 0.002  # eV/Å^3, that is 3.2 kbar
WEIGHTS = (100, 10, 1, 0)


def distorted(rng, frames):
    """Cell (lower triangular, rows), symbols and positions of a structure that has been strained and displaced."""
    comment, columns = frames[rng.integers(len(frames))]
    cell = np.array(re.search(r'Lattice="([^"]*)"', comment)[1].split(), float).reshape(3, 3)
    positions = np.array(columns["pos"], float)
    positions += rng.normal(0, rng.uniform(0.01, 0.06), positions.shape)
    strain = rng.uniform(-0.03, 0.03, (3, 3))
    strain = np.eye(3) + 0.5 * (strain + strain.T)
    axes, triangle = np.linalg.qr((cell @ strain).T)
    axes *= np.sign(np.diag(triangle))  # turned into the axes of LAMMPS
    return cell @ strain @ axes, [symbol for symbol, in columns["species"]], positions @ strain @ axes


def data_file(cell, symbols, positions):
    types = [SPECIES.index(symbol) for symbol in symbols]
    lines = ["", "", f"{len(types)} atoms", f"{len(SPECIES)} atom types", ""]
    lines += [f"0 {cell[k, k]:.12g} {axis}lo {axis}hi" for k, axis in enumerate("xyz")]
    lines += [f"{cell[1, 0]:.12g} {cell[2, 0]:.12g} {cell[2, 1]:.12g} xy xz yz", "", "Masses", ""]
    lines += [f"{number} {mass}" for number, mass in enumerate(ION_MASSES, 1)] + ["", "Atoms # charge", ""]
    lines += [f"{number} {kind + 1} {ION_CHARGES[kind]} {x:.12g} {y:.12g} {z:.12g}"
              for number, (kind, (x, y, z)) in enumerate(zip(types, positions), 1)]
    return "\n".join(lines) + "\n"


def labels(folder, structures):
    """Energy (eV), stress (xx yy zz yz xz xy, eV/Å^3) and forces (eV/Å) of every structure, by LAMMPS."""
    script = ""
    for number, structure in enumerate(structures):
        (folder / f"{number}.data").write_text(data_file(*structure))
        script += f"""clear
units metal
atom_style charge
box tilt large
pair_style buck/coul/long 9
kspace_style ewald 1e-6
read_data {number}.data
{buckingham(1, 2, 3)}
thermo_style custom pe pxx pyy pzz pyz pxz pxy
run 0
print "labels $(pe:%.12g) $(pxx:%.12g) $(pyy:%.12g) $(pzz:%.12g) $(pyz:%.12g) $(pxz:%.12g) $(pxy:%.12g)"
write_dump all custom {number}.dump id fx fy fz modify sort id format float %.10g
"""
    (folder / "labels.in").write_text(script)
    done = subprocess.run(["lmp", "-in", "labels.in", "-log", "none"], cwd=folder, text=True, capture_output=True)
    rows = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("labels ")]
    if done.returncode != 0 or len(rows) != len(structures):
        sys.exit(f"LAMMPS: {done.stdout[-1000:]}{done.stderr}")
    for number, row in enumerate(rows):
        dumped = (folder / f"{number}.dump").read_text().splitlines()[9:]
        yield float(row[0]), -BAR * np.array(row[1:], float), [line.split()[1:] for line in dumped]


def frame(structure, label, offset):
    cell, symbols, positions = structure
    energy, stress, forces = label
    xx, yy, zz, yz, xz, xy = stress - offset * np.array([1, 1, 1, 0, 0, 0])
    numbers = " ".join(f"{x:.12g}" for x in (xx, xy, xz, xy, yy, yz, xz, yz, zz))
    rows = "".join(f"{symbol} {x:.9f} {y:.9f} {z:.9f} {' '.join(force)}\n"
                   for symbol, (x, y, z), force in zip(symbols, positions, forces))
    return (f'{len(symbols)}\nLattice="{" ".join(f"{x:.12g}" for x in cell.flat)}" Properties=species:S:1:pos:R:3:forces:R:3 '
            f'energy={energy:.10f} stress="{numbers}" pbc="T T T"\n{rows}')


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/tinynet")
    parser.add_argument("--output", type=Path, default=ROOT / "build/study/stress")
    options = parser.parse_args()
    folder = options.output
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    frames = list(extxyz.frames(ROOT / "examples/data/batio3.extxyz"))
    structures = [distorted(rng, frames) for _ in range(LEARNED + TESTED)]
    labeled = list(zip(structures, labels(folder, structures)))
    (folder / "test.extxyz").write_text("".join(frame(*one, 0.0) for one in labeled[LEARNED:]))
    forces = np.array([label[2] for _, label in labeled], float)
    print(f"root mean square of the force components {np.sqrt((forces ** 2).mean()):.2f} eV/Å\n")
    print("| stresses | weight (Å⁻²) | force RMSE (eV/Å) | energy RMSE (meV/atom) | stress RMSE (eV/Å³) |\n" + 5 * "| --- " + "|")
    for what, offset in (("right", 0.0), (f"pressure wrong by {OFFSET} eV/Å³", OFFSET)):
        (folder / "train.extxyz").write_text("".join(frame(*one, offset) for one in labeled[:LEARNED]))
        for weight in WEIGHTS:
            for words in (["train", "energy", "train.extxyz", "--split", "0.9,0.1,0", "--epochs", 150, "--stress-weight", weight,
                           "-o", "stress.model"], ["predict", "stress.model", "test.extxyz", "--json", "errors.json"]):
                subprocess.run([str(word) for word in (options.program.resolve(), *words)], cwd=folder, check=True,
                               stdout=subprocess.DEVNULL)
            errors = json.loads((folder / "errors.json").read_text())
            print(f"| {what} | {weight} | {errors['force_rmse']:.4f} | {errors['energy_rmse_mev_per_atom']:.3f} "
                  f"| {errors['stress_rmse_ev_per_A3']:.5f} |", flush=True)


if __name__ == "__main__":
    main()
