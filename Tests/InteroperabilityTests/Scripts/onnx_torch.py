"""Writes models of PyTorch by both of its exporters, with inputs and what PyTorch predicts for them.

The newer exporter needs onnxscript; without it only the older one is used.
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


models = {
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
            path = folder / f"{name} {str(kind)[6:]} {'dynamo' if dynamo else 'script'}"
            more = ({"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if dynamo
                    else {"dynamic_axes": {"x": {0: "batch"}}})
            torch.onnx.export(model, (inputs,), path.with_suffix(".onnx"), dynamo=dynamo, input_names=["x"],
                              opset_version=18 if dynamo else 17, verbose=False, external_data=False, **more)
            np.save(path.with_suffix(".inputs.npy"), inputs.reshape(6, -1).numpy())
            np.save(path.with_suffix(".outputs.npy"), model(inputs).detach().numpy())
print("dynamo" if len(exporters) > 1 else "script")
