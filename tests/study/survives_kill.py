#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A study killed at any moment and started again ends with the numbers of one that was not: PROGRAM STUDY.py"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path


def command(folder):
    program, study = sys.argv[1:]
    return [sys.executable, study, "--program", program, "--output", folder, "--short", "--limit", "2",
            "--effort", "0.1"]


def numbers(folder):
    """What a study found, without how long it took."""
    return {path.name: {key: value for key, value in json.loads(path.read_text()).items()
                        if key not in ("seconds", "command")} for path in Path(folder, "results").glob("*.json")}


def main():
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as killed:
        subprocess.run(command(whole), check=True, stdout=subprocess.DEVNULL)
        for seconds in (0.4, 1.5):
            study = subprocess.Popen(command(killed), stdout=subprocess.DEVNULL, start_new_session=True)
            time.sleep(seconds)
            subprocess.run(["pkill", "-KILL", "-s", str(study.pid)], check=False)
            study.wait()
        subprocess.run(command(killed), check=True, stdout=subprocess.DEVNULL)
        if len(numbers(whole)) != 2 or numbers(whole) != numbers(killed):
            sys.exit(f"expected\n{numbers(whole)}\nfound\n{numbers(killed)}")


if __name__ == "__main__":
    main()
