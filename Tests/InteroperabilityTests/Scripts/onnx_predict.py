"""Checks every model of a folder, and runs it with ONNX Runtime.

For NAME.onnx and each NAME.*.inputs.npy it writes NAME.*.outputs.npy, and prints what the models are.
usage: python onnx_predict.py FOLDER
"""
import json
import pathlib
import sys

import numpy as np
import onnx
import onnxruntime

onnxruntime.set_default_logger_severity(3)
found = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.onnx")):
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    (given,), (wanted,) = session.get_inputs(), session.get_outputs()
    for inputs in sorted(path.parent.glob(f"{path.stem}.*.inputs.npy")):
        outputs = session.run(None, {given.name: np.load(inputs)})[0]
        np.save(str(inputs).replace(".inputs.", ".outputs."), outputs)
    found[path.stem] = {
        "input": [given.name, given.type] + [str(size) for size in given.shape],
        "output": [wanted.name, wanted.type] + [str(size) for size in wanted.shape],
        "producer": model.producer_name, "format": model.ir_version, "operators": model.opset_import[0].version,
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
        "nodes": [node.op_type for node in model.graph.node],
    }
print(json.dumps(found))
