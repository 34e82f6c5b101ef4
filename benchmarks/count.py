#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Counts instructions, loads and stores of the stages of a step with Callgrind, for docs/performance.md.

    count.py PROGRAM OUTPUT.json       # PROGRAM: tinynet_benchmarks without AVX-512, which Valgrind does not know
"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

STAGES = ("update_bonds/batio3/float", "write_features/batio3/cycles/float/n:4/N:2", "step_networks/160")
ATOMS = 160


def counts(program, stage):
    """Of one atom."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "callgrind.out"
        subprocess.run(["valgrind", "--tool=callgrind", f"--callgrind-out-file={out}", "--compress-strings=no", "--cache-sim=yes",
                        "--toggle-collect=*tinynet::bench::counted*", program, f"--benchmark_filter=^{stage}$",
                        "--benchmark_min_time=0.001"], check=True, capture_output=True)
        text = out.read_text()
    calls = sum(int(number) for number in re.findall(r"^cfn=.*tinynet::bench::counted.*\ncalls=(\d+) ", text, re.M))
    names = re.search(r"^events: (.*)$", text, re.M)[1].split()
    totals = re.search(r"^(?:summary|totals): (.*)$", text, re.M)[1].split()
    if calls == 0:
        sys.exit(f"'{program}' has no stage '{stage}'")
    found = dict(zip(names, map(int, totals)))
    return {name: found[event] / calls / ATOMS for name, event in (("instructions", "Ir"), ("loads", "Dr"), ("stores", "Dw"))}


def main():
    program, output = sys.argv[1:]
    found = {stage: counts(program, stage) for stage in STAGES}
    Path(output).write_text(json.dumps(found, indent=1))


if __name__ == "__main__":
    main()
