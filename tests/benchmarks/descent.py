"""A thousand learning rates in one vectorized run, beside a plain loop over them.

    .venv/bin/python tests/benchmarks/descent.py

100 steps of gradient descent on ½ (x² + 20y²) for each of 1,000 learning rates, with the loss and
the length of the gradient at every point. The plain loop takes the rates one after another, each
as the loop of a textbook with NumPy points, by the same two functions. The target is for the loop
that notes as much as the run does; one that notes the points alone stands beside it. By turns,
medians of 5.
"""

import argparse
import statistics
import sys
import time

import numpy as np

from helpers.descent import gradient_descent

TARGET = 50

RATES = np.geomspace(1e-4, 0.1, 1000)
START = np.array([2.0, 1.0])
STEPS = 100
CURVATURES = np.array([1.0, 20.0])


def f(point):
    x, y = point[..., 0], point[..., 1]
    return (x**2 + 20 * y**2) / 2


def grad(point):
    return CURVATURES * point


def vectorized():
    """The points of all walks, of shape (steps + 1, rates, 2), by the package."""
    return gradient_descent(f, grad, START, RATES, STEPS).points


def plain():
    """The same, in the same shape, by two loops."""
    walks = []
    for rate in RATES:
        point = START
        points, losses, norms = [point], [f(point)], [np.linalg.norm(grad(point))]
        for _ in range(STEPS):
            point = point - rate * grad(point)
            points.append(point)
            losses.append(f(point))
            norms.append(np.linalg.norm(grad(point)))
        walks.append(points)
    return np.swapaxes(walks, 0, 1)


def bare():
    """The same again, by two loops that note nothing but the points."""
    walks = []
    for rate in RATES:
        points = [START]
        for _ in range(STEPS):
            points.append(points[-1] - rate * grad(points[-1]))
        walks.append(points)
    return np.swapaxes(walks, 0, 1)


def seconds(walks):
    start = time.perf_counter()
    walks()
    return time.perf_counter() - start


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=5)
    runs = parser.parse_args().runs
    for other in (plain, bare):
        np.testing.assert_array_equal(vectorized(), other())
    times = [[seconds(walks) for walks in (vectorized, plain, bare)] for _ in range(runs)]
    ours, whole, points = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{1000 * ours:7.1f} ms          one vectorized run")
    print(f"{1000 * points:7.1f} ms   x{points / ours:<5.0f}  a plain loop that notes the points")
    print(
        f"{1000 * whole:7.1f} ms   x{whole / ours:<5.0f}  and one that notes all that the run does"
    )
    print(f"ratio {whole / ours:.0f} (target: more than {TARGET})")
    return whole / ours <= TARGET


if __name__ == "__main__":
    sys.exit(main())
