# SPDX-License-Identifier: MIT
"""DeePMD-kit in a virtual environment, with two models of BaTiO3 that are made here."""

import functools
import json
import os
from pathlib import Path

import crystal
from case import Case, PeerError, last_line, run_pinned
from environment import Environment

NAME = "DeePMD-kit"
KEYS = ["deepmd", "deepmd_fast"]
PACKAGES = ["python3-venv"]
MODELS = {"deepmd": "se_e2_a, double", "deepmd_fast": "se_e2_a, float, compressed"}
ENVIRONMENT = {"DP_INTRA_OP_PARALLELISM_THREADS": "1", "DP_INTER_OP_PARALLELISM_THREADS": "1",
               "TF_NUM_INTRAOP_THREADS": "1", "TF_NUM_INTEROP_THREADS": "1", "TF_CPP_MIN_LOG_LEVEL": "3"}
SCRIPT = Path(__file__).with_name("deepmd_script.py")
SEL = [20, 24, 60]  # Ba, Ti, O: most neighbors within 6 Å of a slightly displaced crystal are 18, 18, 60


def environment(options):
    return Environment(options.output / "deepmd" / "environment", "deepmd-kit[cpu]~=3.2", ["deepmd-kit", "tensorflow-cpu"])


def set_up(options):
    """Makes the environment and the models where they are missing; gives the versions."""
    own = environment(options)
    if not options.no_install:
        own.install()
    found = own.versions()
    for key in KEYS:
        if key in options.only and not model_file(options, key).exists():
            make_model(options, key)
    return found


def model_file(options, key):
    return options.output / "deepmd" / key / "model.pb"


def training_input(precision):
    networks = {"precision": precision, "seed": 1}
    descriptor = {"type": "se_e2_a", "rcut": 6.0, "rcut_smth": 0.5, "sel": SEL, "neuron": [25, 50, 100],
                  "axis_neuron": 16, **networks}
    return {"model": {"type_map": crystal.SPECIES, "descriptor": descriptor,
                      "fitting_net": {"neuron": [240, 240, 240], **networks}},
            "learning_rate": {"type": "exp", "start_lr": 1e-3, "stop_lr": 1e-8},
            "loss": {"type": "ener"},
            "training": {"training_data": {"systems": ["data"], "batch_size": 1}, "numb_steps": 5, "seed": 1}}


def make_model(options, key):
    """Trains a model for a few steps."""
    print(f"Making the model {key} of {NAME}", flush=True)
    own = environment(options)
    model = model_file(options, key)
    folder = model.parent
    folder.mkdir(parents=True, exist_ok=True)
    is_fast = key == "deepmd_fast"
    precision = "float32" if is_fast else "float64"
    (folder / "input.json").write_text(json.dumps(training_input(precision), indent=1))
    run_pinned([own.program("python"), SCRIPT, "data", folder / "data"], folder, ENVIRONMENT)
    commands = [["train", "input.json"], ["freeze", "-o", "frozen.pb"]]
    if is_fast:
        commands.append(["compress", "-i", "frozen.pb", "-o", "compressed.pb"])
    for words in commands:
        run_pinned([own.program("dp"), "--tf", *words], folder, ENVIRONMENT)
    os.replace(folder / commands[-1][-1], model)


def cases(options):
    sizes = [crystal.SMALL_CELLS] if options.quick else [crystal.SMALL_CELLS, crystal.LARGE_CELLS]
    return [Case(key, f"{NAME}: BaTiO3, {MODELS[key]}, 6 Å", 5 * cells[0] * cells[1] * cells[2],
                 functools.partial(time, options, key, cells))
            for key in KEYS if key in options.only for cells in sizes]


def time(options, key, cells):
    """Processor time of one evaluation per atom, and of one evaluation of five atoms."""
    words = [environment(options).program("python"), SCRIPT, "time", model_file(options, key), *cells]
    line = last_line(run_pinned(words, environment=ENVIRONMENT), "{")
    if not line:
        raise PeerError("the evaluation printed no times")
    return json.loads(line)
