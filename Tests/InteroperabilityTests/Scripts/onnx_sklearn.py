"""Writes models of scikit-learn by skl2onnx, with inputs and what scikit-learn predicts for them.

usage: python onnx_sklearn.py FOLDER
"""
import pathlib
import sys
import warnings

import numpy as np
from skl2onnx import to_onnx
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import MinMaxScaler, RobustScaler, StandardScaler

warnings.simplefilter("ignore")
folder = pathlib.Path(sys.argv[1])
random = np.random.default_rng(1)
inputs = random.normal(2, 3, (80, 4))
classes = random.integers(0, 3, 80)
values = inputs @ random.normal(size=4)
settings = {"hidden_layer_sizes": (7, 5), "max_iter": 30, "random_state": 1}
models = {
    "classes": (MLPClassifier(**settings), classes),
    "two classes": (MLPClassifier(activation="logistic", **settings), classes > 1),
    "scaled classes": (make_pipeline(StandardScaler(), MLPClassifier(activation="tanh", **settings)), classes),
    "values": (MLPRegressor(**settings), values),
    "standard values": (make_pipeline(StandardScaler(), MLPRegressor(**settings)), values),
    "minmax values": (make_pipeline(MinMaxScaler(), MLPRegressor(activation="identity", **settings)), values),
    "robust values": (make_pipeline(RobustScaler(), MLPRegressor(activation="logistic", **settings)), values),
}
for name, (model, targets) in models.items():
    for kind in (np.float32, np.float64):
        rows = inputs.astype(kind)
        model.fit(rows, targets)
        is_classifier = hasattr(model, "predict_proba")
        step = getattr(model, "steps", [(None, model)])[-1][1]
        options = {type(step): {"zipmap": False}} if is_classifier else None
        exported = to_onnx(model, rows[:1], options=options, target_opset=17)
        path = folder / f"{name} {np.dtype(kind).name}"
        path.with_suffix(".onnx").write_bytes(exported.SerializeToString())
        outputs = model.predict_proba(rows) if is_classifier else model.predict(rows)
        np.save(path.with_suffix(".inputs.npy"), rows)
        np.save(path.with_suffix(".outputs.npy"), outputs.reshape(len(rows), -1).astype(kind))

# Two outputs: skl2onnx writes a Reshape to one column, which is not what scikit-learn predicts.
both = MLPRegressor(**settings).fit(inputs, np.stack([values, -values], axis=1))
(folder / "refused.onnx").write_bytes(to_onnx(both, inputs[:1], target_opset=17).SerializeToString())
# Without an option, probabilities are a list of dictionaries.
zipped = MLPClassifier(**settings).fit(inputs, classes)
(folder / "zipped.onnx").write_bytes(to_onnx(zipped, inputs[:1], target_opset=17).SerializeToString())
