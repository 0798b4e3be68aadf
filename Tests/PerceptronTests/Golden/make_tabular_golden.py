"""Writes tabular.json: outputs and gradients in float64 of layers that PyTorch doesn't have, as their authors' formulas give
them with PyTorch's operations and gradients. Run with torch 2.13.0.

    python make_tabular_golden.py
"""

import json
import math
import pathlib

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(2025)


def normal(*shape):
    return torch.tensor(random.normal(size=shape), requires_grad=True)


def case(name, layer, function, inputs, parameters):
    """`parameters` in the order and shape that the package has them in, row after row."""
    x = torch.tensor(inputs, requires_grad=True)
    y = function(x, *parameters)
    g = torch.tensor(random.normal(size=tuple(y.shape)))
    y.backward(g)
    return {
        "name": name,
        "layer": layer,
        "rows": x.shape[0],
        "columns": x.shape[1],
        "inputs": x.detach().flatten().tolist(),
        "parameters": [value for p in parameters for value in p.detach().flatten().tolist()],
        "outputs": y.detach().flatten().tolist(),
        "outputGradient": g.flatten().tolist(),
        "inputGradient": x.grad.flatten().tolist(),
        "parameterGradients": [value for p in parameters for value in p.grad.flatten().tolist()],
    }


def ntk(x, weight, bias):
    """Holzmueller et al. 2024, RealMLP: NTPLinear."""
    return (x @ weight) / math.sqrt(x.shape[1]) + bias


def embedding(column):
    def function(x, weight):
        return torch.cat(
            [x[:, :column], nn.functional.embedding(x[:, column].detach().long(), weight), x[:, column + 1:]], 1)

    return function


def piecewise(bins):
    """Gorishniy et al. 2022, equation 1: e_t of t = 1 ... T."""
    def function(x):
        columns = []
        for column, edges in enumerate(bins):
            for t in range(1, len(edges)):
                v = (x[:, column] - edges[t - 1]) / (edges[t] - edges[t - 1])
                if t > 1:
                    v = torch.where(x[:, column] < edges[t - 1], 0 * v, v)
                if t < len(edges) - 1:
                    v = torch.where(x[:, column] >= edges[t], 0 * v + 1, v)
                columns.append(v)
        return torch.stack(columns, 1)

    return function


def ensemble(members, size_in):
    """Gorishniy et al. 2025, TabM: LinearBatchEnsemble of (batch, k, in)."""
    def function(x, weight, r, s, bias):
        x = x.reshape(x.shape[0], -1, size_in).expand(-1, members, -1)
        return (((x * r) @ weight) * s + bias).reshape(x.shape[0], -1)

    return function


def member_mean(members, softmax):
    """Gorishniy et al. 2025, TabM: the mean of the members' outputs, for classes in the space of probabilities."""
    def function(x):
        y = x.reshape(x.shape[0], members, -1)
        return (torch.softmax(y, -1) if softmax else y).mean(1)

    return function


def plr(features, frequencies, outputs):
    """Gorishniy et al. 2022: ReLU(Linear([sin(2 pi c x), cos(2 pi c x)])), a Linear for each column."""
    def function(x, frequency, weight, bias):
        v = 2 * math.pi * frequency * x[..., None]
        v = torch.cat([torch.sin(v), torch.cos(v)], -1)
        v = torch.einsum("rfk,fko->rfo", v, weight.reshape(features, 2 * frequencies, outputs)) + bias
        return torch.relu(v).reshape(x.shape[0], -1)

    return function


def pbld(features, frequencies, outputs):
    """Holzmueller et al. 2024: (x, Linear(cos(2 pi c x + p))), a Linear for each column."""
    def function(x, frequency, phase, weight, bias):
        v = torch.cos(2 * math.pi * frequency * x[..., None] + phase)
        v = torch.einsum("rfk,fko->rfo", v, weight.reshape(features, frequencies, outputs)) + bias
        return torch.cat([x[..., None], v], -1).reshape(x.shape[0], -1)

    return function


cases = []
for features in (1, 5, 17):
    cases.append(
        case(f"Scale of {features}", {"type": "Scale", "features": features}, lambda x, w: x * w,
             random.normal(size=(7, features)), [normal(features)]))
for size_in, size_out in ((1, 1), (5, 3), (17, 33)):
    cases.append(
        case(f"NTKLinear, {size_in} to {size_out}",
             {"type": "NTKLinear", "inputFeatures": size_in, "outputFeatures": size_out, "bias": True}, ntk,
             random.normal(size=(9, size_in)), [normal(size_in, size_out), normal(size_out)]))
for categories, features, column in ((1, 1, 0), (5, 3, 2), (40, 8, 1)):
    rows = random.normal(size=(30, 4))
    rows[:, column] = random.integers(categories, size=30)
    cases.append(
        case(f"Embedding of {categories} categories",
             {"type": "Embedding", "categories": categories, "features": features, "column": column},
             embedding(column), rows, [normal(categories, features)]))
for bins in ([[0.0, 1.0]], [[-1.0, -0.5, 0.1, 2.0], [0.0, 0.3], [-0.7, 0.0, 0.2, 0.21, 1.5, 3.0]]):
    rows = random.normal(scale=1.5, size=(40, len(bins)))
    rows[:3] = 1e3
    rows[3:6] = -1e3
    cases.append(
        case(f"PiecewiseLinearEncoding of {len(bins)}", {"type": "PiecewiseLinearEncoding", "bins": bins},
             piecewise(bins), rows, []))

for size_in, size_out, members, shared in ((1, 1, 1, True), (5, 3, 4, True), (5, 3, 4, False), (17, 33, 7, False)):
    cases.append(
        case(f"EnsembleLinear, {size_in} to {size_out}, {members} members" + (", shared" if shared else ""),
             {"type": "EnsembleLinear", "inputFeatures": size_in, "outputFeatures": size_out, "members": members},
             ensemble(members, size_in), random.normal(size=(9, size_in if shared else members * size_in)),
             [normal(size_in, size_out), normal(members, size_in), normal(members, size_out), normal(members, size_out)]))
for features, frequencies, outputs in ((1, 1, 1), (3, 5, 4), (2, 300, 2)):
    common = {"type": "PeriodicEmbedding", "inputFeatures": features, "frequencies": frequencies, "deviation": 0.5}
    # Enough rows to be worked on in blocks.
    rows = random.normal(scale=2, size=(11 if frequencies < 100 else 20, features))
    rows[0] = 0
    rows[1] *= 10
    cases.append(
        case(f"PeriodicEmbedding, PLR, {features} columns", common | {"kind": "plr", "features": outputs},
             plr(features, frequencies, outputs), rows,
             [normal(features, frequencies), normal(features * 2 * frequencies, outputs), normal(features, outputs)]))
    cases.append(
        case(f"PeriodicEmbedding, PBLD, {features} columns", common | {"kind": "pbld", "features": outputs + 1},
             pbld(features, frequencies, outputs), rows,
             [normal(features, frequencies), normal(features, frequencies),
              normal(features * frequencies, outputs), normal(features, outputs)]))

# torch.quantile, of a column with few values too.
numbers = numpy.round(random.normal(size=(57, 3)), 2)
numbers[:, 2] = numpy.minimum(numpy.floor(numpy.abs(numbers[:, 2]) * 2), 2)
quantiles = {
    "inputs": numbers.flatten().tolist(),
    "rows": 57,
    "bins": 8,
    "edges": [torch.quantile(torch.tensor(numbers[:, c]), torch.linspace(0, 1, 9)).unique().tolist() for c in range(3)],
}

for members, columns, softmax in ((1, 2, True), (4, 3, False), (4, 3, True)):
    cases.append(
        case(f"MemberMean of {members}" + (", softmax" if softmax else ""),
             {"type": "MemberMean", "members": members, "softmax": softmax}, member_mean(members, softmax),
             random.normal(scale=3, size=(9, members * columns)), []))

text = json.dumps({"cases": cases, "quantiles": quantiles}, separators=(",", ":"))
(here / "tabular.json").write_text(text.replace('{"name"', '\n{"name"') + "\n")
