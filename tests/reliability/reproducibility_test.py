#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The same command gives the same bytes, whatever the number of threads; other compilers give nearly the same numbers.

    reproducibility_test.py PROGRAM CHECKOUT [OTHER...]     OTHER: the program built by another compiler or in another way
"""

import re
import sys
import tarfile
import tempfile
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "engines"))
from routes import check, extxyz, run  # noqa: E402

PROGRAM, CHECKOUT, *OTHERS = (Path(word).resolve() for word in sys.argv[1:])
DATA = CHECKOUT / "examples/data"
REFERENCE = ["--reference", DATA / "moo3_reference.extxyz", "--neighbors", "1"]
MOO3 = [DATA / "moo3.extxyz", *REFERENCE]
SCRATCH = tempfile.TemporaryDirectory()
with tarfile.open(DATA / "ldos.tar.xz") as archive:
    archive.extract("moo3_ldos.extxyz", SCRATCH.name)
# name: arguments without threads, the file that is compared, whether it takes threads
COMMANDS = {
    "features": (["describe", DATA / "batio3.extxyz", "--frame", "1", "--hops", "6", "--neighbors", "3", "-o", "out"], False),
    "trained forces": (["train", "forces", *MOO3, "--epochs", "10", "-o", "out"], True),
    "trained forces, double": (["train", "forces", *MOO3, "--epochs", "5", "--real", "double", "-o", "out"], True),
    "trained LDOS": (["train", "ldos", Path(SCRATCH.name) / "moo3_ldos.extxyz", *REFERENCE, "--epochs", "3", "-o", "out"], True),
    "trained energy": (["train", "energy", DATA / "batio3.extxyz", "--epochs", "5", "-o", "out"], True),
    "energies and forces": (["predict", DATA / "batio3.model", DATA / "batio3.extxyz", "-o", "out"], False),
    "trajectory": (["md", DATA / "batio3.model", DATA / "batio3_reference.extxyz", "--steps", "300", "-o", "out"], True),
}


def output(program, arguments, threads):
    with tempfile.TemporaryDirectory() as folder:
        run(folder, program, *arguments, *(["--threads", threads] if threads else []))
        return (Path(folder) / "out").read_bytes()


def numbers_of(program, arguments):
    """Lists of numbers by what they are."""
    text = output(program, arguments, None).decode()
    if arguments[0] == "describe":
        return {"features": [float(word) for line in text.splitlines() for word in line.split(",")]}
    with tempfile.NamedTemporaryFile("w", suffix=".extxyz") as file:
        file.write(text)
        file.flush()
        frames = list(extxyz.frames(Path(file.name)))
        energies = [float(re.search(r"(?:^| )energy=(\S+)", comment)[1]) / len(columns["forces"]) for comment, columns in frames]
        return {"energies per atom": energies,
                "forces": [float(x) for _, columns in frames for row in columns["forces"] for x in row]}


for name, (arguments, is_parallel) in COMMANDS.items():
    outputs = {output(PROGRAM, arguments, threads) for threads in ((1, 2, 4, 8, 2) if is_parallel else (None, None))}
    if len(outputs) != 1:
        sys.exit(f"{name}: {len(outputs)} different outputs")
    print(f"{name}: the same bytes" + (" for 1, 2, 4, 8 threads" if is_parallel else ""), flush=True)

precise = Path(SCRATCH.name) / "precise.model"
if OTHERS:
    run(SCRATCH.name, PROGRAM, "train", "energy", DATA / "batio3.extxyz", "--epochs", "5", "--real", "double", "-o", precise)
COMPARED = {"features": (COMMANDS["features"][0], 1e-14),
            "single precision": (COMMANDS["energies and forces"][0], 2e-5),
            "double precision": (["predict", precise, DATA / "batio3.extxyz", "-o", "out"], 1e-12)}
for other in OTHERS:
    for name, (arguments, limit) in COMPARED.items():
        own, theirs = (numbers_of(program, arguments) for program in (PROGRAM, other))
        for what, numbers in own.items():
            largest = max(map(abs, numbers))
            check(f"{other}: {name}, {what}, relative to the largest",
                  max(abs(a - b) for a, b in zip(numbers, theirs[what], strict=True)) / largest, limit)
