"""The same network in every peer: ReLU between the layers, softmax with cross-entropy at the end, Adam.

For each peer a function that makes one training step, and one that makes a prediction, both as a call without
arguments; and its version. Every step is the fastest form that the peer offers by itself: fused or compiled.
"""
import os


def limit_threads(threads):
    """Before anything is imported: every library reads these once."""
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
        os.environ[name] = str(threads)
    eigen = "true" if threads > 1 else "false"
    os.environ["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={eigen} intra_op_parallelism_threads={threads}"
    os.environ["NPROC"] = str(threads)


def data(widths, rows, dtype):
    import numpy as np

    generator = np.random.default_rng(0)
    inputs = generator.standard_normal((rows, widths[0])).astype(dtype)
    return inputs, np.arange(rows) % widths[-1]


def weights(widths, dtype):
    import numpy as np

    generator = np.random.default_rng(1)
    return [
        ((generator.standard_normal((i, o)) * (2 / i) ** 0.5).astype(dtype), np.zeros(o, dtype))
        for i, o in zip(widths, widths[1:])
    ]


# PyTorch: eager with the fused optimizer, or compiled.


def torch_module(widths, dtype, softmax):
    import torch

    kind = {"float64": torch.float64, "float32": torch.float32}[dtype]
    layers = []
    for i, o in zip(widths, widths[1:]):
        layers += [torch.nn.Linear(i, o, dtype=kind), torch.nn.ReLU()]
    layers[-1:] = [torch.nn.Softmax(1)] if softmax else []
    return torch.nn.Sequential(*layers)


def torch_step(widths, rows, dtype, threads, compiled=False):
    import torch

    torch.set_num_threads(threads)
    model = torch_module(widths, dtype, softmax=False)
    optimizer = torch.optim.Adam(model.parameters(), 1e-3, fused=True)
    inputs, labels = (torch.from_numpy(a) for a in data(widths, rows, dtype))
    loss = torch.nn.CrossEntropyLoss()
    forward = torch.compile(lambda x, y: loss(model(x), y)) if compiled else lambda x, y: loss(model(x), y)

    def step():
        optimizer.zero_grad()
        forward(inputs, labels).backward()
        optimizer.step()

    return step


def torch_predict(widths, rows, dtype, threads):
    import torch

    torch.set_num_threads(threads)
    model = torch_module(widths, dtype, softmax=True).eval()
    inputs = torch.from_numpy(data(widths, rows, dtype)[0])

    def predict():
        with torch.inference_mode():
            model(inputs)

    return predict


# JAX: one compiled step with donated buffers.


def jax_step(widths, rows, dtype, threads):
    import jax
    import jax.numpy as jnp
    import optax

    jax.config.update("jax_enable_x64", True)
    inputs, labels = (jnp.asarray(a) for a in data(widths, rows, dtype))
    parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in weights(widths, dtype)]
    optimizer = optax.adam(1e-3)

    def loss(parameters):
        values = inputs
        for w, b in parameters[:-1]:
            values = jax.nn.relu(values @ w + b)
        w, b = parameters[-1]
        return optax.softmax_cross_entropy_with_integer_labels(values @ w + b, labels).mean()

    def update(parameters, state):
        value, gradients = jax.value_and_grad(loss)(parameters)
        updates, state = optimizer.update(gradients, state)
        return optax.apply_updates(parameters, updates), state, value

    update = jax.jit(update, donate_argnums=(0, 1))
    held = [parameters, optimizer.init(parameters)]

    def step():
        held[0], held[1], value = update(*held)
        value.block_until_ready()

    return step


def jax_predict(widths, rows, dtype, threads):
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)
    inputs = jnp.asarray(data(widths, rows, dtype)[0])
    parameters = [(jnp.asarray(w), jnp.asarray(b)) for w, b in weights(widths, dtype)]

    @jax.jit
    def forward(inputs):
        values = inputs
        for w, b in parameters[:-1]:
            values = jax.nn.relu(values @ w + b)
        w, b = parameters[-1]
        return jax.nn.softmax(values @ w + b)

    return lambda: forward(inputs).block_until_ready()


# scikit-learn: an epoch of four batches, so that what happens once per call is spread; time per batch.


def sklearn_step(widths, rows, dtype, threads):
    import warnings

    import numpy as np
    from sklearn.neural_network import MLPClassifier

    warnings.filterwarnings("ignore")
    inputs, labels = data(widths, 4 * rows, dtype)
    model = MLPClassifier(widths[1:-1], batch_size=rows, alpha=0.0, max_iter=1)
    model.partial_fit(inputs, labels, classes=np.arange(widths[-1]))

    def step():
        model.partial_fit(inputs, labels)

    step.batches = 4
    return step


# NumPy: what an introductory notebook does.


def numpy_forward(parameters, inputs):
    import numpy as np

    values = [inputs]
    for index, (w, b) in enumerate(parameters):
        z = values[-1] @ w + b
        values.append(np.maximum(z, 0) if index < len(parameters) - 1 else z)
    e = np.exp(values[-1] - values[-1].max(1, keepdims=True))
    values[-1] = e / e.sum(1, keepdims=True)
    return values


def numpy_step(widths, rows, dtype, threads):
    import numpy as np

    inputs, labels = data(widths, rows, dtype)
    targets = np.eye(widths[-1], dtype=dtype)[labels]
    parameters = [list(p) for p in weights(widths, dtype)]
    moments = [[(np.zeros_like(a), np.zeros_like(a)) for a in p] for p in parameters]
    count = [0]

    def step():
        count[0] += 1
        values = numpy_forward(parameters, inputs)
        gradient = (values[-1] - targets) / rows
        for index in range(len(parameters) - 1, -1, -1):
            gradients = values[index].T @ gradient, gradient.sum(0)
            if index:
                gradient = (gradient @ parameters[index][0].T) * (values[index] > 0)
            for k, g in enumerate(gradients):
                m, v = moments[index][k]
                m += 0.1 * (g - m)
                v += 0.001 * (g * g - v)
                scale = 1e-3 / (1 - 0.9 ** count[0])
                parameters[index][k] -= scale * m / (np.sqrt(v / (1 - 0.999 ** count[0])) + 1e-8)

    return step


def numpy_predict(widths, rows, dtype, threads):
    inputs = data(widths, rows, dtype)[0]
    parameters = weights(widths, dtype)
    return lambda: numpy_forward(parameters, inputs)


# ONNX Runtime, prediction only: the PyTorch model, exported.


def onnxruntime_predict(widths, rows, dtype, threads):
    import tempfile

    import onnxruntime
    import torch

    torch.set_num_threads(1)
    model = torch_module(widths, dtype, softmax=True).eval()
    inputs = data(widths, rows, dtype)[0]
    with tempfile.NamedTemporaryFile(suffix=".onnx") as file:
        torch.onnx.export(
            model, (torch.from_numpy(inputs),), file.name, input_names=["x"], output_names=["y"],
            dynamic_axes={"x": {0: "rows"}}, dynamo=False)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        session = onnxruntime.InferenceSession(file.name, options, providers=["CPUExecutionProvider"])
    return lambda: session.run(None, {"x": inputs})


STEP = {
    "torch": torch_step,
    "torch-compiled": lambda *a: torch_step(*a, compiled=True),
    "jax": jax_step,
    "sklearn": sklearn_step,
    "numpy": numpy_step,
}
PREDICT = {"torch": torch_predict, "onnxruntime": onnxruntime_predict, "jax": jax_predict, "numpy": numpy_predict}
MODULE = {"torch-compiled": "torch"}


def version(peer):
    import importlib

    return importlib.import_module(MODULE.get(peer, peer)).__version__
