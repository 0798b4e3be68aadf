"""Writes trajectories.json and random.json beside this file: whole trainings in PyTorch (CPU, float64) that the
tests replay, and the random generator's sequence computed in Python's integers. Needs torch and numpy.

PyTorch keeps a Linear's weight as out x in, the package as in x out: tensors are transposed on their way to the file.
"""

import json
import math
import pathlib
import platform

import numpy as np
import torch
import torch.nn.functional as functional

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parents[2]
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
torch.use_deterministic_algorithms(True)


def build(layers):
    modules = []
    for layer in layers:
        kind = layer["kind"]
        if kind == "linear":
            modules.append(torch.nn.Linear(layer["inputs"], layer["outputs"], bias=layer["bias"]))
        else:
            modules.append({"relu": torch.nn.ReLU, "sigmoid": torch.nn.Sigmoid}[kind]()
                           if kind != "softmax" else torch.nn.Softmax(dim=1))
    return torch.nn.Sequential(*modules)


def flat(model, of=lambda tensor: tensor):
    parts = []
    for module in model:
        if isinstance(module, torch.nn.Linear):
            parts.append(of(module.weight).detach().T.reshape(-1))
            if module.bias is not None:
                parts.append(of(module.bias).detach().reshape(-1))
    return torch.cat(parts).tolist()


def start(model, rng):
    """He normal weights and small biases, rounded to three decimals so that they are short in the file."""
    with torch.no_grad():
        for module in model:
            if isinstance(module, torch.nn.Linear):
                rows, columns = module.weight.shape
                weight = np.round(rng.normal(0, math.sqrt(2 / columns), (rows, columns)), 3)
                module.weight.copy_(torch.tensor(weight))
                if module.bias is not None:
                    module.bias.copy_(torch.tensor(np.round(rng.normal(0, 0.1, rows), 3)))


def loss_of(model, layers, loss, inputs, targets):
    if loss == "meanSquaredError":
        return functional.mse_loss(model(inputs), targets)
    if layers[-1]["kind"] == "softmax":
        return functional.cross_entropy(model[:-1](inputs), targets)
    probabilities = model(inputs).clamp(1e-12, 1)
    return -(targets * probabilities.log()).sum() / len(inputs)


def linear(inputs, outputs, bias=True):
    return {"kind": "linear", "inputs": inputs, "outputs": outputs, "bias": bias}


def plain(kind):
    return {"kind": kind, "inputs": 0, "outputs": 0, "bias": False}


RELU, SIGMOID, SOFTMAX = plain("relu"), plain("sigmoid"), plain("softmax")
ADAM = {"learningRate": 0.001, "beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}


def adam(**changes):
    return {**ADAM, **changes}


def case(name, layers, loss, targets, rows, batch_size, epochs, optimizer=ADAM, shuffled=False, seed=0, inputs=None,
         classes=None, gradient_stride=1):
    rng = np.random.default_rng(seed)
    model = build(layers)
    start(model, rng)
    width = layers[0]["inputs"]
    outputs = [layer for layer in layers if layer["kind"] == "linear"][-1]["outputs"]
    x = np.round(rng.normal(0, 1, (rows, width)), 3) if inputs is None else inputs
    if targets == "classes":
        y = rng.integers(0, outputs, rows) if classes is None else classes
    elif targets == "oneHot":
        y = np.eye(outputs)[rng.integers(0, outputs, rows)]
    elif targets == "soft":
        y = rng.integers(1, 16, (rows, outputs))
        y = y / y.sum(axis=1, keepdims=True)
    else:
        y = np.round(rng.uniform(0, 1, (rows, outputs)), 3)
    tx, ty = torch.tensor(x, dtype=torch.float64), torch.tensor(y)
    out = {
        "name": name, "layers": layers, "loss": loss, "optimizer": optimizer, "batchSize": batch_size,
        "epochs": epochs, "initial": flat(model),
        "inputs": {"rows": rows, "columns": width, "elements": tx.reshape(-1).tolist()},
        "gradientStride": gradient_stride, "losses": [],
    }
    if targets == "classes":
        out["classes"] = [int(c) for c in y]
    else:
        out["targets"] = {"rows": rows, "columns": outputs, "elements": ty.reshape(-1).tolist()}
    update = torch.optim.Adam(
        model.parameters(), lr=optimizer["learningRate"], betas=(optimizer["beta1"], optimizer["beta2"]),
        eps=optimizer["epsilon"], foreach=False, fused=False)
    orders = []
    for _ in range(epochs):
        order = rng.permutation(rows) if shuffled else np.arange(rows)
        orders.append([int(row) for row in order])
        for begin in range(0, rows, batch_size):
            index = torch.tensor(order[begin:begin + batch_size])
            bx, by = tx[index], ty[index]
            update.zero_grad()
            loss_value = loss_of(model, layers, loss, bx, by)
            loss_value.backward()
            if "firstGradient" not in out:
                out["firstGradient"] = flat(model, lambda tensor: tensor.grad)[::gradient_stride]
            out["losses"].append(loss_value.item())
            update.step()
    if shuffled:
        out["orders"] = orders
    out["final"] = flat(model)
    with torch.no_grad():
        out["predictions"] = model(tx[:16]).reshape(-1).tolist()
    return out


def digits(rows):
    data = np.loadtxt(ROOT / "Examples" / "Digits" / "digits.csv", delimiter=",", dtype=np.int64)
    return data[:rows, :64] / 16, data[:rows, 64]


def xoshiro(seed, count):
    mask = (1 << 64) - 1
    state = []
    for _ in range(4):
        seed = (seed + 0x9E3779B97F4A7C15) & mask
        z = seed
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & mask
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & mask
        state.append(z ^ (z >> 31))

    def rotate(x, k):
        return ((x << k) | (x >> (64 - k))) & mask

    values = []
    for _ in range(count):
        values.append((rotate((state[1] * 5) & mask, 7) * 9) & mask)
        shifted = (state[1] << 17) & mask
        state[2] ^= state[0]
        state[3] ^= state[1]
        state[1] ^= state[2]
        state[0] ^= state[3]
        state[2] ^= shifted
        state[3] = rotate(state[3], 45)
    return values


CE, MSE = "crossEntropy", "meanSquaredError"
pixels, labels = digits(60)
cases = [
    case("2-16-2 ReLU, Softmax, CrossEntropy", [linear(2, 16), RELU, linear(16, 2), SOFTMAX], CE, "oneHot",
         rows=12, batch_size=4, epochs=10, seed=1),
    case("5-7-3 Sigmoid, MeanSquaredError, other hyperparameters", [linear(5, 7), SIGMOID, linear(7, 3)], MSE,
         "values", rows=20, batch_size=8, epochs=8, seed=2,
         optimizer=adam(learningRate=0.02, beta1=0.8, beta2=0.99, epsilon=1e-4)),
    case("8-32-32-4, batch 32, a last batch of 5", [linear(8, 32), RELU, linear(32, 32), RELU, linear(32, 4), SOFTMAX],
         CE, "classes", rows=69, batch_size=32, epochs=5, seed=3, optimizer=adam(learningRate=0.003)),
    case("batch size 1", [linear(4, 6), RELU, linear(6, 3), SOFTMAX], CE, "classes", rows=9, batch_size=1, epochs=4,
         seed=4, optimizer=adam(learningRate=0.01)),
    case("batch size 7, shuffled", [linear(6, 10), SIGMOID, linear(10, 5), SOFTMAX], CE, "classes", rows=25,
         batch_size=7, epochs=5, seed=5, optimizer=adam(learningRate=0.01), shuffled=True),
    case("soft targets", [linear(5, 9), RELU, linear(9, 4), SOFTMAX], CE, "soft", rows=17, batch_size=6, epochs=6,
         seed=6, optimizer=adam(learningRate=0.005, beta1=0.5)),
    case("Sigmoid under CrossEntropy, not fused", [linear(3, 8), RELU, linear(8, 4), SIGMOID], CE, "soft", rows=13,
         batch_size=5, epochs=6, seed=7, optimizer=adam(learningRate=0.01)),
    case("Softmax in the middle, no bias", [linear(4, 6, False), SOFTMAX, linear(6, 5), SIGMOID, linear(5, 2, False)],
         MSE, "values", rows=11, batch_size=4, epochs=8, seed=8, optimizer=adam(learningRate=0.01)),
    case("Softmax under MeanSquaredError", [linear(4, 6), RELU, linear(6, 3), SOFTMAX], MSE, "oneHot", rows=10,
         batch_size=10, epochs=12, seed=9, optimizer=adam(learningRate=0.01, beta2=0.9)),
    case("1-1 linear regression, beta1 0", [linear(1, 1)], MSE, "values", rows=5, batch_size=2, epochs=10, seed=10,
         optimizer=adam(learningRate=0.05, beta1=0.0)),
    case("more rows than a tile, batch 300", [linear(2, 5), RELU, linear(5, 3), SOFTMAX], CE, "classes", rows=301,
         batch_size=300, epochs=3, seed=11, optimizer=adam(learningRate=0.01)),
    case("64-128-10, digits", [linear(64, 128), RELU, linear(128, 10), SOFTMAX], CE, "classes", rows=60,
         batch_size=32, epochs=2, seed=12, inputs=pixels, classes=labels, gradient_stride=7),
]
versions = {"torch": torch.__version__, "numpy": np.__version__, "python": platform.python_version()}
(HERE / "trajectories.json").write_text(
    json.dumps({"versions": versions, "cases": cases}, separators=(",", ":")).replace('{"name"', '\n{"name"') + "\n")
(HERE / "random.json").write_text(
    json.dumps({"versions": {"python": platform.python_version()},
                "sequences": [{"seed": str(seed), "values": [str(v) for v in xoshiro(seed, 20)]}
                              for seed in (0, 1, 42, 2**64 - 1)]}, indent=1) + "\n")
