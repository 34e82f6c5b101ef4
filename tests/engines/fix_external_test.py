#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""LAMMPS with a model through fix external says what the library says, on one rank and on two.

    fix_external_test.py PROGRAM CHECKOUT TINYNET_LAMMPS SCRATCH
"""

import os
import re
import sys
from pathlib import Path

PROGRAM, CHECKOUT, LAMMPS, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
sys.path += [str(CHECKOUT / "examples" / "plot"), str(CHECKOUT / "tests" / "engines")]
import extxyz  # noqa: E402
import lammps  # noqa: E402
from routes import check, frame, of_newer_format, predict, run  # noqa: E402

STEPS = 100
SPECIES = ["Ba", "Ti", "O"]
INPUT = CHECKOUT / "examples/engines/lammps/external.in"


def tinynet_lammps(model, ranks=1, script=INPUT, species=SPECIES, fails=False):
    words = [LAMMPS, model, ",".join(species), script]
    return run(SCRATCH, *lammps.on_ranks(ranks, words), fails=fails, env=os.environ | lammps.AS_ROOT)


def energy_model():
    run(SCRATCH, PROGRAM, "train", "energy", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "30", "--real", "double",
        "--repulsion", "1.6", "-o", "energy.model")
    lattice, symbols = lammps.displaced_start(CHECKOUT, SCRATCH, SPECIES)
    own_total = lammps.own_total_energy(PROGRAM, SCRATCH, "energy.model", STEPS)
    for ranks in (1, 2):
        rows = lammps.thermo(tinynet_lammps("energy.model", ranks))
        for (positions, forces), row in zip(lammps.dump_frames(SCRATCH / "trajectory.dump"), (rows[0], rows[-1])):
            energy, expected, stress = predict(SCRATCH, PROGRAM, "energy.model", frame(lattice, symbols, positions))
            name = f"{ranks} rank{'s' * (ranks > 1)}, step {row['Step']:.0f}"
            check(f"{name}, forces (eV/Å)", lammps.farthest(forces, expected), 1e-10)
            check(f"{name}, energy (relative)", abs(row["PotEng"] / energy - 1), 1e-12)
            if row is rows[0]:  # without kinetic part
                check(f"{name}, stress (eV/Å^3)", lammps.stress_error(row, stress), 1e-7)
        check(f"{ranks} ranks, total energy after {STEPS} steps against tinynet md (relative)",
              abs(rows[-1]["TotEng"] / own_total - 1), 1e-8)


def force_model():
    """Frozen topology by id: forces only, one rank."""
    run(SCRATCH, PROGRAM, "train", "forces", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "3", "--real", "double",
        "-o", "forces.model")
    _, columns = next(extxyz.frames(CHECKOUT / "examples/data/batio3_reference.extxyz"))
    lattice, symbols = lammps.displaced_start(CHECKOUT, SCRATCH, SPECIES)
    script = SCRATCH / "forces.in"
    script.write_text(INPUT.read_text().replace("energy yes virial yes", "energy no virial no").replace("run             100",
                                                                                                     "run             0"))
    tinynet_lammps("forces.model", script=script)
    positions, forces = next(lammps.dump_frames(SCRATCH / "trajectory.dump"))
    (SCRATCH / "given.extxyz").write_text(frame(lattice, symbols, positions))
    run(SCRATCH, PROGRAM, "predict", "forces.model", "given.extxyz", "-o", "found.extxyz")
    _, columns = next(extxyz.frames(SCRATCH / "found.extxyz"))
    check("force model (eV/Å)", lammps.farthest(forces, [[float(x) for x in row] for row in columns["forces"]]), 1e-10)
    output = tinynet_lammps("forces.model", 2, script, fails=True)
    if "tinynet: a force model needs all atoms" not in output:
        sys.exit(f"two ranks with a force model are not refused in words:\n{output}")


SCRATCH.mkdir(parents=True, exist_ok=True)
energy_model()
force_model()
(SCRATCH / "newer.model").write_bytes(of_newer_format((SCRATCH / "energy.model").read_bytes()))
output = tinynet_lammps("energy.model", species=["Ba", "Ti", "H"], fails=True)
if not re.search("^tinynet: .* H", output, re.M):
    sys.exit(f"the species that the model has not seen is not named:\n{output}")
for model, sentence in (("nowhere.model", "nowhere.model"), (CHECKOUT / "README.md", "README.md"),
                        ("newer.model", "format version 2")):
    output = tinynet_lammps(model, fails=True)
    if "tinynet: '" not in output or sentence not in output:
        sys.exit(f"no sentence of ours:\n{output}")
