"""Writes metrics.json beside this file: metrics of classes and of values as scikit-learn computes them, the expected
calibration error by NumPy (scikit-learn has none), and temperatures as SciPy finds them. Needs scikit-learn.

A metric that must throw is null.
"""

import json
import pathlib
import warnings

import numpy as np
import scipy
import sklearn
from scipy.optimize import brentq, minimize_scalar
from scipy.special import logsumexp, softmax
from sklearn import metrics as sk
from sklearn.calibration import _TemperatureScaling

HERE = pathlib.Path(__file__).resolve().parent
warnings.simplefilter("ignore")
AVERAGES = ("micro", "macro", "weighted")
PINBALL = (0.0, 0.1, 0.5, 0.9, 1.0)


def number(value):
    return None if value is None or not np.isfinite(value) else float(value)


def calibration_error(hits, confidence, weights, bins):
    borders = np.arange(bins + 1) / bins
    error = 0.0
    for low, high in zip(borders[:-1], borders[1:]):
        inside = (confidence > low) & (confidence <= high)
        if low == 0:
            inside |= confidence == 0
        error += abs(np.sum(weights[inside] * (hits[inside] - confidence[inside])))
    return error / np.sum(weights)


def top_k(y, scores, k, weights):
    """As sklearn.metrics.top_k_accuracy_score ranks, which takes two columns for two classes from nobody."""
    hits = (np.argsort(scores, axis=1, kind="mergesort")[:, ::-1][:, :k] == y[:, None]).any(axis=1)
    value = np.average(hits, weights=weights)
    if scores.shape[1] > 2:
        assert value == sk.top_k_accuracy_score(
            y, scores, k=k, labels=range(scores.shape[1]), sample_weight=weights)
    return value


def ranking(score, y, outputs, classes, average, weights):
    if classes == 2:
        return score(y, outputs[:, -1], average=average, sample_weight=weights)
    indicator = np.eye(classes, dtype=int)[y]
    return score(indicator, outputs, average=average, sample_weight=weights)


def classification(name, outputs, y, weights=None, probabilities=True, bins=(5, 10, 15)):
    outputs, y = np.asarray(outputs, float), np.asarray(y)
    if outputs.ndim == 1:
        outputs = outputs[:, None]
    columns = outputs.shape[1]
    classes = max(columns, 2)
    weights = None if weights is None else np.asarray(weights, float)
    both = outputs if columns > 1 else np.hstack([1 - outputs, outputs])
    prediction = (outputs[:, 0] > 0.5).astype(int) if columns == 1 else outputs.argmax(axis=1)
    labels = list(range(classes))
    out = {
        "accuracy": sk.accuracy_score(y, prediction, sample_weight=weights),
        "balanced accuracy": sk.balanced_accuracy_score(y, prediction, sample_weight=weights),
    }
    for k in range(1, classes + 2):
        if columns == 1:
            out[f"top-{k} accuracy"] = sk.top_k_accuracy_score(y, outputs[:, 0], k=k, labels=labels, sample_weight=weights)
        else:
            out[f"top-{k} accuracy"] = top_k(y, outputs, k, weights)
    for title, score in (("precision", sk.precision_score), ("recall", sk.recall_score), ("F1", sk.f1_score)):
        for average in AVERAGES:
            out[f"{title} ({average})"] = score(
                y, prediction, average=average, sample_weight=weights, zero_division=0)
        out[title] = score(y, prediction, average="binary", sample_weight=weights, zero_division=0) \
            if classes == 2 else None
        for label in labels:
            out[f"{title} (class {label})"] = score(
                y, prediction, labels=[label], average=None, sample_weight=weights, zero_division=0)[0]
    for title, score in (("ROC-AUC", sk.roc_auc_score), ("average precision", sk.average_precision_score)):
        for average in AVERAGES:
            key = title if average == "macro" else f"{title} ({average})"
            out[key] = number(ranking(score, y, outputs, classes, average, weights))
        for label in labels:
            rest = -outputs[:, 0] if columns == 1 and label == 0 else outputs[:, label if columns > 1 else 0]
            out[f"{title} (class {label})"] = number(score((y == label).astype(int), rest, sample_weight=weights))
    if classes > 2 and probabilities and len(set(y)) == classes and out["ROC-AUC"] is not None:
        ovr = sk.roc_auc_score(y, outputs, multi_class="ovr", sample_weight=weights)
        assert abs(ovr - out["ROC-AUC"]) < 1e-14
    if probabilities:
        shown = outputs[:, 0] if columns == 1 else outputs
        out["log loss"] = sk.log_loss(y, shown, labels=labels, sample_weight=weights)
        out["Brier score"] = sk.brier_score_loss(y, shown, sample_weight=weights, pos_label=1) if columns == 1 \
            else sk.brier_score_loss(y, shown, sample_weight=weights, labels=labels)
        confidence = both[np.arange(len(y)), prediction]
        w = np.ones(len(y)) if weights is None else weights
        for count in bins:
            out[f"expected calibration error, {count} bins"] = calibration_error(
                (prediction == y).astype(float), confidence, w, count)
    else:
        for key in ("log loss", "Brier score", "expected calibration error, 15 bins"):
            out[key] = None
    return {
        "name": name, "rows": len(y), "columns": columns, "outputs": outputs.reshape(-1).tolist(),
        "classes": [int(label) for label in y], "weights": None if weights is None else weights.tolist(),
        "confusion": sk.confusion_matrix(y, prediction, labels=labels, sample_weight=weights).astype(float)
        .reshape(-1).tolist(),
        "metrics": out,
    }


def regression(name, outputs, targets, weights=None):
    outputs, targets = np.asarray(outputs, float), np.asarray(targets, float)
    if outputs.ndim == 1:
        outputs, targets = outputs[:, None], targets[:, None]
    weights = None if weights is None else np.asarray(weights, float)
    out = {
        "MSE": sk.mean_squared_error(targets, outputs, sample_weight=weights),
        "RMSE": sk.root_mean_squared_error(targets, outputs, sample_weight=weights),
        "MAE": sk.mean_absolute_error(targets, outputs, sample_weight=weights),
        "median absolute error": sk.median_absolute_error(targets, outputs, sample_weight=weights),
        "R²": number(sk.r2_score(targets, outputs, sample_weight=weights)),
        "explained variance": sk.explained_variance_score(targets, outputs, sample_weight=weights),
    }
    for alpha in PINBALL:
        out[f"pinball loss ({alpha})"] = sk.mean_pinball_loss(targets, outputs, alpha=alpha, sample_weight=weights)
    return {
        "name": name, "rows": outputs.shape[0], "columns": outputs.shape[1], "outputs": outputs.reshape(-1).tolist(),
        "targets": targets.reshape(-1).tolist(), "weights": None if weights is None else weights.tolist(),
        "metrics": out,
    }


def temperature(name, probabilities, y, weights=None, bounded=False):
    """The root of the slope in b = 1/T between e^-10 and e^10; at an end of that where there is none."""
    probabilities, y = np.asarray(probabilities, float), np.asarray(y)
    if probabilities.ndim == 1:
        probabilities = probabilities[:, None]
    columns = probabilities.shape[1]
    both = probabilities if columns > 1 else np.hstack([1 - probabilities, probabilities])
    z = np.log(both + np.finfo(float).eps)
    w = np.ones(len(y)) if weights is None else np.asarray(weights, float)
    target = z[np.arange(len(y)), y]

    def loss(b):
        return np.average(logsumexp(b * z, axis=1) - b * target, weights=w)

    def slope(b):
        return np.average((softmax(b * z, axis=1) * (z - target[:, None])).sum(axis=1), weights=w)

    ends = (np.exp(-10.0), np.exp(10.0))
    if slope(ends[0]) > 0:
        b = ends[0]
    elif slope(ends[1]) <= 0:
        b = ends[1]
    else:
        b = brentq(slope, *ends, xtol=1e-15, rtol=1e-15, maxiter=1000)
        # The loss itself is flat at its bottom: a minimiser sees half the digits.
        found = np.exp(minimize_scalar(lambda t: loss(np.exp(t)), bounds=(-10, 10), options={"xatol": 1e-12}).x)
        assert abs(found - b) < 1e-6 * b, (found, b)
        theirs = _TemperatureScaling().fit(z, y, sample_weight=w).beta_
        assert abs(theirs - b) < 1e-6 * b, (theirs, b)
    scaled = softmax(b * z, axis=1)
    return {
        "name": name, "rows": len(y), "columns": columns, "outputs": probabilities.reshape(-1).tolist(),
        "classes": [int(label) for label in y], "weights": None if weights is None else w.tolist(),
        "temperature": 1 / b, "scaled": (scaled if columns > 1 else scaled[:, 1:]).reshape(-1).tolist(),
    }


def shares(rng, rows, classes, parts=1000):
    """Rows of probabilities that are multiples of 1/parts: short in the file."""
    cuts = np.sort(rng.integers(0, parts + 1, (rows, classes - 1)), axis=1)
    return np.diff(cuts, axis=1, prepend=0, append=parts) / parts


def drawn(rng, probabilities):
    return np.array([rng.choice(len(p), p=p / p.sum()) for p in probabilities])


def beside(bins):
    """The borders of bins above a half, and the numbers next to them."""
    borders = np.arange(bins // 2 + 1, bins + 1) / bins
    return np.stack([np.nextafter(borders, 0), borders, np.minimum(np.nextafter(borders, 2), 1)]).T.reshape(-1)


def confident(rng, rows, classes, power):
    """Probabilities that are the true ones to a power: over- or underconfident; and classes drawn from the true."""
    truth = rng.dirichlet(np.ones(classes), rows)
    said = truth ** power
    return np.round(said / said.sum(axis=1, keepdims=True), 12), drawn(rng, truth)


rng = np.random.default_rng(1)
p = np.round(rng.uniform(0, 1, 60), 3)
y = (rng.uniform(0, 1, 60) < p).astype(int)
w = np.where(rng.uniform(0, 1, 60) < 0.2, 0, np.round(rng.uniform(0, 3, 60), 2))
p_ties = np.round(p, 1)
many = np.round(rng.uniform(0, 1, 1000), 3)
many_y = (rng.uniform(0, 1, 1000) < many).astype(int)
many_w = np.round(rng.uniform(0, 2, 1000), 3)
two = shares(rng, 40, 2)
four = shares(rng, 80, 4)
four_y = drawn(rng, four)
four_w = np.where(rng.uniform(0, 1, 80) < 0.2, 0, np.round(rng.uniform(0, 3, 80), 2))
quarters = shares(rng, 60, 4, parts=4)
five = shares(rng, 50, 5)
five[:, 4] = 0
five[:, 0] += 1 - five.sum(axis=1)
five_y = rng.choice([0, 2, 3], 50)
tenths = np.array([0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 0.3 + 1e-16, 0.7 - 1e-16])
classes = [
    classification("one column", p, y),
    classification("one column, weights", p, y, w),
    classification("one column, ties", p_ties, y),
    classification("one column, ties, weights", p_ties, y, w),
    classification("one column, all equal", np.full(7, 0.5), [0, 1, 1, 0, 1, 1, 0]),
    classification("one column, a thousand rows", many, many_y, many_w),
    classification("one column, 0 and 1", [0, 1, 1, 0, 0.25, 1], [0, 1, 0, 1, 0, 1], [1, 2, 0.5, 1, 3, 0]),
    classification("one column, always class 0", [0.1, 0.2, 0.3, 0.25], [1, 0, 0, 1]),
    classification("one column, one row", [0.75], [1]),
    classification("one column, one class", [0.75, 0.25, 0.5], [1, 1, 1]),
    classification("one column, class 0 only", [0.75, 0.25, 0.5], [0, 0, 0], [1, 2, 3]),
    classification("one column, class 1 without weight", [0.75, 0.25, 0.5, 0.6], [0, 1, 1, 0], [1, 0, 0, 3]),
    classification("one column, at the bins' borders", tenths, [0, 1] * 6 + [1]),
    classification("one column, beside the borders of 29 bins", beside(29), np.arange(45) % 2, bins=(29,)),
    classification("one column, beside the borders of 38 bins", beside(38), np.arange(57) % 2, bins=(38,)),
    classification("two columns", two, drawn(rng, two)),
    classification("two columns, weights", two, drawn(rng, two), np.round(rng.uniform(0, 2, 40), 1)),
    classification("two columns, ties", shares(rng, 30, 2, parts=4), rng.integers(0, 2, 30)),
    classification("four classes", four, four_y),
    classification("four classes, weights", four, four_y, four_w),
    classification("four classes, weights of 0 and 1", four, four_y, np.arange(80) % 3 > 0),
    classification("four classes, ties", quarters, rng.integers(0, 4, 60)),
    classification("four classes, ties, weights", quarters, rng.integers(0, 4, 60), four_w[:60]),
    classification("five classes, two absent, one never predicted", five, five_y),
    classification("five classes, two absent, weights", five, five_y, np.round(rng.uniform(0, 2, 50), 2)),
    classification("three classes, one without weight", shares(rng, 12, 3), [0, 1, 2] * 4, [1, 2, 0] * 4),
    classification("three classes, one row", [[0.25, 0.5, 0.25]], [1]),
    classification("three classes, one row, wrong", [[0.25, 0.5, 0.25]], [2]),
    classification("three classes, one in the targets", shares(rng, 9, 3), [2] * 9),
    classification("three classes, 0 and 1", np.eye(3)[[0, 1, 2, 0, 1, 2]], [0, 1, 2, 1, 1, 0]),
    classification("three classes, logits", np.round(rng.normal(0, 2, (30, 3)), 2), rng.integers(0, 3, 30),
                   probabilities=False),
    classification("three classes, logits, weights", np.round(rng.normal(0, 2, (30, 3)), 1), rng.integers(0, 3, 30),
                   np.round(rng.uniform(0, 1, 30), 1), probabilities=False),
]
t = np.round(rng.normal(0, 2, 51), 3)
o = np.round(t + rng.normal(0, 1, 51), 3)
t3 = np.round(rng.normal(100, [1, 5, 20], (40, 3)), 3)
o3 = np.round(t3 + rng.normal(1, 3, (40, 3)), 3)
w3 = np.where(rng.uniform(0, 1, 40) < 0.3, 0, np.round(rng.uniform(0, 3, 40), 2))
values = [
    regression("one column, odd rows", o, t),
    regression("one column, even rows", o[:50], t[:50]),
    regression("one column, weights", o, t, np.round(rng.uniform(0, 2, 51), 2)),
    regression("one column, weights that halve", [1, 2, 3, 4, 5.5], [0, 0, 0, 0, 0], [1, 2, 3, 4, 2]),
    regression("one column, weights that halve, then 0", [1, 2, 3, 4, 5], [0, 0, 0, 0, 0], [1, 2, 0, 0, 3]),
    regression("one column, half of the weight, then only 0", [1, 2, 3], [0, 0, 0], [0, 3, 0]),
    regression("one column, tenths of weight", np.arange(10), np.zeros(10), np.full(10, 0.1)),
    regression("three columns", o3, t3),
    regression("three columns, weights", o3, t3, w3),
    regression("equal targets", [1, 2, 3], [2, 2, 2]),
    regression("equal targets, hit", [2, 2, 2], [2, 2, 2]),
    regression("equal targets, shifted", [3, 3, 3], [2, 2, 2], [1, 2, 3]),
    regression("columns of all these kinds", [[1, 2, 3], [2, 2, 3], [3, 2, 3]], [[2, 2, 2], [2, 2, 2], [2, 2, 2]]),
    regression("shifted outputs", t + 0.5, t),
    regression("perfect", t, t),
    regression("one row", [1.5], [2]),
    regression("one row, hit, two columns", [[1.5, 2]], [[1.5, 2]], [3]),
    regression("negative R²", -o, t),
]
over, over_y = confident(rng, 60, 4, 2.5)
under, under_y = confident(rng, 60, 3, 0.4)
binary, binary_y = confident(rng, 50, 2, 3)
temperatures = [
    temperature("overconfident", over, over_y),
    temperature("overconfident, weights", over, over_y, np.round(rng.uniform(0, 2, 60), 2)),
    temperature("overconfident, weights of 0 and 1", over, over_y, np.arange(60) % 2),
    temperature("underconfident", under, under_y),
    temperature("one column", binary[:, 1], binary_y),
    temperature("one column, weights", binary[:, 1], binary_y, np.round(rng.uniform(0, 2, 50), 2)),
    temperature("two columns", binary, binary_y),
    temperature("0 and 1", [[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 0.5, 0.5]], [0, 1, 2, 2]),
    temperature("all right", [[0.75, 0.25], [0.125, 0.875]], [0, 1]),
    temperature("all wrong", [[0.75, 0.25], [0.125, 0.875]], [1, 0]),
    temperature("far from 1", np.round(softmax(np.log(under + 1e-9) * 0.02, axis=1), 12), under_y),
]
versions = {"scikit-learn": sklearn.__version__, "numpy": np.__version__, "scipy": scipy.__version__}
(HERE / "metrics.json").write_text(
    json.dumps({"versions": versions, "classification": classes, "regression": values, "temperatures": temperatures},
               separators=(",", ":"), ensure_ascii=False, allow_nan=False).replace('{"name"', '\n{"name"') + "\n")
