"""Fits the curves of `Benchmarks --filter fit` with SciPy: a line of JSON for each method and error.

least_squares(method="lm") is MINPACK's Levenberg–Marquardt, with the exact Jacobian; minimize(method="L-BFGS-B") has no bounds.
Starts are drawn as the package draws them (normal, variance 2/in; biases 0.1), by NumPy: not the same numbers.

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

    for method, goal in [("least_squares lm", 1e-10), ("least_squares lm", 1e-6), ("L-BFGS-B", 1e-6)]:
        times, evaluations = [], []
        for seed in range(10):
            random = numpy.random.default_rng(seed)
            start = numpy.concatenate([
                random.normal(0, numpy.sqrt(2 / inputs), a), random.normal(0, 0.1, hidden),
                random.normal(0, numpy.sqrt(2 / hidden), hidden), random.normal(0, 0.1, 1)])
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
                else:
                    scipy.optimize.least_squares(
                        residuals, start, jac=jacobian, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15, max_nfev=2000)
            except Reached:
                times.append((time.perf_counter() - begin) * 1e6)
                evaluations.append(count[0])
        report(kind="fit", peer="scipy", version=scipy.__version__, curve=name, method=method, error=f"{goal:.0e}",
               reached=len(times), seeds=10, us_median=statistics.median(times) if times else None,
               evaluations=statistics.median(evaluations) if evaluations else None)
