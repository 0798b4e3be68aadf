"""Writes breast_cancer.csv beside this file: the data with a header, text labels and, for the example, missing values.

    python3 make_csv.py path/to/scikit-learn's/breast_cancer.csv

"Breast Cancer Wisconsin (Diagnostic)", W. Wolberg, O. Mangasarian, N. Street and W. Street, UCI Machine Learning
Repository, 1993, https://doi.org/10.24432/C5DW2B, CC BY 4.0; the numbers are those of the file in scikit-learn's
sklearn/datasets/data. Changed here: named columns and labels, and about one number in a hundred emptied.
"""

import csv
import pathlib
import random
import sys

MEASURES = ["radius", "texture", "perimeter", "area", "smoothness", "compactness", "concavity", "concave points",
            "symmetry", "fractal dimension"]
NAMES = [f"mean {measure}" for measure in MEASURES] + [f"{measure} error" for measure in MEASURES] \
    + [f"worst {measure}" for measure in MEASURES]
SHARE_EMPTY = 0.01

with open(sys.argv[1], newline="") as file:
    (rows, features, *labels), *lines = csv.reader(file)
assert len(lines) == int(rows) and int(features) == len(NAMES)

generator = random.Random(1993)
with open(pathlib.Path(__file__).with_name("breast_cancer.csv"), "w", newline="") as file:
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(NAMES + ["diagnosis"])
    for *values, label in lines:
        kept = ["" if generator.random() < SHARE_EMPTY else value for value in values]
        writer.writerow(kept + [labels[int(label)]])
