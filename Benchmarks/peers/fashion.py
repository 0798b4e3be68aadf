"""784-128-10 on Fashion-MNIST in a peer: seconds per epoch, shuffling and gathering included, and test accuracy.

usage: fashion.py torch|jax|sklearn f64|f32 THREADS EPOCHS FOLDER     FOLDER has the four gzipped IDX files
"""
import gzip
import sys
import time

import networks

peer, dtype, threads, epochs, folder = sys.argv[1:6]
networks.limit_threads(int(threads))
import numpy as np  # noqa: E402  after the limit

from timing import report  # noqa: E402

epochs, threads, batch = int(epochs), int(threads), 64
scalar = {"f64": np.float64, "f32": np.float32}[dtype]


def images(name):
    with gzip.open(f"{folder}/{name}-images-idx3-ubyte.gz") as file:
        return (np.frombuffer(file.read(), np.uint8, offset=16).reshape(-1, 784) / 255).astype(scalar)


def labels(name):
    with gzip.open(f"{folder}/{name}-labels-idx1-ubyte.gz") as file:
        return np.frombuffer(file.read(), np.uint8, offset=8).astype(np.int64)


x, y, x_test, y_test = images("train"), labels("train"), images("t10k"), labels("t10k")
rows = len(x)

if peer == "torch":
    import torch

    torch.manual_seed(0)
    torch.set_num_threads(threads)
    model = networks.torch_module([784, 128, 10], scalar.__name__, softmax=False)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    loss = torch.nn.CrossEntropyLoss()
    tx, ty = torch.from_numpy(x), torch.from_numpy(y)
    start = time.perf_counter()
    for _ in range(epochs):
        order = torch.randperm(rows)
        for first in range(0, rows, batch):
            chosen = order[first : first + batch]
            optimizer.zero_grad()
            loss(model(tx[chosen]), ty[chosen]).backward()
            optimizer.step()
    seconds = time.perf_counter() - start
    guesses = model(torch.from_numpy(x_test)).argmax(1).numpy()
elif peer == "jax":
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in networks.weights([784, 128, 10], scalar)]
    optimizer = optax.adam(1e-3)
    state = optimizer.init(parameters)

    def logits(p, x):
        return jax.nn.relu(x @ p[0][0] + p[0][1]) @ p[1][0] + p[1][1]

    def update(p, s, x, y):
        value, g = jax.value_and_grad(
            lambda p: optax.softmax_cross_entropy_with_integer_labels(logits(p, x), y).mean())(p)
        u, s = optimizer.update(g, s)
        return optax.apply_updates(p, u), s, value

    update = jax.jit(update, donate_argnums=(0, 1))
    for size in {batch, rows % batch or batch}:  # compiled before the clock starts
        parameters, state, value = update(parameters, state, x[:size], y[:size])
    generator = np.random.default_rng(0)
    start = time.perf_counter()
    for _ in range(epochs):
        order = generator.permutation(rows)
        for first in range(0, rows, batch):
            chosen = order[first : first + batch]
            parameters, state, value = update(parameters, state, x[chosen], y[chosen])
    value.block_until_ready()
    seconds = time.perf_counter() - start
    guesses = np.asarray(logits(parameters, x_test).argmax(1))
else:
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    model = MLPClassifier((128,), batch_size=batch, alpha=0, max_iter=epochs, random_state=0)
    start = time.perf_counter()
    model.fit(x, y)
    seconds = time.perf_counter() - start
    guesses = model.predict(x_test)

report(
    kind="fashion", peer=peer, version=networks.version(peer), dtype=dtype, threads=threads, epochs=epochs,
    seconds_per_epoch=seconds / epochs, accuracy=round(float((guesses == y_test).mean()), 4))
