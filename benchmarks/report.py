#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""Turns what measure.sh timed into docs/performance.md and its pictures (gnuplot)."""

import json
import statistics
import sys
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.append(str(ROOT / "examples" / "plot"))
from page import Page  # noqa: E402

STEP = "step/batio3/cycles/compact"


class Timings:
    """The samples of one build of tinynet_benchmarks."""

    def __init__(self, *paths):
        self.samples = defaultdict(list)
        self.fits = []
        for path in paths:
            content = json.loads(path.read_text())
            self.context = content["context"]
            for row in content["benchmarks"]:
                if row["run_type"] == "iteration":
                    name = row["run_name"].split("/iterations:")[0]
                    self.samples[name].append(row)
                elif row.get("aggregate_name") == "RMS":
                    self.fits.append((row["run_name"], row["rms"]))

    def samples_by_counter(self):
        """The numbers that the page is made of, by benchmark and counter."""
        counters = ("us_per_atom", "real_time", "bytes_per_atom", "allocations", "rounding_error", "operations", "bytes", "record_bytes",
                    "pool_us_per_atom", "independent_us_per_atom", "share_of_independent",
                    "us_per_atom_of_many", "us_per_atom_of_few", "ratio", "lowest_ratio", "highest_ratio",
                    "cycles_per_second", "bytes_per_second", "multiply_adds_per_second", "ns_per_number", "cycles")
        return {name: {counter: [float(f"{row[counter]:.4g}") for row in rows] for counter in counters if counter in rows[0]}
                for name, rows in sorted(self.samples.items())}

    def __contains__(self, name):
        return name in self.samples

    def median(self, name, counter="us_per_atom"):
        values = [row[counter] for row in self.samples[name] if counter in row]
        return statistics.median(values) if values else None

    def cell(self, name, counter="us_per_atom", digits=3):
        value = self.median(name, counter) if name in self else None
        return "–" if value is None else f"{value:.{digits}g}"


def machine(page, native, peers):
    names = peers["machine"] if peers else {}
    name = names.get("Model name", "processor unknown")
    family = f", family {names['CPU family']}, model {names['Model']}" if names else ""
    rates = {real: native.median(f"machine/multiply_adds/{real}", "multiply_adds_per_second") for real in
             ("float", "double")}
    page.say("# Performance", "",
             "What a step costs, and why. Every number here is measured by", "",
             "    bash benchmarks/measure.sh     # builds, measures, writes this page", "",
             f"on one core of {name}{family}, {native.context['num_cpus']} virtual cores, {native.context['compiler']} with "
             "`-O3 -march=native` (preset `release`), `-march=x86-64-v3` (`avx2`) or without `-march` (`portable`); medians of three repetitions "
             "of `tinynet_benchmarks`, of fifteen where threads are compared. The machine is virtual and shared, so that "
             "ratios within one run say more than times. The yardstick is what the core can do at all: "
             f"{rates['float'] / 1e9:.1f} thousand million multiply-adds per second in float, "
             f"{rates['double'] / 1e9:.1f} in double (`--benchmark_filter=machine`).", "")


def step(page, native, avx2, portable):
    steps = [name for name in native.samples if name.startswith("step/")]
    if any(row.get("allocations", 0) for name in steps for row in native.samples[name]):
        sys.exit("a step allocates memory")
    page.say("## A step", "",
             "Positions in, forces out, L_4^(2) of simple cycles, layout `compact`, a 16x32 network per site, BaTiO3; bond "
             "lengths included, topology not. Microseconds per atom. No step allocates memory.", "")
    rows = []
    for real in ("float", "double"):
        for atoms in (40, 160, 640, 10240, 100000, 1000000):
            name = f"{STEP}/n4_N2/{real}/{atoms}"
            rows.append([real, atoms, native.cell(name), avx2.cell(name), portable.cell(name), native.cell(name, "allocations"),
                         native.cell(name, "bytes_per_atom", 4)])
    page.table(["precision", "atoms", "this processor", "AVX2", "any x86-64", "allocations per step", "bytes per atom"], rows)
    page.say("The same for L_6^(4):", "")
    page.table(["precision", "atoms", "this processor", "AVX2", "any x86-64", "bytes per atom"],
               [[real, atoms, native.cell(name), avx2.cell(name), portable.cell(name), native.cell(name, "bytes_per_atom", 4)]
                for real in ("float", "double") for atoms in (160, 100000) for name in (f"{STEP}/n6_N4/{real}/{atoms}",)])
    page.say("Models of layout `paper`, which [are evaluated on distinct features](decisions/0014-folded-paper-models.md), "
             "on the atoms of their reference cell, float:", "")
    page.table(["material", "descriptor", "atoms", "layout paper, µs per atom", "layout compact, µs per atom"],
               [[title, f"L_{n}^({N})", atoms, *(native.cell(f"step/{material}/{layout}/n{n}_N{N}/float/{atoms}")
                                                 for layout in ("paper", "compact"))]
                for title, material, atoms in (("BaTiO3, cycles", "batio3/cycles", 40), ("MoO3, walks", "moo3/walks", 32))
                for n, N in ((4, 2), (6, 4))])
    page.series("step_size", "Cost of a step against the size of the structure (µs per atom)",
                {real: [(atoms, native.median(f"{STEP}/n4_N2/{real}/{atoms}"))
                        for atoms in (40, 160, 640, 10240, 100000, 1000000)] for real in ("float", "double")},
                xname="atoms", yname="µs per atom", powers=1)
    caches(page, native)
    listed = {atoms: native.cell(f"step_with_neighbor_list/{atoms}") for atoms in (160, 10240)}
    page.say("An engine that builds a neighbor list of 3.1 Å anew at every step pays, list and step together, "
             f"{listed[160]} µs per atom (160 atoms) and {listed[10240]} (10,240 atoms).", "",
             "Single precision: bond vectors are differences of positions in double precision, everything after that is "
             "float. Largest deviation from double precision, in units of the largest force, untrained networks, atoms "
             f"displaced by 0.1 Å: {native.cell(f'{STEP}/n4_N2/float/160', 'rounding_error', 2)} (L_4^(2)), "
             f"{native.cell(f'{STEP}/n6_N4/float/160', 'rounding_error', 2)} (L_6^(4)). In double precision features equal those of the plain "
             "implementation in [plain_features.hpp](../tests/support/plain_features.hpp) to 1e-13 "
             "(`ctest --preset dev -R descriptor/features`).", "")


def caches(page, native):
    """Why large structures cost more per atom."""
    pair = "million_against_ten_thousand"
    few, many = (native.median(pair, counter) for counter in ("us_per_atom_of_few", "us_per_atom_of_many"))
    ratios = sorted(row["ratio"] for row in native.samples[pair])
    lowest = min(row["lowest_ratio"] for row in native.samples[pair])
    highest = max(row["highest_ratio"] for row in native.samples[pair])
    # Tables and records, which are fetched before they are written; positions and forces likewise.
    records = native.median("update_bonds/batio3/float", "record_bytes")
    moved = native.median(f"{STEP}/n4_N2/float/1000000", "bytes_per_atom") + records + 3 * 24
    speed = {size: native.median(f"machine/read/KiB:{size}", "bytes_per_second") for size in (16, 512, 8192, 262144)}
    near, far = (moved / speed[size] * 1e6 for size in (8192, 262144))
    page.say(f"A million atoms cost {statistics.median(ratios):.2f} times as much each as 10,240, {many:.3f} µs and {few:.3f}: both in "
             f"turn (`{pair}`), three runs of fifteen pairs, medians of {', '.join(f'{one:.2f}' for one in ratios)}, single ones "
             f"from {lowest:.2f} to {highest:.2f}. Trust this ratio more than the table, whose rows were measured minutes apart. Memory is asked for some "
             "blocks of bonds and of atoms ahead ([decision 25](decisions/0025-memory-asked-for-ahead.md)). The core "
             f"reads {', '.join(f'{speed[size] / 1e9:.0f}' for size in (16, 512, 8192))} and {speed[262144] / 1e9:.0f} GB/s from 16 "
             "KiB, 512 KiB, 8 MiB and 256 MiB (`machine/read`). A step of a million atoms moves tables, "
             f"records (fetched and written), positions and forces, {moved:.0f} bytes per atom, which take {far:.3f} µs in one stream "
             f"from memory where 8 MiB take {near:.3f}.", "")


def stages(page, native, avx2, counts):
    name = f"{STEP}/n4_N2/float/160"
    whole = native.median(name)
    clock = native.median("machine/clock", "cycles_per_second")
    peak = 2 * native.median("machine/multiply_adds/float", "multiply_adds_per_second") / clock
    parts = [(title, benchmark, native.median(benchmark)) for title, benchmark in (
        ("bond vectors, lengths and exponentials", "update_bonds/batio3/float"),
        ("products along paths, sorting, neighbors", "write_features/batio3/cycles/float/n:4/N:2"),
        ("networks", "step_networks/160"))]
    page.say("## Where the time goes", "",
             f"160 atoms of BaTiO3, float, L_4^(2). Per atom; the core runs at {clock / 1e9:.2f} GHz (`machine/clock`) and "
             f"does at best {peak:.0f} operations per cycle, a multiply-add counted as two (`machine/multiply_adds`). "
             "Operations and bytes loaded and stored are counted from the tables "
             "([work.hpp](../benchmarks/support/work.hpp)). Each stage is timed by itself, in a loop of nothing else; together "
             f"they take {sum(time for *_, time in parts):.3f} µs, a whole step {whole:.3f}.", "")
    rows = []
    for stage, benchmark, time in parts:
        cycles = time * 1e-6 * clock
        operations, moved = (native.median(benchmark, counter) for counter in ("operations", "bytes"))
        rows.append([stage, f"{time:.3f}", f"{100 * time / sum(part[2] for part in parts):.0f} %", f"{cycles:.0f}", f"{operations:.0f}",
                     f"{moved:.0f}", f"{operations / cycles:.1f}", f"{100 * operations / cycles / peak:.0f} %",
                     f"{moved / cycles:.1f}"])
    page.table(["stage", "µs", "share", "cycles", "operations", "bytes", "operations per cycle", "of the best",
                "bytes per cycle"], rows)
    cached = native.median("machine/read/KiB:16", "bytes_per_second") / clock
    page.say(f"From the first-level cache the core reads {cached:.0f} bytes per cycle, in whole registers. In a step the inputs of the "
             "networks were written a moment before by the same core.", "")
    instructions(page, avx2, counts, parts)


def instructions(page, avx2, counts, parts):
    """What Callgrind counts, which knows no AVX-512, over the time that the same program takes."""
    clock = avx2.median("machine/clock", "cycles_per_second")
    page.say("Counted by Callgrind ([count.py](../benchmarks/count.py)) in the build for AVX2, per atom, beside the time of that build:", "")
    rows = []
    for stage, benchmark, _ in parts:
        cycles = avx2.median(benchmark) * 1e-6 * clock
        found = counts[benchmark]
        rows.append([stage, *(f"{found[name]:.0f}" for name in ("instructions", "loads", "stores")), f"{cycles:.0f}",
                     f"{found['instructions'] / cycles:.1f}", f"{(found['loads'] + found['stores']) / cycles:.1f}"])
    page.table(["stage", "instructions", "loads", "stores", "cycles", "instructions per cycle", "loads and stores per cycle"], rows)
    rates = [counts[benchmark]["instructions"] / (avx2.median(benchmark) * 1e-6 * clock) for _, benchmark, _ in parts]
    page.say(f"All stages retire {min(rates):.1f} to {max(rates):.1f} instructions per cycle: their time follows from how many there "
             "are. Outside the networks many load, store or move: a bond is sixteen bytes that belong to two atoms, read and written one by one and transposed.", "")


def energies(page, native, avx2, portable):
    page.say("## Energy models", "",
             "Positions in, energy, forces and virial out, neighbors known ([moments](moments.md)). Microseconds per atom; "
             "deviation of the forces in single precision from those in double, in units of the largest force, random "
             "weights.", "")
    page.table(["descriptor", "precision", "atoms", "this processor", "AVX2", "any x86-64", "rounding", "allocations per step"],
               [[descriptor, real, atoms, native.cell(name), avx2.cell(name), portable.cell(name), native.cell(name, "rounding_error", 2),
                 native.cell(name, "allocations")]
                for descriptor, real, atoms in (("default", "float", 160), ("default", "float", 10240),
                                                ("default", "double", 160), ("pairs", "float", 160),
                                                ("small", "float", 160), ("large", "float", 160),
                                                ("single", "float", 160), ("committee_4", "float", 160))
                for name in (f"step/batio3/moments/{descriptor}/{real}/{atoms}",)])


def grid(page, native):
    page.say("## Against n and N", "",
             "Microseconds per atom of 160 atoms, float, whole step (the paper's fig. S4). Closed walks of up to eight hops in "
             "BaTiO3 are 236,520 features, simple cycles 23,208 (`tinynet describe --count --hops 8 --neighbors 0`).", "")
    for material, kinds in (("BaTiO3", ("cycles", "walks")), ("MoO3", ("walks", "cycles"))):
        for paths in kinds:
            hops = [n for n in (2, 4, 6, 8) if f"step/{material.lower()}/{paths}/compact/n{n}_N2/float/160" in native]

            def name(n, neighbors):
                return f"step/{material.lower()}/{paths}/compact/n{n}_N{neighbors}/float/160"

            page.say(f"### {material}, {paths}", "")
            page.table(["", *(f"N = {neighbors}" for neighbors in range(5))],
                       [[f"n = {n}", *(native.cell(name(n, neighbors)) for neighbors in range(5))] for n in hops])


def threads(page, timings):
    page.say("## Threads", "",
             "A model is constant: threads share it, each with a workspace of its own, or a `worker_pool` shares the atoms "
             "of one structure. Results have the same bits for any number of threads. Wall time per atom, 10,240 atoms:", "")
    name = "step_in_pool/atoms:{}/threads:{}/real_time"
    pair = "pool_against_independent_threads/10240/min_time:3.000/real_time"

    def time(benchmark, atoms=10240):
        return timings.median(benchmark, "real_time") / atoms

    page.table(["", "µs per atom"],
               [["pool of one thread", f"{time(name.format(10240, 1)):.3g}"],
                ["pool of two threads", f"{timings.median(pair, 'pool_us_per_atom'):.3g}"],
                ["two threads, each with 10,240 atoms of its own, per atom of both",
                 f"{timings.median(pair, 'independent_us_per_atom'):.3g}"]])
    shares = sorted(100 * row["share_of_independent"] for row in timings.samples[pair])
    page.say(f"Two threads of a pool do {statistics.median(shares):.0f} % of what two independent threads do, both in turn every ten "
             f"steps: median of {len(shares)} samples of three seconds, which lie between {shares[0]:.0f} and {shares[-1]:.0f} %. "
             "A pool waits for whichever thread is held up; independent threads need twice the cache. For 160 atoms "
             f"the pool takes {time(name.format(160, 2), 160):.3g} µs per atom with two threads and "
             f"{time(name.format(160, 1), 160):.3g} with one.", "")


def topology(page, native):
    page.say("## Topology time", "",
             "Done once: neighbor search, enumeration, mapping of atoms to sites. Microseconds per atom.", "")
    rows = []
    for n, neighbors, sizes in ((4, 2, (160, 10240, 100000, 1000000)), (6, 4, (10240, 100000))):
        for atoms in sizes:
            name = f"map_supercell/n:{n}/N:{neighbors}/atoms:{atoms}"
            rows.append([f"L_{n}^({neighbors})", atoms, native.cell(name), native.cell(name, "bytes_per_atom", 4)])
    page.table(["descriptor", "atoms", "µs per atom", "bytes kept per atom"], rows)
    page.say("Neighbor lists (memory reused):", "")
    page.table(["atoms", "3.1 Å", "6 Å"],
               [[atoms, *(native.cell(f"rebuild_neighbor_list/atoms:{atoms}/cutoff:{cutoff}") for cutoff in (31, 60))]
                for atoms in (40, 160, 10240, 100000, 1000000)])
    page.say("A cluster of 10,240 atoms of which one has gone 10^8 Å away, 3.1 Å: "
             f"{native.cell('rebuild_with_a_distant_atom/10240')} µs per atom; in a periodic cell of 10^8 Å: "
             f"{native.cell('rebuild_in_a_wide_cell/10240')}.", "")
    page.say("Simple cycles of a cluster of 160 atoms, all lengths up to so many hops, beside Boost.Graph's generic "
             "`tiernan_all_cycles`. Ours visits a cycle from each of its atoms, Boost's once each way around.", "")
    page.table(["hops", "ours, µs per atom", "cycles visited", "Boost.Graph, µs per atom", "cycles visited"],
               [[hops, native.cell(f"simple_cycles/hops:{hops}"),
                 native.cell(f"simple_cycles/hops:{hops}", "cycles", 6), native.cell(f"boost_tiernan/hops:{hops}"),
                 native.cell(f"boost_tiernan/hops:{hops}", "cycles", 6)] for hops in (4, 6)])


def fits(page, native):
    """Whether cost is linear."""
    page.say("If the time of a whole structure were proportional to its number of atoms, these deviations would be 0 % (Google Benchmark's fit over "
             "the sizes of each family, root mean squared error over the mean time; the largest sizes, and whatever else the machine did, count most): "
             + ", ".join(f"`{name}`{' (6 Å)' * (name in dict(native.fits[:k]))} {100 * error:.0f} %"
                         for k, (name, error) in enumerate(native.fits)) + ".", "")


def sorting(page, native):
    page.say("## Sorting", "",
             "Sixteen lists side by side in a sorting network, against `std::sort` of one after the other; nanoseconds per "
             "number.", "")
    page.table(["length", "network, float", "network, double", "std::sort, float"],
               [[length, *(native.cell(f"{kind}/length:{length}", "ns_per_number") for kind in
                           ("sort_lanes<float>", "sort_lanes<double>", "sort_one_by_one<float>"))]
                for length in (6, 12, 24, 60, 300, 1300)])


def beside_peers(page, peers):
    page.say("## Beside what one would use instead", "",
             "The same core in turn with tinynet (`python3 benchmarks/peers/run.py`, "
             "[what and how](../benchmarks/peers/README.md)). Speed only: the peers' potentials are textbook "
             "coefficients, and they compute energies, forces and their neighbor lists, where tinynet knows the neighbors "
             "beforehand and its force model, the one that all are compared with, gives forces alone. Peers are Debian's packages, "
             "built for any x86-64 processor, and pip's; tinynet is built for this one. Where it is built for any, too (rows "
             "*for any x86-64*), ratios are smaller by that row's. Water has its own sizes; the next larger or smaller of tinynet's stands "
             "beside it. Microseconds per atom and step, medians and ranges.", "")
    rows = []

    def ratio(value):
        return f"{value:.0f}" if value >= 100 else f"{value:.3g}"

    for case in peers["cases"]:
        values = [s["us_per_atom"] for s in case["samples"]]
        ratios = [s["us_per_atom"] / s["tinynet_us_per_atom"] for s in case["samples"]]
        rows.append([case["name"], case["atoms"],
                     f"{statistics.median(values):.3g} ({min(values):.3g}–{max(values):.3g})" if values else "–",
                     f"{ratio(statistics.median(ratios))} ({ratio(min(ratios))}–{ratio(max(ratios))})" if values else case["problem"]])
    page.table(["", "atoms", "µs", "times tinynet's force model"], rows)
    ours = [s["tinynet_us_per_atom"] for c in peers["cases"] if c["atoms"] == 160 for s in c["samples"]]
    if ours:
        page.say("tinynet's force model in the same run, 160 atoms of BaTiO3, float: "
                 f"{statistics.median(ours):.3g} ({min(ours):.3g}–{max(ours):.3g}).", "")
    overheads = [(c["name"], c["atoms"], statistics.median(s["us_per_call_of_5_atoms"] for s in c["samples"]))
                 for c in peers["cases"] if c["samples"] and "us_per_call_of_5_atoms" in c["samples"][0] and c["atoms"] == 160]
    if overheads:
        page.say("DeePMD-kit is called through its Python evaluator. A call with five atoms, an upper bound of what a call costs by itself, takes "
                 + "; ".join(f"{time / 1000:.1f} ms ({name}), at most {time / atoms:.0f} of its µs per atom with {atoms} atoms"
                             for name, atoms, time in overheads) + ".", "")
    bars = [("tinynet: BaTiO3, force model, float", statistics.median(ours))] if ours else []
    bars += [(f"{c['name']}", statistics.median(s["us_per_atom"] for s in c["samples"]))
             for c in peers["cases"] if c["samples"] and c["atoms"] < 1000]
    deepmd = [statistics.median(s["us_per_atom"] / s["tinynet_us_per_atom"] for s in c["samples"])
              for c in peers["cases"] if c["name"].startswith("DeePMD") and c["atoms"] == 160 and c["samples"]]
    if deepmd:
        page.say("The paper had the same descriptor, on 160 atoms of BaTiO3 and written in Python, 20 times faster than DeePMD "
                 "and 35 % slower than a bond-valence potential; here DeePMD-kit takes "
                 f"{round(min(deepmd), -2):.0f} to {round(max(deepmd), -2):.0f} times as long.", "")
    data = page.scratch / "peers.dat"
    data.write_text("".join(f'"{name}" {time:.6g}\n' for name, time in bars))
    page.picture("peers", "Cost of a step beside what one would use instead", "bars.gp", input=data,
                 caption="µs per atom and step, some 160 atoms, one core")


def keep(native, avx2, portable, shared, counts, peers):
    """The numbers behind the page, beside it."""
    numbers = {"release": native, "avx2": avx2, "portable": portable, "threads": shared}
    kept = {name: {"context": {key: timings.context[key] for key in ("date", "num_cpus", "mhz_per_cpu", "compiler", "commit")},
                   "benchmarks": timings.samples_by_counter()} for name, timings in numbers.items()}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(content, sort_keys=True)}".replace('}, "', '},\n"')
                       for name, content in {**kept, "counts": counts, "peers": peers}.items())
    (ROOT / "docs/performance.json").write_text(f"{{\n{lines}\n}}\n")


def main():
    scratch = ROOT / "build/benchmarks"
    native = Timings(scratch / "native.json")
    avx2 = Timings(scratch / "avx2.json", scratch / "stages.json")
    portable = Timings(scratch / "portable.json")
    shared = Timings(scratch / "threads.json")
    counts = json.loads((scratch / "counts.json").read_text())
    measured_peers = ROOT / "build/peers/peers.json"
    peers = json.loads(measured_peers.read_text()) if measured_peers.exists() else None
    if peers and not peers.get("complete"):
        sys.exit(f"'{measured_peers}' is of a run with --quick or --only; run benchmarks/peers/run.py without")
    page = Page(ROOT / "docs/pictures", scratch)
    machine(page, native, peers)
    step(page, native, avx2, portable)
    stages(page, native, avx2, counts)
    energies(page, native, avx2, portable)
    grid(page, native)
    threads(page, shared)
    topology(page, native)
    fits(page, native)
    sorting(page, native)
    if peers:
        beside_peers(page, peers)
    keep(native, avx2, portable, shared, counts, peers)
    page.say("The samples behind this page are in [performance.json](performance.json).", "")
    (ROOT / "docs/performance.md").write_text(page.text())


if __name__ == "__main__":
    main()
