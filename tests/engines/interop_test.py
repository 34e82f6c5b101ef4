#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Scripts read a model file and get tinynet's numbers; tinynet loads what a script wrote.

    interop_test.py PROGRAM CHECKOUT SCRATCH
"""

import sys
from pathlib import Path

import numpy as np

PROGRAM, CHECKOUT, SCRATCH = (Path(word).resolve() for word in sys.argv[1:])
sys.path += [str(CHECKOUT / "tests/engines"), str(CHECKOUT / "examples/plot"), str(CHECKOUT / "examples/interop")]
import extxyz  # noqa: E402
import model_file  # noqa: E402
from routes import check, run  # noqa: E402

DATA, REFERENCE = (CHECKOUT / f"examples/data/moo3{suffix}.extxyz" for suffix in ("", "_reference"))
TOPOLOGY = ["--reference", REFERENCE, "--hops", "4", "--neighbors", "1"]
INTEROP = CHECKOUT / "examples/interop"


def tinynet_forces(model):
    run(SCRATCH, PROGRAM, "predict", model, "first.extxyz", "-o", "found.extxyz")
    return np.array(next(extxyz.frames(SCRATCH / "found.extxyz"))[1]["forces"], float)


def script_forces(model):
    text = run(SCRATCH, sys.executable, INTEROP / "evaluate_model.py", model, "features.csv")
    return np.array([[float(word) for word in line.split(",")] for line in text.splitlines()])


def refused(expected, *words):
    output = run(SCRATCH, sys.executable, *words, fails=True)
    print(output.strip())
    if expected not in output:
        sys.exit(f"expected '{expected}'")


SCRATCH.mkdir(parents=True, exist_ok=True)
with open(DATA) as file:
    (SCRATCH / "first.extxyz").write_text("".join(next(file) for _ in range(34)))
rng = np.random.default_rng(1)
for layout, real, limit in (("compact", "float", 1e-5), ("paper", "double", 1e-12)):
    topology = [*TOPOLOGY, "--layout", layout]
    run(SCRATCH, PROGRAM, "describe", "first.extxyz", *topology, "-o", "features.csv")
    run(SCRATCH, PROGRAM, "train", "forces", DATA, *topology, "--networks", "shared", "--real", real, "--epochs", "3", "-o",
        "template.model")
    check(f"{layout}, {real} (eV/Å)", abs(script_forces("template.model") - tinynet_forces("template.model")).max(), limit)
    meta, tensors = model_file.read(SCRATCH / "template.model")
    weights = {}
    for network in range(sum(name.endswith(".features.minima") for name in tensors)):
        widths = [tensors[f"networks.{network}.features.minima"].size, 8, 12, 5, 3]
        for layer, (inputs, outputs) in enumerate(zip(widths, widths[1:])):
            weights[f"networks.{network}.layers.{layer}.weight"] = rng.normal(size=(outputs, inputs)) / inputs**0.5
            weights[f"networks.{network}.layers.{layer}.bias"] = rng.normal(size=outputs)
    np.savez(SCRATCH / "torch.npz", **weights)
    np.savez(SCRATCH / "keras.npz", **{name: array.T for name, array in weights.items()})
    run(SCRATCH, sys.executable, INTEROP / "import_model.py", "template.model", "torch.npz", "-o", "torch.model")
    run(SCRATCH, sys.executable, INTEROP / "import_model.py", "template.model", "keras.npz", "-o", "keras.model", "--layout",
        "keras")
    if (SCRATCH / "torch.model").read_bytes() != (SCRATCH / "keras.model").read_bytes():
        sys.exit("the same weights in two layouts give two models")
    check(f"imported, {layout}, {real} (eV/Å)", abs(script_forces("torch.model") - tinynet_forces("torch.model")).max(), limit)
    if "8-12-5-3" not in run(SCRATCH, PROGRAM, "info", "torch.model"):
        sys.exit("tinynet info does not show the imported widths")

weights["networks.0.layers.1.bias"] = np.zeros(11)
np.savez(SCRATCH / "wrong.npz", **weights)
refused("networks.0.layers.1: a weight of (12, 8) and a bias of (11,)", INTEROP / "import_model.py", "template.model",
        "wrong.npz", "-o", "wrong.model")
if (SCRATCH / "wrong.model").exists():
    sys.exit("a refused import wrote a model")
raw = bytearray((SCRATCH / "template.model").read_bytes())
raw[-1] ^= 1
(SCRATCH / "damaged.model").write_bytes(raw)
refused("is damaged", INTEROP / "evaluate_model.py", "damaged.model", "features.csv")
model_file.write(SCRATCH / "newer.model", meta | {"format_version": "2"}, tensors)
refused("has format 2", INTEROP / "evaluate_model.py", "newer.model", "features.csv")
if "2" not in run(SCRATCH, PROGRAM, "info", "newer.model", fails=True):
    sys.exit("tinynet does not say that the format is newer")
