"""Writes losses.json: every loss and its whole gradient, computed by PyTorch 2.13 in float64.

usage: python make_losses_golden.py

Outputs are those that the loss sees: logits where it is computed together with the model's last layer. A weighted mean is
sum(weight * loss) / sum(weight), the weight of a row being its own times what its targets have of each class's. Losses that PyTorch
does not have are written as their authors have them.
"""
import json
import pathlib
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)
generator = torch.Generator().manual_seed(12)
rows, classes = 9, 5


def normal(*shape, scale=1.0):
    return torch.randn(*shape, generator=generator) * scale


outputs = normal(rows, classes, scale=2)
outputs[1] *= 1e-3
logits = outputs.clone()
logits[2] = torch.tensor([1e4, -1e4, 0.0, 1.0, -1e4])
logits[3] = torch.tensor([-30.0, 30.0, 0.5, -0.5, 8.0])
values = normal(rows, classes, scale=2)
values[4] = outputs[4]
values[5] = outputs[5] + 1e-5
labels = torch.tensor([0, 1, 0, 1, 4, 2, 3, 2, 0])
one_hot = F.one_hot(labels, classes).double()
soft = torch.softmax(normal(rows, classes), dim=1)
parts = torch.rand(rows, classes, generator=generator)
counts = torch.poisson(parts * 4, generator=generator)
row_weights = torch.tensor([1.0, 0.0, 2.5, 0.3, 4.0, 1.0, 0.7, 0.25, 3.0])
class_weights = torch.tensor([0.5, 2.0, 0.25, 3.0, 1.5])
two_weights = torch.tensor([0.4, 1.7])
cases = []


def case(name, loss, options, y, targets, loss_of, weighted=(), end=None, smoothing=0.0, labels=None, cw=None, count=None):
    """`loss_of(y, t, cw)` gives the loss of each row, weighted by class; `count(t, cw)` what a row counts by its classes."""
    for by_row in (False, True):
        for by_class in (False, True) if cw is not None else (False,):
            y_ = y.clone().requires_grad_()
            w = row_weights if by_row else torch.ones(rows)
            weights = cw if by_class else None
            counted = w * (count(targets, cw) if by_class else 1)
            mean = (w * loss_of(y_, targets, weights)).sum() / counted.sum()
            mean.backward()
            text = name + (", rows" if by_row else "") + (", classes" if by_class else "")
            cases.append({
                "name": text, "loss": loss, "options": options, "end": end, "smoothing": smoothing,
                "columns": y.shape[1], "outputs": y.flatten().tolist(), "targetColumns": targets.shape[1],
                "targets": targets.flatten().tolist(), "labels": labels,
                "rowWeights": row_weights.tolist() if by_row else None,
                "classWeights": cw.tolist() if by_class else None,
                "value": mean.item(), "gradient": y_.grad.flatten().tolist()})


def elementwise(name, loss, options, function, y=outputs, t=values):
    case(name, loss, options, y, t, lambda y, t, _: function(y, t).mean(dim=1))


elementwise("MeanSquaredError", "MeanSquaredError", [], lambda y, t: F.mse_loss(y, t, reduction="none"))
elementwise("MeanAbsoluteError", "MeanAbsoluteError", [], lambda y, t: F.l1_loss(y, t, reduction="none"))
for delta in (1.0, 0.3, 2.0):
    elementwise(f"Huber {delta}", "Huber", [delta], lambda y, t: F.huber_loss(y, t, reduction="none", delta=delta))
for beta in (1.0, 0.3, 0.0):
    elementwise(f"SmoothL1 {beta}", "SmoothL1", [beta], lambda y, t: F.smooth_l1_loss(y, t, reduction="none", beta=beta))
# ln cosh e = |e| + ln(1 + exp(-2|e|)) - ln 2, near 0 as ln(1 + 2 sinh^2(e / 2)).
elementwise("LogCosh", "LogCosh", [], lambda y, t: torch.log1p(2 * torch.sinh((y - t) / 2) ** 2))
elementwise("PoissonNLL", "PoissonNLL", [], lambda y, t: F.poisson_nll_loss(y, t, reduction="none"), t=counts)


def pinball(quantiles):
    # Koenker and Bassett 1978: tau * e where the target is above the output by e, (tau - 1) * e where it is below.
    def loss(y, t):
        e = t.repeat_interleave(len(quantiles), dim=1) - y
        tau = torch.tensor(quantiles).repeat(t.shape[1])
        return torch.where(e > 0, tau * e, torch.where(e < 0, (tau - 1) * e, 0))
    return loss


elementwise("Quantile", "Quantile", [0.1, 0.25, 0.5, 0.9, 0.99], pinball([0.1, 0.25, 0.5, 0.9, 0.99]), t=values[:, :1])
elementwise("Quantile, two targets", "Quantile", [0.2, 0.8], pinball([0.2, 0.8]), y=outputs[:, :4], t=values[:, 2:4])
case("GaussianNLL", "GaussianNLL", [], outputs[:, :4], values[:, :2],
     lambda y, t, _: F.gaussian_nll_loss(y[:, :2], t, torch.exp(y[:, 2:]), reduction="none").mean(dim=1))
case("CosineSimilarity", "CosineSimilarity", [], outputs, values,
     lambda y, t, _: 1 - F.cosine_similarity(y, t, dim=1))
case("CosineSimilarity of soft rows", "CosineSimilarity", [], outputs, soft,
     lambda y, t, _: 1 - F.cosine_similarity(y, t, dim=1))


def smoothed(t, smoothing):
    return (1 - smoothing) * t + smoothing / t.shape[1]


def of_classes(t, cw):
    return t @ cw


def focal(gamma):
    # Lin et al. 2017: -(1 - p)^gamma log p.
    return lambda log_p: -((-torch.expm1(log_p)) ** gamma) * log_p


for smoothing in (0.0, 0.1):
    suffix = f", smoothing {smoothing}" if smoothing else ""

    def cross_entropy_of_labels(y, t, cw):
        return F.cross_entropy(y, labels, weight=cw, reduction="none", label_smoothing=smoothing)

    def cross_entropy_of_parts(y, t, cw):
        return F.cross_entropy(y, t, weight=cw, reduction="none", label_smoothing=smoothing)

    case("CrossEntropy of labels" + suffix, "CrossEntropy", [], logits, one_hot, cross_entropy_of_labels, end="Softmax",
         smoothing=smoothing, labels=labels.tolist(), cw=class_weights, count=of_classes)
    case("CrossEntropy of parts" + suffix, "CrossEntropy", [], logits, soft, cross_entropy_of_parts, end="Softmax",
         smoothing=smoothing, cw=class_weights, count=of_classes)
    for form in ("probabilities", "logProbabilities"):
        y = torch.softmax(outputs, dim=1)
        log = (lambda y: y.log()) if form == "probabilities" else (lambda y: y)
        case(f"CrossEntropy of {form}" + suffix, "CrossEntropy", [form], y if form == "probabilities" else y.log(), soft,
             lambda y, t, cw: -(smoothed(t, smoothing) * log(y) * (1 if cw is None else cw)).sum(dim=1),
             smoothing=smoothing, cw=class_weights, count=of_classes)
    case("KLDivergence" + suffix, "KLDivergence", [], logits, soft,
         lambda y, t, cw: (F.kl_div(F.log_softmax(y, dim=1), smoothed(t, smoothing), reduction="none")
                           * (1 if cw is None else cw)).sum(dim=1),
         end="Softmax", smoothing=smoothing, cw=class_weights, count=of_classes)
    case("KLDivergence of labels" + suffix, "KLDivergence", [], logits, one_hot,
         lambda y, t, cw: (F.kl_div(F.log_softmax(y, dim=1), smoothed(t, smoothing), reduction="none")
                           * (1 if cw is None else cw)).sum(dim=1),
         end="Softmax", smoothing=smoothing, labels=labels.tolist(), cw=class_weights, count=of_classes)

    def hinge(y, t, cw):
        # The loss of each class, times what the row has of it.
        loss = 0
        for k in range(classes):
            label = torch.full((rows,), k)
            of_class = F.multi_margin_loss(y, label, weight=cw, reduction="none")
            loss = loss + smoothed(t, smoothing)[:, k] * of_class
        return loss

    case("Hinge of labels" + suffix, "Hinge", [], logits, one_hot, hinge, smoothing=smoothing, labels=labels.tolist(),
         cw=class_weights, count=of_classes)
    case("Hinge of parts" + suffix, "Hinge", [], logits, soft, hinge, smoothing=smoothing, cw=class_weights,
         count=of_classes)

    for gamma in (2.0, 0.5, 0.0):
        for kind, t, known in (("labels", one_hot, labels.tolist()), ("parts", soft, None)):
            case(f"FocalLoss {gamma} of {kind}" + suffix, "FocalLoss", [gamma], logits if gamma != 0.5 else outputs, t,
                 lambda y, t, cw: (smoothed(t, smoothing) * focal(gamma)(F.log_softmax(y, dim=1))
                                   * (1 if cw is None else cw)).sum(dim=1),
                 end="Softmax", smoothing=smoothing, labels=known, cw=class_weights, count=of_classes)

    def halved(t):
        return (1 - smoothing) * t + smoothing / 2

    def binary(function):
        """Of one output, weights of class 0 and 1; of several, a weight for each."""
        def loss(y, t, cw):
            one, other = function(F.logsigmoid(y)), function(F.logsigmoid(-y))
            w = (1, 1) if cw is None else (cw[1], cw[0]) if y.shape[1] == 1 else (cw, cw)
            return (w[0] * halved(t) * one + w[1] * (1 - halved(t)) * other).mean(dim=1)
        return loss

    def of_two(t, cw):
        return ((1 - t) * cw[0] + t * cw[1])[:, 0]

    def of_columns(t, cw):
        return cw.mean()

    def bce(y, t, cw):
        return F.binary_cross_entropy_with_logits(y, halved(t), weight=cw, reduction="none").mean(dim=1)

    bits = (labels % 2).tolist()
    column = torch.tensor(bits).double()[:, None]
    case("BinaryCrossEntropy of columns" + suffix, "BinaryCrossEntropy", [], logits, parts, bce, end="Sigmoid",
         smoothing=smoothing, cw=class_weights, count=of_columns)
    case("BinaryCrossEntropy of labels" + suffix, "BinaryCrossEntropy", [], logits[:, 1:2], column,
         binary(lambda log_p: -log_p), end="Sigmoid", smoothing=smoothing, labels=bits, cw=two_weights, count=of_two)
    case("BinaryCrossEntropy of probabilities" + suffix, "BinaryCrossEntropy", ["probabilities"], torch.sigmoid(outputs),
         parts, lambda y, t, cw: F.binary_cross_entropy(y, halved(t), weight=cw, reduction="none").mean(dim=1),
         smoothing=smoothing, cw=class_weights, count=of_columns)
    for gamma in (2.0, 0.5):
        case(f"FocalLoss {gamma} of columns" + suffix, "FocalLoss", [gamma], outputs, parts, binary(focal(gamma)),
             end="Sigmoid", smoothing=smoothing, cw=class_weights, count=of_columns)
        case(f"FocalLoss {gamma} of two classes" + suffix, "FocalLoss", [gamma], outputs[:, 1:2], column,
             binary(focal(gamma)), end="Sigmoid", smoothing=smoothing, labels=bits, cw=two_weights, count=of_two)

text = json.dumps({"versions": {"torch": torch.__version__.split("+")[0]}, "rows": rows, "cases": cases},
                  separators=(",", ":"))
path = pathlib.Path(__file__).with_name("losses.json")
path.write_text(text.replace('{"name"', '\n{"name"') + "\n")
print(len(cases), [c["name"] for c in cases if any(g != g for g in c["gradient"]) or c["value"] != c["value"]])
