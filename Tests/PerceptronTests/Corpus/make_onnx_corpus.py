"""Writes the files in onnx beside this script: good ones, and bad ones that must be refused.

The fuzzer begins with them, and a test reads them all. Made with Python 3.11, onnx 1.23.2, NumPy 2.4.6.
usage: python make_onnx_corpus.py
"""
import pathlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

folder = pathlib.Path(__file__).parent / "onnx"
folder.mkdir(exist_ok=True)
weight = np.array([[1, 2, 3], [4, 5, 6]], np.float32)
bias = np.array([1, -1, 0.5], np.float32)


def node(kind, inputs, output, domain="", **attributes):
    return helper.make_node(kind, inputs, [output], domain=domain, **attributes)


def model(nodes, tensors, shape=("batch", 2), kind=TensorProto.FLOAT, outputs=("y",), opset=17):
    graph = helper.make_graph(
        nodes, "graph", [helper.make_tensor_value_info("x", kind, list(shape))],
        [helper.make_tensor_value_info(name, kind, ["batch", None]) for name in outputs],
        [numpy_helper.from_array(value, name) if isinstance(value, np.ndarray) else value
         for name, value in tensors.items()])
    return helper.make_model(graph, ir_version=8, opset_imports=[helper.make_opsetid("", opset)])


def write(name, value):
    (folder / name).write_bytes(value if isinstance(value, bytes) else value.SerializeToString())


product = [node("Gemm", ["x", "w", "b"], "y")]
constants = {"w": weight, "b": bias}
gemm = model(product, constants)
write("good-gemm", gemm)
write("good-transposed", model([node("Gemm", ["x", "w"], "y", transB=1, alpha=0.5)], {"w": weight.T.copy()}))
write("good-double", model(product, {"w": weight.astype(np.float64), "b": bias.astype(np.float64)},
                           kind=TensorProto.DOUBLE))
write("good-half", model(product, {"w": weight.astype(np.float16), "b": bias.astype(np.float16)}))
write("good-fields", model(product, {
    "w": helper.make_tensor("w", TensorProto.FLOAT, [2, 3], weight.flatten()),
    "b": helper.make_tensor("b", TensorProto.DOUBLE, [3], bias.astype(np.float64))}))
write("good-half-fields", model(product, {
    "w": helper.make_tensor("w", TensorProto.FLOAT16, [2, 3], weight.flatten().astype(np.float16)),
    "b": helper.make_tensor("b", TensorProto.BFLOAT16, [3], bias)}))
write("good-activations", model([
    node("MatMul", ["x", "w"], "a"), node("Add", ["a", "b"], "c"), node("Relu", ["c"], "d"),
    node("LeakyRelu", ["d"], "e", alpha=0.1), node("Elu", ["e"], "f"), node("Softplus", ["f"], "g"),
    node("Tanh", ["g"], "h"), node("Sigmoid", ["h"], "i"), node("Mul", ["h", "i"], "j"),
    node("PRelu", ["j", "s"], "k"), node("Softmax", ["k"], "y", axis=1)],
    constants | {"s": np.array([0.5], np.float32)}))
write("good-gelu", model([
    node("Gemm", ["x", "w"], "a"), node("Div", ["a", "r"], "c"), node("Erf", ["c"], "d"), node("Add", ["d", "o"], "e"),
    node("Mul", ["a", "e"], "f"), node("Mul", ["f", "h"], "y")],
    {"w": weight, "r": np.array(2**0.5, np.float32), "o": np.array(1, np.float32), "h": np.array(0.5, np.float32)}))
write("good-gelu-tanh", model([
    node("Gemm", ["x", "w"], "a"), node("Pow", ["a", "n"], "c"), node("Mul", ["c", "k"], "d"),
    node("Add", ["a", "d"], "e"), node("Mul", ["e", "q"], "f"), node("Tanh", ["f"], "g"), node("Add", ["g", "o"], "h"),
    node("Mul", ["a", "z"], "i"), node("Mul", ["i", "h"], "y")],
    {"w": weight} | {name: np.array(value, np.float32) for name, value in
                     {"n": 3, "k": 0.044715, "q": (2 / np.pi) ** 0.5, "o": 1, "z": 0.5}.items()}))
write("good-softplus", model([
    node("Gemm", ["x", "w"], "a"), node("Softplus", ["a"], "c"), node("Greater", ["a", "t"], "d"),
    node("Where", ["d", "a", "c"], "y")], {"w": weight, "t": np.array(20, np.float32)}))
write("good-norms", model([
    node("BatchNormalization", ["x", "t", "t", "t", "t"], "a"), node("Gemm", ["a", "w"], "c"),
    node("LayerNormalization", ["c", "b", "b"], "d", epsilon=0.01),
    node("Scaler", ["d"], "y", domain="ai.onnx.ml", offset=[1.0, 2.0, 3.0], scale=[2.0])],
    constants | {"t": np.array([1, 2], np.float32)}))
write("good-nothing-changed", model([
    node("Flatten", ["x"], "a"), node("Identity", ["a"], "c"), node("Cast", ["c"], "d", to=TensorProto.FLOAT),
    node("Dropout", ["d"], "e"), node("Reshape", ["e", "s"], "f"), node("Constant", [], "v", value_float=2.0),
    node("Sub", ["f", "v"], "g"), node("Gemm", ["g", "w"], "y")],
    {"w": weight, "s": np.array([-1, 2])}, shape=("batch", 1, 2)))
write("good-two-classes", model([
    node("Gemm", ["x", "w"], "a"), node("Sigmoid", ["a"], "p"), node("Sub", ["o", "p"], "q"),
    node("Concat", ["q", "p"], "y", axis=1), node("ArgMax", ["y"], "label")],
    {"w": weight[:, :1].copy(), "o": np.array(1, np.float32)}))

write("good-constant-nodes", model([
    node("Transpose", ["t"], "a", perm=[1, 0]), node("Reshape", ["a", "i6"], "c"), node("Unsqueeze", ["c", "i0"], "d"),
    node("Squeeze", ["d"], "e"), node("Reshape", ["e", "i23"], "f"), node("Cast", ["f"], "g", to=TensorProto.DOUBLE),
    node("Cast", ["g"], "h", to=TensorProto.FLOAT), node("Gather", ["h", "i10"], "j"),
    node("Concat", ["j", "h"], "k", axis=0), node("Slice", ["k", "i1", "i3", "i0"], "l"),
    node("Constant", [], "m", value_float=0.5), node("Mul", ["l", "m"], "n"), node("Greater", ["n", "m"], "o"),
    node("Where", ["o", "n", "m"], "p"), node("ReduceL2", ["p"], "q", axes=[1]), node("Div", ["p", "q"], "r"),
    node("ConstantOfShape", ["i22"], "s"), node("MatMul", ["s", "r"], "u"), node("Add", ["u", "r"], "v"),
    node("Expand", ["m", "i3"], "z"), node("Exp", ["z"], "bias"), node("Flatten", ["v"], "weight"),
    node("Gemm", ["x", "weight", "bias"], "y")],
    {"t": weight.T.copy(), "i6": np.array([6]), "i0": np.array([0]), "i23": np.array([2, -1]), "i10": np.array([1, 0]),
     "i1": np.array([1]), "i3": np.array([3]), "i22": np.array([2, 2])}))
write("good-bounded", model([
    node("Gemm", ["x", "w"], "a"), node("Clip", ["a", "0", "6"], "c"), node("Relu", ["c"], "d"), node("Min", ["d", "6"], "e"),
    node("Max", ["e", "1"], "f"), node("HardSigmoid", ["f"], "g"), node("Clip", ["g", "", "6"], "h"),
    node("PRelu", ["h", "s"], "y")],
    {"w": weight, "0": np.array(0, np.float32), "6": np.array([6], np.float32), "1": np.array(0.1, np.float32), "s": bias}))
original = (folder.parents[2] / "PerceptronONNXTests/Golden/float.onnx").read_bytes()
write("good-original", original)

data = gemm.SerializeToString()
write("bad-empty", b"")
write("bad-cut", data[:-9])
write("bad-text", b"not a model at all")
write("bad-varint", b"\x08" + b"\xff" * 10 + b"\x01")
write("bad-varint-bits", b"\x08" + b"\xff" * 9 + b"\x02")
write("bad-length", b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01")
write("bad-group", b"\x0b\x0c")
write("bad-field", b"\x00\x00")
write("bad-two-graphs", data + data)


def changed(name, change):
    copy = onnx.ModelProto()
    copy.CopyFrom(gemm)
    change(copy)
    write(name, copy)


def tensor(**values):
    def change(copy):
        for key, value in values.items():
            if isinstance(value, list):
                del getattr(copy.graph.initializer[0], key)[:]
                getattr(copy.graph.initializer[0], key).extend(value)
            else:
                setattr(copy.graph.initializer[0], key, value)
    return change


changed("bad-dimensions", tensor(dims=[2**40, 2**40]))
changed("bad-negative", tensor(dims=[-2, -3]))
changed("bad-size", tensor(dims=[2, 4]))
changed("bad-none", tensor(dims=[2**40, 0], raw_data=b""))
changed("bad-many", tensor(dims=[1] * 100))
changed("bad-type", tensor(data_type=TensorProto.STRING))
changed("bad-external", tensor(data_location=TensorProto.EXTERNAL))
changed("bad-nan", tensor(raw_data=np.full(6, np.nan, np.float32).tobytes()))
changed("bad-twice", lambda copy: copy.graph.initializer.append(copy.graph.initializer[0]))
changed("bad-opset", lambda copy: setattr(copy.opset_import[0], "version", 3))
changed("bad-output", lambda copy: copy.graph.node[0].output.append("y"))
write("bad-operator", model([node("Conv", ["x", "w"], "y")], constants))
write("bad-loop", model([node("Relu", ["y"], "y")], constants))
write("bad-order", model([node("Relu", ["a"], "y"), node("Gemm", ["x", "w"], "a")], constants))
write("bad-inputs", model([node("Gemm", ["x"], "y")], constants))
write("bad-transposed", model([node("Gemm", ["x", "w"], "y", transA=1)], constants))
write("bad-width", model(product, constants, shape=("batch", 3)))
write("bad-wide", model([node("Mul", ["x", "o"], "a"), node("Relu", ["a"], "y")], {"o": np.array([2], np.float32)},
                        shape=("batch", 2**31 - 1)))
write("bad-shape", model(product, constants, shape=("batch", "features")))
write("bad-softmax", model([node("Softmax", ["x"], "y", axis=0)], {}))
write("bad-erf", model([node("Gemm", ["x", "w"], "a"), node("Erf", ["a"], "y")], constants))
write("bad-residual", model([node("Gemm", ["x", "w"], "a"), node("Add", ["a", "a"], "y")], constants))
# A small file that asks for many numbers: 3000 layers of one weight of 64 × 64 would be 12 million.
write("bad-reuse", model([node("MatMul", [f"x{i}" if i else "x", "w"], f"x{i + 1}") for i in range(3000)]
                         + [node("Relu", ["x3000"], "y")], {"w": np.ones((64, 64), np.float32)}, shape=("batch", 64)))
# Constants that would be made by nodes of a few bytes.
write("bad-large-constant", model([node("ConstantOfShape", ["s"], "w"), node("Gemm", ["x", "w"], "y")],
                                  {"s": np.array([2, 2**40])}))
write("bad-constant-product", model([
    node("Expand", ["o", "s"], "a"), node("MatMul", ["a", "a"], "c"), node("Gemm", ["x", "c"], "y")],
    {"o": np.ones(1, np.float32), "s": np.array([700, 700])}))
write("bad-constant-type", model([node("Cast", ["w"], "c", to=TensorProto.STRING), node("Gemm", ["x", "c"], "y")], constants))
# A layer in the metadata that the graph does not bear out, and a graph that is none.
changed_layers = onnx.ModelProto.FromString(original)
helper.set_model_props(changed_layers, {"layers": '[{"type":"LayerNorm","features":2147483647,"epsilon":1,"affine":false}]'})
changed_layers.graph.node[0].op_type = "Conv"
write("bad-layers", changed_layers)
