"""Writes jacobians.json: derivatives of networks' outputs with respect to inputs and parameters, row by row, in float64 by
torch.func. Run with torch 2.13.0.

    python make_jacobians_golden.py
"""

import json
import pathlib

import numpy
import torch
from torch import nn

torch.set_default_dtype(torch.float64)
here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1313)


def linear(inputs, outputs, bias=True):
    none = {"type": "zeros"}
    description = {"inputFeatures": inputs, "outputFeatures": outputs, "bias": bias,
                   "weightInitializer": none, "biasInitializer": none, "type": "Linear"}
    return description, nn.Linear(inputs, outputs, bias=bias)


def batch_norm(features):
    description = {"features": features, "momentum": 0.1, "epsilon": 1e-5, "affine": True, "type": "BatchNorm"}
    return description, nn.BatchNorm1d(features)


def rms_norm(features):
    return {"features": features, "affine": True, "type": "RMSNorm"}, nn.RMSNorm(features)


def plain(name, module):
    return {"type": name}, module


def flat(network, of, lead=0):
    """As the flat vector has them, behind `lead` leading axes: the weight of a Linear is in x out there."""
    parts = []
    for index, module in enumerate(network):
        for name, _ in module.named_parameters():
            tensor = of(f"{index}.{name}")
            if tensor.dim() == 2 + lead:
                tensor = tensor.transpose(-1, -2)
            parts.append(tensor.flatten(lead))
    return torch.cat(parts, lead)


def case(name, pairs, rows, columns):
    network = nn.Sequential(*[module for _, module in pairs])
    with torch.no_grad():
        for tensor in list(network.parameters()):
            tensor.copy_(torch.from_numpy(random.normal(0, 0.6, tuple(tensor.shape))))
        state = []
        for module in network:
            if isinstance(module, nn.BatchNorm1d):
                module.running_mean.copy_(torch.from_numpy(random.normal(0, 1, module.num_features)))
                module.running_var.copy_(torch.from_numpy(random.uniform(0.5, 2, module.num_features)))
                module.num_batches_tracked += 3
                state += module.running_mean.tolist() + module.running_var.tolist() + [3.0]
    network.eval()
    x = torch.from_numpy(random.normal(0, 1, (rows, columns)))
    parameters = dict(network.named_parameters())

    def output(parameters, row):
        return torch.func.functional_call(network, parameters, (row[None],))[0]

    by_input = torch.func.vmap(torch.func.jacrev(output, argnums=1), in_dims=(None, 0))(parameters, x)
    by_parameter = torch.func.vmap(torch.func.jacrev(output), in_dims=(None, 0))(parameters, x)
    return {
        "name": name, "layers": [description for description, _ in pairs], "columns": columns,
        "parameters": flat(network, lambda key: parameters[key].detach()).tolist(), "state": state,
        "inputs": x.flatten().tolist(),
        "inputJacobian": by_input.detach().flatten().tolist(),
        "parameterJacobian": flat(network, lambda key: by_parameter[key].detach(), lead=2).flatten().tolist(),
    }


cases = [
    case("1-3-1, tanh", [linear(1, 3), plain("Tanh", nn.Tanh()), linear(3, 1)], 6, 1),
    case("a row, softmax", [linear(4, 5), plain("Sigmoid", nn.Sigmoid()), linear(5, 3), plain("Softmax", nn.Softmax(1))],
         1, 4),
    case("normalised", [batch_norm(3), linear(3, 6, bias=False), batch_norm(6), plain("SiLU", nn.SiLU()), rms_norm(6),
                        plain("Softplus", nn.Softplus()), linear(6, 2)],
         5, 3),
]
(here / "jacobians.json").write_text(json.dumps({"cases": cases}) + "\n")
