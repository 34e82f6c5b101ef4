#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""`tinynet ipi` against a server of our own, over both kinds of socket: right numbers, and words for what is wrong.

    ipi_test.py PROGRAM CHECKOUT SCRATCH [STEPS]    # as many, of which memory is watched
"""

import array
import math
import re
import socket
import struct
import subprocess
import sys
from pathlib import Path

PROGRAM, CHECKOUT, SCRATCH = (Path(word).resolve() for word in sys.argv[1:4])
STEPS = int(sys.argv[4]) if len(sys.argv) > 4 else 5000
sys.path += [str(CHECKOUT / "examples" / "plot"), str(CHECKOUT / "tests" / "engines")]
import extxyz  # noqa: E402
from routes import check, frame, of_newer_format, predict, run  # noqa: E402

BOHR, HARTREE = 0.5291772105638411, 27.211386024367243  # Å, eV
SIDE = 4.005
SPECIES = ["Ba", "Ti", "O", "O", "O"]
PLACES = [[0.0, 0.0, 0.0], [SIDE / 2, SIDE / 2, SIDE / 2 + 0.1], [SIDE / 2, SIDE / 2, 0.0], [SIDE / 2, 0.0, SIDE / 2],
          [0.0, SIDE / 2, SIDE / 2]]


class Server:
    """Listens, and starts the client that is to connect."""

    def __init__(self, model, *options, start="start.extxyz", inet=None):
        self.path = SCRATCH / "socket"
        self.path.unlink(missing_ok=True)
        family = {None: socket.AF_UNIX, "127.0.0.1": socket.AF_INET, "[::1]": socket.AF_INET6}[inet]
        self.listener = socket.socket(family)
        self.listener.bind((inet.strip("[]"), 0) if inet else str(self.path))
        self.listener.listen(1)
        self.listener.settimeout(30)
        where = ["--inet", f"{inet}:{self.listener.getsockname()[1]}"] if inet else ["--unix", str(self.path)]
        self.client = subprocess.Popen([PROGRAM, "ipi", SCRATCH / model, SCRATCH / start, *where, *options], text=True,
                                       stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        self.connection = None

    def say(self, header, *parts):
        if self.connection is None:
            self.connection, _ = self.listener.accept()
            self.connection.settimeout(30)
        self.connection.sendall(header.ljust(12).encode() + b"".join(parts))

    def hear(self, size):
        data = b""
        while len(data) < size:
            part = self.connection.recv(size - len(data))
            if not part:
                sys.exit(f"the client closed: {self.client.communicate()}")
            data += part
        return data

    def positions(self, places, lattice, count=None):
        numbers = [x / BOHR for place in places for x in place]
        columns = [lattice[3 * k + j] / BOHR for j in range(3) for k in range(3)]
        count = len(places) if count is None else count
        self.say("POSDATA", doubles(columns), doubles([0.0] * 9), struct.pack("i", count), doubles(numbers))

    def forces(self):
        """Energy, forces and virial in eV and Å."""
        self.say("GETFORCE")
        expect(self.hear(12), b"FORCEREADY  ")
        energy, count = struct.unpack("=di", self.hear(12))
        found = [x * HARTREE / BOHR for x in array.array("d", self.hear(24 * count))]
        virial = [x * HARTREE for x in array.array("d", self.hear(72))]
        more, = struct.unpack("i", self.hear(4))
        self.hear(more)
        return energy * HARTREE, found, virial

    def end(self, expected_status, expected_words):
        if self.connection is not None:
            self.connection.close()
        output, errors = self.client.communicate(timeout=30)
        self.listener.close()
        if self.client.returncode != expected_status or expected_words not in output + errors:
            sys.exit(f"status {self.client.returncode}, expected {expected_status} and '{expected_words}':\n{output}\n{errors}")
        print((output + errors).strip())


def has_ipv6():
    try:
        with socket.socket(socket.AF_INET6) as one:
            one.bind(("::1", 0))
        return True
    except OSError:
        return False


def doubles(numbers):
    return array.array("d", numbers).tobytes()


def expect(found, expected):
    if found != expected:
        sys.exit(f"the client says {found}, expected {expected}")


def says_what_the_program_says(inet):
    server = Server("energy.model", inet=inet)
    server.say("STATUS")
    expect(server.hear(12), b"READY       ")
    server.say("INIT", struct.pack("ii", 0, 3), b"abc")
    for stretch in (1.0, 1.0, 1.01):  # the cell may change
        lattice = [stretch * SIDE, 0.0, 0.0, 0.1, SIDE, 0.0, 0.0, 0.2, SIDE]
        server.positions(PLACES, lattice)
        server.say("STATUS")
        expect(server.hear(12), b"HAVEDATA    ")
        energy, forces, virial = server.forces()
        expected_energy, expected, stress = predict(SCRATCH, PROGRAM, "energy.model", frame(lattice, SPECIES, PLACES))
        check("energy (eV)", abs(energy - expected_energy), 1e-8)
        check("forces (eV/Å)", max(abs(x - y) for x, y in zip(forces, (x for row in expected for x in row))), 1e-8)
        check("virial (eV)", max(abs(x + y * stretch * SIDE**3) for x, y in zip(virial, stress)), 1e-8)
    server.say("EXIT")
    server.end(0, "answered 3 times")


def keeps_its_memory():
    """Through many steps in a cell that breathes, so that neighbors are found anew, too."""
    server = Server("energy.model")
    seen = []
    for step in range(STEPS):
        stretch = 1.0 + 0.05 * math.sin(0.01 * step)
        server.positions([[stretch * x for x in place] for place in PLACES],
                         [stretch * SIDE, 0.0, 0.0, 0.0, stretch * SIDE, 0.0, 0.0, 0.0, stretch * SIDE])
        server.forces()
        if step % 500 == 499:  # the first thousand may still allocate
            status = Path(f"/proc/{server.client.pid}/status").read_text()
            seen.append(int(re.search(r"VmRSS:\s+(\d+) kB", status)[1]) / 1024)
    server.say("EXIT")
    server.end(0, f"answered {STEPS} times")
    check(f"growth of the client's memory from step 1000 to {STEPS} (MiB)", max(seen[2:]) - seen[1], 1.0)


def says_forces_of_a_force_model():
    lattice = [SIDE, 0.0, 0.0, 0.0, SIDE, 0.0, 0.0, 0.0, SIDE]
    run(SCRATCH, PROGRAM, "train", "forces", CHECKOUT / "examples/data/batio3.extxyz", "--reference",
        CHECKOUT / "examples/data/batio3_reference.extxyz", "--epochs", "3", "--real", "double", "-o", "forces.model")
    server = Server("forces.model", "--forces-only")
    for shift in (0.0, 0.05):
        places = [[x, y + shift, z] if kind == "Ti" else [x, y, z] for kind, (x, y, z) in zip(SPECIES, PLACES)]
        server.positions(places, lattice)
        energy, forces, virial = server.forces()
        (SCRATCH / "moved.extxyz").write_text(frame(lattice, SPECIES, places))
        run(SCRATCH, PROGRAM, "predict", "forces.model", "moved.extxyz", "-o", "found.extxyz")
        _, columns = next(extxyz.frames(SCRATCH / "found.extxyz"))
        check("forces of a force model (eV/Å)",
              max(abs(x - float(y)) for x, y in zip(forces, (y for row in columns["forces"] for y in row), strict=True)), 1e-8)
        if not all(map(math.isnan, [energy, *virial])):
            sys.exit(f"a force model has the energy {energy} and the virial {virial}")
    server.positions(PLACES, [1.01 * SIDE, *lattice[1:]])
    server.end(1, "the server has changed the cell")


def says_what_is_wrong():
    lattice = [SIDE, 0.0, 0.0, 0.0, SIDE, 0.0, 0.0, 0.0, SIDE]
    server = Server("energy.model")
    server.say("HELLO")
    server.end(1, "the server says 'HELLO', expected STATUS")
    server = Server("energy.model")
    server.say("GETFORCE")
    server.end(1, "GETFORCE after positions")
    server = Server("energy.model")
    server.positions(PLACES, lattice, count=2000000000)
    server.end(1, "the server sends 2000000000 atoms, the start has 5")
    server = Server("energy.model")
    server.say("INIT", struct.pack("ii", 0, 2000000000))
    server.end(1, "announces a text of 2000000000 bytes")
    server = Server("energy.model")
    server.say("POSDATA", doubles([0.0] * 4))
    server.end(1, "closed the connection in the middle of a message")
    server = Server("energy.model")
    server.positions([[float("nan")] * 3] * 5, lattice)
    server.end(1, "the position of atom 0 is not finite")
    server = Server("energy.model")
    server.say("STATUS")
    expect(server.hear(12), b"READY       ")
    server.end(0, "answered 0 times")  # closed between messages
    words = [PROGRAM, "ipi", "energy.model", "start.extxyz"]
    for where, sentence in ((["--unix", "/nowhere"], "no server answers at '/nowhere'"), ([], "where is the server?"),
                            (["--inet", "nocolon"], "expected HOST:PORT"),
                            (["--inet", "[::1]:1"], "no server answers at '::1:1'")):
        output = run(SCRATCH, *words, *where, fails=True)
        if sentence not in output:
            sys.exit(f"expected '{sentence}': {output}")
    start = (SCRATCH / "start.extxyz").read_text()
    (SCRATCH / "other.extxyz").write_text(start.replace("Ba", "H"))
    whole = (SCRATCH / "energy.model").read_bytes()
    (SCRATCH / "short.model").write_bytes(whole[:len(whole) // 2])
    (SCRATCH / "newer.model").write_bytes(of_newer_format(whole))
    for model, sentence in (("nowhere.model", "nowhere.model"), ("short.model", "bytes of data, expected"),
                            ("newer.model", "format version 2")):
        output = run(SCRATCH, PROGRAM, "ipi", model, "start.extxyz", "--unix", "x", fails=True)
        if sentence not in output:
            sys.exit(f"expected '{sentence}': {output}")
    server = Server("energy.model", start="other.extxyz")
    server.positions(PLACES, lattice)
    server.end(1, "is H, a species that the model does not know")
    output = run(SCRATCH, PROGRAM, "ipi", CHECKOUT / "tests/golden/forces_v1.model", "start.extxyz", "--unix", "x", fails=True)
    if "give --forces-only" not in output:
        sys.exit(output)


SCRATCH.mkdir(parents=True, exist_ok=True)
(SCRATCH / "start.extxyz").write_text(frame([SIDE, 0.0, 0.0, 0.0, SIDE, 0.0, 0.0, 0.0, SIDE], SPECIES, PLACES))
run(SCRATCH, PROGRAM, "train", "energy", CHECKOUT / "examples/data/batio3.extxyz", "--epochs", "5", "--real", "double", "-o",
    "energy.model")
for inet in (None, "127.0.0.1") + ("[::1]",) * has_ipv6():
    says_what_the_program_says(inet)
keeps_its_memory()
says_forces_of_a_force_model()
says_what_is_wrong()
