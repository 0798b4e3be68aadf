"""Writes layers.json: outputs and gradients of activations and normalisations in float64, by PyTorch; and of GELU,
whose tail PyTorch rounds away, by mpmath. Run with torch 2.13.0 and mpmath 1.3.

    python make_layers_golden.py
"""

import json
import pathlib

import mpmath
import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(2024)

EXTREMES = [
    [0.0, -0.0, 1e3, -1e3, 1e-300, -1e-300, 1e-8, -1e-8, 5e-324, -5e-324, 19.999999, 20.000001],
    [17.0, -20.0, -40.0, 40.0, 0.5, -0.5, 1.0, -1.0, 30.0, -30.0, 2.0, -2.0],
]


def swift(kind, **options):
    return {"type": kind, **options}


def case(name, layer, module, rows):
    x = torch.tensor(rows, requires_grad=True)
    for parameter in module.parameters():
        with torch.no_grad():
            parameter.copy_(torch.tensor(random.normal(size=tuple(parameter.shape))))
    y = module(x)
    g = torch.tensor(random.normal(size=tuple(y.shape)))
    y.backward(g)
    flat = [value for parameter in module.parameters() for value in parameter.detach().flatten().tolist()]
    gradients = [value for parameter in module.parameters() for value in parameter.grad.flatten().tolist()]
    return {
        "name": name,
        "layer": layer,
        "rows": len(rows),
        "columns": len(rows[0]),
        "inputs": x.detach().flatten().tolist(),
        "parameters": flat,
        "outputs": y.detach().flatten().tolist(),
        "outputGradient": g.flatten().tolist(),
        "inputGradient": x.grad.flatten().tolist(),
        "parameterGradients": gradients,
    }


class Affine(nn.Module):
    """BatchNorm1d in inference with mean 0 and variance 1 - epsilon: times weight, plus bias."""

    def __init__(self, features):
        super().__init__()
        self.norm = nn.BatchNorm1d(features, eps=0.5).eval()
        self.norm.running_var.fill_(0.5)

    def forward(self, x):
        return self.norm(x)


usual = random.normal(scale=2, size=(5, 12)).tolist()
activations = [
    ("LeakyReLU", swift("LeakyReLU", negativeSlope=0.01), nn.LeakyReLU()),
    ("LeakyReLU, slope 0.3", swift("LeakyReLU", negativeSlope=0.3), nn.LeakyReLU(0.3)),
    ("LeakyReLU, slope 0", swift("LeakyReLU", negativeSlope=0.0), nn.LeakyReLU(0.0)),
    ("ELU", swift("ELU", alpha=1.0), nn.ELU()),
    ("ELU, alpha 0.7", swift("ELU", alpha=0.7), nn.ELU(0.7)),
    ("ELU, alpha 2.5", swift("ELU", alpha=2.5), nn.ELU(2.5)),
    ("SiLU", swift("SiLU"), nn.SiLU()),
    ("GELU", swift("GELU", approximation="none"), nn.GELU()),
    ("GELU, tanh", swift("GELU", approximation="tanh"), nn.GELU(approximate="tanh")),
    ("Softplus", swift("Softplus"), nn.Softplus()),
]
cases = []
for name, layer, module in activations:
    cases.append(case(name, layer, module, usual + EXTREMES))
for features in (3, 4, 7, 16, 37):
    rows = random.normal(scale=1.5, size=(6, features))
    rows[1] += 1e3
    rows[2] *= 1e3
    rows[3] *= 1e-3
    rows[4] = 2
    rows[4, ::2] -= 1e-2
    for epsilon in (1e-5, 0.1):
        cases.append(
            case(f"LayerNorm of {features}, epsilon {epsilon}",
                 swift("LayerNorm", features=features, epsilon=epsilon, affine=True),
                 nn.LayerNorm(features, eps=epsilon), rows.tolist()))
    cases.append(
        case(f"LayerNorm of {features}, not affine",
             swift("LayerNorm", features=features, epsilon=1e-5, affine=False),
             nn.LayerNorm(features, elementwise_affine=False), rows.tolist()))
    cases.append(case(f"Affine of {features}", swift("Affine", features=features), Affine(features), rows.tolist()))


class HardSigmoid(nn.Module):
    """nn.Hardsigmoid by its formula: PyTorch rounds the sixth in its gradient to a float."""

    def forward(self, x):
        return nn.functional.hardtanh(x + 3, 0, 6) / 6


class Exponential(nn.Module):
    def forward(self, x):
        return torch.exp(x)


class Sine(nn.Module):
    def __init__(self, frequency):
        super().__init__()
        self.frequency = frequency

    def forward(self, x):
        return torch.sin(self.frequency * x)


class Kept:
    """Numbers of their own for what came later, so that what was there before stays."""

    def __enter__(self):
        global random
        self.random, random = random, numpy.random.default_rng(2025)

    def __exit__(self, *_):
        global random
        random = self.random


BORDERS = [[3.0, -3.0, 2.999, -2.999, 3.001, -3.001, 0.75, -0.75, 6.0, -6.0, 1e4, -1e4]]
LOGITS = [[1e4, -1e4, 0.0, 9999.5], [-1e4, -1e4, -1e4, -1e4], [1e-9, 0.0, -1e-9, 0.0], [1e30, 0.0, -1e30, 1e30]]
with Kept():
    usual = random.normal(scale=2, size=(5, 12)).tolist()
    for name, layer, module in [
        ("Identity", swift("Identity"), nn.Identity()),
        ("SELU", swift("SELU"), nn.SELU()),
        ("CELU", swift("CELU", alpha=1.0), nn.CELU()),
        # One whose inverse PyTorch, which has it as a float, does not round.
        ("CELU, alpha 0.25", swift("CELU", alpha=0.25), nn.CELU(0.25)),
        ("Mish", swift("Mish"), nn.Mish()),
        ("HardSigmoid", swift("HardSigmoid"), HardSigmoid()),
        ("HardSwish", swift("HardSwish"), nn.Hardswish()),
        ("HardTanh", swift("HardTanh", minimum=-1.0, maximum=1.0), nn.Hardtanh()),
        ("HardTanh, as ReLU6", swift("HardTanh", minimum=0.0, maximum=6.0), nn.ReLU6()),
        ("HardTanh, -0.75 to 3", swift("HardTanh", minimum=-0.75, maximum=3.0), nn.Hardtanh(-0.75, 3.0)),
        ("Softsign", swift("Softsign"), nn.Softsign()),
        ("Sine", swift("Sine", frequency=1.0), Sine(1.0)),
        ("Sine, frequency 4", swift("Sine", frequency=4.0), Sine(4.0)),
        ("PReLU", swift("PReLU", perColumn=False, initialWeight=0.25), nn.PReLU()),
        ("PReLU of each column", swift("PReLU", perColumn=True, initialWeight=0.25), nn.PReLU(12)),
        ("LogSoftmax", swift("LogSoftmax"), nn.LogSoftmax(dim=1)),
    ]:
        cases.append(case(name, layer, module, usual + EXTREMES + BORDERS))
    cases.append(case("LogSoftmax, far out", swift("LogSoftmax"), nn.LogSoftmax(dim=1), LOGITS))
    cases.append(case("Exponential", swift("Exponential"), Exponential(), usual))

mpmath.mp.dps = 60
points = [0.0, 1.0, -1.0, 1e-300, -1e-300, -0.7517915246935645, 5.0, 8.3, -8.3, 9.0, -37.5, 38.0, 39.0, 1e3]
points += random.uniform(-37, -6, 150).tolist() + random.uniform(-6, 6, 250).tolist() + random.uniform(6, 40, 20).tolist()
points += (random.choice([-1, 1], 60) * 10 ** random.uniform(-20, 0, 60)).tolist()


def gelu(value):
    x = mpmath.mpf(value)
    phi = mpmath.erfc(-x / mpmath.sqrt(2)) / 2
    return [value, float(x * phi), float(phi + x * mpmath.npdf(x))]


text = json.dumps({"cases": cases, "gelu": [gelu(point) for point in points]}, separators=(",", ":"))
(here / "layers.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
