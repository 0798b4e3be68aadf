"""Writes fits.json: curves fitted by SciPy's curve_fit, with covariances and standard errors; networks fitted by
least_squares(method="lm") from given starts; the evidence of linear models by its fixed point in NumPy; the way of L-BFGS-B
without bounds to the minima of some functions; the way of Levenberg-Marquardt as Madsen, Nielsen and Tingleff (2004) write it.
Run with scipy 1.17.1 and numpy 2.4.6.

    python make_fits_golden.py
"""

import json
import pathlib

import numpy
import scipy.optimize

here = pathlib.Path(__file__).parent
random = numpy.random.default_rng(1966)


def curve(name, weighted):
    """y = a·exp(−b·x) + c with noise, at 30 places."""
    x = numpy.linspace(0, 4, 30)
    y = 2.5 * numpy.exp(-1.3 * x) + 0.5 + random.normal(0, 0.05, x.size)
    weights = random.uniform(0.2, 3, x.size) if weighted else None
    start = [1.0, 0.5, 0.0]

    def f(x, a, b, c):
        return a * numpy.exp(-b * x) + c

    best, covariance = scipy.optimize.curve_fit(
        f, x, y, p0=start, sigma=None if weights is None else weights ** -0.5, ftol=1e-15, xtol=1e-15, gtol=1e-15,
        jac=lambda x, a, b, c: numpy.stack([numpy.exp(-b * x), -a * x * numpy.exp(-b * x), numpy.ones_like(x)], 1))
    at = numpy.array([-0.5, 0.1, 1.7, 5.0])
    a, b, _ = best
    j = numpy.stack([numpy.exp(-b * at), -a * at * numpy.exp(-b * at), numpy.ones_like(at)], 1)
    errors = numpy.sqrt(numpy.einsum("ri,ij,rj->r", j, covariance, j))
    return {"name": name, "x": x.tolist(), "y": y.tolist(), "weights": None if weights is None else weights.tolist(),
            "start": start, "best": best.tolist(), "covariance": covariance.flatten().tolist(), "at": at.tolist(),
            "errors": errors.tolist()}


def net(name, inputs, hidden, outputs, rows, weighted, seed):
    """in-hidden-out with tanh; parameters as the flat vector has them."""
    random = numpy.random.default_rng(seed)
    x = random.uniform(-1, 1, (rows, inputs))
    sizes = [(inputs, hidden), (1, hidden), (hidden, outputs), (1, outputs)]
    ends = numpy.cumsum([0] + [r * c for r, c in sizes])

    def predict(p):
        w1, b1, w2, b2 = [p[s:e].reshape(size) for s, e, size in zip(ends, ends[1:], sizes)]
        return numpy.tanh(x @ w1 + b1) @ w2 + b2

    def jacobian(p):
        w1, b1, w2, _ = [p[s:e].reshape(size) for s, e, size in zip(ends, ends[1:], sizes)]
        h = numpy.tanh(x @ w1 + b1)
        d = 1 - h * h
        j = numpy.zeros((rows, outputs, p.size))
        for o in range(outputs):
            back = d * w2[:, o]
            j[:, o, ends[0]:ends[1]] = (x[:, :, None] * back[:, None, :]).reshape(rows, -1)
            j[:, o, ends[1]:ends[2]] = back
            w = numpy.zeros((rows, hidden, outputs))
            w[:, :, o] = h
            j[:, o, ends[2]:ends[3]] = w.reshape(rows, -1)
            j[:, o, ends[3] + o] = 1
        return j

    truth = random.normal(0, 1.5, ends[-1])
    y = predict(truth) + random.normal(0, 0.02, (rows, outputs))
    start = truth + random.normal(0, 0.2, ends[-1])
    weights = random.uniform(0.5, 2, rows) if weighted else None
    root = numpy.ones((rows, 1)) if weights is None else numpy.sqrt(weights)[:, None]
    result = scipy.optimize.least_squares(
        lambda p: (root * (predict(p) - y)).flatten(), start, method="lm", ftol=1e-15, xtol=1e-15, gtol=1e-15,
        jac=lambda p: (root[:, :, None] * jacobian(p)).reshape(-1, p.size))
    scale = (rows if weights is None else weights.sum()) * outputs
    return {"name": name, "inputs": inputs, "hidden": hidden, "outputs": outputs, "x": x.flatten().tolist(),
            "y": y.flatten().tolist(), "weights": None if weights is None else weights.tolist(),
            "start": start.tolist(), "best": result.x.tolist(), "loss": 2 * result.cost / scale, "nfev": result.nfev}


def evidence(name, rows, features):
    """A linear model with an intercept: J is the same everywhere, and the evidence has a fixed point."""
    x = random.normal(0, 1, (rows, features))
    y = x @ (random.normal(0, 1, features) * (numpy.arange(features) % 2)) + random.normal(0, 0.4, rows)
    j = numpy.hstack([x, numpy.ones((rows, 1))])
    ridge = 1e-3
    for _ in range(10_000):
        w = numpy.linalg.solve(j.T @ j + ridge * numpy.eye(features + 1), j.T @ y)
        s = ((j @ w - y) ** 2).sum()
        values = numpy.linalg.eigvalsh(j.T @ j)
        gamma = (values / (values + ridge)).sum()
        ridge = gamma * s / ((rows - gamma) * (w @ w))
    alpha, beta = gamma / (w @ w), (rows - gamma) / s
    covariance = numpy.linalg.inv(beta * j.T @ j + alpha * numpy.eye(features + 1))
    return {"name": name, "x": x.flatten().tolist(), "y": y.tolist(), "best": w.tolist(), "gamma": gamma,
            "alpha": alpha, "beta": beta, "covariance": covariance.flatten().tolist()}


def path(name, start, bayesian):
    """The loss after each step of algorithm 3.16 on a curve, and how often it had been computed. With the ridge of the
    evidence, F is 1/2 (squares + ridge |p|^2), and the ridge is set anew after each step."""
    random = numpy.random.default_rng(5)
    x = numpy.linspace(0, 4, 30)
    y = 2.5 * numpy.exp(-1.3 * x) + 0.5 + random.normal(0, 0.05, x.size)

    def residuals(p):
        return p[0] * numpy.exp(-p[1] * x) + p[2] - y

    def jacobian(p):
        e = numpy.exp(-p[1] * x)
        return numpy.stack([e, -p[0] * x * e, numpy.ones_like(x)], 1)

    def evident(p, ridge, gamma):
        squares, a = residuals(p) @ residuals(p), jacobian(p).T @ jacobian(p)
        if ridge > 0:
            gamma = 3 - ridge * numpy.trace(numpy.linalg.inv(a + ridge * numpy.eye(3)))
        return gamma * squares / ((x.size - gamma) * (p @ p)), gamma

    p, nu, calls, trace = numpy.array(start), 2.0, 1, []
    mu = 1e-3 * (jacobian(p) ** 2).sum(0).max()
    ridge, gamma = evident(p, 0.0, 3.0) if bayesian else (0.0, 3.0)
    while len(trace) < 8:
        j, e = jacobian(p), residuals(p)
        g = j.T @ e + ridge * p
        h = -numpy.linalg.solve(j.T @ j + (ridge + mu) * numpy.eye(3), g)
        calls += 1
        objective = [0.5 * (residuals(q) @ residuals(q) + ridge * q @ q) for q in (p, p + h)]
        rho = (objective[0] - objective[1]) / (0.5 * h @ (mu * h - g))
        if rho > 0:
            p, nu, mu = p + h, 2.0, mu * max(1 / 3, 1 - (2 * rho - 1) ** 3)
            if bayesian:
                ridge, gamma = evident(p, ridge, gamma)
            trace.append([calls, (residuals(p) ** 2).mean()])
        else:
            mu, nu = mu * nu, 2 * nu
    return {"name": name, "x": x.tolist(), "y": y.tolist(), "start": start, "bayesian": bayesian, "trace": trace}


def minimization(name, f, start, x, y):
    """For each iteration how often the function had been evaluated, and its value."""
    calls, trace = [0], []

    def counted(p):
        calls[0] += 1
        return f(p)

    value, gradient = f(numpy.asarray(start))
    step = 1e-6 * numpy.eye(len(start))
    slopes = [(f(start + e)[0] - f(start - e)[0]) / 2e-6 for e in step]
    assert numpy.allclose(gradient, slopes, rtol=1e-4, atol=1e-6), name
    scipy.optimize.minimize(
        counted, start, jac=True, method="L-BFGS-B", callback=lambda p: trace.append([calls[0], f(p)[0]]),
        options={"maxcor": 10, "ftol": 0, "gtol": 1e-10, "maxiter": 60})
    return {"name": name, "start": numpy.asarray(start).tolist(), "x": numpy.asarray(x).flatten().tolist(),
            "y": numpy.asarray(y).flatten().tolist(), "trace": trace}


def quadratic():
    """Of condition 10^4: the mean of squares of 1, ..., 100 times a parameter each."""
    x = numpy.diag(numpy.linspace(1, 100, 20))
    return minimization(
        "quadratic", lambda p: (((x @ p) ** 2).mean(), 2 * x.T @ (x @ p) / 20), numpy.ones(20), x, numpy.zeros(20))


def rosenbrock():
    """The mean of the squares of 10·(b − a²) and 1 − a."""
    return minimization(
        "rosenbrock",
        lambda p: ((100 * (p[1] - p[0] ** 2) ** 2 + (1 - p[0]) ** 2) / 2,
                   numpy.array([-200 * p[0] * (p[1] - p[0] ** 2) - (1 - p[0]), 100 * (p[1] - p[0] ** 2)])),
        numpy.array([-1.2, 1.0]), [[0]], [[0, 0]])


def logistic():
    x = random.normal(0, 1, (60, 5)) * [1, 3, 0.3, 1, 10]
    y = (random.uniform(size=60) < 1 / (1 + numpy.exp(-x @ [1, 0.5, 1, -1, 0.1] - 0.3))).astype(float)

    def f(p):
        z = x @ p[:5] + p[5]
        error = 1 / (1 + numpy.exp(-z)) - y
        return (numpy.logaddexp(0, z) - y * z).mean(), numpy.append(x.T @ error, error.sum()) / 60
    return minimization("logistic", f, numpy.zeros(6), x, y)


def small_net():
    x = random.uniform(-1, 1, (50, 2))
    y = numpy.sin(2 * x[:, 0]) * x[:, 1]

    def f(p):
        w1, b1, w2, b2 = p[:16].reshape(2, 8), p[16:24], p[24:32], p[32]
        h = numpy.tanh(x @ w1 + b1)
        error = h @ w2 + b2 - y
        back = 2 * error[:, None] * w2 * (1 - h * h) / 50
        return (error ** 2).mean(), numpy.concatenate(
            [(x.T @ back).flatten(), back.sum(0), 2 * h.T @ error / 50, [2 * error.mean()]])
    return minimization("net", f, random.normal(0, 0.7, 33), x, y)


(here / "fits.json").write_text(json.dumps({
    "curves": [curve("decay", False), curve("decay, weighted", True)],
    "nets": [net("1-3-1", 1, 3, 1, 80, False, 6), net("2-4-2, weighted", 2, 4, 2, 120, True, 2)],
    "evidence": [evidence("linear", 25, 6)],
    "minimizations": [quadratic(), rosenbrock(), logistic(), small_net()],
    "paths": [path("plain", [0.2, -0.8, 3.0], False), path("bayesian", [0.2, -0.8, 3.0], True)],
}) + "\n")
