"""Writes weights.json: one step with weighted rows and classes, computed by PyTorch in float64.

usage: python make_weights_golden.py

The weighted mean of a loss is sum(weight * loss) / sum(weight), as torch.nn.CrossEntropyLoss(weight=...) computes it.
"""
import json
import pathlib
import torch

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(4)
rows, inputs, hidden, classes = 7, 3, 5, 4
x = torch.randn(rows, inputs, generator=generator)
labels = torch.randint(classes, (rows,), generator=generator)
values = torch.randn(rows, classes, generator=generator)
class_weights = torch.tensor([0.5, 2.0, 0.25, 3.0])
sample_weights = torch.tensor([1.0, 0.0, 2.5, 0.3, 4.0, 1.0, 0.7])
shapes = [(inputs, hidden), (1, hidden), (hidden, classes), (1, classes)]
start = [torch.randn(*shape, generator=generator) * 0.5 for shape in shapes]


def outputs(parameters):
    w1, b1, w2, b2 = parameters
    return torch.tanh(x @ w1 + b1) @ w2 + b2


def case(name, loss_of):
    parameters = [tensor.clone().requires_grad_() for tensor in start]
    loss = loss_of(outputs(parameters))
    loss.backward()
    gradient = torch.cat([tensor.grad.flatten() for tensor in parameters])
    return {"name": name, "loss": loss.item(), "gradient": gradient.tolist()}


def weighted_mean(losses, weights):
    return (losses * weights).sum() / weights.sum()


functional = torch.nn.functional
cases = [
    case("crossEntropy, classes", lambda z: functional.cross_entropy(z, labels, weight=class_weights)),
    case(
        "crossEntropy, samples",
        lambda z: weighted_mean(functional.cross_entropy(z, labels, reduction="none"), sample_weights),
    ),
    case(
        "crossEntropy, samples and classes",
        lambda z: weighted_mean(
            functional.cross_entropy(z, labels, reduction="none"), sample_weights * class_weights[labels]
        ),
    ),
    case(
        "meanSquaredError, samples",
        lambda z: weighted_mean(functional.mse_loss(z, values, reduction="none").mean(dim=1), sample_weights),
    ),
]
result = {
    "versions": {"torch": torch.__version__.split("+")[0]},
    "inputs": x.flatten().tolist(),
    "labels": labels.tolist(),
    "values": values.flatten().tolist(),
    "classWeights": class_weights.tolist(),
    "sampleWeights": sample_weights.tolist(),
    "parameters": torch.cat([tensor.flatten() for tensor in start]).tolist(),
    "cases": cases,
}
path = pathlib.Path(__file__).with_name("weights.json")
path.write_text(json.dumps(result, indent=1) + "\n")
