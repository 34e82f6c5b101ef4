#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The C interface says what the program says, names what is wrong and keeps its memory.

    c_interface_test.py PROGRAM CHECKOUT LIBRARY C_EXAMPLE SCRATCH
"""

import resource
import shutil
import sys
from pathlib import Path

PROGRAM, CHECKOUT, LIBRARY, EXAMPLE, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
sys.path += [str(CHECKOUT / "examples/engines/c"), str(CHECKOUT / "tests/engines")]
import tinynet  # noqa: E402
from routes import check, frame, of_newer_format, predict, run  # noqa: E402

SIDE = 4.005
SPECIES = ["Ba", "Ti", "O", "O", "O"]
NUMBERS = [56, 22, 8, 8, 8]
PLACES = [[0, 0, 0], [SIDE / 2, SIDE / 2, SIDE / 2 + 0.1], [SIDE / 2, SIDE / 2, 0], [SIDE / 2, 0, SIDE / 2],
          [0, SIDE / 2, SIDE / 2]]
CELL = [SIDE, 0.0, 0.0, 0.0, SIDE, 0.0, 0.0, 0.0, SIDE]


def flat(rows):
    return [float(x) for row in rows for x in row]


def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss  # KiB


def refused(what, expected):
    try:
        what()
    except tinynet.Error as problem:
        print(problem)
        if expected in str(problem):
            return
        sys.exit(f"expected a sentence with '{expected}'")
    sys.exit(f"no error, expected one with '{expected}'")


SCRATCH.mkdir(parents=True, exist_ok=True)
path = SCRATCH / "batio3.model"
run(SCRATCH, PROGRAM, "train", "energy", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "5", "--real", "double", "-o",
    path)
model = tinynet.Model(path, LIBRARY)
energy, forces, virial = model.evaluate(flat(PLACES), NUMBERS, CELL)
expected_energy, expected, stress = predict(SCRATCH, PROGRAM, path, frame(CELL, SPECIES, PLACES))
check("energy (eV)", abs(energy - expected_energy), 1e-10)
check("forces (eV/Å)", max(abs(x - y) for x, y in zip(forces, flat(expected))), 1e-10)
check("virial (eV)", max(abs(x + y * SIDE**3) for x, y in zip(virial, stress)), 1e-9)
programs = {"C": EXAMPLE}
if shutil.which("gfortran"):
    module = CHECKOUT / "examples/engines/fortran/tinynet.f90"

    def fortran(source):
        program = SCRATCH / source.stem
        run(SCRATCH, "gfortran", "-Wall", "-Werror", module, source, "-L", LIBRARY.parent, "-ltinynet_c",
            f"-Wl,-rpath,{LIBRARY.parent}", "-o", program)
        return program

    programs["Fortran"] = fortran(module.with_name("energy.f90"))
    said = run(SCRATCH, programs["Fortran"], "nowhere.model", fails=True)
    if "nowhere.model" not in said:
        sys.exit(f"expected the name of the file, Fortran said: {said}")
    for how, line in zip(("ghosts", "ghosts and neighbor lists"),
                         run(SCRATCH, fortran(CHECKOUT / "tests/engines/ghosts.f90"), path).splitlines(), strict=True):
        check(f"energy, forces and virial from Fortran with {how}", max(map(float, line.split())), 1e-9)
for language, program in programs.items():
    rows = [line.split()[:-1] for line in run(SCRATCH, program, path).splitlines()]
    check(f"energy from {language} (eV)", abs(float(rows[0][0]) - expected_energy), 1e-10)
    check(f"forces from {language} (eV/Å)", max(abs(float(x) - y) for x, y in zip(sum(rows[1:], []), flat(expected))), 1e-10)
refused(lambda: tinynet.Model(SCRATCH / "nowhere.model", LIBRARY), "nowhere.model")
refused(lambda: tinynet.Model(CHECKOUT / "tests/golden/forces_v1.model", LIBRARY), "holds a model of 'forces'")
(SCRATCH / "newer.model").write_bytes(of_newer_format(path.read_bytes()))
refused(lambda: tinynet.Model(SCRATCH / "newer.model", LIBRARY), "format version 2")
refused(lambda: model.evaluate(flat(PLACES), [56, 22, 8, 8, 1], CELL), "atom 4 is H")
refused(lambda: model.evaluate([float("nan")] * 15, NUMBERS, CELL), "not finite")
refused(lambda: model.evaluate(flat(PLACES), NUMBERS, [0.0] * 9), "")
if model.evaluate(flat(PLACES), NUMBERS, CELL)[0] != energy:
    sys.exit("after errors the model says something else")
for _ in range(50):
    tinynet.Model(path, LIBRARY).evaluate(flat(PLACES), NUMBERS, CELL)
before = peak()
for _ in range(1000):
    tinynet.Model(path, LIBRARY).evaluate(flat(PLACES), NUMBERS, CELL)
for _ in range(20000):
    model.evaluate(flat(PLACES), NUMBERS, CELL)
check("memory after 1000 models and 20,000 steps more (MiB)", (peak() - before) / 1024, 2)
