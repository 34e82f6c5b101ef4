#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Writes the first frame of an extended XYZ file as a LAMMPS data file (units metal, atom_style atomic).

    to_data.py START.extxyz Ba Ti O > start.data       # types 1, 2, 3 in this order

The cell must be periodic, with its first vector along x and its second in the xy plane, as LAMMPS wants it.
"""

import argparse
import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "plot"))
import extxyz  # noqa: E402

MASSES = {"H": 1.008, "O": 15.999, "Ti": 47.867, "Mo": 95.95, "Ba": 137.327}  # u; others: --mass


def lattice(comment):
    """Nine numbers, Å."""
    words = re.search(r'(?:^|\s)Lattice\s*=\s*"([^"]*)"', comment)
    try:
        numbers = [float(word) for word in words[1].split()] if words else []
    except ValueError:
        numbers = []
    if len(numbers) != 9:
        sys.exit(f"the first frame has {words[0].strip() if words else 'no Lattice'}, expected a Lattice of nine numbers, since the "
                 "cell must be periodic")
    periodic = re.search(r'(?:^|\s)pbc\s*=\s*("[^"]*"|\S*)', comment)
    if periodic and not re.fullmatch(r"((T|t|True|true|TRUE|1) *){3}", periodic[1].strip('"')):
        sys.exit(f'the first frame has {periodic[0].strip()}, expected pbc="T T T": a data file does not say which axes are open')
    return numbers


def data(comment, columns, species, masses):
    ax, ay, az, bx, by, bz, cx, cy, cz = lattice(comment)
    if ay or az or bz or min(ax, by, cz) <= 0:
        sys.exit("the cell must have its first vector along x and its second in the xy plane")
    lines = ["tinynet", "", f"{len(columns['species'])} atoms", f"{len(species)} atom types", "", f"0 {ax!r} xlo xhi",
             f"0 {by!r} ylo yhi", f"0 {cz!r} zlo zhi"]
    if bx or cx or cy:
        lines.append(f"{bx!r} {cx!r} {cy!r} xy xz yz")
    lines += ["", "Masses", ""]
    lines += [f"{number} {masses[symbol]}" for number, symbol in enumerate(species, 1)]
    lines += ["", "Atoms # atomic", ""]
    for number, ((symbol,), position) in enumerate(zip(columns["species"], columns["pos"]), 1):
        if symbol not in species:
            sys.exit(f"atom {number} is {symbol}, which is not among the types {' '.join(species)}")
        lines.append(f"{number} {species.index(symbol) + 1} {' '.join(position)}")
    return "\n".join(lines) + "\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("start", type=Path)
    parser.add_argument("species", nargs="+", help="symbols in the order of LAMMPS' types")
    parser.add_argument("--mass", action="append", default=[], metavar="SYMBOL=U", help="of a species, u")
    options = parser.parse_args()
    masses = MASSES | {symbol: float(mass) for symbol, mass in (word.split("=") for word in options.mass)}
    unknown = [symbol for symbol in options.species if symbol not in masses]
    if unknown:
        sys.exit(f"the mass of {unknown[0]} is not known; give --mass {unknown[0]}=...")
    print(data(*next(extxyz.frames(options.start)), options.species, masses), end="")


if __name__ == "__main__":
    main()
