# SPDX-License-Identifier: MIT
"""Data files of LAMMPS: BaTiO3 of rigid ions, BaTiO3 of cores and shells, water."""

import math
import random

import crystal

ION_MASSES = [137.327, 47.867, 15.999]  # Ba, Ti, O
ION_CHARGES = [2.0, 4.0, -2.0]
SHELL_CHARGES = [1.831, -1.0, -2.24]
SHELL_MASS = 0.1  # of the ion's
WATER_SPACING = 3.105  # Å: one molecule in a cube of this edge is 1 g/cm3
OH_LENGTH, HOH_ANGLE = 0.9572, 104.52  # Å, degrees


def data_file(counts, lengths, masses, sections):
    """The text of a data file; sections: {name: lines without their number}."""
    lines = ["Written by benchmarks/peers", ""]
    lines += [f"{count} {what}" for what, count in counts.items()]
    lines += [""] + [f"0 {length:.6f} {axis}lo {axis}hi" for length, axis in zip(lengths, "xyz")]
    lines += ["", "Masses", ""] + [f"{number} {mass:.6f}" for number, mass in enumerate(masses, 1)]
    for name, rows in sections.items():
        lines += ["", name, ""] + [f"{number} {row}" for number, row in enumerate(rows, 1)]
    return "\n".join(lines) + "\n"


def place(position):
    return " ".join(f"{x:.6f}" for x in position)


def rigid_ions(cells):
    """Types 1 to 3 are Ba, Ti, O."""
    atoms = [f"{s + 1} {ION_CHARGES[s]} {place(position)}" for s, position in crystal.sites(cells)]
    return data_file({"atoms": len(atoms), "atom types": 3}, crystal.lengths(cells), ION_MASSES,
                     {"Atoms # charge": atoms})


def cores_and_shells(cells):
    """Types 1 to 3 are the cores of Ba, Ti, O and 4 to 6 their shells, each bound to its core."""
    generator = random.Random(2)
    atoms, bonds = [], []
    for molecule, (s, position) in enumerate(crystal.sites(cells), 1):
        shell = [x + generator.gauss(0, 0.001) for x in position]
        bonds.append(f"{s + 1} {len(atoms) + 1} {len(atoms) + 2}")
        atoms.append(f"{molecule} {s + 1} {ION_CHARGES[s] - SHELL_CHARGES[s]:.3f} {place(position)}")
        atoms.append(f"{molecule} {s + 4} {SHELL_CHARGES[s]} {place(shell)}")
    masses = [(1 - SHELL_MASS) * m for m in ION_MASSES] + [SHELL_MASS * m for m in ION_MASSES]
    return data_file({"atoms": len(atoms), "bonds": len(bonds), "atom types": 6, "bond types": 3},
                     crystal.lengths(cells), masses, {"Atoms # full": atoms, "Bonds": bonds})


def turned(vectors, generator):
    """The vectors after one rotation drawn uniformly, by a random unit quaternion."""
    w, *axis = (generator.gauss(0, 1) for _ in range(4))
    norm = math.hypot(w, *axis)
    w, axis = w / norm, [x / norm for x in axis]
    return [rotated(vector, w, axis) for vector in vectors]


def rotated(vector, w, axis):
    """v + 2w (u x v) + 2u x (u x v)."""
    once = cross(axis, vector)
    twice = cross(axis, once)
    return [v + 2 * w * a + 2 * b for v, a, b in zip(vector, once, twice)]


def cross(a, b):
    return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]]


def water(edge, hydrogen_charge):
    """edge^3 molecules on a cubic grid, turned at random; type 1 is O, type 2 is H."""
    generator = random.Random(3)
    angle = math.radians(HOH_ANGLE)
    bonds_of_one = [[OH_LENGTH, 0, 0], [OH_LENGTH * math.cos(angle), OH_LENGTH * math.sin(angle), 0]]
    atoms, bonds, angles = [], [], []
    for molecule in range(1, edge**3 + 1):
        cell = [(molecule - 1) // edge**power % edge for power in range(3)]
        oxygen = [WATER_SPACING * (c + 0.5) for c in cell]
        first = len(atoms) + 1
        atoms.append(f"{molecule} 1 {-2 * hydrogen_charge} {place(oxygen)}")
        for bond in turned(bonds_of_one, generator):
            bonds.append(f"1 {first} {len(atoms) + 1}")
            atoms.append(f"{molecule} 2 {hydrogen_charge} {place([x + d for x, d in zip(oxygen, bond)])}")
        angles.append(f"1 {first + 1} {first} {first + 2}")
    counts = {"atoms": len(atoms), "bonds": len(bonds), "angles": len(angles), "atom types": 2, "bond types": 1,
              "angle types": 1}
    return data_file(counts, [edge * WATER_SPACING] * 3, [15.9994, 1.008],
                     {"Atoms # full": atoms, "Bonds": bonds, "Angles": angles})
