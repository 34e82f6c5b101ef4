#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""LAMMPS with a model through the KIM-API says what the library says, for any number of ranks.

    kim_test.py PROGRAM CHECKOUT DRIVER SCRATCH    # DRIVER: folder with libkim-api-model-driver.so
"""

import os
import re
import sys
from pathlib import Path

PROGRAM, CHECKOUT, DRIVER, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
sys.path += [str(CHECKOUT / "examples" / "plot"), str(CHECKOUT / "tests" / "engines")]
import extxyz  # noqa: E402
import routes  # noqa: E402
from routes import check, frame  # noqa: E402

STEPS = 100
SPECIES = ["Ba", "Ti", "O"]
BAR = 6.241509074e-7  # eV/Å^3
MPI = {"OMPI_ALLOW_RUN_AS_ROOT": "1", "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1"}


def run(*words, **options):
    return routes.run(SCRATCH, *words, **options)


def start():
    """A displaced structure, repeated, on the corners of the cell so that atoms cross its faces; its lattice."""
    comment, columns = next(extxyz.frames(CHECKOUT / "examples/data/batio3.extxyz"))
    side = float(re.search(r'Lattice="(\S+)', comment)[1])
    symbols, positions = [], []
    for shift in ((a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1)):
        for (symbol,), place in zip(columns["species"], columns["pos"]):
            symbols.append(symbol)
            positions.append([(float(x) + side * s + 0.01) % (2 * side) for x, s in zip(place, shift)])
    lattice = [2 * side, 0.0, 0.0, 0.0, 2 * side, 0.0, 0.0, 0.0, 2 * side]
    (SCRATCH / "start.extxyz").write_text(frame(lattice, symbols, positions))
    (SCRATCH / "start.data").write_text(
        run(sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py", "start.extxyz", *SPECIES))
    return lattice, symbols


def install(model, name):
    """Makes a KIM model of a model file."""
    build = SCRATCH / "models"
    run("cmake", "-S", CHECKOUT / "examples/engines/kim/model", "-B", build, f"-DMODEL={SCRATCH / model}", f"-DNAME={name}")
    run("cmake", "--build", build)


def dump_frames(path):
    """Positions and forces of each frame, by id."""
    for part in path.read_text().split("ITEM: TIMESTEP\n")[1:]:
        rows = [[float(word) for word in line.split()] for line in part.split("fx fy fz\n")[1].splitlines()]
        yield [row[2:5] for row in rows], [row[5:8] for row in rows]


def lammps(ranks, model, *variables, fails=False):
    words = ["lmp", "-in", CHECKOUT / "examples/engines/lammps/kim.in", "-log", "log.lammps", "-var", "data", "start.data",
             "-var", "model", model, *variables]
    if "species" not in variables:
        words += ["-var", "species", " ".join(SPECIES)]
    if ranks > 1:
        words = ["mpirun", "--oversubscribe", "-np", str(ranks), *words]
    return run(*words, fails=fails, env=ENVIRONMENT)


def thermo(output):
    """Rows of the thermodynamic table, as dictionaries."""
    table = re.search(r"^ *Step.*?(?=^Loop time)", output, re.S | re.M)[0].splitlines()
    return [dict(zip(table[0].split(), map(float, line.split()))) for line in table[1:]]


def agrees_with_the_library(lattice, symbols):
    run(PROGRAM, "md", "batio3.model", "start.extxyz", "--steps", STEPS, "--dt", "1", "--temperature", "1e-12", "--log",
        "own.csv", "-o", "own.extxyz")
    own_total = float((SCRATCH / "own.csv").read_text().splitlines()[-1].split(",")[4])
    volume = lattice[0] * lattice[4] * lattice[8]
    for ranks, newton in ((1, "on"), (1, "off"), (2, "on"), (2, "off")):
        name = f"{ranks} rank{'s' * (ranks > 1)}, newton {newton}"
        dump = SCRATCH / "run.dump"
        rows = thermo(lammps(ranks, "tinynet_batio3", "-var", "newton", newton, "-var", "dump", dump, "-var", "steps", STEPS))
        for (positions, forces), row in zip(dump_frames(dump), (rows[0], rows[-1])):
            energy, expected, stress = routes.predict(SCRATCH, PROGRAM, "batio3.model", frame(lattice, symbols, positions))
            worst = max(abs(x - y) for a, b in zip(forces, expected) for x, y in zip(a, b))
            check(f"{name}, step {row['Step']:.0f}, forces (eV/Å)", worst, 1e-10)
            check(f"{name}, step {row['Step']:.0f}, energy (relative)", abs(row["PotEng"] / energy - 1), 1e-12)
            if row is rows[0]:  # without kinetic part
                pressures = [row[key] * BAR for key in ("Pxx", "Pyy", "Pzz", "Pxy", "Pxz", "Pyz")]
                found = [-stress[k] for k in (0, 4, 8, 1, 2, 5)]
                check(f"{name}, stress (eV/Å^3)", max(abs(x - y) for x, y in zip(pressures, found)), 1e-7)
        check(f"{name}, total energy after {STEPS} steps against tinynet md (relative)",
              abs(rows[-1]["TotEng"] / own_total - 1), 1e-8)
        crossed = sum(abs(a - b) > 0.5 * lattice[0] for first, last in [[f[0] for f in dump_frames(dump)]]
                      for p, q in zip(first, last) for a, b in zip(p, q))
        if crossed == 0:
            sys.exit("no atom has crossed a face of the cell: the test shows less than it should")
    print(f"{crossed} coordinates crossed a face of the cell ({volume:.0f} Å^3)")


def says_what_is_wrong():
    output = lammps(1, "tinynet_batio3", "-var", "species", "Ba Ti H", fails=True)
    if "H" not in output:
        sys.exit(f"LAMMPS does not name the species that the model has not seen:\n{output}")
    whole = (SCRATCH / "batio3.model").read_bytes()
    (SCRATCH / "short.model").write_bytes(whole[:len(whole) // 2])
    (SCRATCH / "other.model").write_bytes((CHECKOUT / "tests/golden/forces_v1.model").read_bytes())
    for file, sentence in (("short", "tinynet: "), ("other", "tinynet: ")):
        install(f"{file}.model", f"tinynet_{file}")
        output = lammps(1, f"tinynet_{file}", fails=True)
        found = re.search(r"^tinynet: .*", output, re.M)
        if not found:
            sys.exit(f"no sentence of ours in the output:\n{output}")
        print(found[0])
    lammps(1, "tinynet_nowhere", fails=True)


ENVIRONMENT = os.environ | MPI | {"KIM_API_MODEL_DRIVERS_DIR": str(SCRATCH / "drivers"),
                                  "KIM_API_PORTABLE_MODELS_DIR": str(SCRATCH / "models")}
(SCRATCH / "drivers").mkdir(parents=True, exist_ok=True)
link = SCRATCH / "drivers" / "tinynet_model_driver"
if not link.exists():
    link.symlink_to(DRIVER)
run(PROGRAM, "train", "energy", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "30", "--real", "double", "--repulsion",
    "1.6", "-o", "batio3.model")
install("batio3.model", "tinynet_batio3")
agrees_with_the_library(*start())
says_what_is_wrong()
