# SPDX-License-Identifier: MIT
"""tinynet itself: the force model, with which all are compared; as cases the energy model and that force model built for any
x86-64 processor, as the peers are."""

import functools
import json

from case import LARGE, SMALL, Case, PeerError, run_pinned

NAME = "tinynet"
KEYS = ["energy_model", "portable"]
PACKAGES = []


def set_up(options):
    """Needs nothing: the benchmarks are built."""
    return {}


def cases(options):
    found = []
    for atoms in (SMALL, LARGE):
        if "energy_model" in options.only:
            found.append(Case("energy_model", f"{NAME}: BaTiO3, energy model, float", atoms,
                              functools.partial(time_energy_model, options.program, atoms)))
        if "portable" in options.only:
            found.append(Case("portable", f"{NAME}: BaTiO3, force model, float, for any x86-64", atoms,
                              functools.partial(time_portable, options.portable, atoms)))
    return sorted(found, key=lambda case: KEYS.index(case.key))


def time_portable(program, atoms):
    return {"us_per_atom": time_force_model(program, atoms)}


def time_energy_model(program, atoms):
    return {"us_per_atom": time_benchmark(program, f"step/batio3/moments/default/float/{atoms}")}


def time_force_model(program, atoms):
    """Microseconds of processor time per atom for the forces of BaTiO3."""
    return time_benchmark(program, f"step/batio3/cycles/compact/n4_N2/float/{atoms}")


def time_benchmark(program, name):
    try:
        output = run_pinned([program, f"--benchmark_filter=^{name}$", "--benchmark_format=json"])
        return next(row["us_per_atom"] for row in json.loads(output)["benchmarks"] if row["name"] == name)
    except (PeerError, ValueError, StopIteration) as error:
        raise PeerError(f"{program} gave no time of {name}. {error}") from None
