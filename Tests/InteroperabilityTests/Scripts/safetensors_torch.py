"""Writes the state of a PyTorch model in several types, and what the numbers are as Float.

usage: python safetensors_torch.py FOLDER
"""
import pathlib
import sys

import torch
from safetensors.torch import save_file

folder = pathlib.Path(sys.argv[1])
torch.manual_seed(1)
model = torch.nn.Sequential(torch.nn.Linear(5, 7), torch.nn.ReLU(), torch.nn.Linear(7, 3))
for name, kind in [("double", torch.float64), ("float", torch.float32), ("half", torch.float16), ("bfloat", torch.bfloat16)]:
    state = {key: value.to(kind) for key, value in model.state_dict().items()}
    save_file(state, folder / f"{name}.safetensors", metadata={"format": "pt"})
    as_float = torch.cat([value.to(torch.float32).flatten() for value in state.values()])
    (folder / f"{name}.bits").write_text(" ".join(str(bits & 0xFFFFFFFF) for bits in as_float.view(torch.int32).tolist()))
