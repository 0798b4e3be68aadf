"""Writes line_searches.json: the steps that SciPy's DCSRCH (MINPACK-2's dcsrch) tries along some functions, and how it ends.
Run with scipy 1.17.1.

    python make_line_searches_golden.py
"""

import json
import math
import pathlib

from scipy.optimize._dcsrch import DCSRCH

here = pathlib.Path(__file__).parent


def yanai(b1, b2):
    """Moré and Thuente's last three functions: nearly two straight lines."""
    def gamma(b):
        return math.sqrt(1 + b * b) - b

    def value(a):
        return gamma(b1) * math.sqrt((1 - a) ** 2 + b2 * b2) + gamma(b2) * math.sqrt(a * a + b1 * b1)

    def slope(a):
        return gamma(b1) * (a - 1) / math.sqrt((1 - a) ** 2 + b2 * b2) + gamma(b2) * a / math.sqrt(a * a + b1 * b1)

    return value, slope


functions = {
    "parabola": (lambda x: (x - 3) * (x - 3), lambda x: 2 * (x - 3)),
    "-x/(x² + 2)": (lambda x: -x / (x * x + 2), lambda x: (x * x - 2) / ((x * x + 2) * (x * x + 2))),
    "(x + 0.004)⁵ − 2(x + 0.004)⁴": (
        lambda x: (x + 0.004) ** 5 - 2 * (x + 0.004) ** 4, lambda x: 5 * (x + 0.004) ** 4 - 8 * (x + 0.004) ** 3),
    "waves": (lambda x: -x + math.sin(20 * x) / 25, lambda x: -1 + 0.8 * math.cos(20 * x)),
    "two lines": yanai(0.001, 0.001),
    "two lines, the first long": yanai(0.01, 0.001),
    "two lines, the second long": yanai(0.001, 0.01),
}

searches = []
for name, (value, slope) in functions.items():
    for curvature in [0.9, 0.1, 0.001]:
        for first in [1e-3, 0.1, 1.0, 10.0, 1000.0]:
            search = DCSRCH(value, slope, 1e-3, curvature, 0.1, 0, 1e4)
            step, f, g, task = search._iterate(first, value(0), slope(0), b"START")
            steps = []
            while task[:2] == b"FG" and len(steps) < 40:
                steps.append(step)
                step, f, g, task = search._iterate(step, value(step), slope(step), task)
            searches.append({"function": name, "curvature": curvature, "steps": steps, "found": task[:4] == b"CONV"})
(here / "line_searches.json").write_text(json.dumps(searches))
