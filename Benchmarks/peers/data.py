"""Reads the files of `Benchmarks --filter data --files FOLDER` with NumPy and pandas, to the same arrays, and writes the same: a
line of JSON for each. What NumPy writes is not synchronised with the disk.

usage: data.py FOLDER [quick]
"""
import gzip
import pathlib
import struct
import sys

import numpy as np
import pandas as pd

from timing import microseconds, report

# A new file is a new line here: what reads it, and into which type.
READERS = {
    "f8.npy": np.load,
    "f4.npy": lambda path: np.load(path).astype(np.float64),
    "f8-big-endian.npy": lambda path: np.load(path).astype(np.float64),
    "f8-fortran.npy": lambda path: np.ascontiguousarray(np.load(path)),
    "f2.npy": lambda path: np.load(path).astype(np.float32),
    "f8.npz": lambda path: np.load(path)["x"],
    "f8-packed.npz": lambda path: np.load(path)["x"],
    "u1.npy": lambda path: np.load(path).astype(np.float32),
    "u1.idx": lambda path: np.fromfile(path, np.uint8, offset=12).astype(np.float32),
    "u1.idx.gz": lambda path: np.frombuffer(gzip.open(path).read(), np.uint8, offset=12).astype(np.float32),
    "whole.csv": lambda path: pd.read_csv(path, header=None).to_numpy(np.float64),
    "dataset.csv": lambda path: pd.read_csv(path, header=None).to_numpy(np.float64),
    "dates.csv": lambda path: pd.read_csv(path, header=None, parse_dates=[0])[0].to_numpy("M8[s]").astype(np.float64) / 86400,
    "digits17.csv": lambda path: pd.read_csv(path, header=None).to_numpy(np.float64),
    "whole.csv.gz": lambda path: pd.read_csv(path, header=None).to_numpy(np.float64),
}

# The same for what is written.
WRITERS = {
    "f8.npy": lambda path, x: np.save(path, x),
    "f8.npz": lambda path, x: np.savez(path, x=x),
    "f8-packed.npz": lambda path, x: np.savez_compressed(path, x=x),
    "f8.idx": lambda path, x: path.write_bytes(idx_header(x, 14) + x.astype(">f8").tobytes()),
    "u1.idx": lambda path, x: path.write_bytes(idx_header(x, 8) + x.astype(np.uint8).tobytes()),
    "u1.idx.gz": lambda path, x: path.write_bytes(gzip.compress(idx_header(x, 8) + x.astype(np.uint8).tobytes(), 6)),
}


def idx_header(array, kind):
    return struct.pack(f">HBB{array.ndim}I", 0, kind, array.ndim, *array.shape)


folder, quick = pathlib.Path(sys.argv[1]), sys.argv[-1] == "quick"
for name, read in READERS.items():
    path = folder / name
    if path.exists():
        size = path.with_suffix("").stat().st_size if path.suffix == ".gz" else path.stat().st_size
        median, least = microseconds(lambda: read(path), quick)
        peer = pd if ".csv" in name else np
        report(kind="data", peer=peer.__name__, version=peer.__version__, file=name, bytes=size, us_median=median,
               us_min=least, mb_per_second=size / median)
if (folder / "f8.npy").exists():
    array = np.load(folder / "f8.npy")
    for name, write in WRITERS.items():
        median, least = microseconds(lambda: write(folder / f"peer-{name}", array), quick)
        size = array.size * (1 if name.startswith("u1") else 8)
        report(kind="data", peer="numpy", version=np.__version__, file=f"write {name}", bytes=size, us_median=median,
               us_min=least, mb_per_second=size / median)
