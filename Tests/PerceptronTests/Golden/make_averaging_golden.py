"""Writes averaging.json: a network with BatchNorm trained in float64 by PyTorch whose weights are averaged over updates
(`get_ema_multi_avg_fn`) or over the ends of epochs, with its statistics computed anew by `update_bn`.
Run with torch 2.13.0.

    python make_averaging_golden.py
"""

import json
import pathlib

import numpy
import torch
from torch import nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn, update_bn

torch.set_default_dtype(torch.float64)
random = numpy.random.default_rng(1305)
x = torch.tensor(random.normal(size=(13, 3)) * 2 + 1)
y = torch.tensor(random.normal(size=(13, 2)))
start = [torch.tensor(random.normal(size=shape)) for shape in [(4, 3), (4,), (4,), (4,), (2, 4), (2,)]]
batches = [(x[i:i + 5], y[i:i + 5]) for i in range(0, 13, 5)]


def flat(network):
    """As the flat vector has them: the weight of a Linear is in x out there."""
    values = []
    for parameter in network.parameters():
        values += (parameter.T if parameter.dim() == 2 else parameter).flatten().tolist()
    return values


def case(name, average, first=None):
    network = nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4, momentum=0.3), nn.Tanh(), nn.Linear(4, 2))
    with torch.no_grad():
        for parameter, values in zip(network.parameters(), start):
            parameter.copy_(values)
    result = {"name": name, "start": flat(network)}
    optimizer = torch.optim.SGD(network.parameters(), lr=0.1, momentum=0.5)
    averaged = average(network)
    for epoch in range(1, 5):
        for inputs, targets in batches:
            optimizer.zero_grad()
            nn.functional.mse_loss(network(inputs), targets).backward()
            optimizer.step()
            if first is None:
                averaged.update_parameters(network)
        if first is not None and epoch >= first:
            averaged.update_parameters(network)
    if first is not None:
        update_bn([inputs for inputs, _ in batches], averaged)
    averaged.eval()
    result["parameters"] = flat(averaged.module)
    result["state"] = [
        value for buffer in averaged.module.buffers() for value in buffer.double().flatten().tolist()]
    result["outputs"] = averaged(x).flatten().tolist()
    return result


cases = [
    case("exponential", lambda network: AveragedModel(network, multi_avg_fn=get_ema_multi_avg_fn(0.8))),
    case("stochastic", AveragedModel, first=2),
]
file = pathlib.Path(__file__).parent / "averaging.json"
file.write_text(json.dumps({"inputs": x.flatten().tolist(), "targets": y.flatten().tolist(), "cases": cases}))
