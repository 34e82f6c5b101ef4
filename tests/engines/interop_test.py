#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scripts read a model file and get tinynet's numbers; tinynet loads what a script wrote.

    interop_test.py PROGRAM CHECKOUT SCRATCH
"""

import re
import sys
from pathlib import Path

import numpy as np

PROGRAM, CHECKOUT, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
INTEROP = CHECKOUT / "examples/interop"
sys.path += [str(CHECKOUT / "tests/engines"), str(CHECKOUT / "examples/plot"), str(INTEROP)]
import extxyz  # noqa: E402
import model_file  # noqa: E402
from routes import check, frame, run  # noqa: E402

DATA = CHECKOUT / "examples/data/moo3.extxyz"
REFERENCE = ["--reference", CHECKOUT / "examples/data/moo3_reference.extxyz", "--hops", "4", "--neighbors", "1"]
MODELS = {  # arguments of `tinynet train`
    "site": ["forces", DATA, *REFERENCE],
    "species": ["forces", DATA, *REFERENCE, "--networks", "species", "--real", "double"],
    "paper": ["forces", DATA, *REFERENCE, "--layout", "paper", "--networks", "shared", "--real", "double"],
    "ldos": ["ldos", PROGRAM.parents[1] / "data/moo3_ldos.extxyz", *REFERENCE, "--real", "double"],
    "energy": ["energy", DATA, "--real", "double", "--committee", "2"],
}
IS_SINGLE = {"site"}


def of_tinynet(model):
    """Forces, LDOS or the energy by `tinynet predict`."""
    run(SCRATCH, PROGRAM, "predict", model, "first.extxyz", "-o", "found.extxyz")
    comment, columns = next(extxyz.frames(SCRATCH / "found.extxyz"))
    energy = re.search(r"(?:^| )energy=(\S+)", comment)
    return float(energy[1]) if energy else np.array(columns.get("ldos") or columns["forces"], float)


def of_script(model):
    """The same from exported features."""
    run(SCRATCH, PROGRAM, "describe", "first.extxyz", "--model", model, "-o", "features.csv")
    text = run(SCRATCH, sys.executable, INTEROP / "evaluate_model.py", model, "features.csv")
    rows = np.array([[float(word) for word in line.split(",")] for line in text.splitlines()])
    return rows.sum() if rows.shape[1] == 1 else rows


def random_layers(tensors, rng):
    """Three hidden layers for every network of a model, as PyTorch has them."""
    layers = {}
    network = 0
    while f"networks.{network}.layers.0.bias" in tensors:
        inputs, *_, outputs = model_file.widths(tensors, network)
        widths = [inputs, 8, 12, 5, outputs]
        for layer, (before, after) in enumerate(zip(widths, widths[1:])):
            layers[f"networks.{network}.layers.{layer}.weight"] = rng.normal(size=(after, before)) / before**0.5
            layers[f"networks.{network}.layers.{layer}.bias"] = rng.normal(size=after)
        network += 1
    return layers


def as_keras(layers):
    return {name.replace("weight", "kernel"): array.T for name, array in layers.items()}


def imported(model, layers):
    """A model file of these layers."""
    np.savez(SCRATCH / "weights.npz", **layers)
    run(SCRATCH, sys.executable, INTEROP / "import_model.py", model, "weights.npz", "-o", "imported.model")
    return (SCRATCH / "imported.model").read_bytes()


def refused(expected, *words):
    output = run(SCRATCH, *words, fails=True)
    print(output.strip())
    if expected not in output or "Traceback" in output:
        sys.exit(f"expected '{expected}'")


def main():
    SCRATCH.mkdir(parents=True, exist_ok=True)
    with open(DATA) as file:
        (SCRATCH / "first.extxyz").write_text("".join(next(file) for _ in range(34)))
    rng = np.random.default_rng(1)
    for name, arguments in MODELS.items():
        model, limit = f"{name}.model", 5e-5 if name in IS_SINGLE else 1e-11
        run(SCRATCH, PROGRAM, "train", *arguments, "--epochs", "2", "-o", model)
        check(f"{name} (eV or eV/Å)", np.abs(of_script(model) - of_tinynet(model)).max(), limit)
        layers = random_layers(model_file.read(SCRATCH / model)[1], rng)
        if imported(model, layers) != imported(model, as_keras(layers)):
            sys.exit("the same weights as PyTorch and as Keras have them give two models")
        check(f"{name}, imported", np.abs(of_script("imported.model") - of_tinynet("imported.model")).max(), limit)
        if "8-12-5" not in run(SCRATCH, PROGRAM, "info", "imported.model"):
            sys.exit("tinynet info does not show the imported widths")
        if "not trained by tinynet" not in run(SCRATCH, PROGRAM, "info", "imported.model"):
            sys.exit("tinynet info shows an error of weights that it did not train")

    importer = [sys.executable, INTEROP / "import_model.py", "site.model", "weights.npz", "-o", "wrong.model"]
    good = random_layers(model_file.read(SCRATCH / "site.model")[1], rng)
    for change, expected in (
        ({"networks.0.layers.1.bias": np.zeros(11)}, "'networks.0.layers.1' needs"),
        ({"networks.0.layers.1.bias": np.full(12, np.nan)}, "not finite"),
        ({"networks.77.layers.0.bias": np.zeros(8)}, "'networks.77.layers.0.bias' belongs to no layer"),
        ({"networks.0.layers.x.bias": np.zeros(8)}, "'networks.0.layers.x.bias' belongs to no layer"),
    ):
        np.savez(SCRATCH / "weights.npz", **(good | change))
        refused(expected, *importer)
    (SCRATCH / "site.link").unlink(missing_ok=True)
    (SCRATCH / "site.link").symlink_to("site.model")
    before = (SCRATCH / "site.model").read_bytes()
    for template, output in (("site.model", "./site.model"), ("site.link", "site.model"), ("site.model", SCRATCH / "weights.npz")):
        refused("one of the inputs", *importer[:2], template, "weights.npz", "-o", output)
    if (SCRATCH / "site.model").read_bytes() != before:
        sys.exit("a refused import wrote over its template")
    (SCRATCH / "weights.npz").write_text("not an archive")
    refused("import_model.py: ", *importer)
    (SCRATCH / "weights.npz").write_bytes(b"")
    refused("import_model.py: ", *importer)
    np.save(SCRATCH / "weights.npy", np.zeros(3))
    refused("expected an archive of several", *importer[:3], "weights.npy", "-o", "wrong.model")
    if (SCRATCH / "wrong.model").exists():
        sys.exit("a refused import wrote a model")

    evaluate = [sys.executable, INTEROP / "evaluate_model.py"]
    refused("features for network", *evaluate, "site.model", "features.csv")  # features.csv is of the energy model
    whole = (SCRATCH / "features.csv").read_text().splitlines(keepends=True)
    (SCRATCH / "odd.csv").write_text("".join(whole[:-1]))  # the energy model is a committee of two
    refused("ends after 1 of the 2 rows of an atom", *evaluate, "energy.model", "odd.csv")
    raw = bytearray((SCRATCH / "site.model").read_bytes())
    raw[-1] ^= 1
    (SCRATCH / "damaged.model").write_bytes(raw)
    refused("is damaged", *evaluate, "damaged.model", "features.csv")
    meta, tensors = model_file.read(SCRATCH / "site.model")
    model_file.write(SCRATCH / "newer.model", meta | {"format_version": "2"}, tensors)
    refused("has format 2", *evaluate, "newer.model", "features.csv")
    refused("format version 2", PROGRAM, "info", "newer.model")
    del meta["library_version"]
    model_file.write(SCRATCH / "newer.model", meta | {"format_version": "2"}, tensors)
    refused("has format 2, written by tinynet '?'", *evaluate, "newer.model", "features.csv")
    model_file.NAMES[np.dtype("<f2")] = "F16"
    model_file.write(SCRATCH / "half.model", meta, tensors | {"outputs": np.zeros(2, "<f2")})
    refused("describes the tensor 'outputs' by {'dtype': 'F16'", *evaluate, "half.model", "features.csv")
    frames_for_lammps()


def frames_for_lammps():
    script = [sys.executable, CHECKOUT / "examples/engines/lammps/to_data.py", "given.extxyz", "H"]
    given = frame([4.0, 0.0, 0.0, 0.0, 4.0, 0.0, 0.0, 0.0, 4.0], ["H"], [[0.0, 0.0, 0.0]])
    (SCRATCH / "given.extxyz").write_text(given)
    if "0 4.0 zlo zhi" not in run(SCRATCH, *script):
        sys.exit("no box in the data file")
    for old, new, expected in (('pbc="T T T"', 'pbc="T T F"', 'pbc="T T F", expected pbc="T T T"'),
                               ('pbc="T T T"', 'pbc = "T T F"', 'pbc = "T T F", expected pbc="T T T"'),
                               ('pbc="T T T"', "pbc=F", 'pbc=F, expected pbc="T T T"'),
                               ("Lattice", "lattice", "no Lattice, expected a Lattice of nine numbers"),
                               ("4.0 0.0", "4.0", "expected a Lattice of nine numbers")):
        (SCRATCH / "given.extxyz").write_text(given.replace(old, new))
        refused(expected, *script)


main()
