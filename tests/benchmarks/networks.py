"""What one training step of a deep network costs, beside NumPy written by hand, and the microscope.

    .venv/bin/python tests/benchmarks/networks.py

A step is forward, loss, backward and the change of all weights. Both do the same arithmetic on one
thread, by turns of ten steps, so that what the machine does meanwhile meets both, and each finds
its own numbers in the processor's cache, as in training; before that, their weights after five
steps are compared. The ratio is that of the medians over all steps. Memory is the most that a step
holds beyond what was there before it, as Python's tracemalloc counts it.

The microscope is timed as an explorer records it: 50 depths, and 50 weight scales at depth 50.
"""

import argparse
import gc
import os
import statistics
import sys
import time
import tracemalloc
from pathlib import Path

os.environ["OMP_NUM_THREADS"] = os.environ["OPENBLAS_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = os.environ["VECLIB_MAXIMUM_THREADS"] = "1"
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np

from helpers.networks import Network, mean_squared_error, microscope, sgd_step

RATE = 0.001
TARGET, MEMORY_TARGET, MICROSCOPE_TARGET = 1.2, 1.5, 1.5


def hand_step(parameters, x, y, activation):
    """Change the parameters, [W₁, b₁, W₂, b₂, ...], as one would write it with pen and paper."""
    layers = list(zip(parameters[::2], parameters[1::2], strict=True))
    a, activations = x, [x]
    for W, b in layers[:-1]:
        z = a @ W + b
        a = np.maximum(z, 0.0) if activation == "relu" else np.tanh(z)
        activations.append(a)
    W, b = layers[-1]
    error = a @ W + b - y
    g = error * (2 / error.size)
    gradients = []
    for k in range(len(layers) - 1, -1, -1):
        a = activations[k]
        gradients.append((a.T @ g, g.sum(axis=0)))
        if k:
            g = (g @ layers[k][0].T) * (a > 0 if activation == "relu" else 1 - a * a)
    for (W, b), (gW, gb) in zip(layers, gradients[::-1], strict=True):
        W -= RATE * gW
        b -= RATE * gb
    return np.mean(error**2)


def contenders(depth, width, batch, activation):
    """Two functions without arguments that take a step each, and the parameters they change."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(2, batch, width))
    init = "he normal" if activation == "relu" else "xavier normal"
    net = Network([width] * (depth + 2), activation, init)
    tensors = net.parameters()
    parameters = [p.data.copy() for p in tensors]

    def with_network():
        net.zero_grad()
        loss = mean_squared_error(net(x), y)
        loss.backward()
        sgd_step(tensors, RATE)
        return loss.item()

    return (
        {"by hand": lambda: hand_step(parameters, x, y, activation), "Network": with_network},
        (parameters, tensors),
    )


def peak(step):
    """The most memory, in MB, that a step holds beyond what was there before it."""
    gc.collect()
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    step()
    most = tracemalloc.get_traced_memory()[1] - before
    tracemalloc.stop()
    return most / 1e6


def one_step(depth, width, batch, activation, turns):
    """Print the comparison; return whether a target was missed."""
    ways, (by_hand, tensors) = contenders(depth, width, batch, activation)
    for _ in range(5):
        losses = [way() for way in ways.values()]
    same = all(np.allclose(p, t.data, rtol=1e-9) for p, t in zip(by_hand, tensors, strict=True))
    if not (same and np.isclose(*losses)):
        sys.exit("The two take different steps: nothing to compare.")
    memory = {}
    for name, way in ways.items():
        way()  # gradients of the step before are there already, as in training
        memory[name] = peak(way)
    times = {name: [] for name in ways}
    for _ in range(turns):
        for name, way in ways.items():
            for _ in range(10):
                start = time.process_time()
                way()
                times[name].append(time.process_time() - start)
    print(f"\n{depth} layers x {width}, batch {batch}, {activation}: one training step")
    ratio = statistics.median(times["Network"]) / statistics.median(times["by hand"])
    best = min(times["Network"]) / min(times["by hand"])
    more = memory["Network"] / memory["by hand"]
    for name in ways:
        print(f"  {name:8} {1e3 * statistics.median(times[name]):7.2f} ms {memory[name]:7.1f} MB")
    missed = ratio > TARGET or more > MEMORY_TARGET
    print(
        f"  ratio x{ratio:.2f} ({best:.2f} of best; target {TARGET}), memory x{more:.2f} "
        f"(target {MEMORY_TARGET})" + ("   missed" if missed else "")
    )
    return missed


def recordings(width):
    """Print how long the explorer's two recordings take; return whether a target was missed."""
    start = time.perf_counter()
    for depth in range(1, 51):
        microscope(depth, width)
    depths = time.perf_counter() - start
    start = time.perf_counter()
    for scale in np.geomspace(0.3, 3, 50):
        microscope(50, width, scale=scale)
    scales = time.perf_counter() - start
    missed = max(depths, scales) > MICROSCOPE_TARGET
    print(
        f"\nmicroscope, width {width}: 50 depths {depths:.2f} s, 50 scales {scales:.2f} s "
        f"(target {MICROSCOPE_TARGET})" + ("   missed" if missed else "")
    )
    return missed


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--turns", type=int, default=40)
    turns = parser.parse_args().turns
    missed = [one_step(50, 64, 128, activation, turns) for activation in ("tanh", "relu")]
    return any([*missed, recordings(64)])


if __name__ == "__main__":
    sys.exit(main())
