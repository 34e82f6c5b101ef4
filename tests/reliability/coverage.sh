#!/usr/bin/env bash
# Builds and runs the cases (not consumers and engines) with preset coverage, then prints the share of the lines of include/ that
# they reach, and every line that they do not. Fails below 95 %, and where a `throw` is not reached that is not an error of
# the system while a file is written.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cmake/install_packages.sh
install_packages gcovr
cmake --preset coverage
cmake --build --preset coverage
# The cases left out limit the sizes of files, and so the program could not write what it counted.
limits='a file size limit hit while writing|stops before its first frame is whole|cannot write its checkpoint'
ctest --preset coverage -LE 'consumer|engines|reliability|slow' -E "$limits"
gcovr --root . --filter include/ -j 2 --json build/coverage/coverage.json --txt build/coverage/coverage.txt build/coverage
tail -n 3 build/coverage/coverage.txt
python3 - <<'END'
import json
import re
import sys
from pathlib import Path

BY_THE_SYSTEM = "include/tinynet/io/atomic_file.hpp"
reached = {}
for file in json.loads(Path("build/coverage/coverage.json").read_text())["files"]:
    for line in file["lines"]:
        if not line["gcovr/noncode"]:
            place = file["file"], line["line_number"]
            reached[place] = reached.get(place, False) or line["count"] > 0
missed = {place: Path(place[0]).read_text().splitlines()[place[1] - 1].strip() for place, is_reached in sorted(reached.items())
          if not is_reached}
for (name, number), line in missed.items():
    print(f"{name}:{number}: not reached: {line}")
share = 1 - len(missed) / len(reached)
throws = re.compile(r"\b(throw\b|fail(_\w+)?\(|refuse_)")
silent = [(name, number) for name, number in missed if name != BY_THE_SYSTEM
          and any(throws.search(line) for line in Path(name).read_text().splitlines()[number - 2:number])]
print(f"{len(reached) - len(missed)} of {len(reached)} lines reached, {100 * share:.1f} %; {len(silent)} throws are not")
sys.exit(0 if share >= 0.95 and not silent else 1)
END
