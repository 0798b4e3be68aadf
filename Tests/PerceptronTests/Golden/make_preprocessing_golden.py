"""Writes preprocessing.json beside this file: what scikit-learn's transformers make of small matrices, in float64.

Needs scikit-learn, numpy and scipy; the versions are in the file. NaN is null there.
"""

import json
import pathlib

import numpy as np
import scipy
import sklearn
from scipy import stats
from sklearn.decomposition import PCA
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import (MinMaxScaler, OneHotEncoder, OrdinalEncoder, QuantileTransformer, RobustScaler,
                                   StandardScaler)

HERE = pathlib.Path(__file__).resolve().parent
rng = np.random.default_rng(4)


def values(matrix):
    matrix = np.asarray(matrix, dtype=np.float64)
    return {"rows": matrix.shape[0], "columns": matrix.shape[1],
            "elements": [None if np.isnan(x) else float(x) for x in matrix.reshape(-1)]}


def table(rows):
    """Columns of different kinds: normal, far from zero, skewed, with ties, mostly one value, constant."""
    columns = [np.round(rng.normal(0, 1, rows), 3), np.round(100 + rng.normal(0, 2, rows), 3),
               np.round(np.exp(rng.normal(0, 2, rows)), 4), rng.integers(0, 4, rows),
               np.round(rng.uniform(-1e-3, 1e-3, rows), 7), np.full(rows, 0.1)]
    return np.stack([np.asarray(column, dtype=np.float64) for column in columns], axis=1)


def holes(matrix, share):
    matrix = matrix.copy()
    matrix[rng.uniform(size=matrix.shape) < share] = np.nan
    matrix[0] = np.where(np.isnan(matrix[0]), 0.5, matrix[0])
    return matrix


fitting = {"complete": table(40), "holes": holes(table(60), 0.15), "small": table(5)}
new = {name: np.concatenate([holes(table(12), 0.1), matrix[:5], matrix[:1] - 100, matrix[:1] + 100])
       for name, matrix in fitting.items()}
scalers = []


def add(kind, name, scaler, weights=None, **options):
    matrix = fitting[name]
    if kind == "robust":  # where quartiles are equal the package departs from scikit-learn
        wide = [c for c in range(matrix.shape[1]) if np.subtract(*np.nanpercentile(matrix[:, c], [75, 25])) > 0]
        matrix, fresh = matrix[:, wide], new[name][:, wide]
    else:
        fresh = new[name]
    scaler.fit(matrix, **({} if weights is None else {"sample_weight": weights}))
    scalers.append({"kind": kind, "data": name, "options": options, "fitted": values(matrix), "new": values(fresh),
                    "weights": None if weights is None else weights.tolist(),
                    "transformed": values(scaler.transform(fresh))})


for name in fitting:
    rows = len(fitting[name])
    add("standard", name, StandardScaler())
    weights = np.round(rng.uniform(0, 3, rows), 2)
    weights[1] = 0
    add("standard", name, StandardScaler(), weights)
    add("minMax", name, MinMaxScaler())
    add("minMax", name, MinMaxScaler((-2, 0.5)), lower=-2, upper=0.5)
    add("robust", name, RobustScaler())
    for count in (2, 5, 16, 1000):
        for output in ("uniform", "normal"):
            add("quantile", name, QuantileTransformer(n_quantiles=count, output_distribution=output, subsample=None),
                count=count, output=output)
    for strategy in ("mean", "median", "most_frequent", "constant"):
        for indicator in (False, True):
            add("imputer", name, SimpleImputer(strategy=strategy, fill_value=-1.5, add_indicator=indicator),
                strategy=strategy, indicators=indicator)

whitenings = []
tall = rng.normal(size=(50, 5)) @ rng.normal(size=(5, 5)) * [1, 3, 0.2, 1, 10] + [5, 0, -3, 100, 1]
wide = np.round(rng.normal(size=(6, 9)), 3)
for matrix, options in [(tall, {}), (tall, {"count": 2}), (tall, {"varianceShare": 0.5}),
                        (tall, {"varianceShare": 0.97}), (tall, {"varianceShare": 0.999999}), (wide, {"count": 5}),
                        (wide, {"varianceShare": 0.8})]:
    pca = PCA(options.get("count", options.get("varianceShare")), whiten=True, svd_solver="full").fit(matrix)
    fresh = np.concatenate([matrix[:3], matrix[:3] * 2 + 1])
    whitenings.append({"options": options, "fitted": values(matrix), "new": values(fresh),
                       "components": values(pca.components_), "variances": pca.explained_variance_.tolist(),
                       "varianceShares": pca.explained_variance_ratio_.tolist(),
                       "transformed": values(pca.transform(fresh))})

categories = [["red", "green", "blue", "black"], ["s", "m", "l"]]
codes = np.stack([rng.integers(0, 3, 20), rng.integers(0, 3, 20)], axis=1).astype(float)  # no row is black
codes[3, 0] = codes[7, 1] = np.nan
fresh = np.array([[0, 0], [1, 2], [2, 1], [3, 1], [np.nan, 2], [1, np.nan]])


def names(matrix):
    return np.array([[None if np.isnan(x) else categories[c][int(x)] for c, x in enumerate(row)] for row in matrix],
                    dtype=object)


# The last category is None: a category of its own there and here.
known = [["red", "green", "blue", None], ["s", "m", "l", None]]
one_hot = OneHotEncoder(categories=known, handle_unknown="ignore", sparse_output=False).fit(names(codes))
ordinal = OrdinalEncoder(categories=known, handle_unknown="use_encoded_value", unknown_value=4,
                         encoded_missing_value=3).fit(names(codes))
encodings = {"categories": categories, "fitted": values(codes), "new": values(fresh),
             "oneHot": values(one_hot.transform(names(fresh))), "ordinal": values(ordinal.transform(names(fresh)))}

shares = np.concatenate([10.0 ** -np.arange(1, 300, 7), np.linspace(0.001, 0.999, 60), 1 - 10.0 ** -np.arange(1, 15)])
document = {"versions": {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__},
            "scalers": scalers, "whitenings": whitenings, "encodings": encodings,
            "normalQuantiles": {"shares": shares.tolist(), "quantiles": stats.norm.ppf(shares).tolist()}}
(HERE / "preprocessing.json").write_text(json.dumps(document, separators=(",", ":"), allow_nan=False) + "\n")
