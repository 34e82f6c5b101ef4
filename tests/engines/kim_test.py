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
sys.path.append(str(CHECKOUT / "tests" / "engines"))
import lammps  # noqa: E402
import routes  # noqa: E402
from routes import check, frame  # noqa: E402

STEPS = 100
KCAL_PER_MOL = 23.06055  # per eV
SPECIES = ["Ba", "Ti", "O"]
SCRIPT = CHECKOUT / "examples/engines/lammps/kim.in"


def run(*words, **options):
    return routes.run(SCRATCH, *words, **options)


def install(model, name, folder="models"):
    """Makes a KIM model of a model file."""
    build = SCRATCH / folder
    run("cmake", "-G", "Ninja", "-S", CHECKOUT / "examples/engines/kim/model", "-B", build, f"-DMODEL={SCRATCH / model}",
        f"-DNAME={name}")
    run("cmake", "--build", build)


def lmp(ranks, model, *variables, script=SCRIPT, fails=False):
    words = ["lmp", "-in", script, "-log", "log.lammps", "-var", "data", "start.data", "-var", "model", model, *variables]
    if "species" not in variables:
        words += ["-var", "species", " ".join(SPECIES)]
    return run(*lammps.on_ranks(ranks, words), fails=fails, env=ENVIRONMENT)


def agrees_with_the_library():
    lattice, symbols = lammps.displaced_start(CHECKOUT, SCRATCH, SPECIES)
    own_total = lammps.own_total_energy(PROGRAM, SCRATCH, "batio3.model", STEPS)
    dump = SCRATCH / "run.dump"
    script = SCRATCH / "ranks.in"
    script.write_text(SCRIPT.read_text().replace("fx fy fz", "fx fy fz proc"))
    for ranks, newton in ((1, "on"), (1, "off"), (2, "on"), (2, "off")):
        name = f"{ranks} rank{'s' * (ranks > 1)}, newton {newton}"
        rows = lammps.thermo(lmp(ranks, "tinynet_batio3", "-var", "newton", newton, "-var", "dump", dump, "-var", "steps", STEPS,
                                "-var", "skin", "0.1",  # atoms change sides only where neighbors are found anew
                                script=script))
        frames = list(lammps.dump_frames(dump))
        for (positions, forces), row in zip(frames, (rows[0], rows[-1])):
            energy, expected, stress = routes.predict(SCRATCH, PROGRAM, "batio3.model", frame(lattice, symbols, positions))
            check(f"{name}, step {row['Step']:.0f}, forces (eV/Å)", lammps.farthest(forces, expected), 1e-10)
            check(f"{name}, step {row['Step']:.0f}, energy (relative)", abs(row["PotEng"] / energy - 1), 1e-12)
            if row is rows[0]:  # without kinetic part
                check(f"{name}, stress (eV/Å^3)", lammps.stress_error(row, stress), 1e-7)
        check(f"{name}, total energy after {STEPS} steps against tinynet md (relative)",
              abs(rows[-1]["TotEng"] / own_total - 1), 1e-8)
        lammps.check_crossing(dump, lattice, ranks)


def other_units_and_energies_of_atoms():
    """Units real, and energies of single atoms, which no other test asks for."""
    lattice, symbols = lammps.displaced_start(CHECKOUT, SCRATCH, SPECIES)
    script = SCRATCH / "real.in"
    script.write_text(SCRIPT.read_text().replace("units           metal", "units           real")
                      .replace("timestep        0.001", "timestep        1.0\ncompute         atomic all pe/atom")
                      .replace("fx fy fz", "fx fy fz c_atomic"))
    for ranks in (1, 2):
        row = lammps.thermo(lmp(ranks, "tinynet_batio3", "-var", "dump", SCRATCH / "real.dump", "-var", "steps", 1, script=script))[0]
        positions, forces = next(lammps.dump_frames(SCRATCH / "real.dump"))
        energy, expected, _ = routes.predict(SCRATCH, PROGRAM, "batio3.model", frame(lattice, symbols, positions))
        in_electronvolts = [[component / KCAL_PER_MOL for component in force] for force in forces]
        largest = max(abs(component) for force in expected for component in force)
        check(f"units real, {ranks} ranks, forces (of the largest)", lammps.farthest(in_electronvolts, expected) / largest, 1e-5)
        check(f"units real, {ranks} ranks, energy (relative)", abs(row["PotEng"] / KCAL_PER_MOL / energy - 1), 1e-5)
        names, atoms = next(lammps.dump_tables(SCRATCH / "real.dump"))
        energies = [atom[names.index("c_atomic")] for atom in atoms]
        check(f"{ranks} ranks, sum of the energies of atoms (relative)", abs(sum(energies) / row["PotEng"] - 1), 1e-10)
        check("spread of these energies, at least 1 kcal/mol (inverse)", 1 / (max(energies) - min(energies)), 1.0)


def says_what_is_wrong():
    output = lmp(1, "tinynet_batio3", "-var", "species", "Ba Ti H", fails=True)
    if not re.search(r"symbol not found: H\b", output):
        sys.exit(f"LAMMPS does not name the species that the model has not seen:\n{output}")
    whole = (SCRATCH / "batio3.model").read_bytes()
    (SCRATCH / "short.model").write_bytes(whole[:len(whole) // 2])
    (SCRATCH / "other.model").write_bytes((CHECKOUT / "tests/golden/forces_v1.model").read_bytes())
    (SCRATCH / "newer.model").write_bytes(routes.of_newer_format(whole))
    for file, sentence in (("short", "bytes of data, expected"), ("other", "holds a model of 'forces'"),
                           ("newer", "format version 2")):
        install(f"{file}.model", f"tinynet_{file}")
        (SCRATCH / "kim.log").unlink(missing_ok=True)
        output = lmp(1, f"tinynet_{file}", fails=True)
        if not re.search(f"^tinynet: .*{sentence}", output, re.M):
            sys.exit(f"no sentence of ours in the output:\n{output}")
        log = (SCRATCH / "kim.log").read_text()
        if not re.search(f"tinynet: .*{sentence}", log):
            sys.exit(f"no sentence of ours in kim.log:\n{log}")
    lmp(1, "tinynet_nowhere", fails=True)


def ends_where_one_rank_fails():
    """An atom farther away than a position may be is on the second rank only; the first one must not wait for ever."""
    script = SCRATCH / "far.in"
    script.write_text("""units metal
boundary f f f
processors 2 1 1
atom_modify sort 0 0
region box block 0 4e9 0 10 0 10
create_box 3 box
create_atoms 1 single 1 5 5
create_atoms 1 single 3.9e9 5 5
mass * 16.0
pair_style kim tinynet_batio3
pair_coeff * * Ba Ti O
neighbor 1.0 nsq
run 0
""")
    ends("expected at most", *lammps.on_ranks(2, ["lmp", "-in", script])[1:])


def ends_where_one_rank_has_no_model():
    """Half of the model is what the second rank finds in its folder."""
    install("short.model", "tinynet_batio3", folder="other_models")
    words = ["lmp", "-in", SCRIPT, "-var", "data", "start.data", "-var", "model", "tinynet_batio3", "-var", "species", "Ba Ti O"]
    elsewhere = f"KIM_API_PORTABLE_MODELS_DIR={SCRATCH / 'other_models'}"
    ends("bytes of data, expected", "--oversubscribe", "-np", 1, *words, ":", "-np", 1, "env", elsewhere, *words)


def ends(sentence, *words):
    output = run("mpirun", "--timeout", 60, *words, fails=True, env=ENVIRONMENT)
    if "time limit" in output or not re.search(f"^tinynet: .*{sentence}", output, re.M):
        sys.exit(f"no sentence of ours in the output, or no end:\n{output}")


ENVIRONMENT = os.environ | lammps.AS_ROOT | {"KIM_API_MODEL_DRIVERS_DIR": str(SCRATCH / "drivers"),
                                  "KIM_API_PORTABLE_MODELS_DIR": str(SCRATCH / "models")}
(SCRATCH / "drivers").mkdir(parents=True, exist_ok=True)
link = SCRATCH / "drivers" / "tinynet_model_driver"
if not link.exists():
    link.symlink_to(DRIVER)
run(PROGRAM, "train", "energy", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "30", "--real", "double", "--repulsion",
    "1.6", "-o", "batio3.model")
install("batio3.model", "tinynet_batio3")
agrees_with_the_library()
other_units_and_energies_of_atoms()
says_what_is_wrong()
ends_where_one_rank_fails()
ends_where_one_rank_has_no_model()
