# SPDX-License-Identifier: MIT
"""NEP (neuroevolution potential) on processors, as the Python package calorine has it, with a model of BaTiO3 that is made here."""

import functools
import json
import random
from pathlib import Path

import crystal
from case import Case, PeerError, last_line, run_pinned
from environment import Environment

NAME = "NEP"
KEYS = ["nep"]
PACKAGES = ["python3-venv"]
SCRIPT = Path(__file__).with_name("nep_script.py")
# The sizes that GPUMD takes unless told otherwise, but 6 Å in place of 8.
CUTOFFS = 6, 4  # of pairs and of angles, Å
MOST_NEIGHBORS = 200, 100
RADIAL = ANGULAR = 5  # functions of the distance
BASIS = 9  # that each is made of
ANGULAR_MOMENTA = 4
WIDTH = 30


def environment(options):
    return Environment(options.output / "nep" / "environment", "calorine~=4.0", ["calorine"])


def set_up(options):
    """Makes the environment where it is missing, and the model; gives the versions."""
    own = environment(options)
    if not options.no_install:
        own.install()
    found = own.versions()
    model_file(options).write_text(model())
    return found


def model_file(options):
    return options.output / "nep" / "nep.txt"


def model():
    """A model with random numbers in the place of what is learned: good for speed only."""
    generator = random.Random(1)
    species = len(crystal.SPECIES)
    features = RADIAL + ANGULAR * (ANGULAR_MOMENTA + 1)  # the last: products of three
    learned = species * WIDTH * (features + 2) + 1 + species**2 * (RADIAL + ANGULAR) * BASIS
    lines = [f"nep4 {species} {' '.join(crystal.SPECIES)}",
             f"cutoff {CUTOFFS[0]} {CUTOFFS[1]} {MOST_NEIGHBORS[0]} {MOST_NEIGHBORS[1]}",
             f"n_max {RADIAL - 1} {ANGULAR - 1}", f"basis_size {BASIS - 1} {BASIS - 1}", f"l_max {ANGULAR_MOMENTA} 2 0",
             f"ANN {WIDTH} 0",
             *(f"{generator.gauss(0, 0.1):.7e}" for number in range(learned)),
             *("0.1" for feature in range(features))]
    return "\n".join(lines) + "\n"


def cases(options):
    sizes = [crystal.SMALL_CELLS] if options.quick else [crystal.SMALL_CELLS, crystal.LARGE_CELLS]
    return [Case("nep", f"{NAME}: BaTiO3, nep4, {CUTOFFS[0]} and {CUTOFFS[1]} Å", 5 * cells[0] * cells[1] * cells[2],
                 functools.partial(time, options, cells)) for cells in sizes if "nep" in options.only]


def time(options, cells):
    """Processor time of one evaluation per atom."""
    line = last_line(run_pinned([environment(options).program("python"), SCRIPT, model_file(options), *cells]), "{")
    if not line:
        raise PeerError("the evaluation printed no times")
    return json.loads(line)
