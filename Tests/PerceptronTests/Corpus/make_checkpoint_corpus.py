"""Writes the files in checkpoint beside this script: checkpoints that are resumed, and bad ones that must be refused.

The fuzzer begins with them, and a test resumes them all. Made with Python 3.11.
usage: python make_checkpoint_corpus.py
"""
import pathlib

from safetensors_file import compact, encode, linear

folder = pathlib.Path(__file__).parent / "checkpoint"
folder.mkdir(exist_ok=True)

LAYERS = [linear(2, 3), {"type": "ReLU"}, linear(3, 2), {"type": "Softmax"}]
COUNT = 2 * 3 + 3 + 3 * 2 + 2
PARAMETERS = [(i - 8) / 16 for i in range(COUNT)]
DESCRIPTION = {"format": "swift-perceptron checkpoint", "version": 1, "scalar": "Double", "optimizer": "Adam", "updates": 3}
# In the second of its epochs, between its two steps.
RUN = {"rows": 6, "batchSize": 4, "sampling": "shuffled", "splitSeed": 5, "epoch": 2, "step": 1,
       "epochsWithoutImprovement": 0, "metrics": ["accuracy"], "bestEpoch": 1}

STATE = {"parameters": ("F64", [COUNT], PARAMETERS), "optimizer.0": ("F64", [COUNT], 0.25),
         "optimizer.1": ("F64", [COUNT], 0.125), "generator": ("U64", [4], [1, 2, 3, 2**64 - 1])}
RUN_STATE = {"run.order": ("I64", [6], [5, 0, 4, 1, 3, 2]), "run.sums": ("F64", [2], [2.5, 4]),
             "run.losses": ("F64", [1], [0.75]), "run.metrics.0": ("F64", [1], [0.5]),
             "run.bestValue": ("F64", [1], [0.75]), "run.best": ("F64", [COUNT], PARAMETERS)}


def write(name, tensors=None, description=None, run=None, layers=LAYERS, without=()):
    """The checkpoint of a run with members of its description and tensors replaced or left out."""
    tensors = STATE | RUN_STATE | (tensors or {})
    described = DESCRIPTION | {"run": RUN | (run or {})} | (description or {})
    (folder / name).write_bytes(encode(
        [(tensor, *tensors[tensor]) for tensor in tensors if tensor not in without],
        {"checkpoint": compact(described), "layers": compact(layers)}))


write("good-run")
write("good-interrupted", {"run.interrupted": ("F64", [COUNT], PARAMETERS)})
write("good-validated", {"run.validationLosses": ("F64", [1], [0.5])})
write("good-in-order", {"run.order": ("I64", [0])}, run={"sampling": "inOrder"})
write("good-first-epoch", {"run.losses": ("F64", [0]), "run.metrics.0": ("F64", [0])}, run={"epoch": 1})
write("good-floats-are-widened", {"parameters": ("F32", [COUNT], PARAMETERS)})
(folder / "good-between-runs").write_bytes(encode(
    [(tensor, *STATE[tensor]) for tensor in STATE], {"checkpoint": compact(DESCRIPTION), "layers": compact(LAYERS)}))

write("bad-updates-beyond", description={"updates": 2**63 - 1})
write("bad-version", description={"version": 2})
write("bad-scalar", description={"scalar": "Float"})
write("bad-optimizer", description={"optimizer": "SGD"})
write("bad-run", description={"run": []})
write("bad-epoch", run={"epoch": 2**63 - 1})
write("bad-step", run={"step": 3})
write("bad-best", run={"bestEpoch": 2})
write("bad-rows", run={"rows": 7})
write("bad-order", {"run.order": ("I64", [6], [5, 0, 4, 1, 3, 3])})
write("bad-order-outside", {"run.order": ("I64", [6], [5, 0, 4, 1, 3, 6])})
write("bad-generator", {"generator": ("U64", [4], 0)})
write("bad-parameter", {"parameters": ("F64", [COUNT], float("nan"))})
write("bad-state", without=["optimizer.1"])
write("bad-metric", without=["run.metrics.0"])
write("bad-layers", layers=[linear(2, 3), linear(4, 2)])
write("bad-size", layers=[linear(2**31 - 1, 2**31 - 1)])
