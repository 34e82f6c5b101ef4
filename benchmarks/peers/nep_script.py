# SPDX-License-Identifier: MIT
"""What runs inside the virtual environment of calorine, called by nep_peer.py: `MODEL NX NY NZ` prints microseconds of processor
time per atom for energy, forces and virial, as JSON."""

import json
import sys
import time

import _nepy  # the module that calorine's calculator calls
import crystal

LEAST_SECONDS = 2.0


def main():
    model, *cells = sys.argv[1:]
    cells = [int(count) for count in cells]
    sites = crystal.sites(cells)
    x, y, z = crystal.lengths(cells)
    coordinates = [position[axis] for axis in range(3) for _, position in sites]
    potential = _nepy.NEPY(model, len(sites), [x, 0, 0, 0, y, 0, 0, 0, z], [crystal.SPECIES[kind] for kind, _ in sites],
                           coordinates, [1.0] * len(sites))
    potential.get_potential_forces_and_virials()
    calls = 0
    start = time.process_time()
    while time.process_time() - start < LEAST_SECONDS:
        potential.get_potential_forces_and_virials()
        calls += 1
    print(json.dumps({"us_per_atom": 1e6 * (time.process_time() - start) / calls / len(sites)}))


if __name__ == "__main__":
    main()
