"""Reads the .npz and IDX files of a folder with what knows nothing of the library, and prints a line for each array: the file, its
name there, its type, its shape and its elements.

usage: python arrays_read.py FOLDER
"""
import gzip
import math
import pathlib
import struct
import sys
import zipfile

import numpy as np


def describe(path, name, kind, shape, numbers):
    print(path.name, name, kind, ",".join(map(str, shape)), *numbers, sep="\t")


folder = pathlib.Path(sys.argv[1])
for path in sorted(folder.glob("*.npz")):
    with zipfile.ZipFile(path) as archive:
        assert archive.testzip() is None, path
    with np.load(path) as arrays:
        for name, array in arrays.items():
            describe(path, name, array.dtype.str, array.shape, (repr(float(x)) for x in array.ravel()))

TYPES = {0x08: "B", 0x09: "b", 0x0B: "h", 0x0C: "i", 0x0D: "f", 0x0E: "d"}
for path in sorted(folder.glob("*.idx*")):
    data = (gzip.open if path.suffix == ".gz" else open)(path, "rb").read()
    zeros, kind, dimensions = struct.unpack_from(">HBB", data)
    assert zeros == 0, path
    shape = struct.unpack_from(f">{dimensions}I", data, 4)
    count = math.prod(shape)
    numbers = struct.unpack_from(f">{count}{TYPES[kind]}", data, 4 + 4 * dimensions)
    assert len(data) == 4 + 4 * dimensions + struct.calcsize(f">{count}{TYPES[kind]}"), path
    describe(path, "", TYPES[kind], shape, (repr(float(x)) for x in numbers))
