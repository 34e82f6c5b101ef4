#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Evaluates a model on features that `tinynet describe` exported, with NumPy alone.

    tinynet describe FRAMES.extxyz --model MODEL -o features.csv
    evaluate_model.py MODEL features.csv > outputs.csv

A row per atom: its force (eV/Å), its LDOS (states/eV) or its energy (eV; without the repulsion of a model that has one).
"""

import argparse
import sys

import model_file
import numpy as np


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("features")
    options = parser.parse_args()
    try:
        meta, tensors = model_file.read(options.model)
        with open(options.features) as file:
            members = int(meta.get("committee", 1))  # which have a row each, atom by atom
            outputs = []
            for number, line in enumerate(file, 1):
                network, *features = [float(word) for word in line.split(",")]
                weights = tensors.get(f"networks.{network:.0f}.layers.0.weight")
                expected = 0 if weights is None else weights.shape[1]
                if not expected or len(features) != expected:
                    raise model_file.Error(f"'{options.features}', line {number}: {len(features)} features for network "
                                           f"{network:.0f}, which takes {expected}")
                outputs.append(model_file.evaluate(meta, tensors, int(network), np.array([features])))
                if len(outputs) == members:
                    np.savetxt(sys.stdout, np.mean(outputs, axis=0), fmt="%.17g", delimiter=",")
                    outputs = []
            if outputs:
                raise model_file.Error(f"'{options.features}' ends after {len(outputs)} of the {members} rows of an atom, expected "
                                       "one for each member of the committee")
    except (OSError, ValueError) as problem:
        sys.exit(f"evaluate_model.py: {problem}")


if __name__ == "__main__":
    main()
