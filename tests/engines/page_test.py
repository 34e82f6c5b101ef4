#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands in a section of docs/md_engines.md work as they stand there, those that install packages apart.

    page_test.py CHECKOUT SCRATCH SECTION    # sections share the copy of the checkout in SCRATCH
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

CHECKOUT, SCRATCH = (Path(word).resolve() for word in sys.argv[1:3])
SECTION = sys.argv[3]
# What a user at a terminal need not say: the compiler's time counts here, and the machine is small.
ENVIRONMENT = {**os.environ, "CXXFLAGS": "-O1", "CMAKE_BUILD_TYPE": "None", "CMAKE_GENERATOR": "Ninja",
               "OMPI_ALLOW_RUN_AS_ROOT": "1",
               "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM": "1", "OMPI_MCA_rmaps_base_oversubscribe": "1"}
PROGRAMS = ("cmake", "export", "mpirun", "python3 examples")


def blocks(page):
    """The indented blocks of the section that are commands, without the lines that install packages."""
    section = re.search(rf"^## {re.escape(SECTION)}\n(.*?)(?=^## |\Z)", page, re.MULTILINE | re.DOTALL)
    if not section:
        sys.exit(f"docs/md_engines.md has no section '{SECTION}'")
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", section[1], re.MULTILINE):
        lines = [line[4:] for line in block.splitlines() if not line.startswith("    sudo apt-get install ")]
        commands = "\n".join(lines).strip()
        if commands.startswith(PROGRAMS):
            yield commands


def main():
    if not SCRATCH.exists():
        shutil.copytree(CHECKOUT, SCRATCH, ignore=shutil.ignore_patterns("build", ".git"))
    found = list(blocks((CHECKOUT / "docs" / "md_engines.md").read_text()))
    if not found:
        sys.exit(f"the section '{SECTION}' has no commands")
    for commands in found:
        print(commands, flush=True)
        subprocess.run(["bash", "-euo", "pipefail", "-c", commands], cwd=SCRATCH, env=ENVIRONMENT, check=True)


if __name__ == "__main__":
    main()
