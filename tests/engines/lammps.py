# SPDX-License-Identifier: MIT
"""What the tests of both routes into LAMMPS share."""

import re
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "examples" / "plot"))
import extxyz  # noqa: E402
from routes import frame, run  # noqa: E402

AS_ROOT = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}
BAR = 6.241509074e-7  # eV/Å^3


def on_ranks(ranks, words):
    return words if ranks == 1 else ["mpirun", "--oversubscribe", "-np", str(ranks), *words]


def displaced_start(checkout, folder, species, shift_by=0.01):
    """Writes start.extxyz and start.data: displaced structure, repeated, shifted (Å) so that atoms cross the faces of the cell.

    Returns lattice and symbols.
    """
    comment, columns = next(extxyz.frames(checkout / "examples/data/batio3.extxyz"))
    side = float(re.search(r'Lattice="(\S+)', comment)[1])
    symbols, positions = [], []
    for shift in ((a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)):
        for (symbol,), place in zip(columns["species"], columns["pos"]):
            symbols.append(symbol)
            positions.append([(float(x) + side * s + shift_by) % (2 * side) for x, s in zip(place, shift)])
    lattice = [2 * side, 0.0, 0.0, 0.0, 2 * side, 0.0, 0.0, 0.0, 2 * side]
    (folder / "start.extxyz").write_text(frame(lattice, symbols, positions))
    (folder / "start.data").write_text(
        run(folder, sys.executable, checkout / "examples/engines/lammps/to_data.py", "start.extxyz", *species))
    return lattice, symbols


def own_total_energy(program, folder, model, steps):
    """After an NVE run of tinynet from rest."""
    run(folder, program, "md", model, "start.extxyz", "--steps", steps, "--dt", "1", "--temperature", "1e-12", "--log",
        "own.csv", "-o", "own.extxyz")
    return float((folder / "own.csv").read_text().splitlines()[-1].split(",")[4])


def dump_tables(path):
    """Names of the columns and rows of each frame, by id."""
    for part in path.read_text().split("ITEM: TIMESTEP\n")[1:]:
        names, rows = part.split("ITEM: ATOMS ")[1].split("\n", 1)
        yield names.split(), [[float(word) for word in line.split()] for line in rows.splitlines()]


def dump_frames(path):
    """Positions and forces of each frame, by id."""
    for names, rows in dump_tables(path):
        x, fx = names.index("x"), names.index("fx")
        yield [row[x:x + 3] for row in rows], [row[fx:fx + 3] for row in rows]


def check_crossing(path, lattice, ranks):
    """Stops unless atoms have crossed a face of the cell and, on two ranks, changed sides between first frame and last.

    The dump has a column `proc`.
    """
    frames = list(dump_frames(path))
    if farthest(frames[0][0], frames[-1][0]) < 0.5 * lattice[0]:
        sys.exit("no atom has crossed a face of the cell: the test shows less than it should")
    (names, before), *_, (_, after) = dump_tables(path)
    at = names.index("proc")
    changed = sum(a[at] != b[at] for a, b in zip(before, after, strict=True))
    print(f"{changed} of {len(before)} atoms are on another rank than before", flush=True)
    if (changed == 0) != (ranks == 1):
        sys.exit(f"{changed} atoms have changed their rank on {ranks} ranks: the test shows less than it should")


def thermo(output):
    """Rows of the thermodynamic table, as dictionaries."""
    table = re.search(r"^ *Step.*?(?=^Loop time)", output, re.S | re.M)[0].splitlines()
    return [dict(zip(table[0].split(), map(float, line.split()))) for line in table[1:]]


def farthest(left, right):
    """Largest difference of components."""
    return max(abs(x - y) for a, b in zip(left, right, strict=True) for x, y in zip(a, b, strict=True))


def stress_error(row, stress):
    """Largest difference between the pressure of LAMMPS and a stress of nine numbers, eV/Å^3."""
    pressures = [row[key] * BAR for key in ("Pxx", "Pyy", "Pzz", "Pxy", "Pxz", "Pyz")]
    return max(abs(x + stress[k]) for x, k in zip(pressures, (0, 4, 8, 1, 2, 5)))
