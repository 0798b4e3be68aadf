"""Loads the files of `Benchmarks --filter storage --files FOLDER` with safetensors and PyTorch: a line of JSON for each figure.

usage: storage.py FOLDER [THREADS]
"""
import pathlib
import statistics
import sys
import time

import torch
from safetensors.torch import load_file, save_file

from timing import report

folder = pathlib.Path(sys.argv[1])
if len(sys.argv) > 2:
    torch.set_num_threads(int(sys.argv[2]))


def measure(what, call):
    times = []
    for _ in range(4):
        start = time.perf_counter()
        call()
        times.append((time.perf_counter() - start) * 1e6)
    # The first warms up.
    report(kind="storage", peer="torch", version=torch.__version__, file=path.name, bytes=path.stat().st_size, what=what,
           us_median=statistics.median(times[1:]), us_min=min(times[1:]))


def model():
    """The module of a file, whose parameters are the tensors that were loaded."""
    state = load_file(path)
    last = max(int(name.split(".")[0]) for name in state)
    with torch.device("meta"):
        module = torch.nn.Sequential(*[
            torch.nn.Linear(*reversed(state[f"{i}.weight"].shape)) if i % 2 == 0 else torch.nn.ReLU()
            for i in range(last + 1)])
    module.load_state_dict(state, assign=True)
    return module


for path in sorted(folder.glob("f*.safetensors")):
    state = load_file(path)
    copy = {name: tensor.clone() for name, tensor in state.items()}
    measure("save_file", lambda: save_file(copy, folder / "torch-copy.safetensors"))
    (folder / "torch-copy.safetensors").unlink()
    measure("load_file", lambda: load_file(path))
    measure("load_file and every element read", lambda: [tensor.clone() for tensor in load_file(path).values()])
    kind, width = copy["0.bias"].dtype, copy["0.bias"].shape[0]
    rows = (torch.arange(256 * width) * 7919 % 1000).to(kind).reshape(256, width) / 1000
    with torch.inference_mode():
        measure("load_file and a first prediction of a row", lambda: model()(rows[:1]))
        module = model()
        measure("a row", lambda: module(rows[:1]))
        measure("256 rows", lambda: module(rows))
