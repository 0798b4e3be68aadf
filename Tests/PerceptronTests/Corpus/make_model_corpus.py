"""Writes the files in model beside this script: models and pipelines that are read, and bad ones that must be refused.

The fuzzer begins with them, and a test reads them all. Made with Python 3.11.
usage: python make_model_corpus.py
"""
import pathlib

from safetensors_file import compact, encode, linear

folder = pathlib.Path(__file__).parent / "model"
folder.mkdir(exist_ok=True)

def write(name, tensors, description=None):
    """A description that is no text becomes one."""
    metadata = {}
    if description is not None:
        metadata["perceptron"] = description if isinstance(description, str) else compact(description)
    (folder / name).write_bytes(encode(tensors, metadata))


def state(kind="F64", *more):
    return [("0.bias", kind, [3]), ("0.weight", kind, [3, 2]), ("2.weight", kind, [1, 3]), *more]


layers = [linear(2, 3), {"type": "ReLU"}, linear(3, 1, bias=False), {"type": "Sigmoid"}]
good = {"version": 1, "layers": layers}
pipeline = {
    "fittedPreprocessing": {
        "columnNames": ["a", "b"],
        "parts": [{"numeric": {"columns": [0], "imputer": {"indicatorColumns": [], "values": [4]},
                               "scaler": {"robust": {"_0": {"medians": [1], "scales": [2], "smoothClip": True}}}}},
                  {"codes": {"columns": [1], "encoder": {"codes": {
                      "columns": [{"kind": {"categorical": {"categories": ["u", "v"]}}, "name": "b"}],
                      "missing": "ignore", "unseen": "error"}}}}]},
    "labelNames": ["no", "yes"],
    "preprocessing": {"categorical": {"codes": {"missing": "ignore", "unseen": "error"}}, "columns": {"a": {"dropped": {}}},
                      "missing": {"mean": {"indicators": True}}, "numeric": {"robust": {"smoothClip": True}},
                      "standardizesTargets": False},
    "seed": 3, "targetNames": ["y"]}
numeric = {"numeric": {"columns": [0, 1], "scaler": {"standard": {"_0": {"means": [1, 2], "scales": [2, 3]}}}}}
simple = pipeline | {"fittedPreprocessing": {"columnNames": ["a", "b"], "parts": [numeric]}}
whitened = simple | {"fittedPreprocessing": {
    "columnNames": ["a", "b"], "parts": [numeric], "targetScaler": {"means": [1], "scales": [2]},
    "whitening": {"means": [0, 0], "components": [[1, 0], [0, 1]], "variances": [2, 1], "varianceShares": [0.7, 0.3]}},
    "labelNames": []}

write("good-f64-is-a-model-alone", state(), good)
write("good-f32-is-a-model-alone", state("F32"), good)
write("good-f16-is-a-model-alone", state("F16"), good)
write("good-softmax-is-a-model-alone", [("0.weight", "F32", [2, 1])],
      {"version": 1, "layers": [linear(1, 2, bias=False, weight={"type": "orthogonal", "gain": 0.5}), {"type": "Tanh"},
                                {"type": "Softmax"}]})
write("good-pipeline", state(), good | {"pipeline": simple})
write("good-pipeline-whitened", state(), good | {"pipeline": whitened})
write("bad-pipeline-columns", state(), good | {"pipeline": pipeline | {
    "fittedPreprocessing": {"columnNames": ["a"], "parts": [numeric]}}})
write("bad-pipeline-names", state(), good | {"pipeline": simple | {"labelNames": ["a", "a"]}})
write("bad-pipeline-classes", state(), good | {"pipeline": simple | {"labelNames": ["a", "b", "c"]}})
write("bad-pipeline-targets", state(), good | {"pipeline": simple | {"targetNames": []}})
write("bad-state", state())
write("bad-version", state(), good | {"version": 2})
write("bad-no-version", state(), {"layers": layers})
write("bad-json", state(), '{"version":1,"layers":[')
write("bad-duplicate", state(), '{"version":1,"version":1,"layers":[]}')
write("bad-layer", state(), {"version": 1, "layers": [{"type": "Nobody's"}]})
write("bad-widths", state(), {"version": 1, "layers": [linear(2, 3), linear(2, 1)]})
write("bad-size", state(), {"version": 1, "layers": [linear(2**31 - 1, 2**31 - 1)]})
NORM = {"type": "LayerNorm", "features": 2**31 - 1, "epsilon": 1e-5, "affine": False}
write("bad-wide-without-parameters", [], {"version": 1, "layers": [NORM, NORM]})
write("bad-missing", state()[:2], good)
write("bad-extra", state("F64", ("1.running_mean", "F64", [3])), good)
write("bad-shape", [("0.bias", "F64", [3]), ("0.weight", "F64", [2, 3]), ("2.weight", "F64", [1, 3])], good)
write("bad-type", [("0.bias", "I64", [3]), ("0.weight", "F64", [3, 2]), ("2.weight", "F64", [1, 3])], good)
write("bad-nan", [("0.bias", "F64", [3], float("nan")), ("0.weight", "F64", [3, 2]), ("2.weight", "F64", [1, 3])], good)
write("bad-infinity", [("0.bias", "F64", [3]), ("0.weight", "F64", [3, 2], float("-inf")), ("2.weight", "F64", [1, 3])],
      good)
