"""Fits the curves of `Benchmarks --filter fit` with SciPy, and with PyPose where that is there: a line of JSON for each method
and error.

least_squares(method="lm") is MINPACK's Levenberg–Marquardt, with the exact Jacobian; minimize(method="L-BFGS-B") has no bounds.
pypose.optim.LM (PyPose 0.9.5, `pip install --no-deps pypose`) is one for networks of PyTorch, with its trust region and the
Jacobian by torch.func.jacrev. Starts are drawn as the package draws them (normal, variance 2/in; biases 0.1), by NumPy: not the same numbers.

usage: fit.py [THREADS]
"""
import os
import statistics
import sys
import time

os.environ["OPENBLAS_NUM_THREADS"] = os.environ["OMP_NUM_THREADS"] = sys.argv[1] if len(sys.argv) > 1 else "1"
import numpy  # noqa: E402  after the limit
import scipy  # noqa: E402
import scipy.optimize  # noqa: E402

from timing import report  # noqa: E402

try:
    import torch
    import pypose
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    torch.set_default_dtype(torch.float64)
except ImportError:
    pypose = None


class Reached(Exception):
    pass


def kronecker(rows):
    place = numpy.arange(rows)[:, None] * numpy.sqrt([2.0, 3.0])
    return 2 * (place - numpy.floor(place)) - 1


CURVES = {
    "1-10-1": (numpy.linspace(-1, 1, 200)[:, None], 10, lambda x: numpy.sin(3 * x[:, 0]) * numpy.exp(-x[:, 0] ** 2)),
    "2-20-1": (kronecker(1000), 20, lambda x: numpy.sin(3 * x[:, 0]) * numpy.cos(2 * x[:, 1])),
}

for name, (x, hidden, function) in CURVES.items():
    y = function(x)
    rows, inputs = x.shape
    a, b, c = inputs * hidden, (inputs + 1) * hidden, (inputs + 2) * hidden

    def forward(p):
        h = numpy.tanh(x @ p[:a].reshape(inputs, hidden) + p[a:b])
        return h, h @ p[b:c] + p[c] - y

    def jacobian(p):
        h, _ = forward(p)
        back = (1 - h * h) * p[b:c]
        return numpy.hstack([(x[:, :, None] * back[:, None, :]).reshape(rows, -1), back, h, numpy.ones((rows, 1))])

    def gradient(p, h, error):
        back = 2 / rows * error[:, None] * p[b:c] * (1 - h * h)
        return numpy.concatenate([(x.T @ back).ravel(), back.sum(0), 2 / rows * h.T @ error, [2 * error.mean()]])

    def start_of(seed):
        random = numpy.random.default_rng(seed)
        return numpy.concatenate([
            random.normal(0, numpy.sqrt(2 / inputs), a), random.normal(0, 0.1, hidden),
            random.normal(0, numpy.sqrt(2 / hidden), hidden), random.normal(0, 0.1, 1)])

    def by_pypose(start, goal, count):
        network = torch.nn.Sequential(torch.nn.Linear(inputs, hidden), torch.nn.Tanh(), torch.nn.Linear(hidden, 1))
        pieces = [start[:a].reshape(inputs, hidden).T, start[a:b], start[b:c][None], start[c:]]
        with torch.no_grad():
            for parameter, values in zip(network.parameters(), pieces):
                parameter.copy_(torch.tensor(values))
        optimizer = pypose.optim.LM(network, strategy=pypose.optim.strategy.TrustRegion(), min=1e-16)
        inputs_there, targets = torch.tensor(x), torch.tensor(y[:, None])
        for _ in range(2000):
            count[0] += 1
            # What it gives is the sum of squares after the step.
            if optimizer.step(inputs_there, target=targets).item() / rows <= goal:
                raise Reached

    methods = [("least_squares lm", 1e-10), ("least_squares lm", 1e-6), ("L-BFGS-B", 1e-6)]
    for method, goal in methods + ([("pypose.optim.LM", 1e-10), ("pypose.optim.LM", 1e-6)] if pypose else []):
        times, evaluations = [], []
        for seed in range(10):
            start = start_of(seed)
            count = [0]

            def residuals(p):
                count[0] += 1
                _, error = forward(p)
                if (error ** 2).mean() <= goal:
                    raise Reached
                return error

            def loss(p):
                count[0] += 1
                h, error = forward(p)
                if (error ** 2).mean() <= goal:
                    raise Reached
                return (error ** 2).mean(), gradient(p, h, error)

            begin = time.perf_counter()
            try:
                if method == "L-BFGS-B":
                    scipy.optimize.minimize(loss, start, jac=True, method=method, options={
                        "maxiter": 20_000, "maxfun": 40_000, "ftol": 0, "gtol": 0})
                elif method == "pypose.optim.LM":
                    by_pypose(start, goal, count)
                else:
                    scipy.optimize.least_squares(
                        residuals, start, jac=jacobian, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=2000)
            except Reached:
                times.append((time.perf_counter() - begin) * 1e6)
                evaluations.append(count[0])
        peer = pypose if method == "pypose.optim.LM" else scipy
        report(kind="fit", peer=peer.__name__, version=peer.__version__, curve=name, method=method, error=f"{goal:.0e}",
               reached=len(times), seeds=10, us_median=statistics.median(times) if times else None,
               evaluations=statistics.median(evaluations) if evaluations else None)
