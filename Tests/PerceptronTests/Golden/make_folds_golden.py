"""Writes folds.json beside this file: in which fold scikit-learn's splitters test each row.

Needs scikit-learn and numpy; the versions are in the file. -1 is a row that no fold tests.
"""

import json
import pathlib

import numpy as np
import sklearn
from sklearn.model_selection import GroupKFold, StratifiedGroupKFold, TimeSeriesSplit

HERE = pathlib.Path(__file__).resolve().parent
rng = np.random.default_rng(14)


def folds(splitter, rows, **given):
    fold = np.full(rows, -1)
    for number, (_, test) in enumerate(splitter.split(np.zeros((rows, 1)), **given)):
        fold[test] = number
    return fold.tolist()


grouped = []
for groups, classes, count in [(6, 2, 2), (12, 2, 3), (25, 2, 5), (40, 3, 4), (60, 5, 10), (9, 2, 9), (30, 4, 5)]:
    # All of different sizes: GroupKFold leaves it open which of two equal groups comes first.
    sizes = rng.permutation(np.arange(groups) + 1 + rng.integers(0, 4))
    group = rng.permutation(np.repeat(np.arange(groups), sizes))
    # A group is mostly of one class, as patients are.
    kind = rng.integers(0, classes, groups)
    label = np.where(rng.uniform(size=len(group)) < 0.7, kind[group], rng.integers(0, classes, len(group)))
    grouped.append({"count": count, "classes": classes, "groups": group.tolist(), "labels": label.tolist(),
                    "group": folds(GroupKFold(count), len(group), groups=group),
                    "stratified": folds(StratifiedGroupKFold(count), len(group), y=label, groups=group)})

forward = [{"rows": rows, "count": count, "folds": folds(TimeSeriesSplit(count), rows)}
           for rows, count in [(3, 2), (10, 2), (11, 3), (12, 5), (100, 7), (23, 22)]]

document = {"versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__},
            "grouped": grouped, "forward": forward}
(HERE / "folds.json").write_text(json.dumps(document, separators=(",", ":")) + "\n")
