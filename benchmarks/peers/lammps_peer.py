# SPDX-License-Identifier: MIT
"""LAMMPS and the models of OpenKIM as Debian has them."""

import functools
import math
import re
import shutil

from case import Case, PeerError, last_line, run_pinned
from lammps_inputs import simulations

NAME = "LAMMPS"
KEYS = ["rigid_ion", "core_shell", "tip3p", "tip4p", "lennard_jones", "snap"]
PACKAGES = ["lammps", "openkim-models"]
# One process of OpenMPI without its launcher, which neither looks for others nor binds itself to a core.
SINGLE_PROCESS = {"OMPI_MCA_ess_singleton_isolated": "1", "OMPI_MCA_hwloc_base_binding_policy": "none",
                  "OMPI_MCA_btl": "self"}
HOTTEST = 2000  # in the units of the simulation; one that is hotter after some steps has run away


def lammps(folder, *words):
    if not shutil.which("lmp"):
        raise PeerError("program lmp not found")
    return run_pinned(["lmp", *words], folder, SINGLE_PROCESS)


def set_up(options):
    """Needs no more than the packages; gives the versions."""
    found = re.search(r"Simulator - (.+)", lammps(None, "-h"))
    return {NAME: found.group(1) if found else "unknown", "openkim-models": version_of_models()}


def version_of_models():
    try:
        return run_pinned(["dpkg-query", "--show", "--showformat=${Version}", "openkim-models"])
    except PeerError:
        return "unknown"


def cases(options):
    """Writes the inputs of the chosen simulations."""
    found = []
    for simulation in simulations():
        if simulation.key not in options.only:
            continue
        folder = options.output / "lammps" / f"{simulation.key}_{simulation.atoms}"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "data").write_text(simulation.data)
        (folder / "input").write_text(simulation.input(options.quick))
        found.append(Case(simulation.key, f"{NAME}: {simulation.name}", simulation.atoms,
                          functools.partial(time, folder, simulation.atoms)))
    return found


def time(folder, atoms):
    """One run; a core and its shell count as one atom. Time is the processor's, as in the benchmarks of tinynet."""
    output = lammps(folder, "-log", "none", "-nocite", "-suffix", "opt", "-in", "input")
    loops = re.findall(r"Loop time of (\S+) on 1 procs for (\d+) steps", output)
    use = re.findall(r"([\d.]+)% CPU use", output)
    temperature = re.findall(r"^temperature (\S+)", output, re.MULTILINE)
    if not loops or not use or not temperature:
        raise PeerError(last_line(output, "ERROR") or "LAMMPS printed no times")
    if not math.isfinite(float(temperature[-1])) or float(temperature[-1]) > HOTTEST:
        raise PeerError(f"the simulation ran away, temperature {temperature[-1]}")
    seconds, steps = loops[-1]
    return {"us_per_atom": 1e6 * float(seconds) * float(use[-1]) / 100 / int(steps) / atoms,
            "processor_use_percent": float(use[-1]), "temperature": float(temperature[-1])}
