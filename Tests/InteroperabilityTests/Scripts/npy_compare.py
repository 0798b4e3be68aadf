"""Compares .npy files that the library wrote with what NumPy writes of the same array, byte for byte.

usage: npy_compare.py FILE…
"""
import io
import sys

import numpy as np

for path in sys.argv[1:]:
    array = np.load(path)
    file = io.BytesIO()
    np.save(file, array)
    with open(path, "rb") as written:
        assert written.read() == file.getvalue(), path
    print(path, array.dtype.str, *array.shape, *(float(x).hex() for x in array.ravel()), sep="\t")
