"""Walking downhill: gradient descent, its learning rates, and how to choose one.

    >>> from helpers.descent import gradient_descent
    >>> from helpers.functions import long_valley, square
    >>> run = gradient_descent(square, square.derivative, start=10, learning_rate=0.2, steps=10)
    >>> run
    <Run of 10 steps: loss 100 → 0.00365616, step limit>
    >>> runs = gradient_descent(long_valley, long_valley.gradient, [2, 1], [0.01, 0.05, 0.11])
    >>> runs.points.shape, runs.losses.shape, runs.steps
    ((101, 3, 2), (101, 3), array([100, 100, 100]))

`helpers.descent.runs` walks and keeps the whole path, `plain`, `newton` and `optimizers` say where
the next step goes, `sampling` chooses what it looks at, `schedules` change the learning rate on the
way, `averages` let a walk settle that does not, `search` looks for a good rate.
"""

from helpers.descent.averages import running_mean
from helpers.descent.newton import newton
from helpers.descent.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    Nesterov,
    Optimizer,
    RMSProp,
    minimize,
)
from helpers.descent.plain import gradient_ascent, gradient_descent
from helpers.descent.runs import Run
from helpers.descent.sampling import MiniBatches, batches
from helpers.descent.schedules import constant, cosine, exponential, linear, step_decay, warm_up
from helpers.descent.search import RangeTest, Search, grid_search, random_search, range_test

__all__ = [
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "MiniBatches",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "RangeTest",
    "Run",
    "Search",
    "batches",
    "constant",
    "cosine",
    "exponential",
    "gradient_ascent",
    "gradient_descent",
    "grid_search",
    "linear",
    "minimize",
    "newton",
    "random_search",
    "range_test",
    "running_mean",
    "step_decay",
    "warm_up",
]
