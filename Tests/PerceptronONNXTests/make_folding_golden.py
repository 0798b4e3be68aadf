"""Writes Golden/folding.json beside this script: what ONNX's own reference computes of constants.

For each case a node with its inputs, and its output. Made with Python 3.11, onnx 1.23.2, NumPy 2.4.6.
usage: python make_folding_golden.py
"""
import json
import pathlib

import numpy as np
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

random = np.random.default_rng(3)
cases = []
TYPES = {"float32": "float", "float64": "double", "int64": "integer", "bool": "integer"}


def described(array):
    array = np.asarray(array)
    return {"type": TYPES[array.dtype.name], "shape": array.shape, "numbers": array.astype(np.float64).ravel().tolist()}


def case(kind, *inputs, opset=17, **attributes):
    """An input that is None is left out."""
    arrays = [None if array is None else np.asarray(array) for array in inputs]
    names = ["" if array is None else f"i{index}" for index, array in enumerate(arrays)]
    node = helper.make_node(kind, names, ["y"], **attributes)
    types = {np.dtype("float32"): TensorProto.FLOAT, np.dtype("float64"): TensorProto.DOUBLE,
             np.dtype("int64"): TensorProto.INT64, np.dtype("bool"): TensorProto.BOOL}
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info(name, types[array.dtype], array.shape)
                      for name, array in zip(names, arrays) if name],
        [helper.make_tensor_value_info("y", TensorProto.UNDEFINED, None)])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)])
    (output,) = ReferenceEvaluator(model).run(None, {name: array for name, array in zip(names, arrays) if name})

    def plain(value):
        if hasattr(value, "data_type"):
            return described(numpy_helper.to_array(value))
        return value
    cases.append({"operator": kind, "inputs": [None if array is None else described(array) for array in arrays],
                  "attributes": {name: plain(value) for name, value in attributes.items()}, "output": described(output)})


def floats(*shape):
    return random.normal(size=shape).astype(np.float32)


def doubles(*shape):
    return random.normal(size=shape)


def integers(*numbers):
    return np.array(numbers, np.int64)


cube = np.round(floats(2, 3, 4) * 8) / 8
# Shapes and orders.
case("Transpose", doubles(3, 5))
case("Transpose", cube)
for order in ([1, 0, 2], [2, 0, 1], [0, 2, 1]):
    case("Transpose", cube, perm=order)
for shape in ([6, 4], [-1, 4], [0, -1], [2, 0, 2, -1], [24], [1, 24, 1]):
    case("Reshape", cube, integers(*shape))
case("Reshape", floats(2, 0), integers(0, 3), allowzero=1)
case("Reshape", np.float64(3), integers(1, 1))
case("Squeeze", floats(1, 3, 1))
case("Squeeze", floats(1, 3, 1), integers(0))
case("Squeeze", floats(1, 3, 1), integers(-1, 0))
case("Squeeze", floats(1, 3, 1), opset=11, axes=[2])
case("Unsqueeze", floats(3, 2), integers(0, -1))
case("Unsqueeze", floats(3, 2), integers(1))
case("Unsqueeze", floats(3, 2), opset=11, axes=[0, 3])
for axis in (0, 1, 2, 3, -1):
    case("Flatten", cube, axis=axis)
case("Flatten", cube)
case("Shape", cube)
case("Identity", cube)
case("Expand", floats(3, 1), integers(2, 3, 4))
case("Expand", floats(3, 4), integers(1))
case("ConstantOfShape", integers(2, 3))
case("ConstantOfShape", integers(3), value=helper.make_tensor("v", TensorProto.DOUBLE, [1], [0.5]))
case("ConstantOfShape", integers(1, 2), value=helper.make_tensor("v", TensorProto.INT64, [1], [7]))
# Parts.
case("Slice", cube, integers(1), integers(3), integers(2))
case("Slice", cube, integers(0, -2), integers(1, 100), integers(0, 2))
case("Slice", cube, integers(0, 1, 1), integers(2, 2, 3))
case("Slice", cube, integers(-1), integers(-1000), integers(2), integers(-1))
case("Slice", cube, integers(3), integers(0), integers(-1), integers(-2))
case("Slice", cube, integers(0), integers(4), integers(2), integers(3))
case("Slice", cube, integers(2), integers(1), integers(1))
case("Slice", cube, integers(100), integers(-100), integers(1), integers(-1))
case("Slice", cube, opset=9, starts=[1], ends=[2**31 - 1], axes=[1])
for axis in (0, 1, 2, -1):
    case("Gather", cube, integers(1, 0, -1), axis=axis)
case("Gather", cube, np.int64(1), axis=1)
case("Gather", cube, integers(1, 0, 1, 1).reshape(2, 2))
case("Gather", floats(5, 2), integers())
for axis in (0, 1, -1):
    shapes = [[2, 3, 4], [2, 3, 4]]
    shapes[1][axis] = 2
    case("Concat", floats(*shapes[0]), floats(*shapes[1]), axis=axis)
case("Concat", integers(1), integers(2, 3), integers(), axis=0)
case("Where", np.array([[True], [False]]), doubles(2, 3), doubles(3))
case("Where", np.array([True, False]), integers(1, 2), integers(3, 4))
# Types.
case("Cast", np.array([1.7, -1.7, 0, 3]), to=TensorProto.INT64)
case("Cast", np.array([1.7, -0.0, 0, 3]), to=TensorProto.BOOL)
case("Cast", np.array([0.1, 1e30]), to=TensorProto.FLOAT)
case("Cast", floats(3), to=TensorProto.DOUBLE)
case("Cast", integers(3, -4), to=TensorProto.FLOAT)
case("CastLike", doubles(3), floats(1))
# Numbers.
for kind in ("Add", "Sub", "Mul", "Div"):
    case(kind, floats(2, 3), floats(3))
    case(kind, floats(2, 1), floats(1, 3))
    case(kind, doubles(3), np.float64(0.3))
    case(kind, integers(7, -7, 8), integers(2, 2, 4))
for kind in ("Max", "Min"):
    case(kind, floats(2, 3), floats(3), floats(2, 1))
    case(kind, integers(1, 5), integers(3))
case("Pow", np.abs(floats(2, 3)), np.float32(1.5))
case("Pow", doubles(3), np.float64(2))
case("Pow", integers(-2, 3), integers(3))
case("Erf", 3 * floats(2, 3))  # the reference has no more digits of Double
for kind in ("Abs", "Ceil", "Exp", "Floor", "Neg", "Reciprocal", "Relu", "Sigmoid", "Softplus", "Tanh"):
    case(kind, 3 * floats(2, 3))
    case(kind, 3 * doubles(5))
for kind in ("Log", "Sqrt"):
    case(kind, np.abs(floats(4)))
    case(kind, np.abs(doubles(4)))
for kind in ("Equal", "Greater", "GreaterOrEqual", "Less", "LessOrEqual"):
    case(kind, np.array([1.0, 2, 3]), np.array([2.0]))
    case(kind, integers(1, 2, 3), integers(2))
for kind in ("And", "Or"):
    case(kind, np.array([True, True, False, False]), np.array([True, False, True, False]))
case("Not", np.array([True, False]))
for kind in ("L1", "L2", "Max", "Mean", "Min", "Prod", "SumSquare"):
    case(f"Reduce{kind}", cube)
    case(f"Reduce{kind}", cube, axes=[1])
    case(f"Reduce{kind}", cube, axes=[0, -1], keepdims=0)
case("ReduceSum", cube)
case("ReduceSum", doubles(3, 4), integers(1))
case("ReduceSum", cube, integers(0, 2), keepdims=0)
case("ReduceSum", cube, noop_with_empty_axes=1)
case("ReduceL2", doubles(3, 4), integers(0), opset=18)
case("MatMul", floats(3, 40), floats(40, 2))
case("MatMul", doubles(1, 3), doubles(3, 4))
# Where nothing is on the side of 0 from which a reduction might begin.
case("ReduceMin", np.array([3.0, 1.5, 2.0]))
case("ReduceMax", np.array([-3.0, -1.5, -2.0]))

folder = pathlib.Path(__file__).parent / "Golden"
text = ",\n".join(json.dumps(case, separators=(",", ":")) for case in cases)
(folder / "folding.json").write_text(f"[\n{text}\n]\n")
