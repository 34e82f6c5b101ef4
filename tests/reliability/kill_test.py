#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Runs that are killed at random instants, or find the disk full, and go on end with the bytes of one that was not.

    kill_test.py PROGRAM CHECKOUT [--kills N] [--length X]     N kills for each kind of run, X times longer than in CTest

Checked after every kill: the model is the older or the final one, no temporary file is left, and a training goes on with
no more than one of the epochs that it had shown as done. Shown is what a kill cost at most: how long before it the run had
saved itself, if it ever had, and how many of the epochs that were shown were done again.
"""

import argparse
import json
import os
import pty
import random
import re
import resource
import select
import signal
import subprocess
import sys
import tarfile
import tempfile
import time
from pathlib import Path

OLDER = b"an older file"


def runs(data, ldos, length):
    """Arguments and results of each kind of run; results[0] replaces an older file in one step."""
    moo3 = ["--reference", data / "moo3_reference.extxyz", "--neighbors", "1"]
    return {
        "train ldos": (["train", "ldos", ldos / "moo3_ldos.extxyz", *moo3, "--epochs", 60 * length, "--curve", "curve.csv", "-o",
                        "out.model"], ["out.model", "curve.csv"]),
        "train forces": (["train", "forces", data / "moo3.extxyz", *moo3, "--epochs", 100 * length, "--curve", "curve.csv", "-o", "out.model"],
                         ["out.model", "curve.csv"]),
        "train energy": (["train", "energy", data / "batio3.extxyz", "--epochs", 15 * length, "--curve", "curve.csv", "-o", "out.model"],
                         ["out.model", "curve.csv"]),
        "md": (["md", data / "batio3.model", data / "batio3_reference.extxyz", "--steps", 1500 * length, "--thermostat", "langevin",
                "--log", "log.csv", "-o", "out.extxyz"], ["out.extxyz", "log.csv", "out.extxyz.checkpoint"]),
    }


def limited(size):
    """Makes every file of a process end at a size, as on a full disk."""
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))


def contents(folder, names):
    return {name: (folder / name).read_bytes() for name in names}


def is_complete(path):
    """Whether a file with tensors is as long as its header says; others are text that ends with a line."""
    data = path.read_bytes()
    size = int.from_bytes(data[:8], "little")
    if size > len(data):
        return data.endswith(b"\n")
    header = json.loads(data[8:8 + size])
    ends = [entry["data_offsets"][1] for name, entry in header.items() if name != "__metadata__"]
    return len(data) == 8 + size + max(ends)


def check_left_behind(folder, results, whole):
    """After a kill: every file is the older one or the final one, unless it grows; no file has another name.

    But for one that was complete and about to get its name: Linux replaces a file by another with a name only.
    """
    known = {*results, "out.model.checkpoint", "out.extxyz.checkpoint"}
    left = {path for path in folder.iterdir() if path.name not in known}
    if len(left) > 1 or not all(path.name.startswith(".tinynet-") and is_complete(path) for path in left):
        sys.exit(f"files left behind: {left}")
    for path in left:
        path.unlink()
    model = folder / "out.model"
    if model.exists() and model.read_bytes() not in (OLDER, whole["out.model"]):
        sys.exit("out.model is neither the older nor the final one")


def seconds_since_saved(folder, start):
    """How long ago a run that began at a time saved itself; 0 if it has not yet."""
    saved = [path.stat().st_mtime for path in folder.glob("*.checkpoint") if path.stat().st_mtime > start]
    return time.time() - max(saved) if saved else 0.0


def first_epoch(output):
    """Where a run began; None if it was killed before it said so."""
    if found := re.search(r"going on after epoch (\d+)", output):
        return int(found[1])
    return 0 if "training for" in output else None


def last_epoch(output):
    """The last one that a run showed as done, a few times per second; 0 if none."""
    return max((int(epoch) for epoch in re.findall(r"epoch (\d+)/", output)), default=0)


class Run:
    """A command on a terminal, where it shows how far it is."""

    def __init__(self, command, folder):
        self.start = time.time()
        self.terminal, other_end = pty.openpty()
        self.process = subprocess.Popen(command, cwd=folder, stdout=other_end, stderr=other_end)
        os.close(other_end)
        self.output = ""

    def wait(self, seconds=None):
        """Whether it ended within so many seconds."""
        end = None if seconds is None else time.monotonic() + seconds
        while True:
            left = None if end is None else max(0.0, end - time.monotonic())
            if not select.select([self.terminal], [], [], left)[0]:
                return False
            try:
                text = os.read(self.terminal, 65536)
            except OSError:  # the other end is closed
                text = b""
            if not text:
                self.process.wait()
                os.close(self.terminal)
                return True
            self.output += text.decode()


def kill_again_and_again(command, results, whole, seconds, kills, rng):
    """Kills a run until it has been killed often enough; starts anew whenever it ends."""
    killed = finished = repeated = 0
    lost = 0.0
    while killed < kills:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if "out.model" in results:
                (folder / "out.model").write_bytes(OLDER)
            done, was_done = 0, False  # epochs that were shown as done
            while True:
                run = Run([*command, "--resume"], folder)
                if not run.wait(rng.uniform(0, seconds) if killed < kills else None):
                    run.process.kill()
                    lost = max(lost, seconds_since_saved(folder, run.start))
                    run.wait()
                    killed += 1
                    check_left_behind(folder, results, whole)
                is_done = (folder / results[0]).exists() and (folder / results[0]).read_bytes() == whole[results[0]]
                began = first_epoch(run.output)
                if began is not None and not was_done:
                    repeated = max(repeated, done - began)
                    if done - began > 1:
                        sys.exit(f"went on after epoch {began}, had done {done} before")
                done, was_done = max(done, began or 0, last_epoch(run.output)), is_done
                if run.process.returncode == 0:
                    break
                if run.process.returncode != -signal.SIGKILL:
                    sys.exit(f"status {run.process.returncode} after {time.time() - run.start:.1f} s:\n{run.output}")
            finished += 1
            if contents(folder, results) != whole:
                sys.exit(f"a run that was killed ended with other bytes: {[str(word) for word in command]}")
    return killed, finished, lost, repeated


def fill_the_disk(command, results, whole, rng, times):
    """Stops a run by files that may not grow, at several sizes, then lets it go on."""
    largest = max(len(data) for data in whole.values())
    for _ in range(times):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            if "out.model" in results:
                (folder / "out.model").write_bytes(OLDER)
            full = subprocess.run(command, cwd=folder, capture_output=True, text=True, preexec_fn=limited(rng.randrange(largest)))
            check_left_behind(folder, results, whole)
            if full.returncode != 1 or "cannot be written" not in full.stderr:
                sys.exit(f"a full disk gave status {full.returncode}:\n{full.stderr}")
            subprocess.run([*command, "--resume"], cwd=folder, check=True, stdout=subprocess.DEVNULL)
            if contents(folder, results) != whole:
                sys.exit("a run that went on after a full disk ended with other bytes")


def kill_all_kinds(options, rng, kinds):
    for name, (arguments, results) in kinds.items():
        command = [os.fspath(options.program.resolve()), *map(str, arguments)]
        with tempfile.TemporaryDirectory() as folder:
            start = time.monotonic()
            subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
            seconds = time.monotonic() - start
            whole = contents(Path(folder), results)
        killed, finished, lost, repeated = kill_again_and_again(command, results, whole, 0.6 * seconds, options.kills, rng)
        full = max(1, options.kills // 10)
        fill_the_disk(command, results, whole, rng, full)
        print(f"{name} ({seconds:.1f} s): {killed} kills, {full} full disks, {finished} runs to the end, the same bytes; "
              f"at most {lost:.2f} s since it saved itself, epochs done again: {repeated}",
              flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("program", type=Path)
    parser.add_argument("checkout", type=Path)
    parser.add_argument("--kills", type=int, default=3)
    parser.add_argument("--length", type=int, default=1)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    rng = random.Random(options.seed)
    data = options.checkout.resolve() / "examples/data"
    with tempfile.TemporaryDirectory() as ldos, tarfile.open(data / "ldos.tar.xz") as archive:
        archive.extractall(ldos)
        kill_all_kinds(options, rng, runs(data, Path(ldos), options.length))


if __name__ == "__main__":
    main()
