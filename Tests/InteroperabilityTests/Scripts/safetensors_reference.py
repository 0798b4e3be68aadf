"""Reads a safetensors file with the reference implementation and writes the same tensors again, which must give the same
bytes; prints what it has read.

usage: python safetensors_reference.py FILE COPY
"""
import json
import sys

import numpy as np
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

path, copy = sys.argv[1:]
tensors = load_file(path)
with safe_open(path, framework="np") as file:
    metadata = file.metadata()
save_file(tensors, copy, metadata=metadata or None)
print(json.dumps({
    "metadata": metadata or {},
    "tensors": [
        {"name": name, "shape": list(tensor.shape), "type": str(tensor.dtype),
         "sum": float(np.asarray(tensor, "f8").sum())}
        for name, tensor in sorted(tensors.items())
    ],
}))
