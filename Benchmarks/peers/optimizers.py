"""One update of 10⁶ parameters by each optimizer of the package beside PyTorch's, on one thread: one table with ratios.

usage: optimizers.py --benchmarks PATH [--dtype f64|f32|both] [--quick]

PATH is the program Benchmarks, built for release. PyTorch's is the faster of its foreach and its fused implementation, or its
loop over tensors where it has neither. A ratio below 1 is for the package.
"""
import argparse
import json
import pathlib
import subprocess
import tempfile

import networks

networks.limit_threads(1)
import torch  # noqa: E402  after the limit

from timing import microseconds  # noqa: E402

OPTIMIZERS = {  # name: (PyTorch's, its options)
    "SGD": ("SGD", {}),
    "SGD, momentum": ("SGD", {"momentum": 0.9}),
    "SGD, Nesterov": ("SGD", {"momentum": 0.9, "nesterov": True}),
    "Adam": ("Adam", {}),
    "Adam, AMSGrad": ("Adam", {"amsgrad": True}),
    "AdamW": ("AdamW", {}),
    "NAdam": ("NAdam", {}),
    "RAdam": ("RAdam", {}),
    "RMSprop": ("RMSprop", {}),
    "RMSprop, centered": ("RMSprop", {"momentum": 0.9, "centered": True}),
    "Adagrad": ("Adagrad", {}),
    "Adadelta": ("Adadelta", {}),
    "Muon": ("Muon", {}),
}


def theirs(name, quick):
    if name not in OPTIMIZERS:
        return None, ""
    kind, options = OPTIMIZERS[name]
    best = None, ""
    for way in [{"foreach": True}, {"fused": True}, {}]:
        parameters = [torch.nn.Parameter(torch.randn(1000, 1000))]
        if kind != "Muon":  # its last layer is AdamW's there
            parameters.append(torch.nn.Parameter(torch.randn(1, 1000)))
        for parameter in parameters:
            parameter.grad = torch.randn_like(parameter) * 0.01
        try:
            optimizer = getattr(torch.optim, kind)(parameters, lr=1e-4, **options, **way)
            optimizer.step()
        except (TypeError, RuntimeError, ValueError):
            continue
        if not way and best[0] is not None:
            continue
        time = microseconds(optimizer.step, quick)[0]
        if best[0] is None or time < best[0]:
            best = time, next(iter(way), "loop")
    return best


def ours(options, dtype):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder) / "figures.json"
        command = [options.benchmarks, "--filter", "optimizers", "--dtype", dtype, "--json", str(file)]
        subprocess.run(command + (["--quick"] if options.quick else []), check=True, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in file.read_text().splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmarks", required=True, metavar="PATH")
    parser.add_argument("--dtype", choices=["f64", "f32", "both"], default="both")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for dtype in ["f64", "f32"] if options.dtype == "both" else [options.dtype]:
        torch.set_default_dtype({"f64": torch.float64, "f32": torch.float32}[dtype])
        print(f"\n{dtype}, one thread, microseconds; PyTorch {torch.__version__}")
        print(f"{'':18} {'update':>9} {'PyTorch':>9} {'ratio':>6}")
        for line in ours(options, dtype):
            time, way = theirs(line["optimizer"], options.quick)
            mine = line["us_update"]
            figures = f"{time:9.1f} {mine / time:6.2f} {way}" if time is not None else ""
            print(f"{line['optimizer']:18} {mine:9.1f} {figures}", flush=True)


main()
