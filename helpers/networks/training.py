"""Training: a small task, and a loop that can be watched."""

from dataclasses import dataclass
from functools import partial

import numpy as np

from helpers.networks.arguments import generator, real, reals, whole
from helpers.networks.clipping import length
from helpers.networks.losses import logistic_loss
from helpers.networks.network import Network
from helpers.networks.steps import Steps, sgd_step

__all__ = ["TrainingStep", "accuracy", "train", "two_moons"]


def two_moons(n=200, noise=0.1, seed=0):
    """Return points in two interleaved half circles, and which of the two each belongs to.

    The upper half circle has center (0, 0), the lower one (1, 0.5), both radius 1.

    Args:
        n: how many points; the first half of them, rounded up, is in the upper one.
        noise: the standard deviation of what is added to each coordinate.
        seed: a whole number or a NumPy generator.

    Returns:
        X of shape (n, 2), and labels 0 (upper) or 1 (lower) of shape (n,).

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    n, noise, rng = whole(n, "n", least=2), real(noise, "noise"), generator(seed)
    labels = np.repeat([0, 1], [n - n // 2, n // 2])
    turn = rng.uniform(0, np.pi, n)
    upper = np.column_stack([np.cos(turn), np.sin(turn)])
    X = np.where(labels[:, None] == 0, upper, [1.0, 0.5] - upper)
    return X + noise * rng.normal(size=(n, 2)), labels


def accuracy(net, X, labels):
    """Return the share of samples whose score is on the right side of 0, from 0 to 1.

    Args:
        net: a Network with one output.
        X: inputs, of shape (n, inputs).
        labels: 0 or 1 for each, of shape (n,).
    """
    with np.errstate(over="ignore", invalid="ignore"):  # an exploding network is wrong, that is all
        return float(np.mean((net.predict(X)[:, 0] > 0) == np.asarray(labels)))


@dataclass(frozen=True)
class TrainingStep:
    """What `train` tells after each step.

    Attributes:
        step: its number, from 1.
        loss: that of its batch, before the step.
        gradient_norms: the length of the gradient by W, layer by layer, before clipping; an array.
        accuracy: on all samples, after the step; a float, or None between the reports.
    """

    step: int
    loss: float
    gradient_norms: np.ndarray
    accuracy: float | None


def train(
    net,
    X,
    labels,
    learning_rate=0.1,
    steps=500,
    batch_size=None,
    seed=0,
    report_every=10,
    weight_decay=0.0,
    clip_norm=None,
    clip_value=None,
    optimizer=None,
):
    """Train a network with one output to tell two classes apart, step by step.

    Nothing happens until it is iterated, and nothing more once the iteration ends:

        for step in train(net, X, labels, steps=1000):
            if step.loss < 0.01:
                break

    Args:
        net: a Network with one output; it is changed.
        X: inputs, of shape (n, inputs).
        labels: 0 or 1 for each, of shape (n,).
        learning_rate: η, above 0.
        steps: how many steps at most.
        batch_size: how many samples each step takes, drawn without repetition; None for all.
        seed: of the batches, a whole number or a NumPy generator.
        report_every: how often the accuracy is computed: after every so many steps, and the last.
        weight_decay, clip_norm, clip_value: as for `sgd_step`.
        optimizer: one of those of `helpers.descent`, such as ``Adam(0.01)``, in the place of
            learning_rate and weight_decay; None for gradient descent with these.

    Yields:
        A TrainingStep after each step. The iteration ends early if the loss or a gradient is not
        finite any more; the last TrainingStep has this loss, and the network did not take the step.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    if not isinstance(net, Network):
        raise TypeError(f"train takes a Network, not a {type(net).__name__}.")
    X, labels, rng = reals(X, "X"), np.asarray(labels), generator(seed)
    real(learning_rate, "learning_rate", open_end=True)
    real(weight_decay, "weight_decay")
    for limit, name in ((clip_norm, "clip_norm"), (clip_value, "clip_value")):
        if limit is not None and not callable(limit):
            real(limit, name, open_end=True)
    steps, report_every = whole(steps, "steps"), whole(report_every, "report_every")
    inputs, outputs = net.architecture.widths[0], net.architecture.widths[-1]
    if outputs != 1:
        raise ValueError(f"train takes a network with one output, this one has {outputs}.")
    if X.ndim != 2 or X.shape[1] != inputs or labels.shape != (len(X),):
        raise ValueError(
            f"train takes X of shape (n, {inputs}), the inputs, and labels of shape (n,), "
            f"got {X.shape} and {labels.shape}."
        )
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels must be 0 or 1.")
    take = None if optimizer is None else Steps(net.parameters(), optimizer).take
    size = len(X) if batch_size is None else whole(batch_size, "batch_size")
    if size > len(X):
        raise ValueError(f"batch_size must be at most {len(X)}, the number of samples.")
    limits = {"clip_norm": clip_norm, "clip_value": clip_value}
    if take is None:
        take = partial(sgd_step, net.parameters(), learning_rate, weight_decay)
    return _steps(net, X, labels, steps, size, rng, report_every, partial(take, **limits))


def _steps(net, X, labels, steps, size, rng, report_every, take):
    parameters = net.parameters()
    for step in range(1, steps + 1):
        batch = slice(None) if size == len(X) else rng.choice(len(X), size, replace=False)
        net.train().zero_grad()
        with np.errstate(over="ignore", invalid="ignore"):
            loss = logistic_loss(net(X[batch])[:, 0], labels[batch])
            loss.backward()
            norms = np.array([length([layer.weight.grad]) for layer in net.layers])
            finite = np.isfinite([loss.item(), length([p.grad for p in parameters])]).all()
        if finite:
            take()
        told = step % report_every == 0 or step == steps or not finite
        yield TrainingStep(step, loss.item(), norms, accuracy(net, X, labels) if told else None)
        if not finite:
            return
