"""Writes the files safetensors/*.safetensors beside this script, with the format's reference implementation.

Made with safetensors 0.8.0, NumPy 2.4.6, ml_dtypes 0.6.0, Python 3.11. The files have at most one text of metadata: of
several, the reference implementation writes them in any order.
usage: python make_safetensors_golden.py
"""
import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent / "safetensors"
folder.mkdir(exist_ok=True)


def counted(shape, kind):
    return np.asarray(np.arange(np.prod(shape, dtype=int)).reshape(shape) - 2).astype(kind)


# The four types that are written here, names that want sorting by bytes and escapes, an empty and a scalar tensor.
written = {
    "b": counted((2, 3), "f8"), "a": counted((4,), "f4"), "é": counted((2, 2, 2), "f4"), "Z": counted((3,), "i8"),
    "state": np.array([0, 2**63, 2**64 - 1], "u8"), "quote\"\\\n\x01": counted((1, 1), "f8"),
    "empty": counted((0, 3), "f4"), "scalar": counted((), "f8"), "\U0001f600": counted((1,), "f4"),
    "\uffee": counted((1,), "f4"),
}
save_file(written, folder / "written.safetensors")
save_file(written, folder / "metadata.safetensors", metadata={"k\u00e9\n": "v\"\\/\b\f\x1f"})
save_file({}, folder / "nothing.safetensors")

read = {kind: counted((2, 3), kind) for kind in ["f8", "f4", "f2", "i8", "i4", "i2", "i1"]}
read |= {kind: (counted((2, 3), "i8") + 2).astype(kind) for kind in ["u8", "u4", "u2", "u1"]}
read |= {"bf16": counted((2, 3), ml_dtypes.bfloat16), "bool": np.array([[True, False, True]])}
save_file(read, folder / "read.safetensors")
