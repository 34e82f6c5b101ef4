# SPDX-License-Identifier: MIT
"""What the study trains: the tables and figures of the paper, and what goes beyond them."""

from dataclasses import dataclass, replace

MATERIALS = {"moo3": "MoO3", "batio3": "BaTiO3"}
PAPER_PATHS = {"moo3": "walks", "batio3": "cycles"}
ARCHITECTURES = ["8x16", "16x32", "32x64", "64x128", "64x128x128"]
OUTPUTS = {"forces": 3, "ldos": 71}
ATOMS = {"moo3": 32, "batio3": 40}
TRAINING_FRAMES = 96
SYMMETRY_OPERATIONS = {"moo3": 4, "batio3": 48}

# What the grid covers: material, paths, n, N.
GRID = [("moo3", "walks", (0, 2, 4, 6, 8), range(5)), ("moo3", "cycles", (0, 2, 4, 6, 8), range(5)),
         ("batio3", "cycles", (2, 4, 6), range(5))]

# Variants of `tinynet compare`.
VARIANTS = {
    "moo3": ["walks:4:2:paper:shared", "walks:4:2:compact:shared", "walks:4:2:compact:species",
             "walks:4:2:compact:site", "cycles:4:2:compact:site", "walks:0:2:compact:site", "walks:6:2:compact:site",
             "walks:4:4:compact:site"],
    "batio3": ["cycles:4:2:paper:shared", "cycles:4:2:compact:shared", "cycles:4:2:compact:species",
               "cycles:4:2:compact:site", "walks:4:2:compact:site", "cycles:2:4:compact:site",
               "cycles:4:4:compact:site"],
}


@dataclass(frozen=True)
class Run:
    """One training; two runs with the same fields are one."""

    material: str
    target: str = "forces"
    paths: str = ""  # the paper's for the material if empty
    hops: int = 4
    neighbors: int = 2
    layout: str = "compact"
    networks: str = "site"
    hidden: str = "16x32"
    copies: bool = False
    scaled: bool = True  # the targets, by their mean and width
    frames: int = 0  # of training and validation; 0: all of the file, split as usual
    batch: int = 0  # structures per update; the program's own choice if 0
    plain: bool = False  # Adam at a constant 1e-4 without weight decay
    cumulative: float = 0.0  # weight of the states below each energy in the loss of an LDOS
    decay: float | None = None  # weight decay; the program's own choice if None
    real: str = "float"
    seed: int = 1  # of the split, the first weights and the batches
    effort: float = 1.0  # more epochs by this factor

    @property
    def path_kind(self):
        return self.paths or PAPER_PATHS[self.material]

    @property
    def key(self):
        parts = [self.material, self.target, self.path_kind, f"n{self.hops}", f"N{self.neighbors}", self.layout,
                 self.networks, self.hidden]
        parts += ["copies"] * self.copies + ["unscaled"] * (not self.scaled) + [f"frames{self.frames}"] * bool(self.frames) + ["plain"] * self.plain
        if self.decay is not None:
            parts += [f"decay{self.decay:g}"]
        parts += [f"batch{self.batch}"] * bool(self.batch)
        parts += [f"cumulative{self.cumulative:g}"] * (self.cumulative > 0)
        parts += ["double"] * (self.real == "double") + [f"seed{self.seed}"] * (self.seed != 1)
        parts += [f"effort{self.effort:g}"] * (self.effort != 1.0)
        return "_".join(parts)

    def topology(self):
        return ["--paths", self.path_kind, "--hops", str(self.hops), "--neighbors", str(self.neighbors),
                "--layout", self.layout]

    def options(self):
        """Options of `tinynet train`, without files and epochs."""
        options = self.topology() + ["--networks", self.networks, "--hidden", self.hidden]
        if self.copies:
            options += ["--symmetry-copies"]
        if not self.scaled:
            options += ["--unscaled-targets"]
        if self.decay is not None:
            options += ["--weight-decay", str(self.decay)]
        if self.real != "float":
            options += ["--real", self.real]
        if self.batch:
            options += ["--batch", str(self.batch)]
        if self.seed != 1:
            options += ["--seed", str(self.seed)]
        if self.plain:
            options += ["--learning-rate", "1e-4", "--constant-learning-rate", "--weight-decay", "0", "--batch", "16"]
        if self.cumulative:
            options += ["--cumulative-weight", str(self.cumulative)]
        return options

    def epochs(self, inputs):
        """Fewer for more features, so that a run takes one to ten seconds, a longer one with copies."""
        widths = [inputs] + [int(w) for w in self.hidden.split("x")] + [OUTPUTS[self.target]]
        parameters = sum((a + 1) * b for a, b in zip(widths, widths[1:]))
        copies = SYMMETRY_OPERATIONS[self.material] if self.copies else 1
        samples = (int(0.9 * self.frames) or TRAINING_FRAMES) * ATOMS[self.material] * copies
        work = 2.5e10 * self.effort * (3 if copies > 10 else 1)
        least = max(1, int(20 * min(1.0, self.effort)))
        return max(least, min(int(work / (samples * parameters)), int(1500 * self.effort)))


def choices():
    """Both layouts and the three ways to share networks, L_4^(2)."""
    return [Run(m, layout=layout, networks=networks)
            for m in MATERIALS for layout in ("paper", "compact") for networks in ("shared", "species", "site")]


def grid():
    """Hops and neighbors of the paper."""
    return [Run(material, target, paths, n, N, copies=material == "batio3") for target in ("forces", "ldos")
            for material, paths, hops, neighbors in GRID for n in hops for N in neighbors if n or N]


# What `trend` covers: material, paths, n, N.
TREND = [("moo3", "walks", (2, 4, 6), range(4)), ("batio3", "cycles", (2, 4, 6), range(4))]


def trend_run(material, paths, n, N):
    """The LDOS as the paper learns it: its layout, one network for all atoms."""
    return Run(material, "ldos", paths, n, N, layout="paper", networks="shared", effort=10.0)


def trend():
    """Does N matter less then?"""
    return [trend_run(m, paths, n, N) for m, paths, hops, neighbors in TREND for n in hops for N in neighbors]


def architectures():
    return [Run(m, target, hidden=hidden, copies=m == "batio3")
            for m in MATERIALS for target in ("forces", "ldos") for hidden in ARCHITECTURES]


def ablation_run(material, layout, networks, copies, scaled):
    """In batches of four structures, with copies as without; epochs are fewer with more atoms and features."""
    return Run(material, layout=layout, networks=networks, copies=copies, scaled=scaled, batch=4 if copies else 0)


def ablation():
    """What makes forces learnable: canonical order, a network per site, symmetry copies, scaled targets."""
    return [ablation_run(m, layout, networks, copies, scaled)
            for m in MATERIALS for layout in ("paper", "compact") for networks in ("shared", "site")
            for copies in (False, True) for scaled in (False, True)]


def order():
    """Layout paper with the canonical order of neighbors alone, which is no option of the program."""
    return [ablation_run(m, "paper", networks, copies, True)
            for m in MATERIALS for networks in ("shared", "site") for copies in (False, True)]


DATA_MODELS = [("moo3", 4, 2), ("moo3", 6, 4), ("batio3", 4, 2), ("batio3", 4, 4), ("batio3", 6, 4)]
DATA_SIZES = (12, 24, 48, 96)
DATA_EFFORT = 4.0


def data():
    """Error against the number of structures, on test structures that all have in common; long enough for the most."""
    runs = [Run(m, hops=n, neighbors=N, frames=f, copies=m == "batio3", effort=DATA_EFFORT)
            for m, n, N in DATA_MODELS for f in DATA_SIZES]
    return runs + [replace(run, frames=DATA_SIZES[-1]) for run in widest()]


DECAYS = (0.0, 0.03, 0.1, 0.3, 1.0)
DECAY_MODELS = [("moo3", "forces", 4, 2), ("moo3", "forces", 6, 4), ("batio3", "forces", 4, 2),
                ("moo3", "ldos", 4, 2), ("batio3", "ldos", 4, 2)]


def decay():
    """How strongly weights should shrink, and what single precision costs."""
    return [Run(m, target, hops=n, neighbors=N, copies=m == "batio3", **more) for m, target, n, N in DECAY_MODELS
            for more in [{"decay": d} for d in DECAYS] + [{"real": "double"}]]


SEEDS = (1, 2, 3, 4, 5)


def seeds():
    """What other splits and other first weights change."""
    return [Run(m, target, hops=n, neighbors=N, copies=m == "batio3", seed=s)
            for m, target, n, N in DECAY_MODELS for s in SEEDS]


# Efforts of the paper's recipe and of ours: ten minutes of two cores of docs/results.md, and what is needed.
EFFORTS = {("moo3", 4, 2): (875.0, 50.0), ("moo3", 6, 4): (500.0, 30.0), ("batio3", 4, 2): (490.0, 20.0),
           ("batio3", 6, 4): (398.0, 100.0)}


def widest():
    """The best force models that a few minutes give."""
    return [Run("moo3", hops=4, neighbors=4, hidden="32x64", effort=20.0),
            Run("batio3", hops=4, neighbors=4, hidden="32x64", copies=True, effort=100.0)]


def best():
    """The paper's two models, ours against its recipe."""
    runs = []
    for (m, n, N), (paper, ours) in EFFORTS.items():
        runs += [Run(m, hops=n, neighbors=N, copies=m == "batio3", effort=ours),
                 Run(m, hops=n, neighbors=N, layout="paper", networks="shared", plain=True, effort=paper)]
    return runs + widest()


LDOS_MODELS = {"moo3": ((4, 2), (4, 4)), "batio3": ((4, 2), (2, 4))}


def ldos():
    """Longer trainings, wider networks, and the loss that also counts the states below each energy."""
    return [Run(m, "ldos", hops=n, neighbors=N, copies=m == "batio3", effort=8.0, **more)
            for m, pairs in LDOS_MODELS.items() for n, N in pairs
            for more in ({}, {"hidden": "32x64"}, {"cumulative": 1.0})]


LDOS_DATA_MODELS = [("moo3", 4, 4), ("batio3", 2, 4)]


def ldos_data_run(material, hops, neighbors, frames):
    return Run(material, "ldos", hops=hops, neighbors=neighbors, hidden="32x64", frames=frames,
               copies=material == "batio3", effort=DATA_EFFORT)


def ldos_data():
    """Error of the LDOS against the number of structures, on test structures that all have in common."""
    return [ldos_data_run(*model, frames) for model in LDOS_DATA_MODELS for frames in DATA_SIZES]


GROUPS = {f.__name__: f for f in (choices, ablation, decay, seeds, architectures, data, best, grid, trend, ldos, ldos_data)}


def short():
    """Some of most tables, in minutes."""
    runs = [Run("moo3", target, "walks", n, N) for n in (0, 4) for N in (1, 2) for target in ("forces", "ldos")]
    runs += [Run("moo3", layout=layout, networks=networks) for layout in ("paper", "compact")
             for networks in ("shared", "site")]
    runs += [Run("moo3", hidden=hidden) for hidden in ARCHITECTURES]
    runs += [Run("moo3", decay=d) for d in DECAYS] + [Run("moo3", real="double")]
    runs += [Run("moo3", frames=f, effort=DATA_EFFORT) for f in DATA_SIZES]
    runs += [Run("moo3", "ldos", effort=8.0)]
    runs += [Run("batio3", copies=copies) for copies in (False, True)]
    runs += [Run("batio3", "ldos", copies=True)]
    return list(dict.fromkeys(runs))
