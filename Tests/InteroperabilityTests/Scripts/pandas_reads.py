"""Prints what pandas reads from a CSV file, as JSON: bits of numbers in hexadecimal, texts, null for what is missing.

usage: pandas_reads.py FILE SEPARATOR [header | no-header]
"""

import json
import struct
import sys

import pandas

path, separator, header = sys.argv[1:]
try:
    frame = pandas.read_csv(path, sep=separator, header=0 if header == "header" else None, float_precision="round_trip")
except TypeError:  # versions in which that is all there is
    frame = pandas.read_csv(path, sep=separator, header=0 if header == "header" else None)


def shown(value):
    if isinstance(value, str):
        return value
    return None if pandas.isna(value) else struct.pack(">d", float(value)).hex()


print(json.dumps({
    "names": [str(name) for name in frame.columns],
    "rows": [[shown(value) for value in row] for row in frame.itertuples(index=False, name=None)],
}))
