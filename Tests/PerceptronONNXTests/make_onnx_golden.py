"""Writes Golden/*.onnx beside this script: models as onnx itself builds and writes them.

Made with Python 3.11, onnx 1.23.2, protobuf 7.36.2.
usage: python make_onnx_golden.py
"""
import pathlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper

LAYERS = (
    '[{"bias":true,"biasInitializer":{"type":"zeros"},"inputFeatures":2,"outputFeatures":3,"type":"Linear",'
    '"weightInitializer":{"type":"zeros"}},{"type":"Sigmoid"},{"bias":false,"biasInitializer":{"type":"zeros"},'
    '"inputFeatures":3,"outputFeatures":2,"type":"Linear","weightInitializer":{"type":"zeros"}},{"type":"Softmax"}]')

folder = pathlib.Path(__file__).parent / "Golden"
folder.mkdir(exist_ok=True)


def node(kind, inputs, output, **attributes):
    return helper.make_node(kind, inputs, [output], name=output, **attributes)


for name, kind, number in [("float", TensorProto.FLOAT, np.float32), ("double", TensorProto.DOUBLE, np.float64)]:
    nodes = [node("Gemm", ["x", "0.weight", "0.bias"], "0.Gemm"), node("Sigmoid", ["0.Gemm"], "1.Sigmoid"),
             node("Gemm", ["1.Sigmoid", "2.weight"], "2.Gemm"), node("Softmax", ["2.Gemm"], "3.Softmax", axis=-1)]
    nodes[-1].output[0] = "y"
    tensors = {"0.weight": [[1, 2, 3], [4, 5, 6]], "0.bias": [7, 8, -0.0], "2.weight": [[1, -1], [0.5, 1e-3], [3, 1e30]]}
    graph = helper.make_graph(
        nodes, "perceptron", [helper.make_tensor_value_info("x", kind, ["batch", 2])],
        [helper.make_tensor_value_info("y", kind, ["batch", 2])],
        [numpy_helper.from_array(np.array(value, number), name) for name, value in tensors.items()])
    model = helper.make_model(
        graph, ir_version=8, opset_imports=[helper.make_opsetid("", 17)], producer_name="swift-perceptron",
        producer_version="1")
    helper.set_model_props(model, {"labelNames": '["no","y\u00e9s"]', "layers": LAYERS})
    (folder / f"{name}.onnx").write_bytes(model.SerializeToString(deterministic=True))
