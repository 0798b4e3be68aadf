"""Loads models into the matching torch.nn.Sequential and predicts; and saves states of PyTorch's own with their predictions.

For each line of FOLDER/models.json, {"name", "layers", "type", "inputs"}: reads FOLDER/name.safetensors with
safetensors.torch.load_file, and prints what the model predicts. Then writes FOLDER/torch-name.safetensors with other
parameters for the same layers, and prints what that predicts.

usage: python models_torch.py FOLDER
"""
import json
import pathlib
import sys

import torch
from safetensors.torch import load_file, save_file

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(1)
TYPES = {"F64": torch.float64, "F32": torch.float32}


class Residual(torch.nn.Sequential):
    def __init__(self, layers, projection):
        super().__init__(*layers)
        self.count = len(layers)
        self.projection = projection

    def forward(self, x):
        y = x
        for index in range(self.count):
            y = self[index](y)
        return y + (x if self.projection is None else self.projection(x))


class Columns(torch.nn.ModuleList):
    def __init__(self, ranges, parts):
        super().__init__(torch.nn.Sequential(*layers) for layers in parts)
        self.ranges = ranges

    def forward(self, x):
        return torch.cat([part(x[:, begin:end]) for (begin, end), part in zip(self.ranges, self)], 1)


def module(layer):
    if layer["type"] == "Residual":
        projection = module(layer["projection"]) if "projection" in layer else None
        return Residual([module(inner) for inner in layer["layers"]], projection)
    if layer["type"] == "Columns":
        return Columns([part["columns"] for part in layer["parts"]],
                       [[module(inner) for inner in part["layers"]] for part in layer["parts"]])
    if layer["type"] == "Linear":
        return torch.nn.Linear(layer["inputFeatures"], layer["outputFeatures"], bias=layer["bias"])
    if layer["type"] == "LayerNorm":
        return torch.nn.LayerNorm(layer["features"], eps=layer["epsilon"], elementwise_affine=layer["affine"])
    if layer["type"] == "BatchNorm":
        return torch.nn.BatchNorm1d(layer["features"], eps=layer["epsilon"], momentum=layer.get("momentum"), affine=layer["affine"])
    if layer["type"] == "RMSNorm":
        return torch.nn.RMSNorm(layer["features"], eps=layer.get("epsilon"), elementwise_affine=layer["affine"])
    if layer["type"] == "Dropout":
        return torch.nn.Dropout(layer["probability"])
    if layer["type"] == "LeakyReLU":
        return torch.nn.LeakyReLU(layer["negativeSlope"])
    if layer["type"] == "ELU":
        return torch.nn.ELU(layer["alpha"])
    if layer["type"] == "GELU":
        return torch.nn.GELU(approximate=layer["approximation"])
    if layer["type"] == "PReLU":
        # The only model that has one for each column has six.
        return torch.nn.PReLU(6 if layer["perColumn"] else 1, init=layer["initialWeight"])
    return {"ReLU": torch.nn.ReLU(), "SiLU": torch.nn.SiLU(), "Softplus": torch.nn.Softplus(), "Tanh": torch.nn.Tanh(), "Sigmoid": torch.nn.Sigmoid(),
            "Softmax": torch.nn.Softmax(dim=1)}[layer["type"]]


results = []
for case in json.loads((folder / "models.json").read_text()):
    kind = TYPES[case["type"]]
    model = torch.nn.Sequential(*[module(layer) for layer in case["layers"]]).to(kind).eval()
    inputs = torch.tensor(case["inputs"], dtype=kind)
    state = load_file(folder / f"{case['name']}.safetensors")
    assert all(tensor.dtype == (torch.int64 if name.endswith("tracked") else kind) for name, tensor in state.items())
    with torch.no_grad():
        own = model(inputs).tolist()
        save_file(model.state_dict(), folder / f"torch-{case['name']}.safetensors")
        model.load_state_dict(state, strict=True)
        results.append({"loaded": model(inputs).tolist(), "own": own})
with_statistics = torch.nn.Sequential(torch.nn.Linear(3, 2), torch.nn.BatchNorm1d(2))
save_file(with_statistics.state_dict(), folder / "statistics.safetensors")
print(json.dumps(results))
