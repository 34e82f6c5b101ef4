# SPDX-License-Identifier: MIT
"""A page of documentation made of measurements: text, tables and pictures (gnuplot)."""

import re
import subprocess
import textwrap
from pathlib import Path

PLOT = Path(__file__).resolve().parent


class Page:
    def __init__(self, pictures, scratch):
        """Pictures go to one folder, the numbers they are made of to another."""
        self.pictures = pictures
        self.pictures.mkdir(parents=True, exist_ok=True)
        self.scratch = scratch
        self.lines = []
        self.row_count = 0

    def say(self, *lines):
        for line in lines:
            is_text = not line.startswith(("|", "!", "#", " "))
            self.lines += textwrap.wrap(line, 118, break_on_hyphens=False) if is_text and line else [line]

    def add(self, section):
        """A section, unless there is nothing in its tables."""
        lines, rows = len(self.lines), self.row_count
        section(self)
        if self.row_count == rows:
            del self.lines[lines:]
        self.say("")

    def text(self):
        """The whole page, no more than one empty line in a row."""
        return re.sub("\n{3,}", "\n\n", "\n".join(self.lines)).rstrip() + "\n"

    def table(self, head, rows):
        rows = [[str(cell) for cell in row] for row in rows]
        self.row_count += len(rows)
        self.say("", "| " + " | ".join(head) + " |", "|" + " --- |" * len(head),
                 *("| " + " | ".join(row) + " |" for row in rows), "")

    def picture(self, name, alt, script, **variables):
        output = self.pictures / f"{name}.png"
        settings = "; ".join(f"{key}='{value}'" for key, value in (variables | {"output": output}).items())
        subprocess.run(["gnuplot", "-e", settings, PLOT / script], check=True)
        self.say("", f"![{alt}](pictures/{name}.png)", "")

    def series(self, name, alt, blocks, **variables):
        """A picture of lines: {title: [(x, y), ...]}; none while there are no points."""
        if not any(blocks.values()):
            return
        data = self.scratch / f"{name}.dat"
        data.write_text("\n\n\n".join(
            "\n".join([f'"{title}"'] + [f"{x:g} {y:.6g}" for x, y in points])
            for title, points in blocks.items() if points) + "\n")
        self.picture(name, alt, "series.gp", input=data, caption=alt, **variables)
