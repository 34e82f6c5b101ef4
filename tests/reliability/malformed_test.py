#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Malformed structure files, models and checkpoints: each is refused with a sentence that names file and line, and nothing is
written.

    malformed_test.py PROGRAM CHECKOUT
"""

import hashlib
import json
import re
import subprocess
import sys
import tempfile
import time
import unicodedata
from pathlib import Path

PROGRAM, CHECKOUT = (Path(word).resolve() for word in sys.argv[1:])
LIMIT = 10.0  # seconds for one file
ESCAPES = "\x1b]0;title\a\x7f\u009b31m"  # what a terminal would obey

HEAD = 'Lattice="4 0 0 0 4 0 0 0 4" Properties=species:S:1:pos:R:3:forces:R:3 energy=-27.5 pbc="T T T"'
ROWS = ["Ba 0.0 0.0 0.0 0.1 0.2 0.3", "Ti 2.0 2.0 2.1 -0.1 0.0 0.0", "O 2.0 2.0 0.0 0.0 -0.2 0.0", "O 2.0 0.0 2.0 0.0 0.0 -0.3",
        "O 0.0 2.0 2.0 0.0 0.0 0.0"]
FRAME = "\n".join(["5", HEAD, *ROWS]) + "\n"


def replaced(old, *new):
    """The frame with a piece of it replaced, in as many ways as there are replacements."""
    assert old in FRAME
    return [FRAME.replace(old, one, 1) for one in new]


def at(line, texts):
    """Texts with the line of what is wrong with them; None: it is no line, 0: the last one that is there."""
    for text in texts:
        yield text, line if line != 0 else text.count("\n") + (not text.endswith("\n"))


def malformed_structures():
    """Texts that are no training structures, with the line to be named; each is refused by `tinynet train energy`."""
    yield from at(None, ("", "\n", " "))
    yield from at(0, ("\0", "5", "5\n", "five\n", "-5\n", "5.5\n", "1e9\n", "99999999999999999999\n", "2147483648\n" + HEAD))
    # Cut off anywhere before the last row is whole: at the end of a word the number of columns is wrong or a row is missing.
    whole = FRAME[:FRAME.rindex("0.0\n")]
    yield from at(0, (whole[:end] for end in range(1, len(whole))))
    yield from at(0, (FRAME + tail for tail in ("5", "5\n", f"5\n{HEAD}\n", f"5\n{HEAD}\nBa 0 0 0 0 0 0\n", "garbage\n", "\0\n")))
    yield from at(8, [FRAME + "\ufeff" + FRAME])  # two files one after the other
    yield from at(0, replaced("5\n", "4\n", "6\n", "1000000000\n"))
    yield from at(1, replaced("5\n", "0\n", "-1\n", "+-5\n", "5x\n", "nan\n", "inf\n", "\ufeff\ufeff5\n", "18446744073709551615\n"))
    for word in ("nan", "inf", "-inf", "1,5", "1.5.5", "--1", "1e999", "0x1p3000", "abc", "1d5", "\u0661", "\u009b31m"):
        yield from at(4, replaced("2.1", word))  # a position
        yield from at(3, replaced("0.3", word))  # a force
        yield from at(2, replaced("-27.5", word))  # the energy
        yield from at(2, replaced("4 0 0 0 4", f"{word} 0 0 0 4"))  # the cell
    for symbol in ("X", "Xx", "ba", "0", "-1", "119", "Ba1", "\u00c9", "\u009b31m"):
        yield from at(3, replaced("Ba ", f"{symbol} "))
    yield from at(2, replaced('"4 0 0 0 4 0 0 0 4"', '""', '"4 0 0 0 4 0 0 0"', '"4 0 0 0 4 0 0 0 4 4"', '"0 0 0 0 0 0 0 0 0"',
                              '"4 0 0 4 0 0 0 0 4"', '"4 0 0 0 4 0 0 0 4', "4"))
    properties = "Properties=species:S:1:pos:R:3:forces:R:3"
    yield from at(2, replaced(properties, "Properties=", "Properties=species:S:1:pos:R:3:forces:R",
                              "Properties=species:S:1:pos:R:2:forces:R:4", "Properties=species:S:1:pos:R:-3:forces:R:3",
                              "Properties=species:S:1:pos:Q:3:forces:R:3", "Properties=species:S:1:pos:R:3:forces:R:99999999999",
                              "Properties=species:S:1:pos:R:3:pos:R:3", "Properties=species:S:1:pos:S:3:forces:R:3", "Properties=::::",
                              properties + ":more:R:1000000", properties + 10000 * " a",
                              properties + "".join(f":a{k}:R:1" for k in range(10000))))
    yield from at(3, replaced(properties, "Properties=species:S:1", "Properties=pos:R:3", "Properties=species:R:1:pos:R:3:forces:R:3",
                              "Properties=species:S:1:pos:R:3:forces:R:4"))
    yield from at(2, replaced('pbc="T T T"', 'pbc="T T"', 'pbc="maybe"', 'pbc="T T T', 'pbc="1 2 3"', 'pbc="T T T" stress="1 2 3"',
                              'pbc="T T T" stress="a b c d e f"', 'pbc="T T T" stress="nan 0 0 0 0 0 0 0 0"',
                              'pbc="T T T" stress="1 0 0 0 1 0 0 0 1" virial="5 0 0 0 5 0 0 0 5"', 'pbc="T T T" energy=3'))
    for number, row in enumerate(ROWS):
        yield from at(3 + number, replaced(row, row + " 7", row.rsplit(" ", 1)[0], "", row + " extra words"))
        yield from at(0, [FRAME.replace(row + "\n", "", 1)])
    yield from at(None, [FRAME.replace("forces:R:3", "other:R:3").replace("energy=", "heat=")])  # no labels


def spellings(text):
    """The bytes of a text as programs on various systems write them; they mean the same."""
    windows = text.replace("\n", "\r\n")
    return {spelled.encode() for spelled in (text, windows, "\ufeff" + text, "\ufeff" + windows)}


def misspelled():
    """Bytes of the frame that are no text as we read it."""
    return (FRAME.replace("\n", "\r").encode(), FRAME.encode("utf-16-le"), FRAME.encode("utf-16-be"), FRAME.encode("utf-16"))


def flipped(good, places):
    """A bit turned at every place but in the name of the header's checksum: under another name nobody knows it."""
    name = b'"header_sha256"'
    start = good.find(name)
    for place in places:
        if not start < place < start + len(name):
            yield good[:place] + bytes([good[place] ^ 0x10]) + good[place + 1:]


def malformed_models(good):
    """Bytes that are no model file."""
    size = int.from_bytes(good[:8], "little")
    header, data = json.loads(good[8:8 + size]), good[8 + size:]
    header["__metadata__"].pop("header_sha256", None)  # it would be what is wrong with all that follow

    def packed(changed, numbers=data, length=None):
        text = json.dumps(changed, ensure_ascii=False).encode()
        return (len(text) if length is None else length).to_bytes(8, "little") + text + numbers

    def with_meta(**changes):
        meta = {key: value for key, value in (header["__metadata__"] | changes).items() if value is not None}
        return packed(header | {"__metadata__": meta})

    yield from (good[:end] for end in (*range(0, 64), *range(64, len(good), max(1, len(good) // 97)), len(good) - 1))
    yield from (good + b"\0", good + good)
    yield from (packed(header, length=length) for length in (0, 1, 2**31, 2**63 - 1, 2**64 - 1))
    yield from flipped(good, range(8 + size, len(good), max(1, len(data) // 31)))
    if b'"header_sha256"' in good:
        yield from flipped(good, range(8, 8 + size, 7))
    for key in header["__metadata__"]:
        if key not in ("training", "library_version", "committee"):
            yield with_meta(**{key: None})
        if key not in ("training", "library_version"):
            yield with_meta(**{key: "nonsense"})
    yield from (with_meta(format_version=version) for version in ("0", "2", "999999999999999999999", "-1", "1.5", ""))
    yield from (with_meta(kind=kind) for kind in ("", "force", "energies"))
    for key, value in header["__metadata__"].items():
        if key != "library_version":
            yield with_meta(**{key: ESCAPES})
        if value.startswith('{"'):
            yield with_meta(**{key: f"{value[:-1]},{value[1:]}"})  # every setting twice
    training = json.loads(header["__metadata__"]["training"])
    yield from (with_meta(training=json.dumps(training | {"data_sha256": text})) for text in (ESCAPES, "a" * 63, "g" * 64, "a" * 65))
    yield with_meta(format_version="2", library_version=ESCAPES)
    names = [name for name in header if name != "__metadata__"]
    for name in names:
        yield packed({key: value for key, value in header.items() if key != name})
        for change in ({"dtype": "F16"}, {"dtype": 3}, {"shape": [2**40]}, {"shape": [-1]}, {"shape": "x"},
                       {"data_offsets": [0, 2**62]}, {"data_offsets": [8, 0]}, {"data_offsets": [-8, 0]}, {"data_offsets": [0]}):
            yield packed(header | {name: header[name] | change})
    for name in names:  # a number that is not one, the checksum right
        start, end = header[name]["data_offsets"]
        width = {"F64": 8, "F32": 4}.get(header[name]["dtype"])
        if width and end > start:
            nan = b"\xff" * width
            numbers = data[:start] + nan + data[start + width:]
            meta = header["__metadata__"] | {"sha256": hashlib.sha256(numbers).hexdigest()}
            yield packed(header | {"__metadata__": meta}, numbers)


def malformed_checkpoints(good):
    """Bytes that are no checkpoint of a training.

    Its tensors end where its last eight bytes say; behind them is what may be damaged, records of epochs since.
    """
    end_of_tensors = int.from_bytes(good[-8:], "little")
    yield from (good[:end] for end in (*range(0, 64), *range(64, len(good), max(1, len(good) // 47)), len(good) - 1))
    yield good + b"\0"
    yield from flipped(good, range(8, end_of_tensors, max(1, end_of_tensors // 47)))


def unfinished_training(folder, words):
    """The checkpoint that a killed training leaves."""
    path = folder / "out.model.checkpoint"
    run = subprocess.Popen([str(word) for word in (PROGRAM, *words)], stdout=subprocess.DEVNULL, cwd=folder)
    while run.poll() is None and not path.exists():
        time.sleep(0.01)
    run.kill()
    run.wait()
    return path.read_bytes()


def refused(folder, file, words, line=None):
    """What is wrong with how a command takes a file, or nothing.

    line: that must be named.
    """
    before = {path: path.stat().st_mtime_ns for path in folder.iterdir()}
    try:
        done = subprocess.run([str(word) for word in (PROGRAM, *words)], capture_output=True, cwd=folder, timeout=LIMIT)
    except subprocess.TimeoutExpired:
        return f"it takes more than {LIMIT} s"
    said = done.stderr.decode(errors="replace")
    if done.returncode <= 0:
        return f"status {done.returncode}: {said}"
    if not re.fullmatch(r"tinynet: [^\n]*\n", said) or file not in said or not is_shown_as_it_is(said[:-1]):
        return f"not one sentence that names {file}: {said!r}"
    if line is not None and not said.startswith(f"tinynet: {file}, line {line}: "):
        return f"not line {line}: {said!r}"
    if {path: path.stat().st_mtime_ns for path in folder.iterdir()} != before:
        return "files have changed"
    return ""


def is_shown_as_it_is(text):
    """Whether a terminal shows the text rather than obeys it."""
    return not any(unicodedata.category(character) == "Cc" for character in text)


def check_spellings(folder):
    """However a well-formed file is spelled, it has the same features."""
    features = set()
    for content in spellings(FRAME):
        (folder / "good.extxyz").write_bytes(content)
        subprocess.run([PROGRAM, "describe", "good.extxyz", "-o", "features.csv"], cwd=folder, check=True)
        features.add((folder / "features.csv").read_bytes())
    if len(features) != 1:
        sys.exit(f"{len(features)} different features of one structure")


def main():
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        check_spellings(folder)
        failures, count = [], 0
        train = ["train", "energy", "bad.extxyz", "--split", "1,0,0", "--epochs", "1", "-o", "out.model"]
        good = [word.replace("bad", "good") for word in train]
        if subprocess.run([str(word) for word in (PROGRAM, *good)], capture_output=True, cwd=folder).returncode != 0:
            sys.exit("the well-formed file is refused, too")
        for path in folder.glob("out.model*"):
            path.unlink()
        structures = [(content, line) for text, line in malformed_structures() for content in spellings(text)]
        for content, line in (*structures, *((content, 1) for content in misspelled())):
            (folder / "bad.extxyz").write_bytes(content)
            count += 1
            if problem := refused(folder, "bad.extxyz", train, line):
                failures.append(f"structures {content[:300]!r}: {problem}")
        endless = [word.replace("bad", "good") for word in train[:-4]] + ["--epochs", "1000000000", "-o", "out.model", "--resume"]
        for content in malformed_checkpoints(unfinished_training(folder, endless)):
            (folder / "out.model.checkpoint").write_bytes(content)
            count += 1
            if problem := refused(folder, "out.model.checkpoint", endless):
                failures.append(f"checkpoint, {len(content)} bytes: {problem}")
        for model in ("tests/golden/forces_v1.model", "tests/golden/ldos_v1.model", "examples/data/batio3.model"):
            for content in malformed_models((CHECKOUT / model).read_bytes()):
                (folder / "bad.model").write_bytes(content)
                count += 1
                if problem := refused(folder, "bad.model", ["info", "bad.model"]):
                    failures.append(f"model {model}, {len(content)} bytes, {content[:200]!r}: {problem}")
        for failure in failures:
            print(failure[:1000])
        print(f"{count} malformed files, {len(failures)} not refused as they should be")
        if failures or count < 300:
            sys.exit(1)


if __name__ == "__main__":
    main()
