"""Walking downhill: gradient descent, its learning rates, and how to choose one.

    >>> from helpers.descent import gradient_descent
    >>> from helpers.functions import long_valley, square
    >>> run = gradient_descent(square, square.derivative, start=10, learning_rate=0.2, steps=10)
    >>> run
    <Run of 10 steps: loss 100 → 0.00365616, step limit>
    >>> runs = gradient_descent(long_valley, long_valley.gradient, [2, 1], [0.01, 0.05, 0.11])
    >>> runs.points.shape, runs.losses.shape, runs.steps
    ((101, 3, 2), (101, 3), array([100, 100, 100]))

`helpers.descent.runs` walks and keeps the whole path, `plain` and `newton` say where the next step
goes, `schedules` change the learning rate on the way, `search` looks for a good one.
"""

from helpers.descent.newton import newton
from helpers.descent.plain import gradient_ascent, gradient_descent
from helpers.descent.runs import Run
from helpers.descent.schedules import constant, cosine, exponential, linear, step_decay, warm_up
from helpers.descent.search import RangeTest, Search, grid_search, random_search, range_test

__all__ = [
    "RangeTest",
    "Run",
    "Search",
    "constant",
    "cosine",
    "exponential",
    "gradient_ascent",
    "gradient_descent",
    "grid_search",
    "linear",
    "newton",
    "random_search",
    "range_test",
    "step_decay",
    "warm_up",
]
