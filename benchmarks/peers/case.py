# SPDX-License-Identifier: MIT
"""What all peers share: a case, its samples, and a way to run a program on one core."""

import os
import statistics
import subprocess
from collections.abc import Callable
from dataclasses import dataclass, field

LAST_CPU = max(os.sched_getaffinity(0))
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}
SMALL, LARGE = 160, 10240  # atoms that tinynet is timed with


class PeerError(Exception):
    """A peer cannot be installed or run; the text is one line and says why."""


@dataclass
class Case:
    """One simulation of one peer; `time` runs it once and gives a sample with at least `us_per_atom`."""

    key: str
    name: str
    atoms: int
    time: Callable[[], dict]
    samples: list[dict] = field(default_factory=list)
    problem: str = ""

    @property
    def atoms_of_tinynet(self):
        return SMALL if self.atoms < 1000 else LARGE

    def median_of(self, quantity):
        return statistics.median(sample[quantity] for sample in self.samples)


def last_line(text, start=""):
    """The last line that begins like this."""
    return next((line for line in reversed(text.splitlines()) if line.strip() and line.startswith(start)), "")


def run_pinned(command, folder=None, environment=None, timeout=600):
    """The standard output of a program that ran with one thread on the last processor."""
    words = ["taskset", "-c", str(LAST_CPU), *map(str, command)]
    try:
        finished = subprocess.run(words, cwd=folder, env=os.environ | ONE_THREAD | (environment or {}), text=True,
                                  capture_output=True, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeerError(str(error)) from None
    if finished.returncode != 0:
        output = finished.stdout + "\n" + finished.stderr
        raise PeerError(last_line(output, "ERROR") or last_line(output) or f"exit status {finished.returncode}")
    return finished.stdout
