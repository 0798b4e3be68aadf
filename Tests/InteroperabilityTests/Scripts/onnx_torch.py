"""Writes models of PyTorch by both of its exporters, with inputs and what PyTorch predicts for them.

The newer exporter needs onnxscript; without it only the older one is used.
It prints how many they are, without the one that must be refused.
usage: python onnx_torch.py FOLDER
"""
import importlib.util
import pathlib
import sys
import warnings

import numpy as np
import torch
from torch import nn

warnings.simplefilter("ignore")

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(1)


class Residual(nn.Module):
    def __init__(self, *layers, projection=None):
        super().__init__()
        self.inner = nn.Sequential(*layers)
        self.projection = projection

    def forward(self, x):
        return self.inner(x) + (self.projection(x) if self.projection else x)


class Sine(nn.Module):
    def __init__(self, frequency):
        super().__init__()
        self.frequency = frequency

    def forward(self, x):
        return torch.sin(self.frequency * x)


class Folded(nn.Module):
    """A Linear whose weight is made of other tensors, which exporters leave in the graph as nodes."""

    def __init__(self, make, *shapes):
        super().__init__()
        self.make = make
        self.tensors = nn.ParameterList([torch.randn(*shape) / 2 for shape in shapes])
        self.bias = nn.Parameter(torch.randn(8))

    def forward(self, x):
        return nn.functional.linear(x, self.make(x, *self.tensors), self.bias)


class Function(nn.Module):
    def __init__(self, function):
        super().__init__()
        self.function = function

    def forward(self, x):
        return self.function(x)


# By exporters that leave in the graph what depends on constants alone.
unfolded = {
    "transposed": [Folded(lambda x, w: w.t(), (4, 8))],
    "reshaped": [Folded(lambda x, w: w.reshape(8, 4), (32,))],
    "permuted": [Folded(lambda x, w: w.permute(2, 0, 1).flatten(1), (2, 2, 8))],
    "cast": [Folded(lambda x, w: w.to(torch.float64).to(x.dtype), (8, 4))],
    "squeezed": [Folded(lambda x, w: w.squeeze(0).unsqueeze(2).squeeze(-1), (1, 8, 4))],
    "low rank": [Folded(lambda x, w, a, b: w + 0.5 * (b @ a), (8, 4), (2, 4), (8, 2))],
    "weight norm": [Folded(lambda x, g, v: g * v / v.norm(dim=1, keepdim=True), (8, 1), (8, 4))],
    "root of squares": [Folded(lambda x, v: v / (v * v).sum(dim=1, keepdim=True).sqrt(), (8, 4))],
    "joined": [Folded(lambda x, a, b: torch.cat([a, b.t()]), (3, 4), (4, 5))],
    "picked": [Folded(lambda x, w: w.index_select(0, torch.tensor([3, 1, 0, 2, 7, 6, 5, 4]))[:, 1:9:2], (8, 9))],
    "positive": [Folded(lambda x, w: nn.functional.softplus(w) - torch.exp(-w), (8, 4))],
    "masked": [Folded(lambda x, w: torch.where(w > 0, w, torch.zeros_like(w)), (8, 4))],
    "parametrized": [nn.utils.parametrizations.weight_norm(nn.Linear(4, 8)), nn.ReLU(), nn.Linear(8, 2)],
    "product": [Function(lambda x: x @ torch.ones(8, 4, dtype=x.dtype).t() * 0.5), nn.PReLU(8), nn.Linear(8, 2)],
}
models = unfolded | {
    "clamps": [nn.Linear(4, 8), Function(lambda x: torch.clamp(x, -0.5, 0.5)), nn.Linear(8, 8),
               Function(lambda x: torch.clamp(x, min=-0.25)), nn.Linear(8, 8), Function(lambda x: x.clamp(max=0.5)),
               nn.Linear(8, 8), nn.ReLU(), Function(lambda x: x.clamp(max=6)), nn.Linear(8, 8), Function(nn.functional.relu6),
               nn.Linear(8, 8), Function(lambda x: nn.functional.relu6(x + 3) / 6), nn.Linear(8, 8),
               Function(lambda x: x * nn.functional.relu6(x + 3) / 6), nn.Linear(8, 3)],
    "bounds": [nn.Linear(4, 8), Function(lambda x: torch.minimum(x, torch.tensor(0.5, dtype=x.dtype))), nn.Linear(8, 8),
               Function(lambda x: torch.maximum(x, torch.tensor(-0.25, dtype=x.dtype))), nn.Linear(8, 3)],
    "slopes": [nn.Linear(4, 8), nn.PReLU(), nn.Linear(8, 8), nn.PReLU(8), nn.LeakyReLU(0.3)],
    "relu": [nn.Linear(4, 6), nn.ReLU(), nn.Linear(6, 3), nn.Softmax(dim=1)],
    "no bias": [nn.Linear(4, 6, bias=False), nn.Tanh(), nn.Linear(6, 1), nn.Sigmoid()],
    "dropout": [nn.Linear(4, 6), nn.LeakyReLU(0.2), nn.Dropout(0.5), nn.Identity(), nn.Linear(6, 2)],
    "units": [nn.Linear(4, 8), nn.ELU(0.7), nn.Linear(8, 8), nn.Softplus(),
              nn.Linear(8, 8), nn.Softplus(beta=2)],
    "gelu": [nn.Linear(4, 8), nn.GELU(), nn.Linear(8, 3), nn.GELU()],
    "gelu tanh": [nn.Linear(4, 8), nn.GELU(approximate="tanh"), nn.Linear(8, 3)],
    "silu": [nn.Linear(4, 8), nn.SiLU(), nn.Linear(8, 3), nn.SiLU()],
    "norms": [nn.BatchNorm1d(4), nn.Linear(4, 8), nn.BatchNorm1d(8), nn.ReLU(), nn.LayerNorm(8), nn.Linear(8, 3),
              nn.LayerNorm(3, elementwise_affine=False)],
    "hard": [nn.Linear(4, 8), nn.Hardtanh(), nn.Linear(8, 8), nn.ReLU6(), nn.Linear(8, 8), nn.Hardsigmoid(),
             nn.Linear(8, 8), nn.Hardswish(), nn.Identity(), nn.Linear(8, 3), nn.Hardtanh(-0.5, 2)],
    "linear units": [nn.Linear(4, 8), nn.SELU(), nn.Linear(8, 8), nn.CELU(), nn.Linear(8, 3), nn.CELU(0.5)],
    "soft": [nn.Linear(4, 8), nn.Mish(), nn.Linear(8, 8), nn.Softsign(), nn.Linear(8, 8), Sine(1), nn.Linear(8, 8),
             Sine(30), nn.Linear(8, 3), nn.LogSoftmax(dim=1)],
    "learned": [nn.PReLU(), nn.Linear(4, 8), nn.PReLU(8), nn.Linear(8, 3)],
    "root mean squares": [nn.RMSNorm(4), nn.Linear(4, 8), nn.AlphaDropout(0.3), nn.RMSNorm(8, eps=0.125), nn.Linear(8, 3),
                          nn.RMSNorm(3, elementwise_affine=False)],
    "flatten": [nn.Flatten(), nn.Linear(4, 5), nn.ReLU(), nn.Linear(5, 2)],
    "residual": [nn.Linear(4, 5), Residual(nn.Linear(5, 5)), nn.ReLU(),
                 Residual(nn.Linear(5, 6), nn.BatchNorm1d(6), nn.GELU(), nn.Linear(6, 3), projection=nn.Linear(5, 3)),
                 Residual(Residual(nn.Linear(3, 3), nn.SiLU()), nn.Tanh(), nn.Linear(3, 3), nn.Dropout(0.1))],
    "residual first": [Residual(nn.Linear(4, 4), nn.ReLU()), Residual(nn.Linear(4, 2), projection=nn.Linear(4, 2)), nn.Softmax(dim=1)],
    "convolution": [nn.Conv1d(1, 1, 2), nn.Flatten(), nn.Linear(3, 2)],
}
count = 0
exporters = [False] + ([True] if importlib.util.find_spec("onnxscript") else [])
for name, layers in models.items():
    for kind in (torch.float32, torch.float64):
        model = nn.Sequential(*layers).to(kind)
        shape = {"flatten": (6, 1, 2, 2), "convolution": (6, 1, 4)}.get(name, (6, 4))
        inputs = torch.randn(*shape, dtype=kind) * 2 + 1
        model.train()
        model(inputs)  # for the statistics of batches
        model.eval()
        for dynamo in exporters:
            if name == "root mean squares" and not dynamo:
                continue  # the older exporter has no RMSNorm
            if name in unfolded and (kind == torch.float64) != dynamo:
                continue  # one of both types is enough, for exporters take long
            path = folder / f"{name} {str(kind)[6:]} {'dynamo' if dynamo else 'script'}"
            more = ({"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if dynamo
                    else {"dynamic_axes": {"x": {0: "batch"}}})
            if name in unfolded:
                more |= {"optimize": False} if dynamo else {"do_constant_folding": False}
            torch.onnx.export(model, (inputs,), path.with_suffix(".onnx"), dynamo=dynamo, input_names=["x"],
                              opset_version=18 if dynamo else 17, verbose=False, external_data=False, **more)
            np.save(path.with_suffix(".inputs.npy"), inputs.reshape(6, -1).numpy())
            np.save(path.with_suffix(".outputs.npy"), model(inputs).detach().numpy())
            count += name != "convolution"
print(count)
