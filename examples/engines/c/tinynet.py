# SPDX-License-Identifier: MIT
"""Energy models from Python through the C interface, without NumPy.

    model = tinynet.Model("batio3.model", "libtinynet_c.so")
    energy, forces, virial = model.evaluate(positions, atomic_numbers, cell)
"""

import ctypes as c
import os


class Error(RuntimeError):
    """What libtinynet_c says went wrong."""


class _Error(c.Structure):
    _fields_ = [("status", c.c_int32), ("message", c.c_char * 512)]

    def sentence(self):
        return self.message.decode(errors="replace")  # a path may be in any encoding


class Model:
    """An energy model; serves one call at a time."""

    def __init__(self, path, library="libtinynet_c.so"):
        self._library = c.CDLL(str(library))
        self._library.tinynet_load.restype = c.c_void_p
        self._library.tinynet_cutoff.restype = c.c_double
        error = _Error()
        if 0 in os.fsencode(path):
            raise Error(f"the path {path!r} has a zero byte")
        self._model = c.c_void_p(self._library.tinynet_load(os.fsencode(path), c.byref(error)))
        if not self._model:
            raise Error(error.sentence())

    def __del__(self):
        if hasattr(self, "_model"):  # the library may be missing
            self._library.tinynet_free(self._model)

    @property
    def cutoff(self):
        """How far from an atom its energy looks, Å."""
        return self._library.tinynet_cutoff(self._model)

    def evaluate(self, positions, atomic_numbers, cell, periodic=(1, 1, 1)):
        """Energy (eV), forces (3n, eV/Å) and virial (-dE/dstrain, 9 by rows, eV) of atoms in a cell.

        positions: 3n numbers, Å; cell: 9 numbers, one lattice vector after the other, Å.
        """
        count = len(atomic_numbers)
        if len(positions) != 3 * count or len(cell) != 9 or len(periodic) != 3:
            raise Error(f"{len(positions)} coordinates, {len(cell)} numbers of the cell and {len(periodic)} periodic axes for {count} "
                        f"atoms, expected {3 * count}, 9 and 3")
        if wrong := [number for number in atomic_numbers if not 0 < number < 119]:  # ctypes would cut off bits
            raise Error(f"there is no element with the atomic number {wrong[0]}")
        energy, forces, virial, error = c.c_double(), (c.c_double * (3 * count))(), (c.c_double * 9)(), _Error()
        status = self._library.tinynet_evaluate_cell(
            self._model, c.c_int64(count), (c.c_double * (3 * count))(*positions), (c.c_int32 * count)(*atomic_numbers),
            (c.c_double * 9)(*cell), (c.c_int32 * 3)(*map(bool, periodic)), c.byref(energy), forces, virial, c.byref(error))
        if status != 0:
            raise Error(error.sentence())
        return energy.value, list(forces), list(virial)
