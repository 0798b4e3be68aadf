"""Writes the files in safetensors and layers beside this script: good ones, and bad ones that must be refused.

The fuzzer begins with them, and a test reads them all. Made with Python 3.11.
usage: python make_safetensors_corpus.py
"""
import json
import pathlib
import struct

folder = pathlib.Path(__file__).parent / "safetensors"
folder.mkdir(exist_ok=True)


def write(name, header, data=b"", length=None):
    if not isinstance(header, bytes):
        header = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    (folder / name).write_bytes(struct.pack("<Q", len(header) if length is None else length) + header + data)


def entry(dtype, shape, begin, end):
    return {"dtype": dtype, "shape": shape, "data_offsets": [begin, end]}


kinds = {"U64": 8, "I64": 8, "F64": 8, "F32": 4, "U32": 4, "I32": 4, "BF16": 2, "F16": 2, "U16": 2, "I16": 2, "I8": 1,
         "U8": 1, "BOOL": 1}
all_kinds, end = {"__metadata__": {"format": "pt", "é\n": "\u2028"}}, 0
for kind, size in kinds.items():
    all_kinds[kind.lower()] = entry(kind, [1, 2], end, end + 2 * size)
    end += 2 * size

write("good-nothing", b"{}")
write("good-padded", b"{}      ")
write("good-metadata", {"__metadata__": {"a": "b", "c": ""}})
write("good-types", all_kinds, bytes([0, 1] * (end // 2)))
write("good-scalar", {"x": entry("F32", [], 0, 4)}, b"\0\0\x80\x3f")
write("good-empty", {"x": entry("F64", [0, 5], 0, 0), "y": entry("F64", [3, 0], 0, 0)})
write("good-any-order", {"b": entry("U8", [2], 1, 3), "a": entry("U8", [1], 0, 1)}, b"abc")
write("good-escapes", b'{"\\u00e9\\ud83d\\ude00\\n\\"":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"a")

write("bad-length", b"{}", length=2**64 - 1)
write("bad-length-sum", b"{}", length=2**64 - 8)
write("bad-length-large", b"{}", length=100_000_001)
write("bad-length-behind", b"{}", length=100)
write("bad-length-none", b"", length=0)
write("bad-begin", b" {}")
write("bad-array", b"[]")
write("bad-zeros", b"{}\0\0\0\0\0\0")
write("bad-trailing", {"x": entry("U8", [1], 0, 1)}, b"abc")
write("bad-duplicate", b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
      b'"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}', b"a")
write("bad-duplicate-metadata", b'{"__metadata__":{"a":"1","a":"2"}}')
write("bad-metadata", {"__metadata__": {"a": 1}})
write("bad-type", {"x": entry("F8_E5M2", [1], 0, 1)}, b"a")
write("bad-key", {"x": entry("U8", [1], 0, 1) | {"more": 1}}, b"a")
write("bad-negative", {"x": entry("U8", [-1], 0, 1)}, b"a")
write("bad-fraction", {"x": entry("U8", [1.5], 0, 1)}, b"a")
write("bad-overflow", {"x": entry("U8", [2**32, 2**32], 0, 0)})
write("bad-overflow-bytes", {"x": entry("F64", [2**61], 0, 0)})
write("bad-backwards", {"x": entry("U8", [1], 1, 0)}, b"a")
write("bad-outside", {"x": entry("U8", [2**40], 0, 2**40)}, b"a")
write("bad-overlap", {"a": entry("U8", [2], 0, 2), "b": entry("U8", [2], 1, 3)}, b"abc")
write("bad-hole", {"a": entry("U8", [1], 0, 1), "b": entry("U8", [1], 2, 3)}, b"abc")
write("bad-shape", {"a": entry("F32", [3], 0, 8)}, b"abcdefgh")
write("bad-utf8", b'{"\xed\xa0\x80":1}')
write("bad-surrogate", b'{"\\ud800":1}')
write("bad-number", b'{"a":1e999}')
write("bad-deep", b'{"a":' + b"[" * 100)

layers = pathlib.Path(__file__).parent / "layers"
layers.mkdir(exist_ok=True)
linear = ('{"type":"Linear","inputFeatures":4,"outputFeatures":3,"bias":true,"weightInitializer":{"type":"heNormal"},'
          '"biasInitializer":{"type":"normal","standardDeviation":0.1,"mean":0}}')
for name, text in {
    "good-none": "[]",
    "good-network": f'[{linear},{{"type":"ReLU"}},{{"type":"Softmax"}}]',
    "good-initializers": "[" + ",".join(
        linear.replace('{"type":"heNormal"}', kind) for kind in [
            '{"type":"orthogonal","gain":1.5}', '{"type":"uniform","lower":-1e-3,"upper":2}',
            '{"type":"constant","value":3}', '{"type":"zeros"}']) + "]",
    "bad-name": '[{"type":"Nobody\'s"}]',
    "bad-missing": '[{"type":"Linear","inputFeatures":4}]',
    "bad-kind": f"[{linear.replace('4', '4.5')}]",
    "bad-object": "{}",
}.items():
    (layers / name).write_text(text)
