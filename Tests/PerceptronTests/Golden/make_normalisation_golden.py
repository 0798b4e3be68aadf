"""Writes normalisation.json: trainings of networks with BatchNorm and RMSNorm, layers of some of them frozen, in float64 by
PyTorch: outputs, losses, gradients, parameters and running statistics of every step, and predictions at the end.
Run with torch 2.13.0.

    python make_normalisation_golden.py
"""

import json
import pathlib

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1502)


def linear(inputs, outputs, bias=True):
    none = {"type": "zeros"}
    description = {"inputFeatures": inputs, "outputFeatures": outputs, "bias": bias,
                   "weightInitializer": none, "biasInitializer": none, "type": "Linear"}
    return description, nn.Linear(inputs, outputs, bias=bias)


def batch_norm(features, momentum=0.1, epsilon=1e-5, affine=True):
    description = {"features": features, "epsilon": epsilon, "affine": affine, "type": "BatchNorm"}
    if momentum is not None:
        description["momentum"] = momentum
    return description, nn.BatchNorm1d(features, eps=epsilon, momentum=momentum, affine=affine)


def rms_norm(features, epsilon=None, affine=True):
    description = {"features": features, "affine": affine, "type": "RMSNorm"}
    if epsilon is not None:
        description["epsilon"] = epsilon
    return description, nn.RMSNorm(features, eps=epsilon, elementwise_affine=affine)


def relu():
    return {"type": "ReLU"}, nn.ReLU()


def tanh():
    return {"type": "Tanh"}, nn.Tanh()


def flat(network, of):
    """As the flat vector has them: the weight of a Linear is in x out there."""
    values = []
    for module in network:
        for parameter in module.parameters():
            tensor = of(parameter)
            values += (tensor.T if tensor.dim() == 2 else tensor).flatten().tolist()
    return values


def state(network):
    return [value for module in network for buffer in module.buffers() for value in buffer.double().flatten().tolist()]


def case(name, layers, batches, frozen=(), columns=None):
    network = nn.Sequential(*[module for _, module in layers])
    columns = columns or next(
        description[key] for description, _ in layers for key in ("inputFeatures", "features") if key in description)
    for parameter in network.parameters():
        with torch.no_grad():
            parameter.copy_(torch.tensor(random.normal(size=tuple(parameter.shape))))
    for index in frozen:
        network[index].requires_grad_(False)
    trained = [parameter for parameter in network.parameters() if parameter.requires_grad]
    optimizer = torch.optim.Adam(trained, lr=0.05)
    result = {"name": name, "layers": [description for description, _ in layers], "frozen": list(frozen),
              "columns": columns, "parameters": flat(network, lambda p: p.detach()), "steps": []}
    for rows in batches:
        offset = random.normal(scale=3, size=columns)
        x = torch.tensor(random.normal(size=(rows, columns)) * 2 + offset, requires_grad=True)
        optimizer.zero_grad()
        y = network(x)
        targets = torch.tensor(random.normal(size=tuple(y.shape)))
        loss = nn.functional.mse_loss(y, targets)
        loss.backward()
        step = {"rows": rows, "inputs": x.detach().flatten().tolist(), "targets": targets.flatten().tolist(),
                "outputs": y.detach().flatten().tolist(), "loss": loss.item(),
                "inputGradient": x.grad.flatten().tolist(),
                "gradients": flat(network, lambda p: torch.zeros_like(p) if p.grad is None else p.grad)}
        optimizer.step()
        step["parameters"] = flat(network, lambda p: p.detach())
        step["state"] = state(network)
        result["steps"].append(step)
    network.eval()
    x = torch.tensor(random.normal(size=(9, columns)))
    result["inputs"] = x.flatten().tolist()
    result["predictions"] = network(x).detach().flatten().tolist()
    return result


def write(cases, name):
    text = json.dumps({"cases": cases}, separators=(",", ":"))
    (here / name).write_text(text.replace('{"name"', '\n{"name"') + "\n")


sizes = [7, 4, 12, 5]
if __name__ == "__main__":
    cases = [
        case("BatchNorm", [batch_norm(3)], sizes),
        case("BatchNorm, not affine", [batch_norm(5, affine=False), linear(5, 2)], sizes),
        case("BatchNorm, means of all batches", [batch_norm(4, momentum=None, epsilon=0.1)], sizes),
        case("BatchNorm, wide", [batch_norm(67, momentum=0.7, epsilon=1e-3)], [9, 5]),
        case("RMSNorm", [rms_norm(5)], sizes),
        case("RMSNorm, epsilon", [rms_norm(37, epsilon=0.1)], [1, 4]),
        case("RMSNorm, not affine", [rms_norm(4, epsilon=1e-6, affine=False), linear(4, 3)], sizes),
        case("network", [linear(4, 20, bias=False), batch_norm(20), relu(), linear(20, 17), tanh(), batch_norm(17, momentum=0.3),
                         rms_norm(17), linear(17, 3)], sizes),
        case("frozen at the beginning", [linear(4, 9), batch_norm(9), tanh(), linear(9, 6, bias=False), batch_norm(6), linear(6, 2)], sizes,
             frozen=[0, 1]),
        case("frozen in the middle", [linear(4, 9), tanh(), linear(9, 6), rms_norm(6), linear(6, 2)], sizes, frozen=[2, 3]),
    ]
    write(cases, "normalisation.json")
