#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Makes a model of weights trained elsewhere.

    import_model.py TEMPLATE.model WEIGHTS.npz -o MODEL

The template is a model of tinynet (`tinynet train forces ... --epochs 1`): its descriptor and scalings stay. Keys of
WEIGHTS.npz, for network K and layer L, both counted from 0:

    networks.K.layers.L.kernel    inputs x outputs, as Keras has it, or
    networks.K.layers.L.weight    outputs x inputs, as PyTorch has it
    networks.K.layers.L.bias      outputs

Every network of the template needs its layers: one to three hidden ones of any widths with tanh, and a linear one. They
take the features that `tinynet describe --model TEMPLATE` writes, scaled as docs/model_file.md says. Numbers are stored in
the precision of the template.
"""

import argparse
import json
import os
import re
import sys
from zipfile import BadZipFile

import model_file
import numpy as np


def layer(given, prefix, inputs, kind):
    """Weight (outputs x inputs) and bias of a layer."""
    weight = given.pop(prefix + "weight", None)
    if weight is None and prefix + "kernel" in given:
        weight = given.pop(prefix + "kernel").T
    bias = given.pop(prefix + "bias", None)
    if weight is None or bias is None or bias.ndim != 1 or weight.shape != (len(bias), inputs):
        raise model_file.Error(f"layer '{prefix[:-1]}' needs a bias, and a weight (outputs x inputs) or a kernel (inputs x "
                               f"outputs) of {inputs} inputs and as many outputs as the bias has numbers")
    stored = np.ascontiguousarray(weight, kind), bias.astype(kind)
    if not all(np.isfinite(numbers).all() for numbers in stored):
        raise model_file.Error(f"layer '{prefix[:-1]}' has a number that is not finite")
    return stored


def with_layers(tensors, given):
    """The template's tensors with the given layers in place of its own."""
    result = {name: tensor for name, tensor in tensors.items() if ".layers." not in name}
    kind = tensors["networks.0.layers.0.weight"].dtype
    network = 0
    while f"networks.{network}.layers.0.bias" in tensors:
        inputs, *_, outputs = model_file.widths(tensors, network)
        numbers = [re.match(rf"networks\.{network}\.layers\.(\d+)\.", name) for name in given]
        last = max((int(found[1]) for found in numbers if found), default=-1)
        width = inputs
        for number in range(last + 1):
            prefix = f"networks.{network}.layers.{number}."
            result[prefix + "weight"], result[prefix + "bias"] = layer(given, prefix, width, kind)
            width = len(result[prefix + "bias"])
        if not 1 <= last <= 3 or width != outputs:
            raise model_file.Error(f"network {network} has {last + 1} layers and {width} outputs, expected 2 to 4 layers and "
                                   f"{outputs} outputs")
        network += 1
    if given:
        raise model_file.Error(f"'{next(iter(given))}' belongs to no layer of a network of the template, which has {network}")
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("template")
    parser.add_argument("weights")
    parser.add_argument("-o", "--output", required=True)
    options = parser.parse_args()
    try:
        if os.path.exists(options.output):
            for given in (options.template, options.weights):
                if os.path.samefile(options.output, given):
                    raise model_file.Error(f"'{options.output}' is '{given}', one of the inputs; expected another file")
        meta, tensors = model_file.read(options.template)
        archive = np.load(options.weights)
        if not isinstance(archive, np.lib.npyio.NpzFile):
            raise model_file.Error(f"'{options.weights}' holds one array, expected an archive of several (.npz)")
        with archive:
            tensors = with_layers(tensors, {name: archive[name] for name in archive.files})
        record = json.loads(meta["training"]) | {"epochs": 0, "best_rmse": 0.0, "hidden": model_file.widths(tensors, 0)[1:-1]}
        record["best_epochs"] = [0] * len(record["best_epochs"])
        model_file.write(options.output, meta | {"training": json.dumps(record)}, tensors)
    except (OSError, ValueError, EOFError, BadZipFile) as problem:
        sys.exit(f"import_model.py: {problem}")


if __name__ == "__main__":
    main()
