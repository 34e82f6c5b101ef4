#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The C interface says what the program says, names what is wrong and keeps its memory.

    c_interface_test.py PROGRAM CHECKOUT LIBRARY C_EXAMPLE [GFORTRAN] SCRATCH
"""

import ctypes
import resource
import sys
from pathlib import Path

PROGRAM, CHECKOUT, LIBRARY, EXAMPLE, *GFORTRAN, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
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
            return str(problem)
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
atomic_energies = model._library.tinynet_atomic_energies
atomic_energies.restype = ctypes.POINTER(ctypes.c_double)
check("sum of the energies of atoms (eV)", abs(sum(atomic_energies(model._model)[:5]) - energy), 1e-10)
if model._library.tinynet_evaluate_cell(model._model, ctypes.c_int64(-1), *[None] * 8) != 3:
    sys.exit("a call with -1 atoms is not refused")
if atomic_energies(model._model):
    sys.exit("there are energies of atoms after a call whose arguments made no sense")
programs = {"C": EXAMPLE}
if GFORTRAN:
    module = CHECKOUT / "examples/engines/fortran/tinynet.f90"

    def fortran(source):
        program = SCRATCH / source.stem
        run(SCRATCH, *GFORTRAN, "-Wall", "-Werror", module, source, "-L", LIBRARY.parent, "-ltinynet_c",
            f"-Wl,-rpath,{LIBRARY.parent}", "-o", program)
        return program

    programs["Fortran"] = fortran(module.with_name("energy.f90"))
    said = run(SCRATCH, programs["Fortran"], "nowhere.model", fails=True)
    if "nowhere.model" not in said:
        sys.exit(f"expected the name of the file, Fortran said: {said}")
    ghosts = fortran(CHECKOUT / "tests/engines/ghosts.f90")
    for how, line in zip(("ghosts", "ghosts and neighbor lists"), run(SCRATCH, ghosts, path).splitlines(), strict=True):
        check(f"energy, forces, virial and energies of atoms from Fortran with {how}", max(map(float, line.split())), 1e-9)
for language, program in programs.items():
    rows = [line.split()[:-1] for line in run(SCRATCH, program, path).splitlines()]
    check(f"energy from {language} (eV)", abs(float(rows[0][0]) - expected_energy), 1e-10)
    check(f"forces from {language} (eV/Å)", max(abs(float(x) - y) for x, y in zip(sum(rows[1:], []), flat(expected))), 1e-10)
refused(lambda: tinynet.Model(SCRATCH / "nowhere.model", LIBRARY), "nowhere.model")
refused(lambda: tinynet.Model(CHECKOUT / "tests/golden/forces_v1.model", LIBRARY), "holds a model of 'forces'")
(SCRATCH / "newer.model").write_bytes(of_newer_format(path.read_bytes()))
refused(lambda: tinynet.Model(SCRATCH / "newer.model", LIBRARY), "format version 2")
refused(lambda: model.evaluate(flat(PLACES), [56, 22, 8, 8, 1], CELL), "atom 4 is H")
refused(lambda: model.evaluate(flat(PLACES), [56, 22, 8, 8, 2**40 + 8], CELL), "no element with the atomic number 1099511627784")
refused(lambda: tinynet.Model("a\0b", LIBRARY), "zero byte")
refused(lambda: model.evaluate([float("nan")] * 15, NUMBERS, CELL), "not finite")
refused(lambda: model.evaluate(flat(PLACES), NUMBERS, CELL, periodic=[1]), "1 periodic axes for 5 atoms, expected 15, 9 and 3")
refused(lambda: model.evaluate(flat(PLACES), NUMBERS, [0.0] * 9), "the lattice vectors are linearly dependent or zero")
for first in ("", "x"):  # one of both would be cut amid a character
    sentence = refused(lambda: tinynet.Model(first + 400 * "ä", LIBRARY), 100 * "ä")
    if "\ufffd" in sentence or len(sentence.encode()) < 510:
        sys.exit(f"not cut after the last whole character that has room: {sentence}")
refused(lambda: tinynet.Model(b"\xe4" * 600, LIBRARY), 100 * "\ufffd")  # a path need not be UTF-8
if model.evaluate(flat(PLACES), NUMBERS, CELL)[0] != energy:
    sys.exit("after errors the model says something else")
moved = [flat(PLACES), flat([[x, y, z - 0.3] if z > 2.1 else [x, y, z] for x, y, z in PLACES])]  # neighbors are found anew
for _ in range(50):
    tinynet.Model(path, LIBRARY).evaluate(flat(PLACES), NUMBERS, CELL)
before = peak()
for _ in range(1000):
    tinynet.Model(path, LIBRARY).evaluate(flat(PLACES), NUMBERS, CELL)
for k in range(20000):
    model.evaluate(moved[k % 2], NUMBERS, CELL)
check("memory after 1000 models and 20,000 searches for neighbors more (MiB)", (peak() - before) / 1024, 2)
