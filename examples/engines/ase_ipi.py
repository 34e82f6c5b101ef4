#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A tinynet model in ASE, over a socket: relaxes a structure, then runs molecular dynamics.

    ase_ipi.py PROGRAM MODEL START.extxyz        # Debian: python3-ase
"""

import sys
from subprocess import Popen

import ase.io
from ase import units
from ase.calculators.socketio import SocketIOCalculator
from ase.md.velocitydistribution import MaxwellBoltzmannDistribution
from ase.md.verlet import VelocityVerlet
from ase.optimize import BFGS

program, model, start = sys.argv[1:]
atoms = ase.io.read(start, index=0)
atoms.calc = None  # what the file says of energy and forces

with SocketIOCalculator(unixsocket="tinynet") as calculator:
    client = Popen([program, "ipi", model, start, "--unix", "tinynet"])
    calculator.server.proc = client  # so that ASE notices if it ends
    atoms.calc = calculator
    if not BFGS(atoms, logfile=None).run(fmax=0.1, steps=100):
        sys.exit("the relaxation has not converged in 100 steps")
    largest = max((atoms.get_forces() ** 2).sum(axis=1)) ** 0.5
    print(f"relaxed: {atoms.get_potential_energy():.6f} eV, largest force {largest:.3f} eV/Å")
    MaxwellBoltzmannDistribution(atoms, temperature_K=300)
    dynamics = VelocityVerlet(atoms, timestep=1.0 * units.fs)
    for _ in range(5):
        print(f"total: {atoms.get_total_energy():.4f} eV")
        dynamics.run(20)
client.wait()
