#!/usr/bin/env bash
# Builds and runs the cases (not consumers and engines) with preset coverage, then prints the share of the lines of include/ that
# they reach, and every `throw` that they do not.
set -euo pipefail
cd "$(dirname "$0")/../.."
source cmake/install_packages.sh
install_packages gcovr
cmake --preset coverage
cmake --build --preset coverage
ctest --preset coverage -LE 'consumer|engines|reliability|slow'
gcovr --root . --filter include/ --exclude-throw-branches --merge-mode-functions=merge-use-line-0 \
    --json build/coverage/coverage.json --txt build/coverage/coverage.txt build/coverage
tail -n 3 build/coverage/coverage.txt
python3 - <<'END'
import json
from pathlib import Path

lines = {(file["file"], line["line_number"]): line["count"]
         for file in json.loads(Path("build/coverage/coverage.json").read_text())["files"] for line in file["lines"]}
for (name, number), count in sorted(lines.items()):
    text = Path(name).read_text().splitlines()[number - 1]
    if count == 0 and ("throw " in text or "fail(" in text):
        print(f"{name}:{number}: not reached: {text.strip()}")
END
