# SPDX-License-Identifier: MIT
"""What the tests of the engines share."""

import re
import subprocess
import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[2] / "examples" / "plot"))
import extxyz  # noqa: E402


def run(folder, *words, fails=False, **options):
    """What a program prints; ends the test if it fails, or does not where it should."""
    done = subprocess.run([str(word) for word in words], text=True, capture_output=True, cwd=folder, **options)
    if (done.returncode != 0) != fails:
        sys.exit(f"{' '.join(map(str, words))}: status {done.returncode}\n{done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    return done.stdout + done.stderr


def check(what, value, limit):
    """Ends the test if a number is too large."""
    print(f"{what}: {value:.2e} (at most {limit:g})", flush=True)
    if not value <= limit:
        sys.exit(f"{what} is {value}, expected at most {limit}")


def frame(lattice, symbols, positions):
    """A frame of an extended XYZ file; the lattice is a flat list of nine numbers."""
    rows = "".join(f"{symbol} {' '.join(map(repr, position))}\n" for symbol, position in zip(symbols, positions))
    return (f'{len(symbols)}\nLattice="{" ".join(map(repr, lattice))}" Properties=species:S:1:pos:R:3 pbc="T T T"\n{rows}')


def of_newer_format(model):
    """The bytes of a model file as a later version of the library may write them."""
    assert model.count(b'"format_version":"1"') == 1
    return model.replace(b'"format_version":"1"', b'"format_version":"2"').replace(b'"header_sha256"', b'"header_sha000"')


def predict(folder, program, model, given):
    """Energy, forces and stress of a frame by `tinynet predict`."""
    (folder / "given.extxyz").write_text(given)
    run(folder, program, "predict", model, "given.extxyz", "-o", "found.extxyz")
    comment, columns = next(extxyz.frames(folder / "found.extxyz"))
    stress = [float(word) for word in re.search(r'(?:^| )stress="([^"]*)"', comment)[1].split()]
    return (float(re.search(r"(?:^| )energy=(\S+)", comment)[1]),
            [[float(word) for word in row] for row in columns["forces"]], stress)
