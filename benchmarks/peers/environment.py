# SPDX-License-Identifier: MIT
"""A virtual environment of Python with what a peer needs from PyPI."""

import sys
from dataclasses import dataclass
from pathlib import Path

from case import PeerError, run_pinned


@dataclass
class Environment:
    folder: Path
    requirement: str  # for pip
    packages: list[str]  # whose versions are told

    def program(self, name):
        return self.folder / "bin" / name

    def versions(self):
        code = f"from importlib.metadata import version; print(*map(version, {self.packages}))"
        try:
            return dict(zip(self.packages, run_pinned([self.program("python"), "-c", code]).split()))
        except PeerError:
            raise PeerError(f"{self.packages[0]} is not installed in the output folder") from None

    def install(self):
        """Makes the environment if it is missing."""
        try:
            self.versions()
        except PeerError:
            print(f"Installing {self.requirement} in {self.folder}", flush=True)
            run_pinned([sys.executable, "-m", "venv", "--clear", self.folder])
            run_pinned([self.program("pip"), "install", "--quiet", "--no-compile", self.requirement], timeout=3600)
