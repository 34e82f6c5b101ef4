# SPDX-License-Identifier: MIT
"""What runs inside the virtual environment of DeePMD-kit, called by deepmd_peer.py.

`data FOLDER` writes a tiny training set; `time MODEL NX NY NZ` prints microseconds of processor time as JSON.
"""

import json
import sys
import time
from pathlib import Path

import crystal
import numpy

FRAMES = 8
LEAST_SECONDS = 2.0


def write_data(folder):
    """Displaced crystals of 40 atoms with zero energies and forces: good for speed only."""
    cells = (2, 2, 2)
    species = [s for s, position in crystal.sites(cells)]
    coordinates = numpy.array([[x for s, position in crystal.sites(cells, 0.05, seed) for x in position]
                               for seed in range(FRAMES)])
    arrays = folder / "set.000"
    arrays.mkdir(parents=True, exist_ok=True)
    numpy.save(arrays / "coord.npy", coordinates)
    numpy.save(arrays / "box.npy", numpy.tile(numpy.diag(crystal.lengths(cells)).ravel(), (FRAMES, 1)))
    numpy.save(arrays / "energy.npy", numpy.zeros((FRAMES, 1)))
    numpy.save(arrays / "force.npy", numpy.zeros_like(coordinates))
    (folder / "type.raw").write_text("\n".join(map(str, species)) + "\n")
    (folder / "type_map.raw").write_text("\n".join(crystal.SPECIES) + "\n")


def time_of_call(potential, cells, is_periodic):
    """Microseconds of processor time for one call that gives energy, forces and virial."""
    sites = crystal.sites(cells)
    coordinates = numpy.array([x for s, position in sites for x in position]).reshape(1, -1)
    box = numpy.diag(crystal.lengths(cells)).reshape(1, 9) if is_periodic else None
    species = [s for s, position in sites]
    potential.eval(coordinates, box, species)
    calls = 0
    start = time.process_time()
    while time.process_time() - start < LEAST_SECONDS:
        potential.eval(coordinates, box, species)
        calls += 1
    return 1e6 * (time.process_time() - start) / calls


def time_model(model, *cells):
    from deepmd.infer import DeepPot  # takes seconds, and writing data does not need it

    potential = DeepPot(model)
    cells = [int(count) for count in cells]
    atoms = len(crystal.BASIS) * cells[0] * cells[1] * cells[2]
    tiny = time_of_call(potential, (1, 1, 1), False)
    print(json.dumps({"us_per_atom": time_of_call(potential, cells, True) / atoms, "us_per_call_of_5_atoms": tiny}))


if __name__ == "__main__":
    if sys.argv[1] == "data":
        write_data(Path(sys.argv[2]))
    else:
        time_model(*sys.argv[2:])
