"""What a value and its gradient cost by automatic differentiation, beside NumPy written by hand.

    python3 -m venv .venv-peers
    .venv-peers/bin/python -m pip install -r tests/benchmarks/requirements.txt
    .venv-peers/bin/python tests/benchmarks/autodiff.py

The ways of a case run in one process on one thread, by turns, so that what the machine does
meanwhile meets all of them; before that, all gradients are compared. Processor time is measured,
and a ratio is that of the best of many turns; that of the medians stands beside it. On Linux, pip
may bring a PyTorch for graphics cards, which is large; a build for the CPU does as well.

Each case runs in two fresh processes. One is as a reader's kernel: nothing of its memory was set,
beyond what helpers.autodiff does when it is imported. In the other the C library hands freed memory
back to the system at once, as it does by default; there, luck with pages decides (see
helpers/autodiff/memory.py). Only the first is held to the targets.
"""

import argparse
import gc
import importlib.util
import itertools
import math
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

for _library in ("OMP", "OPENBLAS", "MKL", "VECLIB_MAXIMUM"):
    os.environ[f"{_library}_NUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np  # noqa: E402, after the number of threads is set

from helpers.autodiff import (  # noqa: E402
    Tensor,
    Value,
    linear,
    softmax_cross_entropy,
    value_and_grad,
)

PEERS = [name for name in ("autograd", "torch", "micrograd") if importlib.util.find_spec(name)]

if "autograd" in PEERS:
    import autograd
    import autograd.numpy as anp
if "torch" in PEERS:
    import torch

    torch.set_num_threads(1)
if "micrograd" in PEERS:
    from micrograd.engine import Value as MicrogradValue


# --------------------------------------------------------------------------- three networks


def network(sizes, seed=0):
    """Weights and biases, [W₁, b₁, W₂, b₂, ...], Xavier-scaled."""
    rng = np.random.default_rng(seed)
    parameters = []
    for n, m in itertools.pairwise(sizes):
        parameters += [rng.normal(size=(n, m)) / math.sqrt(n), np.zeros(m)]
    return parameters


def pairs(parameters):
    return list(zip(parameters[::2], parameters[1::2], strict=True))


def by_hand(parameters, X, y, classes):
    """Value and gradients by NumPy alone, as one would write them with pen and paper."""
    layers, h, inputs = pairs(parameters), X, []
    for W, b in layers[:-1]:
        inputs.append(h)
        h = np.tanh(h @ W + b)
    inputs.append(h)
    W, b = layers[-1]
    out = h @ W + b
    if classes:
        rows = np.arange(len(y))
        z = out - out.max(axis=1, keepdims=True)
        powers = np.exp(z)
        sums = powers.sum(axis=1, keepdims=True)
        value = np.mean(np.log(sums[:, 0]) - z[rows, y])
        g = powers / sums
        g[rows, y] -= 1
        g /= len(y)
    else:
        error = out - y
        value = np.mean(error**2)
        g = error * (2 / error.size)
    gradients = []
    for k in range(len(layers) - 1, -1, -1):
        gradients += [g.sum(axis=0), inputs[k].T @ g]
        if k:
            g = (g @ layers[k][0].T) * (1 - inputs[k] ** 2)
    return value, gradients[::-1]


def forward_ours(parameters, X, y, classes):
    *hidden, (W, b) = pairs(parameters)
    h = X
    for V, c in hidden:
        h = np.tanh(linear(h, V, c))
    out = linear(h, W, b)
    return softmax_cross_entropy(out, y) if classes else np.mean((out - y) ** 2)


def forward_autograd(parameters, X, y, classes):
    *hidden, (W, b) = pairs(parameters)
    h = X
    for V, c in hidden:
        h = anp.tanh(anp.dot(h, V) + c)
    out = anp.dot(h, W) + b
    if classes:
        z = out - anp.max(out, axis=1, keepdims=True)
        log_sums = anp.log(anp.sum(anp.exp(z), axis=1))
        return anp.mean(log_sums - z[anp.arange(len(y)), y])
    return anp.mean((out - y) ** 2)


def forward_torch(parameters, X, y, classes):
    *hidden, (W, b) = pairs(parameters)
    h = X
    for V, c in hidden:
        h = torch.tanh(torch.addmm(c, h, V))
    out = torch.addmm(b, h, W)
    if classes:
        return torch.nn.functional.cross_entropy(out, y)
    return torch.mean((out - y) ** 2)


def contenders(sizes, batch, classes):
    """Functions without arguments that return value and gradients, by name."""
    rng = np.random.default_rng(1)
    parameters = network(sizes)
    X = rng.normal(size=(batch, sizes[0]))
    y = rng.integers(0, sizes[-1], batch) if classes else rng.normal(size=(batch, sizes[-1]))
    leaves = [Tensor(p, requires_grad=True) for p in parameters]

    def with_tensors():
        for leaf in leaves:
            leaf.grad = None
        loss = forward_ours(leaves, X, y, classes)
        loss.backward()
        return loss.item(), [leaf.grad for leaf in leaves]

    functional = value_and_grad(forward_ours)
    ways = {
        "by hand": lambda: by_hand(parameters, X, y, classes),
        "Tensor.backward": with_tensors,
        "value_and_grad": lambda: functional(parameters, X, y, classes),
    }
    if "autograd" in PEERS:
        theirs = autograd.value_and_grad(forward_autograd)
        ways["HIPS autograd"] = lambda: theirs(parameters, X, y, classes)
    if "torch" in PEERS:
        weights = [torch.tensor(p, requires_grad=True) for p in parameters]
        X_torch, y_torch = torch.tensor(X), torch.tensor(y)

        def with_torch():
            for weight in weights:
                weight.grad = None
            loss = forward_torch(weights, X_torch, y_torch, classes)
            loss.backward()
            return loss.item(), [weight.grad for weight in weights]

        ways["PyTorch eager"] = with_torch
    return ways


# ------------------------------------------------------------------- many starts, one function


def rosenbrock(p):
    x, y = p[:, 0], p[:, 1]
    return np.sum((1 - x) ** 2 + 100 * (y - x**2) ** 2)


def rosenbrock_by_hand(p):
    x, y = p[:, 0], p[:, 1]
    a, b = 1 - x, y - x**2
    gradient = np.empty_like(p)
    gradient[:, 0] = -2 * a - 400 * x * b
    gradient[:, 1] = 200 * b
    return np.sum(a**2 + 100 * b**2), [gradient]


def starts():
    p = np.random.default_rng(2).normal(size=(1000, 2))
    ours = value_and_grad(rosenbrock)
    leaf = Tensor(p, requires_grad=True)

    def with_tensors():
        leaf.grad = None
        loss = rosenbrock(leaf)
        loss.backward()
        return loss.item(), [leaf.grad]

    def functional():
        value, gradient = ours(p)
        return value, [gradient]

    ways = {
        "by hand": lambda: rosenbrock_by_hand(p),
        "Tensor.backward": with_tensors,
        "value_and_grad": functional,
    }
    if "autograd" in PEERS:

        def their_rosenbrock(p):
            x, y = p[:, 0], p[:, 1]
            return anp.sum((1 - x) ** 2 + 100 * (y - x**2) ** 2)

        theirs = autograd.value_and_grad(their_rosenbrock)

        def with_autograd():
            value, gradient = theirs(p)
            return value, [gradient]

        ways["HIPS autograd"] = with_autograd
    if "torch" in PEERS:
        points = torch.tensor(p, requires_grad=True)

        def with_torch():
            points.grad = None
            x, y = points[:, 0], points[:, 1]
            loss = torch.sum((1 - x) ** 2 + 100 * (y - x**2) ** 2)
            loss.backward()
            return loss.item(), [points.grad]

        ways["PyTorch eager"] = with_torch
    return ways


# ------------------------------------------------------------------------ one scalar network


def scalar_network(kind, sizes=(2, 16, 16, 1)):
    """A network of single numbers, one sample: written for micrograd, run by either Value."""
    rng = random.Random(0)
    layers = [
        [([kind(rng.uniform(-1, 1)) for _ in range(n)], kind(0.0)) for _ in range(m)]
        for n, m in itertools.pairwise(sizes)
    ]
    parameters = [p for layer in layers for w, b in layer for p in (*w, b)]

    def run():
        for p in parameters:
            p.grad = 0.0
        x = [0.3, -0.7]
        for k, layer in enumerate(layers):
            x = [sum((wi * xi for wi, xi in zip(w, x, strict=True)), b) for w, b in layer]
            x = [z.relu() for z in x] if k < len(layers) - 1 else x
        loss = (x[0] - 1.0) ** 2
        loss.backward()
        return loss.data, [np.array([p.grad for p in parameters])]

    return run


def scalars():
    ways = {"Value": scalar_network(Value)}
    if "micrograd" in PEERS:
        return {"micrograd": scalar_network(MicrogradValue), **ways}
    return ways


# ---------------------------------------------------------------------------------- measuring

# name, the ways, turns as a share of those asked for, and the target of each way that has one
CASES = [
    (
        "MLP 2-64-64-1, batch 256",
        lambda: contenders((2, 64, 64, 1), 256, False),
        1,
        {"Tensor.backward": 1.2, "value_and_grad": 1.2},
    ),
    (
        "50 layers x 64, batch 128",
        lambda: contenders((64,) * 51, 128, False),
        0.2,
        {"Tensor.backward": 1.15, "value_and_grad": 1.15},
    ),
    (
        "digits 64-32-10, all 1,797",
        lambda: contenders((64, 32, 10), 1797, True),
        1,
        {"Tensor.backward": 1.1, "value_and_grad": 1.1},
    ),
    ("digits 64-32-10, batch 256", lambda: contenders((64, 32, 10), 256, True), 1, {}),
    ("Rosenbrock, 1,000 starts", starts, 1, {"Tensor.backward": 6.0}),
    ("scalars 2-16-16-1, one sample", scalars, 1, {"Value": 0.5}),
]


def compare(ways):
    """Stop unless all ways give the same value and gradients."""
    (name, first), *others = [(name, way()) for name, way in ways.items()]
    for other, (value, gradients) in others:
        same = math.isclose(first[0], float(value), rel_tol=1e-9) and all(
            np.allclose(a, np.asarray(b), rtol=1e-7, atol=1e-10)
            for a, b in zip(first[1], gradients, strict=True)
        )
        if not same:
            sys.exit(f"{name} and {other} give different gradients: nothing to compare.")


def measure(ways, turns, cleaning=False):
    """Seconds of each way, by turns: {name: list}; `cleaning` counts the collection of garbage."""
    times = {name: [] for name in ways}
    for _ in range(5):
        for way in ways.values():
            way()
    gc.collect()
    gc.freeze()  # what exists already is none of the ways' garbage
    gc.disable()
    for _ in range(turns):
        for name, way in ways.items():
            way()  # finds its own numbers in the processor's cache afterwards
            start = time.process_time()
            way()
            if cleaning:
                gc.collect()
            times[name].append(time.process_time() - start)
            if not cleaning:
                gc.collect()  # so that nobody pays for what another has left
    gc.enable()
    gc.unfreeze()
    return times


def run(case, turns):
    """Measure one case in this process, print what it costs, and return whether a target is missed.

    Args:
        case: its place in CASES.
        turns: how many turns the cases have, of which this one takes its share.
    """
    _, make, share, targets = CASES[case]
    ways = make()
    compare(ways)
    # Closures in micrograd's graph leave cycles, and its users pay for the collector.
    times = measure(ways, max(int(share * turns), 10), cleaning=make is scalars)
    base, missed = next(iter(times)), False
    for name, seconds in times.items():
        best = min(seconds) / min(times[base])
        ratio = statistics.median(seconds) / statistics.median(times[base])
        bad = len(ways) > 1 and best > targets.get(name, best)
        missed |= bad
        print(
            f"  {name:16} {1e6 * min(seconds):9.0f} us  x{best:.2f} ({ratio:.2f})"
            + ("   above the target" if bad else "")
        )
    return missed


# glibc's own threshold, which stays where it is once it was named: so the import changes nothing.
HANDED_BACK = {"MALLOC_TRIM_THRESHOLD_": str(128 * 1024), "MALLOC_MMAP_THRESHOLD_": str(128 * 1024)}
MEMORY = {"as in a reader's kernel": {}, "freed memory handed back": HANDED_BACK}


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=1000)
    parser.add_argument("--only", default="", help="run the cases whose name contains this")
    parser.add_argument("--case", type=int, help=argparse.SUPPRESS)  # one, in this process
    options = parser.parse_args()
    if options.case is not None:
        return run(options.case, options.turns)
    for name in {"autograd", "torch", "micrograd"} - set(PEERS):
        print(f"{name} is not installed: its rows are missing (see requirements.txt beside me).")
    missed = False
    for case, (name, _, _, targets) in enumerate(CASES):
        if options.only not in name:
            continue
        print(f"\n{name}", *(f"{way}: at most {most}" for way, most in targets.items()), sep="; ")
        for memory, settings in MEMORY.items():
            print(f" {memory}: ratio of best (of medians)", flush=True)
            done = subprocess.run(
                [sys.executable, __file__, f"--case={case}", f"--turns={options.turns}"],
                env={**os.environ, **settings},
            )
            missed |= done.returncode != 0 and not settings
    return missed


if __name__ == "__main__":
    sys.exit(main())
