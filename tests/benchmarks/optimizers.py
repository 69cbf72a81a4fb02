"""Optimizers: many walks in one run, a training step, and the last digits beside PyTorch's.

    .venv/bin/python tests/benchmarks/optimizers.py

1,000 walks of 200 steps of Adam on ½ (x² + 20y²), one for each of 1,000 learning rates, beside a
plain loop over them with NumPy points. A training step with Adam on the network 64-32-10, on all
1,797 digits and on 64, beside the same by hand in NumPy. By turns, the best of them. Where PyTorch
is installed, every optimizer is compared with its own to a relative 1e-12.
"""

import statistics
import sys
import time

import numpy as np

from helpers.autodiff import Tensor, linear, softmax_cross_entropy
from helpers.descent import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    Nesterov,
    RMSProp,
    minimize,
)
from helpers.networks import Steps

WALKS_TARGET = 50
STEP_TARGET = 1.15

RATES = np.geomspace(1e-3, 1.0, 1000)
STEPS = 200
CURVATURES = np.array([1.0, 20.0])


def f(point):
    return (point[..., 0] ** 2 + 20 * point[..., 1] ** 2) / 2


def grad(point):
    return CURVATURES * point


def vectorized():
    return minimize(f, grad, [2.0, 1.0], Adam(RATES), STEPS).points


def plain():
    walks = []
    for rate in RATES:
        point, m, s = np.array([2.0, 1.0]), np.zeros(2), np.zeros(2)
        points, losses, norms = [point], [f(point)], [np.linalg.norm(grad(point))]
        for t in range(1, STEPS + 1):
            g = grad(point)
            m = 0.9 * m + (1 - 0.9) * g
            s = 0.999 * s + (1 - 0.999) * g**2
            point = point - rate * (m / (1 - 0.9**t)) / (np.sqrt(s / (1 - 0.999**t)) + 1e-8)
            points.append(point)
            losses.append(f(point))
            norms.append(np.linalg.norm(grad(point)))
        walks.append(points)
    return np.swapaxes(walks, 0, 1)


class Digits:
    """The network 64-32-10 on one batch of random images, twice: by the engine, and by hand."""

    def __init__(self, batch, seed=0):
        rng = np.random.default_rng(seed)
        self.X, self.labels = rng.random((batch, 64)), rng.integers(10, size=batch)
        shapes = [(64, 32), (32,), (32, 10), (10,)]
        start = [rng.normal(size=shape) * 0.1 for shape in shapes]
        self.tensors = [Tensor(w.copy(), True) for w in start]
        self.arrays = [w.copy() for w in start]
        self.steps = Steps(self.tensors, Adam(0.001))
        self.m = [np.zeros(shape) for shape in shapes]
        self.s = [np.zeros(shape) for shape in shapes]
        self.t = 0
        self.rows = np.arange(batch)

    def engine(self):
        W1, b1, W2, b2 = self.tensors
        for p in self.tensors:
            p.grad = None
        scores = linear(np.tanh(linear(self.X, W1, b1)), W2, b2)
        softmax_cross_entropy(scores, self.labels).backward()
        self.steps.take()

    def by_hand(self):
        W1, b1, W2, b2 = self.arrays
        hidden = np.tanh(self.X @ W1 + b1)
        scores = hidden @ W2 + b2
        shifted = scores - scores.max(axis=1, keepdims=True)
        powers = np.exp(shifted)
        sums = powers.sum(axis=1, keepdims=True)
        np.mean(np.log(sums[:, 0]) - shifted[self.rows, self.labels])
        by_scores = powers / sums
        by_scores[self.rows, self.labels] -= 1
        by_scores /= len(self.X)
        by_hidden = by_scores @ W2.T * (1 - hidden**2)
        gradients = [
            self.X.T @ by_hidden,
            by_hidden.sum(axis=0),
            hidden.T @ by_scores,
            by_scores.sum(axis=0),
        ]
        self.t += 1
        for i, (p, g) in enumerate(zip(self.arrays, gradients, strict=True)):
            self.m[i] = 0.9 * self.m[i] + (1 - 0.9) * g
            self.s[i] = 0.999 * self.s[i] + (1 - 0.999) * g**2
            m, s = self.m[i] / (1 - 0.9**self.t), self.s[i] / (1 - 0.999**self.t)
            p -= 0.001 * m / (np.sqrt(s) + 1e-8)


def seconds(work, times=1):
    start = time.perf_counter()
    for _ in range(times):
        work()
    return (time.perf_counter() - start) / times


def beside_torch():
    """The largest relative difference from PyTorch's optimizers, by name; {} without PyTorch."""
    try:
        import torch
    except ImportError:
        return {}
    pairs = {
        "SGD": (SGD(0.01), lambda p: torch.optim.SGD(p, 0.01)),
        "Momentum": (Momentum(0.01, 0.9), lambda p: torch.optim.SGD(p, 0.01, momentum=0.9)),
        "Nesterov": (
            Nesterov(0.01, 0.9),
            lambda p: torch.optim.SGD(p, 0.01, momentum=0.9, nesterov=True),
        ),
        "AdaGrad": (AdaGrad(0.1), lambda p: torch.optim.Adagrad(p, 0.1)),
        "RMSProp": (RMSProp(0.01), lambda p: torch.optim.RMSprop(p, 0.01)),
        "Adam": (Adam(0.01), lambda p: torch.optim.Adam(p, 0.01)),
        "AMSGrad": (AMSGrad(0.01), lambda p: torch.optim.Adam(p, 0.01, amsgrad=True)),
        "AdamW": (AdamW(0.01), lambda p: torch.optim.AdamW(p, 0.01)),
    }
    apart = {}
    for name, (ours, theirs) in pairs.items():
        walk = minimize(f, grad, [2.0, 1.0], ours, STEPS).points
        p = torch.tensor([2.0, 1.0], dtype=torch.float64, requires_grad=True)
        optimizer, points = theirs([p]), [p.detach().numpy().copy()]
        for _ in range(STEPS):
            optimizer.zero_grad()
            ((p[0] ** 2 + 20 * p[1] ** 2) / 2).backward()
            optimizer.step()
            points.append(p.detach().numpy().copy())
        apart[name] = np.abs(walk - points).max() / np.abs(points).max()
    return apart


def step_ratio(batch):
    """How much longer a step with Adam takes by the engine than by hand; prints both."""
    task = Digits(batch)
    for _ in range(5):
        task.engine()
        task.by_hand()
        for p, w in zip(task.tensors, task.arrays, strict=True):
            np.testing.assert_allclose(p.data, w, rtol=1e-9, atol=1e-12)
    times = [[seconds(task.engine, 20), seconds(task.by_hand, 20)] for _ in range(21)]
    engine, hand = (min(column) for column in zip(*times, strict=True))
    target = f"at most {STEP_TARGET}" if batch == 1797 else "no target: mostly Python's own time"
    print(f"{1e6 * engine:8.0f} µs  a step with Adam on 64-32-10, batch of {batch}")
    print(f"{1e6 * hand:8.0f} µs  by hand in NumPy: ratio {engine / hand:.2f} ({target})")
    return engine / hand


def main():
    np.testing.assert_allclose(vectorized(), plain(), rtol=1e-9, atol=1e-12)
    times = [[seconds(vectorized), seconds(plain)] for _ in range(3)]
    ours, loop = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{1000 * ours:8.1f} ms  1,000 walks of 200 steps of Adam in one run")
    print(f"{1000 * loop:8.1f} ms  a plain loop over them: x{loop / ours:.0f} (> {WALKS_TARGET})")
    ratios = {batch: step_ratio(batch) for batch in (1797, 64)}
    apart = beside_torch()
    for name, difference in apart.items():
        print(f"{difference:8.0e}     {name} beside PyTorch (at most 1e-12)")
    if not apart:
        print("PyTorch is not installed, so the last digits were not compared.")
    good = loop / ours > WALKS_TARGET and ratios[1797] <= STEP_TARGET
    return not (good and all(difference <= 1e-12 for difference in apart.values()))


if __name__ == "__main__":
    sys.exit(main())
