"""Writes optimizers.json and schedules.json beside this file: what PyTorch (CPU, float64) makes of parameters in 20 updates
with each optimizer, and 200 learning rates of each schedule. What PyTorch lacks (Lion, schedule-free AdamW, SOAP, coslog4,
flat-then-cosine) is computed from its authors' formulas in NumPy. Needs torch and numpy.

The parameters are those of Linear(5, 4) and Linear(4, 3). PyTorch keeps a weight as out x in, the package as in x out:
tensors are transposed on their way. Decay is for weights, not for biases.
"""

import json
import math
import pathlib
import platform

import numpy as np
import torch
from torch.optim import lr_scheduler as schedulers

HERE = pathlib.Path(__file__).resolve().parent
torch.set_default_dtype(torch.float64)
torch.set_num_threads(1)
UPDATES, KEPT = 20, [1, 2, 7, 20]
SHAPES = [(5, 4), (1, 4), (4, 3), (1, 3)]  # as in the package

rng = np.random.default_rng(13)
COUNT = sum(rows * columns for rows, columns in SHAPES)
initial = np.round(rng.normal(0, 0.5, COUNT), 3)
gradients = np.round(rng.normal(0, 1, (UPDATES, COUNT)) * np.exp(rng.normal(0, 1.5, COUNT)), 4)
gradients[:, 3] = 0  # one that never moves, ...
gradients[:4, 21] = 0  # ...and one that begins late
gradients[:, 30] = np.abs(gradients[:, 30])


def split(flat):
    parts, start = [], 0
    for rows, columns in SHAPES:
        parts.append(flat[start:start + rows * columns].reshape(rows, columns))
        start += rows * columns
    return parts


def to_torch(flat):
    return [torch.tensor(part.T.copy() if len(part) > 1 else part[0].copy()) for part in split(flat)]


def from_torch(tensors):
    return np.concatenate([(t.detach().numpy().T if t.dim() == 2 else t.detach().numpy()).reshape(-1) for t in tensors])


def in_torch(make):
    parameters = [torch.nn.Parameter(tensor) for tensor in to_torch(initial)]
    optimizers = make(parameters)
    kept = []
    for update in range(UPDATES):
        for parameter, gradient in zip(parameters, to_torch(gradients[update])):
            parameter.grad = gradient
        for optimizer in optimizers:
            optimizer.step()
        if update + 1 in KEPT:
            kept.append(from_torch(parameters).tolist())
    return kept


def groups(parameters):
    return [{"params": parameters[0::2]}, {"params": parameters[1::2], "weight_decay": 0}]


DECAYS = np.concatenate([np.full(rows * columns, rows > 1) for rows, columns in SHAPES])
cases = []


def torch_case(name, kind, written, **options):
    """`written` are the package's numbers, `options` PyTorch's."""
    cases.append({"name": name, "optimizer": kind, "options": written,
                  "parameters": in_torch(lambda p: [getattr(torch.optim, kind)(groups(p), foreach=False, **options)])})


for decay in [0, 0.1]:
    for momentum, dampening, nesterov in [(0, 0, False), (0.9, 0, False), (0.9, 0.3, False), (0.8, 0, True)]:
        torch_case(f"SGD {momentum} {dampening} {nesterov} {decay}", "SGD",
                   {"learningRate": 0.02, "momentum": momentum, "dampening": dampening, "nesterov": nesterov,
                    "weightDecay": decay},
                   lr=0.02, momentum=momentum, dampening=dampening, nesterov=nesterov, weight_decay=decay)
    for amsgrad in [False, True]:
        for kind in ["Adam", "AdamW"]:
            torch_case(f"{kind} {amsgrad} {decay}", kind,
                       {"learningRate": 0.03, "beta1": 0.8, "beta2": 0.95, "epsilon": 1e-6, "weightDecay": decay,
                        "amsgrad": amsgrad},
                       lr=0.03, betas=(0.8, 0.95), eps=1e-6, weight_decay=decay, amsgrad=amsgrad)
    for decoupled in [False, True]:
        numbers = {"learningRate": 0.03, "beta1": 0.85, "beta2": 0.9, "epsilon": 1e-6, "weightDecay": decay,
                   "decouplesWeightDecay": decoupled}
        torch_case(f"NAdam {decoupled} {decay}", "NAdam", numbers | {"momentumDecay": 0.1},
                   lr=0.03, betas=(0.85, 0.9), eps=1e-6, weight_decay=decay, momentum_decay=0.1,
                   decoupled_weight_decay=decoupled)
        torch_case(f"RAdam {decoupled} {decay}", "RAdam", numbers,
                   lr=0.03, betas=(0.85, 0.9), eps=1e-6, weight_decay=decay, decoupled_weight_decay=decoupled)
    for momentum in [0, 0.7]:
        for centered in [False, True]:
            torch_case(f"RMSprop {momentum} {centered} {decay}", "RMSprop",
                       {"learningRate": 0.01, "alpha": 0.9, "epsilon": 1e-5, "momentum": momentum,
                        "centered": centered, "weightDecay": decay},
                       lr=0.01, alpha=0.9, eps=1e-5, momentum=momentum, centered=centered, weight_decay=decay)
    for start in [0, 0.2]:
        torch_case(f"Adagrad {start} {decay}", "Adagrad",
                   {"learningRate": 0.1, "learningRateDecay": start / 2, "initialAccumulator": start, "epsilon": 1e-8,
                    "weightDecay": decay},
                   lr=0.1, lr_decay=start / 2, initial_accumulator_value=start, eps=1e-8, weight_decay=decay)
    torch_case(f"Adadelta {decay}", "Adadelta",
               {"learningRate": 0.7, "rho": 0.8, "epsilon": 1e-4, "weightDecay": decay},
               lr=0.7, rho=0.8, eps=1e-4, weight_decay=decay)


def lion(rate, beta1, beta2, decay):
    """Chen et al. 2023, algorithm 2."""
    p, m, kept = initial.copy(), np.zeros(COUNT), []
    for update, g in enumerate(gradients):
        p = p - rate * (np.sign(beta1 * m + (1 - beta1) * g) + decay * DECAYS * p)
        m = beta2 * m + (1 - beta2) * g
        if update + 1 in KEPT:
            kept.append(p.tolist())
    return kept


def schedule_free(rate, beta1, beta2, epsilon, decay, number_power, rate_power, warm_up):
    """Defazio et al. 2024: x, y and z each by itself. Returns y, where training is, and then x."""
    x, z, v, y = initial.copy(), initial.copy(), np.zeros(COUNT), initial.copy()
    total, largest, kept = 0.0, 0.0, []
    for update, g in enumerate(gradients):
        t = update + 1
        eta = rate * min(1, t / warm_up)
        v = beta2 * v + (1 - beta2) * g * g
        d = g / (np.sqrt(v / (1 - beta2**t)) + epsilon) + decay * DECAYS * y
        z = z - eta * d
        largest = max(largest, eta)
        weight = t**number_power * largest**rate_power
        total += weight
        x = (1 - weight / total) * x + weight / total * z
        y = (1 - beta1) * z + beta1 * x
        if t in KEPT:
            kept.append(np.concatenate([y, x]).tolist())
    return kept


def soap(rate, beta1, beta2, epsilon, decay, interval):
    """Vyas et al. 2024, as the authors' class with its defaults: the first update only finds the bases."""
    tensors = [{"p": p.copy(), "step": 0} for p in split(initial)]
    kept = []
    for update in range(UPDATES):
        for t, g in zip(tensors, split(gradients[update])):
            is_matrix = len(g) > 1
            if update == 0:
                t["m"], t["v"] = np.zeros_like(g), np.zeros_like(g)
                if is_matrix:
                    t["factors"] = [(1 - beta2) * g @ g.T, (1 - beta2) * g.T @ g]
                    t["bases"] = [np.linalg.eigh(f)[1][:, ::-1] for f in t["factors"]]
                continue
            into = (lambda x: t["bases"][0].T @ x @ t["bases"][1]) if is_matrix else (lambda x: x)
            back = (lambda x: t["bases"][0] @ x @ t["bases"][1].T) if is_matrix else (lambda x: x)
            t["step"] += 1
            r = into(g)
            t["m"] = beta1 * t["m"] + (1 - beta1) * r
            t["v"] = beta2 * t["v"] + (1 - beta2) * r * r
            size = rate * math.sqrt(1 - beta2 ** t["step"]) / (1 - beta1 ** t["step"])
            t["p"] = t["p"] - size * back(t["m"] / (np.sqrt(t["v"]) + epsilon))
            t["p"] = t["p"] - rate * decay * is_matrix * t["p"]
            if not is_matrix:
                continue
            t["factors"] = [beta2 * f + (1 - beta2) * x for f, x in zip(t["factors"], [g @ g.T, g.T @ g])]
            if t["step"] % interval == 0:
                mean = back(t["m"])
                for side in range(2):
                    f, q = t["factors"][side], t["bases"][side]
                    order = np.argsort(-np.diag(q.T @ f @ q), kind="stable")
                    t["v"] = np.take(t["v"], order, axis=side)
                    t["bases"][side] = np.linalg.qr(f @ q[:, order])[0]
                t["m"] = t["bases"][0].T @ mean @ t["bases"][1]
        if update + 1 in KEPT:
            kept.append(np.concatenate([t["p"].reshape(-1) for t in tensors]).tolist())
    return kept


for decay in [0, 0.1]:
    for interval in [1, 4]:
        cases.append({"name": f"SOAP {interval} {decay}", "optimizer": "SOAP",
                      "options": {"learningRate": 0.02, "beta1": 0.9, "beta2": 0.8, "epsilon": 1e-6,
                                  "weightDecay": decay, "interval": interval},
                      "parameters": soap(0.02, 0.9, 0.8, 1e-6, decay, interval)})
    cases.append({"name": f"Lion {decay}", "optimizer": "Lion",
                  "options": {"learningRate": 0.01, "beta1": 0.8, "beta2": 0.9, "weightDecay": decay},
                  "parameters": lion(0.01, 0.8, 0.9, decay)})
    for number_power, rate_power, warm_up in [(0, 2, 1), (1, 1, 6)]:
        cases.append({"name": f"ScheduleFreeAdamW {number_power} {warm_up} {decay}", "optimizer": "ScheduleFreeAdamW",
                      "options": {"learningRate": 0.05, "beta1": 0.8, "beta2": 0.9, "epsilon": 1e-6,
                                  "weightDecay": decay, "numberPower": number_power, "ratePower": rate_power,
                                  "warmUp": warm_up},
                      "parameters": schedule_free(0.05, 0.8, 0.9, 1e-6, decay, number_power, rate_power, warm_up)})
    # PyTorch orthogonalises in bfloat16; here in float64, as the package does in a model's own precision.
    torch.Tensor.bfloat16 = torch.Tensor.clone
    for nesterov, adjustment, others in [(True, "original", 1), (False, "match_rms_adamw", 0.5)]:
        def muon(p):
            return [torch.optim.Muon([p[0]], lr=0.02, weight_decay=decay, momentum=0.9, nesterov=nesterov,
                                     adjust_lr_fn=adjustment),
                    torch.optim.AdamW([{"params": [p[2]]}, {"params": [p[1], p[3]], "weight_decay": 0}],
                                      lr=0.02 * others, weight_decay=decay, foreach=False)]
        cases.append({"name": f"Muon {nesterov} {decay}", "optimizer": "Muon",
                      "options": {"learningRate": 0.02, "weightDecay": decay, "momentum": 0.9, "nesterov": nesterov,
                                  "matchesAdamW": adjustment != "original", "othersRate": others},
                      "parameters": in_torch(muon)})

versions = {"python": platform.python_version(), "torch": torch.__version__, "numpy": np.__version__}


def write(name, content):
    (HERE / name).write_text(json.dumps({"versions": versions} | content, separators=(",", ":")) + "\n")


write("optimizers.json", {"kept": KEPT, "initial": initial.tolist(), "gradients": gradients.tolist(), "cases": cases})

RATES = 200


def rates(rate, make):
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=rate)
    scheduler, found = make(optimizer), []
    for _ in range(RATES):
        found.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        scheduler.step()
    return found


def warm_up(optimizer, updates, then):
    first = schedulers.LinearLR(optimizer, 1 / updates, 1, updates - 1)
    return schedulers.SequentialLR(optimizer, [first, then(optimizer)], [updates])


def plateau():
    """One epoch has ten updates; losses that fall, stay, and fall again."""
    losses = [1.0, 0.8, 0.7, 0.7, 0.69999, 0.71, 0.7, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.6, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5]
    optimizer = torch.optim.SGD([torch.nn.Parameter(torch.zeros(1))], lr=0.1)
    scheduler = schedulers.ReduceLROnPlateau(optimizer, factor=0.3, patience=2, threshold=1e-3, cooldown=1, min_lr=0.005)
    found = []
    for loss in losses:
        found += [optimizer.param_groups[0]["lr"]] * 10
        scheduler.step(loss)
    return losses, found


t = np.arange(RATES) / RATES
losses, on_plateau = plateau()
write("schedules.json", {"losses": losses, "rates": {
    "step": rates(0.1, lambda o: schedulers.StepLR(o, 30, 0.3)),
    "multiStep": rates(0.1, lambda o: schedulers.MultiStepLR(o, [20, 21, 150], 0.2)),
    "exponential": rates(0.1, lambda o: schedulers.ExponentialLR(o, 0.97)),
    "polynomial": rates(0.1, lambda o: schedulers.PolynomialLR(o, RATES, 2.5)),
    "polynomial, short": rates(0.1, lambda o: schedulers.PolynomialLR(o, 120, 1)),
    "cosine": rates(0.1, lambda o: schedulers.CosineAnnealingLR(o, RATES, 0.01)),
    "cosine, warm-up": rates(0.1, lambda o: warm_up(o, 25, lambda o: schedulers.CosineAnnealingLR(o, RATES - 25))),
    "cosine with restarts": rates(0.1, lambda o: schedulers.CosineAnnealingWarmRestarts(o, 30, 1, 0.001)),
    "cosine with longer restarts": rates(0.1, lambda o: schedulers.CosineAnnealingWarmRestarts(o, 20, 2)),
    "one cycle": rates(0.1, lambda o: schedulers.OneCycleLR(o, 0.5, total_steps=RATES + 1)),
    "one cycle, others": rates(0.1, lambda o: schedulers.OneCycleLR(
        o, 0.5, total_steps=RATES + 1, pct_start=0.1, div_factor=5, final_div_factor=100)),
    "sequence": rates(0.1, lambda o: schedulers.SequentialLR(
        o, [schedulers.ConstantLR(o, 1), schedulers.ExponentialLR(o, 0.95)], [70])),
    "flat then cosine": [0.1 if x < 0.6 else 0.1 * (1 + math.cos(math.pi * (x - 0.6) / 0.4)) / 2 for x in t],
    "coslog4": (0.1 * (1 - np.cos(2 * np.pi * np.log2(1 + 15 * t))) / 2).tolist(),
    "plateau": on_plateau,
}})
