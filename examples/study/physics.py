#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""What energy models of the bundled materials say about physics: writes docs/physics.md and its pictures.

Needs the force model of study.py, gnuplot and NumPy (Debian: python3-numpy).
"""

import argparse
import csv
import re
import subprocess
import sys
from pathlib import Path

import numpy as np

import runs
from study import DATA, ROOT, frames_of, write

sys.path.append(str(ROOT / "examples" / "plot"))
import extxyz  # noqa: E402
from page import Page  # noqa: E402

SPECIES = ["Ba", "Ti", "O", "O", "O"]
CUBIC = np.array([[0, 0, 0], [.5, .5, .5], [.5, .5, 0], [.5, 0, .5], [0, .5, .5]])
MASSES = {"Ba": 137.327, "Ti": 47.867, "O": 15.999, "Mo": 95.95}
MOO3 = {"moo3": "corner-sharing octahedra", "moo3_layered": "bilayers of alpha-MoO3"}
# Stretching of the bond Mo=O in crystals of alpha-MoO3, Raman (Seguin et al., Spectrochim. Acta A 51, 1323).
STRETCH = 995
LATTICE = 4.005  # Å, of all structures of the data
EV_PER_A3 = 160.21766  # GPa
BOLTZMANN = 8.617333e-5  # eV/K
WAVENUMBER = 521.4709  # 1/cm of sqrt(eV/Å^2/u)


def frame(cell, positions, species=SPECIES):
    lattice = " ".join(f"{x:.10f}" for x in np.asarray(cell).ravel())
    atoms = "".join(f"{s} {p[0]:.10f} {p[1]:.10f} {p[2]:.10f}\n" for s, p in zip(species, positions))
    return f'{len(positions)}\nLattice="{lattice}" Properties=species:S:1:pos:R:3 pbc="T T T"\n{atoms}'


class Model:
    """Energies, forces and stresses by `tinynet predict`."""

    def __init__(self, program, model, folder):
        self.program, self.model, self.folder = program, model, folder

    def __call__(self, frames):
        given, found = self.folder / "given.extxyz", self.folder / "found.extxyz"
        given.write_text("".join(frames))
        self.notes = subprocess.run([self.program, "predict", self.model, given, "-o", found], check=True, text=True,
                                    capture_output=True).stdout
        results = []
        for comment, columns in extxyz.frames(found):
            stress = re.search(r'(?:^| )stress="([^"]*)"', comment)[1]
            results.append((float(re.search(r"(?:^| )energy=(\S+)", comment)[1]), np.array(columns["forces"], float),
                            np.array(stress.split(), float).reshape(3, 3)))
        return results


def hessian(model, cell, positions, species, step=0.01):
    """Second derivatives of the energy per cell when all cells move alike, eV/Å^2."""
    frames = []
    for k in range(positions.size):
        for sign in (1, -1):
            moved = positions.copy().ravel()
            moved[k] += sign * step
            frames.append(frame(cell, moved.reshape(-1, 3), species))
    forces = [result[1].ravel() for result in model(frames)]
    rows = np.array([(forces[2 * k + 1] - forces[2 * k]) / (2 * step) for k in range(positions.size)])
    return 0.5 * (rows + rows.T)


def vibrations(model, cell, positions, species):
    """Frequencies at Gamma (1/cm, negative where imaginary) in rising order, and displacements in columns."""
    masses = np.repeat([MASSES[s] for s in species], 3)
    matrix = hessian(model, cell, positions, species)
    values, vectors = np.linalg.eigh(matrix / np.sqrt(np.outer(masses, masses)))
    return np.sign(values) * WAVENUMBER * np.sqrt(np.abs(values)), vectors / np.sqrt(masses)[:, None]


def phonons(page, model):
    cell = LATTICE * np.eye(3)
    frequencies, displacements = vibrations(model, cell, CUBIC @ cell, SPECIES)
    groups = []
    for frequency in frequencies:
        if groups and abs(frequency - groups[-1][-1]) < 2.0:
            groups[-1].append(frequency)
        else:
            groups.append([frequency])
    soft = displacements[:, 0].reshape(-1, 3)
    page.say("## Phonons of cubic BaTiO3 at Gamma", "",
             f"From forces at displacements of 0.01 Å, 5-atom cell, a = {LATTICE} Å; without the splitting of longitudinal and "
             "transverse modes that long-range fields cause. An imaginary frequency (negative here) is a direction in which "
             "the cubic crystal is unstable. The acoustic modes are zero because forces add up to zero.")
    page.table(["frequency (1/cm)", "modes"], [[f"{np.mean(g):.1f}", len(g)] for g in groups])
    return soft


def relaxed(model, cell, positions, species):
    """The minimum nearby in a fixed cell, and the largest force component (eV/Å) that is left: Newton's method with
    curvatures made positive and steps of at most 0.1 Å."""
    for left in range(30, -1, -1):
        force = model([frame(cell, positions, species)])[0][1].ravel()
        if left == 0 or np.abs(force).max() < 1e-5:
            break
        curvatures, directions = np.linalg.eigh(hessian(model, cell, positions, species))
        step = directions @ (directions.T @ force / np.maximum(np.abs(curvatures), 0.5))
        positions = positions + (step * min(1.0, 0.1 / np.abs(step).max())).reshape(-1, 3)
    return positions, np.abs(force).max()


def shortest_bond(cell, positions, species):
    """Between Mo and O, Å, mean over the Mo."""
    kinds = np.array(species)
    images = np.array(list(np.ndindex(3, 3, 3))) - 1
    apart = positions[kinds == "O"][None, :, None] + (images @ cell)[None, None] - positions[kinds == "Mo"][:, None, None]
    return np.linalg.norm(apart, axis=-1).min((1, 2)).mean()


def moo3_phonons(page, options):
    rows = []
    for material, title in MOO3.items():
        frames = list(extxyz.frames(DATA / f"{material}.extxyz"))
        model = Model(options.program, trained(options, material), options.folder)
        cell = np.array(re.search(r'Lattice="([^"]*)"', frames[0][0])[1].split(), float).reshape(3, 3)
        species = [words[0] for words in frames[0][1]["species"]]
        places = np.array([columns["pos"] for _, columns in frames], float)
        apart = (places - places[0]) @ np.linalg.inv(cell)
        mean = places[0] + np.mean(apart - np.rint(apart), 0) @ cell
        positions, left = relaxed(model, cell, mean, species)
        frequencies, _ = vibrations(model, cell, positions, species)
        rows.append([title, f"{left:.0e}", f"{shortest_bond(cell, positions, species):.3f}", int(np.sum(frequencies < -5)),
                     f"{frequencies[-8]:.0f} to {frequencies[-1]:.0f}"])
    page.say("## Phonons of MoO3", "",
             "Both forms of MoO3 in the data, each with a model of its own, all atoms relaxed in the fixed cell from the mean of the "
             "structures; frequencies at Gamma of this cell (32 atoms, 8 of them Mo, each with a short bond, hence the eight "
             "highest).")
    page.table(["form", "force left (eV/Å)", "shortest Mo-O, mean over Mo (Å)", "imaginary modes", "eight highest (1/cm)"], rows)
    page.say(f"In crystals of alpha-MoO3, which the bilayers stand for, the short bond (1.67 Å) vibrates at {STRETCH} 1/cm (Raman). "
             "The data are one energy surface of their own at 300 eV ([limits](../examples/data/README.md#limits)), with "
             "longer short bonds, hence lower frequencies are to be expected.", "")


def double_well(page, model, soft):
    """Energy along the unstable mode, with Ti moving along three directions."""
    cell = LATTICE * np.eye(3)
    axis = np.argmax(np.abs(soft[1]))
    shape = soft[:, axis] / (soft[1, axis] - soft[2:, axis].mean())  # Ti against O: 1 Å
    by_axis = []  # the same mode along x, y, z: apical and equatorial O change places
    apical = {0: 4, 1: 3, 2: 2}  # the oxygen above Ti along each axis
    ti, ba = shape[1], shape[0]
    top = shape[apical[axis]]
    side = np.mean([shape[k] for k in (2, 3, 4) if k != apical[axis]])
    for a in range(3):
        mode = np.zeros((5, 3))
        mode[:, a] = [ba, ti] + [top if k == apical[a] else side for k in (2, 3, 4)]
        by_axis.append(mode)
    amplitudes = np.arange(0.0, 0.4001, 0.01)
    blocks = {}
    rows = []
    for name, directions in (("[001]", [2]), ("[011]", [1, 2]), ("[111]", [0, 1, 2])):
        pattern = sum(by_axis[a] for a in directions) / np.sqrt(len(directions))
        energies = [r[0] for r in model([frame(cell, CUBIC @ cell + x * pattern) for x in amplitudes])]
        energies = 1000 * (np.array(energies) - energies[0])
        blocks[name] = list(zip(amplitudes, energies))
        best = int(np.argmin(energies))
        rows.append([name, f"{amplitudes[best]:.2f}", f"{energies[best]:.1f}"])
    page.say("## Double well of BaTiO3", "",
             "Energy per 5-atom cell when the atoms of the cubic crystal move along the unstable mode (fixed cell, all cells "
             "alike), against how far Ti moves relative to its oxygens.")
    page.table(["direction", "minimum at (Å)", "depth (meV)"], rows)
    page.series("double_well", "Energy along the unstable mode of BaTiO3", blocks, xname="Ti against O (Å)",
                yname="energy (meV per cell)", signed=1)
    compare_with_data(page, model)


def compare_with_data(page, model):
    """Structures held back in which all Ti have moved alike: random displacements on top of a point of the well."""
    _, columns = next(extxyz.frames(ROOT / "examples/data/batio3_reference.extxyz"))
    species = [words[0] for words in columns["species"]]
    ideal = np.array(columns["pos"], float)
    side = 2 * LATTICE
    zero = model([frame(side * np.eye(3), ideal, species)])[0][0]
    kinds = np.array(species)
    amplitudes, labels, frames = [], [], []
    for comment, columns in list(extxyz.frames(ROOT / "examples/data/batio3.extxyz"))[-24:]:
        if "local=0" not in comment:
            continue
        positions = np.array(columns["pos"], float)
        moved = positions - ideal
        moved -= side * np.rint(moved / side)
        amplitudes.append(np.linalg.norm(moved[kinds == "Ti"].mean(0) - moved[kinds == "O"].mean(0)))
        labels.append(float(re.search(r" energy=(\S+)", comment)[1]))
        frames.append(frame(side * np.eye(3), positions, species))
    per_cell = 1000 / 8
    dft = per_cell * (np.array(labels) - zero)
    found = per_cell * (np.array([r[0] for r in model(frames)]) - zero)
    page.say("The data (Gamma point, 300 eV, 40 atoms) do not reach the deepest minima. Shown are the structures held back in "
             f"which all Ti moved alike, up to {max(amplitudes):.2f} Å against O, with random displacements of all atoms on top, which "
             "cost energy. Energy above the model's cubic crystal:")
    page.series("double_well_data", "Energy of structures held back, DFT and model",
                {"DFT": list(zip(amplitudes, dft)), "model": list(zip(amplitudes, found))},
                xname="mean of Ti against mean of O (Å)", yname="energy (meV per 5-atom cell)", signed=1, points=1)
    page.say(f"Between DFT and model of these {len(dft)} structures: {np.sqrt(np.mean((dft - found) ** 2)):.1f} meV per 5-atom cell "
             f"(root of the mean square); the energies themselves spread over {dft.max() - dft.min():.0f} meV.", "")


def volume(page, model):
    scales = np.arange(0.97, 1.0301, 0.005)
    energies = np.array([r[0] for r in model([frame(s * LATTICE * np.eye(3), CUBIC @ (s * LATTICE * np.eye(3)))
                                              for s in scales])])
    volumes = (scales * LATTICE) ** 3
    notes = [line for line in model.notes.splitlines() if "outside its range" in line]
    best = np.polyfit(volumes, energies, 4)
    fine = np.linspace(volumes[0], volumes[-1], 2001)
    at = fine[np.argmin(np.polyval(best, fine))]
    bulk = at * np.polyval(np.polyder(best, 2), at) * EV_PER_A3
    page.say("## Energy against volume, elastic constants of BaTiO3", "",
             "Cubic cell. Every structure of the data has one and the same cell and none has a stress, so the model cannot know what "
             "strain does: neither the curve nor the constants are to be believed, and the program says why. Training "
             "structures of several volumes, or stresses, would mend it.",
             *(f"`tinynet predict` on these structures: {line}." for line in notes))
    page.series("volume", "Energy of cubic BaTiO3 against volume",
                {"model": list(zip(volumes, 1000 * (energies - energies.min())))}, xname="volume (Å^3 per cell)",
                yname="energy (meV per cell)", signed=1)
    side = at ** (1 / 3)
    strain = 0.004
    frames = []
    for sign in (1, -1):
        for kind in ("stretch", "shear"):
            deformation = np.eye(3)
            if kind == "stretch":
                deformation[0, 0] += sign * strain
            else:
                deformation[0, 1] += 0.5 * sign * strain
                deformation[1, 0] += 0.5 * sign * strain
            cell = side * deformation
            frames.append(frame(cell, CUBIC @ cell))
    stress = [r[2] for r in model(frames)]
    stretch = (stress[0] - stress[2]) / (2 * strain) * EV_PER_A3
    shear = (stress[1] - stress[3]) / (2 * strain) * EV_PER_A3
    page.table(["a (Å)", "bulk modulus (GPa)", "C11", "C12", "C44 (atoms fixed)"],
               [[f"{side:.3f}", f"{bulk:.0f}", f"{stretch[0, 0]:.0f}", f"{stretch[1, 1]:.0f}", f"{shear[0, 1]:.0f}"]])


def supercell_file(folder, repeats):
    a, b, c = repeats
    cell = LATTICE * np.diag([a, b, c])
    positions, species = [], []
    for shift in np.ndindex(a, b, c):
        positions += list((CUBIC + shift) * LATTICE)
        species += SPECIES
    path = folder / "start.extxyz"
    path.write_text(frame(cell, positions, species))
    return path, len(positions)


def equilibrated(page, options, ideal, atoms):
    """The last frame of a run with a thermostat: the wells of the cubic crystal hold much heat."""
    trajectory, start = options.folder / "warm.extxyz", options.folder / "start_300K.extxyz"
    log = options.folder / "warm.csv"
    if not start.exists():
        subprocess.run([options.program, "md", options.model, ideal, "--steps", "40000", "--dt", "1", "--every", "100",
                        "--temperature", "300", "--thermostat", "langevin", "--threads", "2", "--log", log, "-o", trajectory],
                       check=True, capture_output=True)
        comment, columns = list(extxyz.frames(trajectory))[-1]
        cell = np.array(re.search(r'Lattice="([^"]*)"', comment)[1].split(), float).reshape(3, 3)
        write(start, frame(cell, np.array(columns["pos"], float), [words[0] for words in columns["species"]]))
    table = list(csv.DictReader(log.open()))
    time, temperature = (np.array([float(row[key]) for row in table]) for key in ("time_fs", "temperature_K"))
    late = time >= 0.5 * time[-1]
    expected = 300 * np.sqrt(2 / (3 * atoms))
    page.say("## Molecular dynamics with a thermostat", "",
             f"{atoms} atoms of BaTiO3 from the ideal crystal, Langevin thermostat at 300 K, 1 fs, {time[-1] / 1000:.0f} ps. In the second half "
             f"the temperature is {temperature[late].mean():.1f} K on average and fluctuates by {temperature[late].std():.1f} K (standard "
             f"deviation; {expected:.1f} K belong to so many atoms in the canonical ensemble).")
    page.series("md_thermostat", "Temperature with a Langevin thermostat", {"Langevin, 300 K": list(zip(time / 1000, temperature))},
                xname="time (ps)", yname="temperature (K)", signed=1, lines=1)
    return start


def energy_conservation(page, options):
    ideal, atoms = supercell_file(options.folder, (4, 4, 4))
    start = equilibrated(page, options, ideal, atoms)
    rows = []
    noises = []
    blocks = {}
    for name, model, step, further in (("energy model", options.model, 0.5, []), ("energy model", options.model, 1.0, []),
                                       ("energy model", options.model, 2.0, []),
                                       ("force model", options.direct, 1.0, ["--forces-only"])):
        from_where = ideal if model == options.direct else start  # the sites of a force model are those of the ideal crystal
        steps = round(1000 * options.picoseconds / step)
        log = options.folder / f"md_{model.stem}_{step}.csv"
        subprocess.run([options.program, "md", model, from_where, "--steps", str(steps), "--dt", str(step), "--every",
                        str(max(1, round(10 / step))), "--threads", "2", "--resume", "--log", log, "-o",
                        log.with_suffix(".extxyz"), *further], check=True, capture_output=True)
        table = list(csv.DictReader(log.open()))
        time = np.array([float(row["time_fs"]) for row in table]) / 1000
        late = time > min(1.0, 0.5 * options.picoseconds)  # ps; the start at the ideal crystal is not typical
        temperature = np.array([float(row["temperature_K"]) for row in table])
        if name == "energy model":
            total = 1000 * np.array([float(row["total_eV"]) for row in table]) / atoms
            slope, level = np.polyfit(time[late], total[late], 1)
            noise = np.std(total[late] - slope * time[late] - level)
            noises.append(noise)
            rows.append([name, step, f"{slope * options.picoseconds:+.4f}", f"{noise:.5f}", f"{temperature[late].mean():.0f}",
                         f"{temperature[-len(temperature) // 10:].mean():.0f}"])
        else:
            too_hot = [np.argmax(temperature > limit) for limit in (1000, 3000)]
            gain = 1.5 * BOLTZMANN * (temperature[too_hot[-1]] - temperature[0]) * 1000
            rows.append([name, step, f"kinetic energy {gain:+.0f} in {time[too_hot[-1]]:.2f} ps", "–", "–", "–"])
        if step == 1.0:
            shown = slice(0, None, 10) if name == "energy model" else slice(0, too_hot[-1] + 1)
            blocks[name] = list(zip(time[shown], temperature[shown]))
    page.say("## Molecular dynamics without a thermostat", "",
             f"From the end of that run (the force model from the ideal crystal: its sites do not move) "
             f"{options.picoseconds:g} ps, velocity Verlet. Drift: slope of a straight line through the total energy times the length of "
             "the run; fluctuation: standard deviation about that line, which falls by factors of "
             f"{noises[2] / noises[1]:.1f} and {noises[1] / noises[0]:.1f} when the time step is halved (four: with its square). The "
             f"force model (L_4^(4), 32x64, the best of [results](results.md)) conserves nothing: it passes 1000 K after "
             f"{time[too_hot[0]]:.2f} ps and 3000 K after {time[too_hot[1]]:.2f} ps, where its line ends.")
    page.table(["model", "time step (fs)", "drift (meV/atom)", "fluctuation (meV/atom)", "mean temperature (K)",
                "at the end (K)"], rows)
    page.series("md_temperature", "Temperature without a thermostat", blocks, xname="time (ps)", yname="temperature (K)",
                signed=1, lines=1)


def trained(options, material):
    """A model of the first 96 structures, or of all where there are fewer, defaults, `--minutes 10`."""
    model, training = options.folder / f"{material}.model", options.folder / f"{material}_96.extxyz"
    if not model.exists():
        write(training, "".join(frames_of(DATA / f"{material}.extxyz")[:runs.TRAINING_FRAMES]))
        subprocess.run([options.program, "train", "energy", training, "--split", "0.9,0.1,0", "--minutes", "10", "--resume",
                        "-o", model], check=True, capture_output=True)
    return model


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--program", type=Path, default=ROOT / "build/release/bin/tinynet")
    parser.add_argument("--direct", type=Path, default=ROOT / f"build/study/{runs.widest()[1].key}.model",
                        help="force model of BaTiO3, of study.py")
    parser.add_argument("--folder", type=Path, default=ROOT / "build/study/physics", help="folder of intermediate results")
    parser.add_argument("--output", type=Path, default=ROOT / "docs/physics.md")
    parser.add_argument("--pictures", type=Path, default=ROOT / "docs/pictures")
    parser.add_argument("--picoseconds", type=float, default=20.0)
    options = parser.parse_args()
    options.program = options.program.resolve()
    for path in (options.program, options.direct):
        if not path.exists():
            sys.exit(f"'{path}' does not exist; build the preset release and run examples/study/study.py --only best first")
    options.folder.mkdir(parents=True, exist_ok=True)
    options.model = trained(options, "batio3")
    page = Page(options.pictures, options.folder)
    page.say("# Physics of energy models", "",
             "What models trained on the first 96 structures of each set of the [bundled data](../examples/data/README.md) say beyond "
             "forces of such structures. Written by", "",
             '    cmake --workflow --preset release                  # packages: CONTRIBUTING.md, "Measuring"; and gnuplot-nox python3-numpy',
             '    python3 examples/study/study.py --only best        # the force model below; some 50 minutes',
             '    python3 examples/study/physics.py                  # writes this page and its pictures',
             "",
             "The data hold random displacements at one volume and no stress. Forces and energies of structures held back are "
             "in [moments.md](moments.md); for the numbers below there is no DFT value in the data, so that they show what the "
             "model extrapolates to, not how good it is.", "")
    model = Model(options.program, options.model, options.folder)
    soft = phonons(page, model)
    double_well(page, model, soft)
    volume(page, model)
    moo3_phonons(page, options)
    energy_conservation(page, options)
    options.output.write_text(page.text())


if __name__ == "__main__":
    main()
