#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The page that a short study writes shows its errors, and the pictures that it links exist, in a folder
with blanks in its name: PROGRAM STUDY.py"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path


PREDICTED = """2
Properties=species:S:1:pos:R:3:forces:R:3:ref_forces:R:3
O 0 0 0 0.1 0.2 0.3 0.1 0.1 0.3
Ti 1 1 1 -0.1 0.4 1.3 -0.2 0.5 1.2
"""


def draws_parity(folder, study):
    """Whether the picture of predictions can be drawn, which a short study does not."""
    (folder / "predicted.extxyz").write_text(PREDICTED)
    picture = folder / "parity.png"
    settings = f"input='{folder / 'predicted.extxyz'}'; output='{picture}'"
    script = Path(study).resolve().parents[1] / "plot/parity.gp"
    done = subprocess.run(["gnuplot", "-e", settings, script], text=True, capture_output=True)
    return done.returncode == 0 and picture.read_bytes().startswith(b"\x89PNG")


def main():
    program, study = sys.argv[1:]
    with tempfile.TemporaryDirectory(prefix="a study ") as name:
        folder = Path(name)
        if not draws_parity(folder, study):
            sys.exit(f"parity.gp draws no picture in '{folder}'")
        progress = subprocess.run([sys.executable, study, "--program", program, "--output", folder, "--short",
                                   "--effort", "0.02"], check=True, text=True, capture_output=True).stdout
        page = (folder / "results.md").read_text()
        results = [json.loads(path.read_text()) for path in (folder / "results").glob("*.json")]
        if not results or f"{len(results)}/{len(results)} " not in progress:
            sys.exit(f"found {len(results)} trainings after\n{progress}")
        for result in results:
            test = result["test"]
            errors = [test[name] for name in ("force_rmse", "ldos_rmse") if name in test]
            errors += [test["force_mae"] / test["mean_abs_force"]] if "force_mae" in test else []
            if not any(text in page for error in errors for text in (f"{error:.3f}", f"{error:.4f}")):
                sys.exit(f"the page shows none of {errors}, the errors of {result['key']}")
        pictures = re.findall(r"\]\((pictures/[^)]*)\)", page)
        if not pictures:
            sys.exit("the page shows no picture")
        for picture in pictures:
            if not (folder / picture).read_bytes().startswith(b"\x89PNG"):
                sys.exit(f"{picture} is no picture")


if __name__ == "__main__":
    main()
