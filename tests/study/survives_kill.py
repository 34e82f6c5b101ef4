#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""A study killed at any moment and started again ends with the numbers of one that was not; two at once are refused.

    survives_kill.py PROGRAM STUDY.py
"""

import fcntl
import json
import os
import signal
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


def saved(folder, since):
    """What checkpoints there are, and of when, if they are younger."""
    found = set()
    for path in Path(folder).glob("*.checkpoint"):
        try:
            found.add((path.name, path.stat().st_mtime_ns))
        except FileNotFoundError:  # the training has ended meanwhile
            continue
    return {(name, when) for name, when in found if when > since}


def interrupt(folder, kill):
    """Starts a study and kills it in the middle of a training, which saves itself at its start and then again."""
    start = time.time_ns()
    study = subprocess.Popen(command(folder), stdout=subprocess.DEVNULL, start_new_session=True)
    seen = set()
    while len(seen) < 3:
        if study.poll() is not None:
            sys.exit("the study ended before it could be killed")
        seen |= saved(folder, start)
        time.sleep(0.002)
    kill(study.pid)
    study.wait()
    for _ in range(1000):  # a training must not go on beside the next start
        if subprocess.run(["pgrep", "-s", str(study.pid)], stdout=subprocess.DEVNULL, check=False).returncode != 0:
            return
        time.sleep(0.01)
    sys.exit("a training outlives its study")


def main():
    with tempfile.TemporaryDirectory() as whole, tempfile.TemporaryDirectory() as killed:
        subprocess.run(command(whole), check=True, stdout=subprocess.DEVNULL)
        interrupt(killed, lambda process: os.killpg(process, signal.SIGKILL))
        interrupt(killed, lambda process: os.kill(process, signal.SIGKILL))
        subprocess.run(command(killed), check=True, stdout=subprocess.DEVNULL)
        if len(numbers(whole)) != 2 or numbers(whole) != numbers(killed):
            sys.exit(f"expected\n{numbers(whole)}\nfound\n{numbers(killed)}")
        with open(Path(whole, "lock"), "w", encoding="utf-8") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            second = subprocess.run(command(whole), stderr=subprocess.PIPE, text=True)
        if second.returncode == 0 or "another study is at work" not in second.stderr:
            sys.exit(f"two studies in one folder: {second.stderr}")


if __name__ == "__main__":
    main()
