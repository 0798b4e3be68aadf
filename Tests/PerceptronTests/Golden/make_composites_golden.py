"""Writes composites.json: trainings of networks with residual blocks, and with columns that go ways of their own, in float64 by
PyTorch; in the format of normalisation.json. Run with torch 2.13.0.

    python make_composites_golden.py
"""

import torch
from torch import nn

from make_normalisation_golden import batch_norm, case, linear, relu, rms_norm, sizes, tanh, write


class Residual(nn.Sequential):
    """The names of its parameters are those that the package's files have."""

    def __init__(self, layers, projection):
        super().__init__(*layers)
        self.inner = len(layers)
        self.projection = projection

    def forward(self, x):
        y = x
        for index in range(self.inner):
            y = self[index](y)
        return y + (x if self.projection is None else self.projection(x))


class Columns(nn.ModuleList):
    def __init__(self, ranges, parts):
        super().__init__(nn.Sequential(*layers) for layers in parts)
        self.ranges = ranges

    def forward(self, x):
        return torch.cat([part(x[:, begin:end]) for (begin, end), part in zip(self.ranges, self)], 1)


def residual(*layers, projection=None):
    description = {"type": "Residual", "layers": [layer for layer, _ in layers]}
    if projection:
        description["projection"] = projection[0]
    return description, Residual([module for _, module in layers], projection[1] if projection else None)


def columns(*parts):
    description = {"type": "Columns", "parts": [
        {"columns": list(range_), "layers": [layer for layer, _ in layers]} for range_, layers in parts]}
    return description, Columns([range_ for range_, _ in parts],
                                [[module for _, module in layers] for _, layers in parts])


if __name__ == "__main__":
    write([
        case("residual", [residual(linear(4, 4))], sizes, columns=4),
        case("residual, activation last", [linear(3, 5), relu(), residual(linear(5, 5), tanh()), relu(), linear(5, 2)], sizes),
        case("residual, activation first", [linear(3, 5), residual(relu(), linear(5, 5), relu()), tanh()], sizes),
        case("residual, projection", [residual(linear(4, 6), tanh(), linear(6, 3), projection=linear(4, 3, bias=False)), relu()],
             sizes, columns=4),
        case("residual, norms", [linear(4, 6), residual(batch_norm(6), relu(), linear(6, 7), rms_norm(7), linear(7, 6, bias=False), batch_norm(6)),
                                 tanh(), linear(6, 2)], sizes),
        case("residual, wide", [linear(5, 67), residual(batch_norm(67), relu()), linear(67, 3)], [9, 5]),
        case("residual in residual", [
            linear(4, 5), residual(residual(linear(5, 5), tanh()), residual(linear(5, 6), projection=linear(5, 6)), linear(6, 5)),
            residual(residual(residual(tanh()))), linear(5, 2)], sizes),
        case("columns", [columns(((0, 2), [linear(2, 3), relu()]), ((2, 3), []), ((3, 6), [tanh(), linear(3, 2)]))], sizes, columns=6),
        case("columns of what is learnt", [
            linear(3, 7), relu(), columns(((0, 1), []), ((1, 5), [tanh(), batch_norm(4)]), ((5, 7), [linear(2, 4)])), tanh(),
            linear(9, 2)], sizes),
        case("columns in columns", [
            columns(((0, 4), [columns(((0, 1), [linear(1, 2)]), ((1, 4), [rms_norm(3)])), linear(5, 3)]), ((4, 5), [])),
            linear(4, 2)], sizes, columns=5),
        case("residual in columns, columns in residual", [
            linear(3, 6),
            columns(((0, 4), [residual(linear(4, 4), relu())]), ((4, 6), [residual(tanh(), projection=linear(2, 2))])),
            residual(columns(((0, 2), [linear(2, 3)]), ((2, 6), [relu(), linear(4, 3)])), linear(6, 6), projection=linear(6, 6)),
            linear(6, 2)], sizes),
        case("residual, frozen", [linear(4, 5), residual(linear(5, 5), batch_norm(5)), linear(5, 2)], sizes, frozen=[1]),
        case("columns, frozen in part", [
            columns(((0, 2), [linear(2, 3)]), ((2, 4), [])), linear(5, 4), residual(linear(4, 4), projection=linear(4, 4)), linear(4, 2)],
            sizes, frozen=[0, 1], columns=4),
    ], "composites.json")
