# SPDX-License-Identifier: MIT
"""Cubic BaTiO3, 4 Å a cell, with small random displacements."""

import itertools
import random

LATTICE_CONSTANT = 4.0
SPECIES = ["Ba", "Ti", "O"]
BASIS = [(0, (0, 0, 0)), (1, (.5, .5, .5)), (2, (.5, .5, 0)), (2, (.5, 0, .5)), (2, (0, .5, .5))]
SMALL_CELLS, LARGE_CELLS = (2, 4, 4), (8, 16, 16)  # 160 and 10,240 atoms


def lengths(cells):
    return [LATTICE_CONSTANT * count for count in cells]


def sites(cells, displacement=0.02, seed=1):
    """Species (an index of SPECIES) and position of every atom; displacements are normal, in Å."""
    generator = random.Random(seed)
    return [(species, [LATTICE_CONSTANT * (c + f) + generator.gauss(0, displacement) for c, f in zip(cell, fraction)])
            for cell in itertools.product(*map(range, cells)) for species, fraction in BASIS]
