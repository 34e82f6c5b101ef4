# SPDX-License-Identifier: MIT
"""Model files of tinynet with NumPy: docs/model_file.md in code."""

import hashlib
import json
import os
import tempfile

import numpy as np

TYPES = {"F64": "<f8", "F32": "<f4", "I64": "<i8", "I32": "<i4", "U8": "u1"}
NAMES = {np.dtype(code): name for name, code in TYPES.items()}
NEWEST = 1


class Error(ValueError):
    """What is wrong with a file."""


def header_sha256(tensors, meta):
    """Of a header without its own checksum, as JSON with sorted keys and without blanks."""
    text = json.dumps(tensors | {"__metadata__": meta}, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def read(path):
    """Metadata (dict of strings) and tensors (dict of arrays) of a model file."""
    with open(path, "rb") as file:
        raw = file.read()
    size = int.from_bytes(raw[:8], "little")
    try:
        header, data = json.loads(raw[8:8 + size]), raw[8 + size:]
        meta = header.pop("__metadata__")
        version, checksum = int(meta["format_version"]), meta["sha256"]
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Error(f"'{path}' is no model file") from None
    if version > NEWEST:
        raise Error(f"'{path}' has format {version}, written by tinynet {meta.get('library_version', '?')!r}; formats up to {NEWEST} "
                    "are understood")
    header_checksum = meta.pop("header_sha256", None)
    if hashlib.sha256(data).hexdigest() != checksum or header_checksum not in (None, header_sha256(header, meta)):
        raise Error(f"'{path}' is damaged: its checksum differs")
    return meta, {name: tensor(path, name, data, described) for name, described in header.items()}


def tensor(path, name, data, described):
    """An array out of the data of a model file."""
    try:
        code = TYPES[described["dtype"]]
        return np.frombuffer(data[slice(*described["data_offsets"])], code).reshape(described["shape"])
    except (ValueError, KeyError, TypeError):
        raise Error(f"'{path}' describes the tensor '{name}' by {described}, expected a dtype of {', '.join(TYPES)}, a shape and "
                    "data_offsets that fit it") from None


def write(path, meta, tensors):
    """Writes a model file; what was there before stays until the new one is whole."""
    header, data = {}, b""
    for name in sorted(tensors):
        array = np.ascontiguousarray(tensors[name])
        header[name] = {"dtype": NAMES[array.dtype], "shape": list(array.shape),
                        "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    meta = meta | {"sha256": hashlib.sha256(data).hexdigest()}
    header["__metadata__"] = meta | {"header_sha256": header_sha256(header, meta)}
    text = json.dumps(header, ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    with tempfile.TemporaryDirectory(dir=os.path.dirname(os.path.abspath(path)), prefix=".tinynet-") as folder:
        part = os.path.join(folder, "model")
        with open(part, "wb") as file:
            file.write(len(text).to_bytes(8, "little") + text + data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)


def widths(tensors, network):
    """Inputs of a network, then outputs of each layer."""
    layers = sum(name.startswith(f"networks.{network}.layers.") for name in tensors) // 2
    shapes = [tensors[f"networks.{network}.layers.{layer}.weight"].shape for layer in range(layers)]
    return [shapes[0][1]] + [shape[0] for shape in shapes]


def forward(tensors, network, inputs):
    """Outputs of a network for scaled inputs, a row per atom."""
    layers = len(widths(tensors, network)) - 1
    for layer in range(layers):
        prefix = f"networks.{network}.layers.{layer}."
        inputs = inputs @ tensors[prefix + "weight"].T + tensors[prefix + "bias"]
        inputs = np.tanh(inputs) if layer + 1 < layers else inputs
    return inputs


def quotient(numerators, denominators, varies):
    """Numerators over denominators, 0 for columns that do not vary."""
    return np.divide(numerators, denominators, out=np.zeros_like(numerators), where=varies)


def evaluate(meta, tensors, network, features):
    """Forces (eV/Å), LDOS (states/eV) or energies (eV, repulsions apart) of atoms by a network, a row each."""
    own = f"networks.{network}."
    if meta["kind"] == "energy":
        species = network % len(tensors["atoms.energy"])
        own = f"networks.{species}."
        deviation = tensors[own + "features.deviation"]
        scaled = quotient(features - tensors[own + "features.mean"], deviation, deviation > 0)
        return tensors["atoms.energy"][species] + tensors["outputs.scale"] * forward(tensors, network, scaled)
    low, high = tensors[own + "features.minima"], tensors[own + "features.maxima"]
    width, bound = high - low, np.maximum(abs(low), abs(high))
    varies = (width > 1e-12 * bound) & ((low * high > 0) | (width > 1e-13))
    scaled = quotient(2 * features - low - high, width, varies)
    return tensors[own + "outputs.mean"] + tensors[own + "outputs.width"] * forward(tensors, network, scaled)
