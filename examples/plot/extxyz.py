# SPDX-License-Identifier: MIT
"""Frames of an extended XYZ file, as far as the studies read them."""

import re


def frames(path):
    """Comment line and columns ({name: one list of words per atom}) of every frame."""
    lines = path.read_text().splitlines()
    at = 0
    while at < len(lines):
        count, comment = int(lines[at]), lines[at + 1]
        rows = [line.split() for line in lines[at + 2:at + 2 + count]]
        columns, first = {}, 0
        for name, width in re.findall(r"(\w+):\w:(\d+)", re.search(r"Properties=(\S+)", comment)[1]):
            columns[name] = [row[first:first + int(width)] for row in rows]
            first += int(width)
        yield comment, columns
        at += 2 + count
