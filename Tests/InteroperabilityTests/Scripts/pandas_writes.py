"""Writes one table as CSV files in the ways that pandas has, and prints its values as JSON.

usage: pandas_writes.py FOLDER
"""

import csv
import itertools
import json
import random
import struct
import sys

import numpy
import pandas

folder = sys.argv[1]
rng = random.Random(7)
texts = ["plain", "with, comma", 'with "quotes"', "two\nlines", "two\r\nlines", "ünïcödé 日本", " blanks ", "semi;colon",
         "a\ttab", "'", "12 monkeys"]
rows = 200
values = []
while len(values) < rows:
    value = struct.unpack("<d", rng.randbytes(8))[0]
    if value == value:
        values.append(value)
frame = pandas.DataFrame({
    "any": values,
    "short": [rng.randrange(1000) / 10 for _ in range(rows)],
    "gaps": [None if rng.random() < 0.3 else rng.gauss(0, 1) for _ in range(rows)],
    "whole": [rng.randrange(-(10**12), 10**12) for _ in range(rows)],
    "text": [None if rng.random() < 0.2 else rng.choice(texts) for _ in range(rows)],
    "label, of the row": [rng.choice(texts) for _ in range(rows)],
})

files = []
for number, (quoting, separator, ending, missing, encoding) in enumerate(itertools.product(
    [csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC], [",", ";", "\t"], ["\n", "\r\n", "\r"], ["", "NA"],
    ["utf-8", "utf-8-sig"],
)):
    if quoting == csv.QUOTE_MINIMAL and ending == "\r":
        continue  # Python leaves line feeds in texts without quotes then
    path = f"{folder}/{number}.csv"
    # What is open as text would have its line ends replaced.
    with open(path, "w", encoding=encoding, newline="") as file:
        frame.to_csv(file, index=False, quoting=quoting, sep=separator, lineterminator=ending, na_rep=missing)
    files.append({"path": path, "separator": separator, "quotesBlanks": quoting != csv.QUOTE_MINIMAL})


def shown(value):
    if isinstance(value, str):
        return value
    return None if pandas.isna(value) else struct.pack(">d", float(value)).hex()


print(json.dumps({
    "files": files, "names": list(frame.columns),
    "rows": [[shown(value) for value in row] for row in frame.itertuples(index=False, name=None)],
    "versions": [pandas.__version__, numpy.__version__],
}))
