#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What ldos.gp draws, from what `tinynet predict` wrote: python3 ldos.py PREDICTED.extxyz PREFIX

Prints the species. Writes PREFIX_SPECIES.dat (energy, reference, prediction of the atom whose mean absolute error is
closest to the mean of its species) and PREFIX_errors.dat (species and error of every atom).
"""

import shlex
import sys


def frames(path):
    """Comment keys and rows of words, frame by frame."""
    with open(path, encoding="utf-8") as lines:
        for count in lines:
            keys = dict(word.split("=", 1) for word in shlex.split(next(lines)) if "=" in word)
            yield keys, [next(lines).split() for _ in range(int(count))]


def columns(properties):
    """First column and width of every property."""
    words = properties.split(":")
    places, first = {}, 0
    for name, width in zip(words[0::3], map(int, words[2::3])):
        places[name] = slice(first, first + width)
        first += width
    return places


def main(predicted, prefix):
    atoms = {}
    for keys, rows in frames(predicted):
        where = columns(keys["Properties"])
        energies = [float(keys["ldos_e0"]) + k * float(keys["ldos_de"]) for k in range(int(keys["ldos_n"]))]
        for row in rows:
            truth, guess = ([float(word) for word in row[where[name]]] for name in ("ref_ldos", "ldos"))
            error = sum(abs(t - g) for t, g in zip(truth, guess)) / len(truth)
            atoms.setdefault(row[where["species"]][0], []).append((error, truth, guess))
    with open(f"{prefix}_errors.dat", "w", encoding="utf-8") as errors:
        for kind, own in atoms.items():
            errors.writelines(f"{kind} {error:.6g}\n" for error, _, _ in own)
            mean = sum(error for error, _, _ in own) / len(own)
            _, truth, guess = min(own, key=lambda atom: abs(atom[0] - mean))
            with open(f"{prefix}_{kind}.dat", "w", encoding="utf-8") as file:
                file.writelines(f"{e:.4g} {t:.6g} {g:.6g}\n" for e, t, g in zip(energies, truth, guess))
    print(" ".join(sorted(atoms)))


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2])
