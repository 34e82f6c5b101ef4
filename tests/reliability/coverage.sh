#!/usr/bin/env bash
# Builds and runs the cases (not consumers and engines) with preset coverage, then prints the share of the lines of include/ that
# they reach, and every line that they do not.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cmake/install_packages.sh
install_packages gcovr
cmake --preset coverage
cmake --build --preset coverage
# The case left out limits the sizes of files, and so the program could not write what it counted.
ctest --preset coverage -LE 'consumer|engines|reliability|slow' -E 'a file size limit hit while writing'
gcovr --root . --filter include/ -j 2 --json build/coverage/coverage.json --txt build/coverage/coverage.txt build/coverage
tail -n 3 build/coverage/coverage.txt
python3 - <<'END'
import json
from pathlib import Path

reached = {}
for file in json.loads(Path("build/coverage/coverage.json").read_text())["files"]:
    for line in file["lines"]:
        if not line["gcovr/noncode"]:
            place = file["file"], line["line_number"]
            reached[place] = reached.get(place, False) or line["count"] > 0
for (name, number), is_reached in sorted(reached.items()):
    if not is_reached:
        print(f"{name}:{number}: not reached: {Path(name).read_text().splitlines()[number - 1].strip()}")
END
