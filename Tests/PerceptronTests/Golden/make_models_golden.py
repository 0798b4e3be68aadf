"""Writes models/*.safetensors beside this script with the format's reference implementation, and models.json with what NumPy
says that they predict.

Made with safetensors 0.8.0, NumPy 2.4.6, ml_dtypes 0.6.0, Python 3.11.
usage: python make_models_golden.py
"""
import json
import pathlib

import ml_dtypes
import numpy as np
from safetensors.numpy import save_file

folder = pathlib.Path(__file__).parent / "models"
folder.mkdir(exist_ok=True)


def numbers(*shape):
    """Eighths, which every type has exactly."""
    return ((np.arange(np.prod(shape, dtype=int)) * 7 % 11 - 5) / 8).reshape(shape)


ZEROS = {"type": "zeros"}


def linear(inputs, outputs, bias=True):
    return {"bias": bias, "biasInitializer": ZEROS, "inputFeatures": inputs, "outputFeatures": outputs, "type": "Linear",
            "weightInitializer": ZEROS}


def text(value):
    return json.dumps(value, separators=(",", ":"))


# Shapes as in torch.nn.Sequential.
tensors = {"0.weight": numbers(5, 3), "0.bias": numbers(5), "2.weight": numbers(4, 5), "4.weight": numbers(2, 4),
           "4.bias": numbers(2)}
layers = [linear(3, 5), {"type": "Tanh"}, linear(5, 4, bias=False), {"type": "ReLU"}, linear(4, 2), {"type": "Softmax"}]
for name, kind in [("f64", np.float64), ("f32", np.float32)]:
    save_file({key: value.astype(kind) for key, value in tensors.items()}, folder / f"model-{name}.safetensors",
              metadata={"perceptron": text({"version": 1, "layers": layers})})
for name, kind in [("f64", np.float64), ("f16", np.float16), ("bf16", ml_dtypes.bfloat16)]:
    save_file({key: value.astype(kind) for key, value in tensors.items()}, folder / f"state-{name}.safetensors")

x = np.random.default_rng(1).normal(size=(4, 3)).round(3)
hidden = np.maximum(np.tanh(x @ tensors["0.weight"].T + tensors["0.bias"]) @ tensors["2.weight"].T, 0)
logits = hidden @ tensors["4.weight"].T + tensors["4.bias"]
e = np.exp(logits - logits.max(axis=1, keepdims=True))

# A pipeline: a number that is standardised, a colour with three categories, a target in its own units.
weight, bias = numbers(1, 4), numbers(1)
means, scales = [4], [2.25]
pipeline = {
    "fittedPreprocessing": {
        "columnNames": ["number", "colour"],
        "parts": [
            {"numeric": {"columns": [0], "imputer": {"indicatorColumns": [], "values": [4.5]},
                         "scaler": {"standard": {"_0": {"means": means, "scales": scales}}}}},
            {"oneHot": {"columns": [1], "encoder": {"codes": {
                "columns": [{"kind": {"categorical": {"categories": ["red", "green", "blue"]}}, "name": "colour"}],
                "missing": "ignore", "unseen": "error"}}}}],
        "targetScaler": {"means": [2.5], "scales": [1.25]}},
    "labelNames": [],
    "preprocessing": {
        "categorical": {"oneHot": {"missing": "ignore", "unseen": "error"}}, "columns": {},
        "missing": {"mean": {"indicators": True}}, "numeric": {"standard": {}}, "standardizesTargets": True},
    "seed": 2**64 - 1,
    "targetNames": ["price"]}
save_file({"0.weight": weight, "0.bias": bias}, folder / "pipeline.safetensors",
          metadata={"perceptron": text({"version": 1, "layers": [linear(4, 1)], "pipeline": pipeline})})
raw = [[1.5, 0], [None, 2], [7, 1], [4, None]]
rows = np.array([[((4.5 if number is None else number) - means[0]) / scales[0]] + [float(colour == k) for k in range(3)]
                 for number, colour in raw])

(folder.parent / "models.json").write_text(json.dumps({
    "inputs": x.tolist(), "outputs": (e / e.sum(axis=1, keepdims=True)).tolist(),
    "pipelineInputs": raw, "pipelineOutputs": ((rows @ weight.T + bias) * 1.25 + 2.5).tolist(),
}) + "\n")
