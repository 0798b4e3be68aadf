"""This package and its peers in turn, in one go: a table, its figures, and a chart of the training steps.

Scripts/compare calls it. For each workload and scalar type every side runs in a process of its own, one after the
other, with one thread and with all processors; the better of the two counts.
"""
import argparse
import datetime
import json
import os
import pathlib
import platform
import re
import subprocess
import sys
import tempfile
import time

from timing import WORKLOADS

HERE = pathlib.Path(__file__).resolve().parent
OURS = "perceptron"
STEP = ["torch", "torch-compiled", "jax", "sklearn", "numpy"]
PREDICT = ["torch", "onnxruntime", "jax", "numpy"]
FASHION = ["torch", "jax", "sklearn"]
PEERS = ["torch", "torch-compiled", "jax", "sklearn", "numpy", "onnxruntime"]
PREDICTED = ["tiny", "digits", "mnist", "deep"]
BULK = 4096


def choices(known):
    def parse(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(f"'{name}'; there are {', '.join(known)}")
        return [name for name in known if name in names]

    return parse


def arguments():
    parser = argparse.ArgumentParser(prog="Scripts/compare", description=__doc__)
    parser.add_argument("--benchmarks", required=True, help=argparse.SUPPRESS)
    parser.add_argument("--quick", action="store_true", help="shorter repetitions, one epoch: for a try")
    parser.add_argument("--only", type=choices([*WORKLOADS, "fashion"]), default=[*WORKLOADS, "fashion"],
                        metavar="WORKLOADS", help=f"some of {','.join(WORKLOADS)},fashion")
    parser.add_argument("--peers", type=choices(PEERS), default=PEERS, metavar="LIST",
                        help=f"some of {','.join(PEERS)}")
    parser.add_argument("--out", type=pathlib.Path, default=HERE.parent / "results", metavar="FOLDER",
                        help="where the results go (Benchmarks/results)")
    parser.add_argument("--data", default="/usr/share/datasets/fashion-mnist", metavar="FOLDER",
                        help="the four gzipped IDX files of Fashion-MNIST; left out if they aren't there (%(default)s)")
    parser.add_argument("--epochs", type=int, default=3, help="epochs on Fashion-MNIST (%(default)s)")
    return parser.parse_args()


# Running one side.


def lines(command, what):
    """The lines of JSON that a command prints; none, and a note, if it fails."""
    start = time.perf_counter()
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=1800)
        code, errors = done.returncode, done.stderr
    except subprocess.TimeoutExpired:
        code, errors = 1, "no result within half an hour"
    found = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")] if code == 0 else []
    note = f"{time.perf_counter() - start:.0f} s"
    if code:
        note = "FAILED: " + (errors.strip().splitlines() or ["without a word"])[-1]
    print(f"  {what:<44} {note}", file=sys.stderr, flush=True)
    return found


def ours(options, case, dtype, *more):
    """What this package's benchmarks write about a case."""
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "results")
        command = [options.benchmarks, "--filter", case, "--dtype", dtype, "--json", str(file), *more]
        lines(command + ["--quick"] * options.quick, f"{OURS} {case} {dtype}")
        return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def peer(options, script, *words):
    quick = ["quick"] if options.quick and script == "measure.py" else []
    found = lines([sys.executable, str(HERE / script), *map(str, words), *quick], " ".join(map(str, words[:6])))
    return found[:1]


def chosen_steps(options, dtype):
    # The introductory notebooks that NumPy stands for train in Double.
    return [name for name in STEP if name in options.peers and (name != "numpy" or dtype == "f64")]


def steps(options, workload, dtype, counts):
    for figure in ours(options, f"step/{workload}", dtype):
        yield {"kind": "step", "peer": OURS, "rows": WORKLOADS[workload][1], **figure}
    for name in chosen_steps(options, dtype):
        for threads in counts:
            yield from peer(options, "measure.py", "step", name, workload, dtype, threads)


def predictions(options, workload, dtype, counts):
    for figure in ours(options, f"predict/{workload}", dtype):
        figure.pop("section")
        yield {"kind": "predict", "peer": OURS, **figure}
    for name in PREDICT:
        if name in options.peers:
            for rows in (1, BULK):
                for threads in counts:
                    yield from peer(options, "measure.py", "predict", name, workload, dtype, threads, rows)


def fashion(options, dtype, counts):
    epochs = 1 if options.quick else options.epochs
    yield from ours(options, "fashion", dtype, "--data", options.data, "--epochs", str(epochs))
    for name in FASHION:
        if name in options.peers:
            for threads in counts:
                yield from peer(options, "fashion.py", name, dtype, threads, epochs, options.data)


# The table.


class Comparison:
    """A row: every side at its best number of threads, and how far ahead of the best peer this package is."""

    def __init__(self, title, dtype, figures, value):
        self.title, self.dtype, self.sides = title, dtype, {}
        for figure in figures:
            best = self.sides.get(figure["peer"])
            if best is None or figure[value] < best[value]:
                self.sides[figure["peer"]] = figure
        self.value = value
        peers = [name for name in self.sides if name != OURS]
        self.best = min(peers, key=self.time, default=None)
        self.ahead = self.time(self.best) / self.time(OURS) if self.best and OURS in self.sides else None

    def time(self, side):
        return self.sides[side][self.value]

    def cell(self, side):
        if side not in self.sides:
            return "–"
        text = f"{digits(self.time(side))} ({self.sides[side]['threads']})"
        return f"**{text}**" if side == min(self.sides, key=self.time) else text

    def verdict(self):
        if self.ahead is None:
            return "–"
        return f"{digits(self.ahead)}×" + (f", behind {self.best}" if self.ahead < 1 else f" ({self.best})")


def digits(value):
    """Three digits, all that stand before the point if there are more."""
    return f"{value:,.{0 if value >= 99.95 else 1 if value >= 9.995 else 2}f}"


def table(comparisons):
    sides = [OURS] + [name for name in PEERS if any(name in c.sides for c in comparisons)]
    rows = [["model", "type", *sides, "ahead by"], ["---", "---", *["---:"] * len(sides), "---"]]
    rows += [[c.title, c.dtype, *map(c.cell, sides), c.verdict()] for c in comparisons]
    return "\n".join("| " + " | ".join(row) + " |" for row in rows)


def results(figures):
    """The tables: a title, a note, and the rows."""

    def chosen(kind, **conditions):
        groups = {}
        for figure in figures:
            if figure["kind"] == kind and all(figure.get(k) == v for k, v in conditions.items()):
                groups.setdefault((figure.get("workload", kind), figure["dtype"]), []).append(figure)
        return groups

    def title(workload, batch=False):
        widths, rows = WORKLOADS[workload]
        return f"{workload} {'-'.join(map(str, widths))}" + (f", batch {rows}" if batch else "")

    def predicted(**conditions):
        groups = chosen("predict", **conditions).items()
        return [Comparison(title(w), d, group, "us_median") for (w, d), group in groups]

    step = [Comparison(title(w, batch=True), d, group, "us_median") for (w, d), group in chosen("step").items()]
    whole = [
        Comparison("784-128-10, batch 64", d, group, "seconds_per_epoch")
        for (_, d), group in chosen("fashion").items()]
    note = "Microseconds, median."
    sections = [
        ("Training steps", f"{note} Forward, cross-entropy, backward, Adam.", step),
        ("Prediction of one row", note, predicted(rows=1)),
        (f"Prediction of {BULK:,} rows, one thread", note, predicted(rows=BULK, threads=1)),
        (f"Prediction of {BULK:,} rows, best number of threads", note, predicted(rows=BULK)),
        ("Fashion-MNIST", "Seconds per epoch of 60,000 rows, shuffling and gathering included.",
         whole),
    ]
    return [section for section in sections if section[2]]


def describe(sections, figures, machine, quick):
    versions = {f["peer"]: f["version"] for f in figures if "version" in f}
    peers = ", ".join(f"{name} {version}" for name, version in versions.items() if name != "torch-compiled")
    text = [
        "# This package and its peers",
        "",
        "Measured one after the other in one go by `Scripts/compare`; every side at its best number of threads, in "
        "parentheses; the best of a row in bold. *Ahead by* is the time of the best peer over this package's: below "
        "1 the peer is faster.",
        "",
        f"- {machine['cpu']}, {machine['processors']} processors, {machine['system']}; {machine['date']}",
        f"- {machine['openblas']}",
        f"- Python {platform.python_version()}" + (f", {peers}" if peers else ""),
    ]
    if "torch-compiled" in versions:
        text.append("- torch: eager with the fused Adam; torch-compiled: the same with forward and loss compiled")
    if quick:
        text.append("- a quick run: short repetitions, so no more than a try")
    behind = []
    for heading, note, comparisons in sections:
        text += ["", f"## {heading}", "", note, "", table(comparisons)]
        behind += [(heading, c) for c in comparisons if c.ahead is not None and c.ahead < 1]
        accuracies = [
            f"{name} {c.dtype} {figure['accuracy']:.4f}"
            for c in comparisons for name, figure in c.sides.items() if "accuracy" in figure]
        if accuracies:
            epochs = next(iter(comparisons[0].sides.values()))["epochs"]
            text += ["", f"Test accuracy after {epochs} epoch{'s' * (epochs > 1)}: {', '.join(accuracies)}."]
    text += ["", "## Where a peer is faster", ""]
    text += [f"- {h}: {c.title}, {c.dtype}: {c.best}, {digits(1 / c.ahead)}× as fast" for h, c in behind] or ["Nowhere."]
    return "\n".join(text) + "\n"


# The machine.


def machine(options):
    header = subprocess.run(
        [options.benchmarks, "--filter", "step/tiny", "--dtype", "f32", "--quick"], capture_output=True, text=True,
        check=True).stderr.splitlines()
    core = re.search(r"core (\S+),", "\n".join(header))
    return {
        "date": datetime.date.today().isoformat(), "cpu": processor(), "processors": processors(),
        "system": f"{platform.system()} {platform.machine()}",
        "openblas": f"{header[0]}, core {core.group(1) if core else 'unknown'}",
    }


def processors():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.lower().startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        found = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True)
        if found.returncode == 0:
            return found.stdout.strip()
    return platform.processor() or "an unknown processor"


# The chart.

COLOURS = {OURS: "#d9480f", "torch": "#748ffc", "torch-compiled": "#4263eb", "jax": "#2b8a3e", "sklearn": "#868e96",
           "numpy": "#ced4da"}


def duration(microseconds):
    for limit, factor, unit in ((1e3, 1, "µs"), (1e6, 1e-3, "ms")):
        if microseconds < limit * 0.9995:
            return f"{digits(microseconds * factor)} {unit}"
    return f"{digits(microseconds * 1e-6)} s"


def chart(comparisons, file):
    import matplotlib

    matplotlib.use("Agg")
    matplotlib.rcParams.update({"svg.hashsalt": "steps", "font.size": 9, "font.family": "DejaVu Sans"})
    import matplotlib.pyplot as plt

    dtypes = [d for d in ("f64", "f32") if any(c.dtype == d for c in comparisons)]
    panels = {d: [c for c in comparisons if c.dtype == d] for d in dtypes}
    # For each group a line for its name, as many as the panel with the most bars needs, and a little air.
    sizes = {}
    for comparison in comparisons:
        sizes[comparison.title] = max(sizes.get(comparison.title, 0), len(comparison.sides) + 1.5)
    height = sum(sizes.values())
    times = [c.time(side) for c in comparisons for side in c.sides]
    figure, axes = plt.subplots(
        1, len(dtypes), figsize=(0.6 + 4.9 * len(dtypes), 1.1 + 0.21 * height), squeeze=False, layout="constrained")
    for axis, dtype in zip(axes[0], dtypes):
        top, ticks, names = 0.0, [], []
        for comparison in panels[dtype]:
            place = top
            axis.text(
                0, place, f" {comparison.title}", transform=axis.get_yaxis_transform(), va="center", weight="bold")
            for side in [OURS, *STEP]:
                if side not in comparison.sides:
                    continue
                place += 1
                value = comparison.time(side)
                axis.barh(place, value, 0.8, color=COLOURS[side])
                axis.annotate(
                    duration(value), (value, place), (3, 0), textcoords="offset points", va="center", fontsize=8,
                    weight="bold" if side == OURS else "normal")
                ticks.append(place)
                names.append(side)
            top += sizes[comparison.title]
        axis.set_xscale("log")
        # Room for the times behind the longest bars.
        axis.set_xlim(min(times) / 2.5, max(times) * 6)
        axis.set_ylim(height - 0.5, -0.8)
        axis.set_yticks(ticks, names, fontsize=8)
        for label in axis.get_yticklabels():
            label.set_weight("bold" if label.get_text() == OURS else "normal")
        axis.tick_params(axis="y", length=0)
        axis.set_title({"f64": "Double (f64)", "f32": "Float (f32)"}[dtype], weight="bold", fontsize=10)
        axis.set_xlabel("microseconds per training step, logarithmic; shorter is better")
        axis.grid(axis="x", color="#e9ecef")
        axis.set_axisbelow(True)
        axis.spines[["top", "right"]].set_visible(False)
    figure.savefig(file, metadata={"Date": None} if str(file).endswith("svg") else None, facecolor="white")
    plt.close(figure)


def main():
    options = OPTIONS
    counts = sorted({1, processors()})
    options.out.mkdir(parents=True, exist_ok=True)
    described = machine(options)
    figures = []
    has_fashion = pathlib.Path(options.data, "train-images-idx3-ubyte.gz").exists()
    with open(options.out / "compare.jsonl", "w") as file:

        def keep(found):
            for figure in found:
                figures.append(figure)
                file.write(json.dumps(figure) + "\n")
                file.flush()

        for workload in options.only:
            print(workload, file=sys.stderr)
            for dtype in ("f64", "f32"):
                if workload == "fashion":
                    if has_fashion:
                        keep(fashion(options, dtype, counts))
                    continue
                keep(steps(options, workload, dtype, counts))
                if workload in PREDICTED:
                    keep(predictions(options, workload, dtype, counts))
    if "fashion" in options.only and not has_fashion:
        print(f"fashion left out: Fashion-MNIST isn't in {options.data}", file=sys.stderr)
    sections = results(figures)
    text = describe(sections, figures, described, options.quick)
    (options.out / "compare.md").write_text(text)
    for heading, _, comparisons in sections:
        if heading == "Training steps":
            chart(comparisons, options.out / "steps.svg")
    print(text)


if __name__ == "__main__":
    OPTIONS = arguments()
    main()
