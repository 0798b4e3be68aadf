"""Every layer and loss of the package by itself beside PyTorch's, at 256 x 1024 on one thread: one table with ratios.

usage: catalogue.py --benchmarks PATH [--dtype f64|f32|both] [--filter NAME] [--quick]

PATH is the program Benchmarks, built for release. Forward makes the output, with what backward needs of it; backward makes
the gradients of inputs and parameters. Of a loss both are one figure: value and gradient. PyTorch's is the least of its ways
that say the same: its module, or where it has none the formula in its operations. A ratio below 1 is for the package.
"""
import argparse
import json
import math
import pathlib
import subprocess
import tempfile

import networks

networks.limit_threads(1)
import torch  # noqa: E402  after the limit
from torch import nn  # noqa: E402
from torch.nn import functional as F  # noqa: E402

from timing import microseconds  # noqa: E402

ROWS, COLUMNS = 256, 1024


class Formula(nn.Module):
    """A function of inputs and parameters."""

    def __init__(self, function, *shapes):
        super().__init__()
        self.function = function
        self.numbers = nn.ParameterList([nn.Parameter(torch.randn(shape)) for shape in shapes])

    def forward(self, x):
        return self.function(x, *self.numbers)


def embedding(x, weight):
    return torch.cat([F.embedding(x[:, 0].long(), weight), x[:, 1:]], 1)


def piecewise(x):
    edges = torch.arange(9, dtype=x.dtype) / 2 - 2
    v = (x[..., None] - edges[:-1]) / 0.5
    low = torch.tensor([-math.inf] + [0.0] * 7, dtype=x.dtype)
    high = torch.tensor([1.0] * 7 + [math.inf], dtype=x.dtype)
    return torch.minimum(torch.maximum(v, low), high).flatten(1)


def periodic(x, frequency, weight, bias):
    v = 2 * math.pi * frequency * x[..., None]
    v = torch.cat([torch.sin(v), torch.cos(v)], -1)
    return torch.relu((v[..., None, :] @ weight).squeeze(-2) + bias).flatten(1)


def ensemble(x, weight, r, s, bias):
    return (((x[:, None] * r) @ weight) * s + bias).flatten(1)


class Residual(nn.Sequential):
    def forward(self, x):
        return x + super().forward(x)


class Halves(nn.ModuleList):
    def forward(self, x):
        return torch.cat([part(half) for part, half in zip(self, x.chunk(2, 1))], 1)


def quantile(y, t):
    e = t[..., None] - y.reshape(ROWS, COLUMNS // 2, 2)
    tau = torch.tensor([0.1, 0.9], dtype=y.dtype)
    return torch.maximum(tau * e, (tau - 1) * e).mean()


def focal(y, t):
    log_p = F.log_softmax(y, 1).gather(1, t[:, None])
    return -((1 - log_p.exp()) ** 2 * log_p).mean()


LAYERS = {
    "Linear": lambda: nn.Linear(COLUMNS, COLUMNS),
    "ReLU": nn.ReLU,
    "PReLU": lambda: nn.PReLU(COLUMNS),
    "LeakyReLU": nn.LeakyReLU,
    "ELU": nn.ELU,
    "SELU": nn.SELU,
    "CELU": nn.CELU,
    "GELU": nn.GELU,
    "GELU tanh": lambda: nn.GELU(approximate="tanh"),
    "SiLU": nn.SiLU,
    "Mish": nn.Mish,
    "Softplus": nn.Softplus,
    "Sigmoid": nn.Sigmoid,
    "HardSigmoid": nn.Hardsigmoid,
    "HardSwish": nn.Hardswish,
    "HardTanh": nn.Hardtanh,
    "Exponential": lambda: Formula(torch.exp),
    "Softsign": nn.Softsign,
    "Sine": lambda: Formula(torch.sin),
    "Tanh": nn.Tanh,
    "Softmax": lambda: nn.Softmax(1),
    "LogSoftmax": lambda: nn.LogSoftmax(1),
    "LayerNorm": lambda: nn.LayerNorm(COLUMNS),
    "RMSNorm": lambda: nn.RMSNorm(COLUMNS),
    "BatchNorm": lambda: nn.BatchNorm1d(COLUMNS),
    "Dropout": lambda: nn.Dropout(0.3),
    "AlphaDropout": lambda: nn.AlphaDropout(0.3),
    "GaussianNoise": lambda: Formula(lambda x: x + 0.1 * torch.randn_like(x)),
    "Residual": lambda: Residual(nn.Linear(COLUMNS, COLUMNS), nn.ReLU(), nn.Linear(COLUMNS, COLUMNS)),
    "Columns": lambda: Halves(
        nn.Sequential(nn.Linear(COLUMNS // 2, COLUMNS // 2), activation()) for activation in [nn.ReLU, nn.Tanh]),
    "Affine": lambda: Formula(lambda x, w, b: x * w + b, COLUMNS, COLUMNS),
    "Scale": lambda: Formula(lambda x, w: x * w, COLUMNS),
    "NTKLinear": lambda: Formula(
        lambda x, w, b: torch.addmm(b, x, w, alpha=1 / math.sqrt(COLUMNS)), (COLUMNS, COLUMNS), COLUMNS),
    "EnsembleLinear": lambda: Formula(ensemble, (COLUMNS, 128), (8, COLUMNS), (8, 128), (8, 128)),
    "Embedding": lambda: Formula(embedding, (100, 32)),
    "PiecewiseLinearEncoding": lambda: Formula(piecewise),
    "PeriodicEmbedding": lambda: Formula(periodic, (COLUMNS, 4), (COLUMNS, 8, 4), (COLUMNS, 4)),
}

LOSSES = {  # name: (loss of outputs and targets, kind of targets)
    "MeanSquaredError": (F.mse_loss, "values"),
    "MeanAbsoluteError": (F.l1_loss, "values"),
    "Huber": (F.huber_loss, "values"),
    "SmoothL1": (F.smooth_l1_loss, "values"),
    "LogCosh": (lambda y, t: torch.log(torch.cosh(y - t)).mean(), "values"),
    "Quantile": (quantile, "halves"),
    "GaussianNLL": (
        lambda y, t: F.gaussian_nll_loss(y[:, :COLUMNS // 2], t, y[:, COLUMNS // 2:].exp()), "halves"),
    "PoissonNLL": (lambda y, t: F.poisson_nll_loss(y, t), "values"),
    "CrossEntropy": (F.cross_entropy, "classes"),
    "BinaryCrossEntropy": (F.binary_cross_entropy_with_logits, "probabilities"),
    "FocalLoss": (focal, "classes"),
    "KLDivergence": (
        lambda y, t: F.kl_div(F.log_softmax(y, 1), t, reduction="batchmean"), "distributions"),
    "Hinge": (F.multi_margin_loss, "classes"),
    "CosineSimilarity": (lambda y, t: (1 - F.cosine_similarity(y, t)).mean(), "values"),
}


def layer_times(make, quick):
    module = make()
    x = (2 * torch.rand(ROWS, COLUMNS) - 1).requires_grad_()
    with torch.no_grad():
        x[:, 0] = torch.arange(ROWS) % 100
    y = module(x)
    g = torch.randn_like(y)
    wanted = [x, *module.parameters()]
    forward = microseconds(lambda: module(x), quick)[0]
    if y.grad_fn is None or y is x:
        return forward, None
    backward = microseconds(lambda: torch.autograd.grad(y, wanted, g, retain_graph=True), quick)[0]
    return forward, backward


def loss_time(loss, kind, quick):
    y = torch.randn(ROWS, COLUMNS, requires_grad=True)
    t = {
        "values": lambda: torch.randn(ROWS, COLUMNS),
        "halves": lambda: torch.randn(ROWS, COLUMNS // 2),
        "probabilities": lambda: torch.rand(ROWS, COLUMNS),
        "distributions": lambda: torch.softmax(torch.randn(ROWS, COLUMNS), 1),
        "classes": lambda: torch.arange(ROWS) % COLUMNS,
    }[kind]()
    return microseconds(lambda: torch.autograd.grad(loss(y, t), y), quick)[0], None


def ours(options, dtype):
    with tempfile.TemporaryDirectory() as folder:
        file = pathlib.Path(folder, "results")
        command = [options.benchmarks, "--filter", f"catalogue/{options.filter}", "--dtype", dtype, "--json", str(file)]
        subprocess.run(command + (["--quick"] if options.quick else []), check=True, stdout=subprocess.DEVNULL)
        return [json.loads(line) for line in file.read_text().splitlines()]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--benchmarks", required=True, metavar="PATH")
    parser.add_argument("--dtype", choices=["f64", "f32", "both"], default="both")
    parser.add_argument("--filter", default="", metavar="NAME", help="only what has this in its name")
    parser.add_argument("--quick", action="store_true")
    options = parser.parse_args()
    torch.set_num_threads(1)

    def figure(time):
        return f"{time:9.1f}" if time is not None else f"{'':9}"

    def ratio(mine, other):
        return f"{mine / other:6.2f}" if mine is not None and other is not None else f"{'':6}"

    for dtype in ["f64", "f32"] if options.dtype == "both" else [options.dtype]:
        torch.set_default_dtype({"f64": torch.float64, "f32": torch.float32}[dtype])
        print(f"\n{dtype}, {ROWS} x {COLUMNS}, one thread, microseconds; PyTorch {torch.__version__}")
        print(f"{'':24} {'forward':>9} {'PyTorch':>9} {'ratio':>6} {'backward':>9} {'PyTorch':>9} {'ratio':>6}")
        for line in ours(options, dtype):
            name = line["entry"]
            if name in LAYERS:
                theirs = layer_times(LAYERS[name], options.quick)
            elif name in LOSSES:
                theirs = loss_time(*LOSSES[name], options.quick)
            else:
                theirs = None, None
            mine = line["us_forward"], line.get("us_backward")
            cells = [figure(mine[0]), figure(theirs[0]), ratio(mine[0], theirs[0]),
                     figure(mine[1]), figure(theirs[1]), ratio(mine[1], theirs[1])]
            print(f"{name:24} {' '.join(cells)}", flush=True)


main()
