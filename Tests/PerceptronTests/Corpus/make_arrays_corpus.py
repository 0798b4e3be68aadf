"""Writes the files in npy, npz, idx and gzip beside this script: good ones, and bad ones that must be refused.

The fuzzer begins with them, and a test reads them all. Made with NumPy 2.4.6, Python 3.11.
usage: python make_arrays_corpus.py
"""
import gzip
import io
import pathlib
import struct
import zipfile

import numpy as np

here = pathlib.Path(__file__).parent


def write(path, data):
    (here / path).write_bytes(data)


def npy(array, version=None):
    file = io.BytesIO()
    np.lib.format.write_array(file, array, version=version, allow_pickle=True)
    return file.getvalue()


def header(text, version=(1, 0), data=b""):
    size = struct.pack("<H" if version[0] == 1 else "<I", len(text))
    return b"\x93NUMPY" + bytes(version) + size + text.encode() + data


def packed(data):
    return gzip.compress(data, mtime=0)


def zipped(entries, method=zipfile.ZIP_DEFLATED):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name, (2020, 1, 1, 0, 0, 0)), data, compress_type=method)
    return file.getvalue()


def idx(kind, sizes, data):
    return bytes([0, 0, kind, len(sizes)]) + struct.pack(f">{len(sizes)}I", *sizes) + data


small = np.arange(6).reshape(2, 3)
for name in ["f2", "f4", "f8", "i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8", "b1"]:
    write(f"npy/good-{name}", npy(small.astype(name)))
write("npy/good-big-endian", npy(small.astype(">f8")))
write("npy/good-fortran", npy(np.asfortranarray(small.astype("f8"))))
write("npy/good-fortran-3d", npy(np.asfortranarray(np.arange(24.0).reshape(2, 3, 4))))
write("npy/good-1d", npy(np.arange(5)))
write("npy/good-0d", npy(np.float64(7)))
write("npy/good-empty", npy(np.zeros((0, 3))))
write("npy/good-version-2", npy(small.astype("f8"), (2, 0)))
write("npy/good-version-3", npy(small.astype("f8"), (3, 0)))
write("npy/good-gzip", packed(npy(small.astype("f8"))))
write("npy/good-spaces", header('{ "shape" : ( 2L , ) ,"descr":"=u1" , "fortran_order":False}\n', data=b"\1\2"))
write("npy/bad-complex", npy(small.astype("c8")))
write("npy/bad-text", npy(np.array(["ab", "c"])))
write("npy/bad-object", npy(np.array([{}], dtype=object)))
write("npy/bad-record", npy(np.zeros(2, [("x", "f4"), ("y", "i8")])))
write("npy/bad-cut", npy(small.astype("f8"))[:-1])
write("npy/bad-overflow", header("{'descr': '<f8', 'fortran_order': False, 'shape': (4294967296, 4294967296), }"))
write("npy/bad-bomb", packed(header("{'descr': '|u1', 'fortran_order': False, 'shape': (1099511627776,), }") + b"\0" * 5000))
write("npy/bad-cut-gzip", packed(npy(small.astype("f8")))[:-5])

arrays = [("x.npy", npy(small.astype("f8"))), ("labels.npy", npy(np.arange(3)))]
write("npz/good-stored", zipped(arrays, zipfile.ZIP_STORED))
write("npz/good-deflated", zipped(arrays))
write("npz/good-other-entries", zipped(arrays + [("readme.txt", b"hello")]))
write("npz/bad-empty-archive", zipped([]))
write("npz/bad-method", zipped(arrays, zipfile.ZIP_BZIP2))
write("npz/bad-cut", zipped(arrays)[:-30])
write("npz/bad-checksum", zipped(arrays, zipfile.ZIP_STORED).replace(b"\0\0\xf0\x3f", b"\0\0\xf1\x3f"))
write("npz/bad-array", zipped([("x.npy", b"\x93NUMPY\1\0")]))

write("idx/good-u1", idx(8, [2, 3], bytes(range(6))))
write("idx/good-i1", idx(9, [6], bytes(range(250, 256))))
write("idx/good-i2", idx(11, [3], np.arange(3).astype(">i2").tobytes()))
write("idx/good-i4", idx(12, [1, 3], np.arange(3).astype(">i4").tobytes()))
write("idx/good-f4", idx(13, [3, 1], np.arange(3).astype(">f4").tobytes()))
write("idx/good-f8", idx(14, [3], np.arange(3).astype(">f8").tobytes()))
write("idx/good-images", idx(8, [2, 4, 4], bytes(range(32))))
write("idx/good-gzip", packed(idx(8, [2, 3], bytes(range(6)))))
write("idx/bad-type", idx(10, [2], b"\0\0"))
write("idx/bad-cut", idx(8, [2, 3], bytes(5)))
write("idx/bad-overflow", idx(14, [2**32 - 1] * 4, b""))
write("idx/bad-trailing", idx(8, [2], bytes(3)))

text = bytes(range(256)) * 8
write("gzip/good-one", packed(text))
write("gzip/good-two", packed(text) + packed(b"more"))
write("gzip/good-stored", gzip.compress(text, 0, mtime=0))
write("gzip/good-zeros", packed(bytes(70_000)))
write("gzip/good-name", b"\x1f\x8b\x08\x08" + bytes(6) + b"name\0" + packed(b"hello")[10:])
write("gzip/bad-cut", packed(text)[:-9])
write("gzip/bad-checksum", packed(text)[:-8] + bytes(8))
write("gzip/bad-trailing", packed(text) + b"\0\0\0")
write("gzip/bad-method", b"\x1f\x8b\x07" + packed(text)[3:])
