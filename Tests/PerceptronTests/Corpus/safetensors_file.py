"""Safetensors files and descriptions of layers, for the scripts that make the corpora."""
import json
import struct

KINDS = {"F64": "d", "F32": "f", "F16": "e", "I64": "q", "U64": "Q"}
ZEROS = {"type": "zeros"}


def compact(value):
    return json.dumps(value, separators=(",", ":"))


def linear(inputs, outputs, bias=True, weight=ZEROS):
    return {"type": "Linear", "inputFeatures": inputs, "outputFeatures": outputs, "bias": bias,
            "weightInitializer": weight, "biasInitializer": ZEROS}


def encode(tensors, metadata):
    """Tensors are (name, type, shape), filled with halves; or with what a fourth member says, a number or a list."""
    header, data = {}, b""
    if metadata:
        header["__metadata__"] = metadata
    for tensor, kind, shape, *filling in tensors:
        count = 1
        for size in shape:
            count *= size
        values = [i if kind in ("I64", "U64") else i / 2 for i in range(count)]
        if filling:
            values = filling[0] if isinstance(filling[0], list) else [filling[0]] * count
        bytes_ = struct.pack(f"<{count}{KINDS[kind]}", *values)
        header[tensor] = {"dtype": kind, "shape": shape, "data_offsets": [len(data), len(data) + len(bytes_)]}
        data += bytes_
    text = compact(header).encode()
    text += b" " * (-len(text) % 8)
    return struct.pack("<Q", len(text)) + text + data
