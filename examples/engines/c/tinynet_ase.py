# SPDX-License-Identifier: MIT
"""An energy model as a calculator of ASE, in the process of ASE (Debian: python3-ase).

    atoms.calc = tinynet_ase.Calculator("batio3.model", "libtinynet_c.so")
"""

import numpy
import tinynet
from ase.calculators import calculator
from ase.stress import full_3x3_to_voigt_6_stress


class Calculator(calculator.Calculator):
    """Energy (eV), forces (eV/Å) and, where three lattice vectors are given, stress (eV/Å³); tinynet.Error says what is wrong."""

    implemented_properties = ("energy", "free_energy", "forces", "stress")

    def __init__(self, model, library="libtinynet_c.so", **options):
        super().__init__(**options)
        self._model = tinynet.Model(model, library)

    def calculate(self, atoms=None, properties=("energy",), system_changes=calculator.all_changes):
        super().calculate(atoms, properties, system_changes)
        cell = self.atoms.cell.complete()  # open axes need a direction
        energy, forces, virial = self._model.evaluate(self.atoms.positions.ravel().tolist(), self.atoms.numbers.tolist(),
                                                      cell.array.ravel().tolist(), self.atoms.pbc.tolist())
        self.results = {"energy": energy, "free_energy": energy, "forces": numpy.reshape(forces, (-1, 3))}
        if self.atoms.cell.rank == 3:
            self.results["stress"] = full_3x3_to_voigt_6_stress(-numpy.reshape(virial, (3, 3)) / self.atoms.get_volume())
