"""Writes .npy and .npz files in every type, order and version, and prints a line for each: its path, the shape that
the library must give it, and its elements as hexadecimal doubles.

usage: npy_files.py FOLDER
"""
import gzip
import pathlib
import sys
import warnings

import numpy as np

folder = pathlib.Path(sys.argv[1])
generator = np.random.default_rng(4)


def expect(path, array):
    rows = array.shape[0] if array.ndim else 1
    matrix = np.asarray(array, "f8").reshape(rows, array.size // rows if array.size else int(np.prod(array.shape[1:])))
    print(path, *matrix.shape, *(float(x).hex() for x in matrix.ravel()), sep="\t")


def random(shape, name):
    kind = np.dtype(name)
    if kind.kind == "f":
        values = generator.standard_normal(shape).astype(kind)
        if values.size > 3:
            values.flat[:4] = [np.inf, -0.0, np.finfo(kind).smallest_subnormal, np.finfo(kind).max]
        return values
    if kind.kind == "b":
        return generator.random(shape) < 0.5
    limits = np.iinfo(kind)
    values = generator.integers(limits.min, limits.max, shape, kind.newbyteorder("="), endpoint=True)
    return values.astype(kind)


number = 0
warnings.simplefilter("ignore")  # versions that aren't the least that would do
for name in ["b1", "i1", "u1"] + [o + t for o in "<>" for t in ["i2", "i4", "i8", "u2", "u4", "u8", "f2", "f4", "f8"]]:
    for shape in [(5, 3), (7,), (), (3, 4, 2), (2, 3, 2, 5), (0, 3), (3, 0), (70, 2)]:
        for fortran in [False, True]:
            version = [(1, 0), (2, 0), (3, 0)][number % 3]
            array = random(shape, name)
            if fortran:
                array = np.asfortranarray(array)
            path = folder / f"{number}.npy"
            with (gzip.open if number % 5 == 0 else open)(path, "wb") as file:
                np.lib.format.write_array(file, array, version)
            expect(path, array)
            number += 1

for order in "<>":
    path = folder / f"halves{'<>'.index(order)}.npy"
    np.save(path, np.arange(1 << 16, dtype="u2").view("f2").astype(order + "f2"))
    expect(path, np.load(path))

for save in [np.savez, np.savez_compressed]:
    arrays = {"x": random((20, 6), "f8"), "f": np.asfortranarray(random((4, 3, 2), ">f4")), "labels": np.arange(9),
              "half": random((6, 5), "<f2")}
    path = folder / f"{save.__name__}.npz"
    save(path, **arrays)
    for name, array in arrays.items():
        expect(f"{path}\t{name}", array)
