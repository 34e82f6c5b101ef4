#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""ASE relaxes and moves atoms by a model over a socket (the example), and sees the stress of the model.

    ase_test.py PROGRAM CHECKOUT [C_LIBRARY] SCRATCH
"""

import contextlib
import re
import signal
import subprocess
import sys
from pathlib import Path

import ase.io
from ase.calculators.calculator import PropertyNotImplementedError
from ase.calculators.socketio import SocketIOCalculator

PROGRAM, CHECKOUT, *LIBRARY, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
sys.path += [str(CHECKOUT / "tests" / "engines"), str(CHECKOUT / "examples" / "engines" / "c")]
from routes import check, of_newer_format, run  # noqa: E402

SCRATCH.mkdir(parents=True, exist_ok=True)
DATA = CHECKOUT / "examples/data/batio3.extxyz"
run(SCRATCH, PROGRAM, "train", "energy", DATA, "--epochs", "60", "--real", "double", "--repulsion", "1.6", "-o", "energy.model")

output = run(SCRATCH, sys.executable, CHECKOUT / "examples/engines/ase_ipi.py", PROGRAM, "energy.model", DATA)
totals = [float(word) for word in re.findall(r"total: (\S+) eV", output)]
print(output)
relaxed, largest = map(float, re.search(r"relaxed: (\S+) eV, largest force (\S+) eV/Å", output).groups())
check("largest force after the relaxation (eV/Å)", largest, 0.1)
check("change of the total energy in 80 steps (eV per atom)", (max(totals) - min(totals)) / 40, 1e-3)

run(SCRATCH, PROGRAM, "predict", "energy.model", DATA, "-o", "found.extxyz")
expected = ase.io.read(SCRATCH / "found.extxyz", index=0)
check("energy of the relaxed structure above the start (eV)", relaxed - expected.get_potential_energy(), -0.1)


def compare(calculator):
    atoms = expected.copy()
    atoms.calc = calculator
    check("energy (eV)", abs(atoms.get_potential_energy() - expected.get_potential_energy()), 1e-8)
    check("forces (eV/Å)", abs(atoms.get_forces() - expected.get_forces()).max(), 1e-8)
    check("stress (eV/Å^3)", abs(atoms.get_stress() - expected.get_stress()).max(), 1e-10)


with SocketIOCalculator(unixsocket="tinynet_test") as calculator:
    client = subprocess.Popen([PROGRAM, "ipi", SCRATCH / "energy.model", DATA, "--unix", "tinynet_test"])
    compare(calculator)
if client.wait() != 0:
    sys.exit("the client did not end well")


def check_calculator(library):
    """The same in one process; molecules have no stress; errors are sentences."""
    import tinynet
    import tinynet_ase
    calculator = tinynet_ase.Calculator(SCRATCH / "energy.model", library)
    compare(calculator)
    molecule = expected.copy()
    molecule.set_cell(None)
    molecule.pbc = False
    molecule.calc = calculator
    check("sum of the forces on a molecule (eV/Å)", abs(molecule.get_forces().sum(axis=0)).max(), 1e-9)
    with contextlib.suppress(PropertyNotImplementedError):
        sys.exit(f"a molecule has the stress {molecule.get_stress()}")
    molecule.numbers[0] = 1
    try:
        sys.exit(f"an atom that was not learned has the energy {molecule.get_potential_energy()} eV")
    except tinynet.Error as problem:
        check_words("atom 0 is H", str(problem))


def check_words(words, sentence):
    if words not in sentence:
        sys.exit(f"no '{words}' in\n{sentence}")


for library in LIBRARY:
    check_calculator(library)


def ends_with(sentence, model, start):
    """ASE, told of the client's process, does not wait for ever for one that has ended, with a sentence."""
    signal.alarm(60)  # ends this test
    atoms = ase.io.read(DATA, index=0)
    calculator = SocketIOCalculator(unixsocket="tinynet_ends")
    client = subprocess.Popen([PROGRAM, "ipi", model, start, "--unix", "tinynet_ends"], stderr=subprocess.PIPE, text=True)
    with contextlib.suppress(OSError), calculator:  # of the end of the client
        calculator.server.proc = client
        atoms.calc = calculator
        atoms.get_forces()
        sys.exit("ASE has forces of a client that has failed")
    signal.alarm(0)
    check_words(sentence, client.stderr.read())


(SCRATCH / "newer.model").write_bytes(of_newer_format((SCRATCH / "energy.model").read_bytes()))
ends_with("format version 2", SCRATCH / "newer.model", DATA)
(SCRATCH / "hydrogen.extxyz").write_text("".join(DATA.read_text().splitlines(keepends=True)[:42]).replace("\nBa ", "\nH ", 1))
ends_with("atom 0 is H", SCRATCH / "energy.model", SCRATCH / "hydrogen.extxyz")
