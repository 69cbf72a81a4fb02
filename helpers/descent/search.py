"""Looking for a good learning rate: by a grid, by chance, or in a single walk."""

from typing import NamedTuple

import numpy as np

from helpers.derivatives.arguments import positive, shown
from helpers.descent.plain import gradient_descent
from helpers.descent.runs import real_numbers, whole_number
from helpers.descent.schedules import exponential

__all__ = ["RangeTest", "Search", "grid_search", "random_search", "range_test"]


class Search(NamedTuple):
    """What a search has tried: the rates and their values, of shape (budget,), and the best rate.

    A value that is not finite counts as worse than any other.
    """

    rates: np.ndarray
    values: np.ndarray
    best: float


class RangeTest(NamedTuple):
    """The learning rate of each step, and the loss after it, both of shape (n,)."""

    rates: np.ndarray
    losses: np.ndarray


def grid_search(objective, low, high, budget):
    """Try learning rates at equal ratios from low to high, both included; return a `Search`.

    Parameters
    ----------
    objective : callable
        Takes one rate and returns one number, the smaller the better: the loss after 100 steps,
        say. It is called once for each rate. Let it return `math.inf` for a walk that
        diverged, as the loss of a `Run` is that of its last finite point.
    low, high : float
        The ends of the log scale, 0 < low < high.
    budget : int
        How many rates to try; a grid of one is the middle of the scale, √(low · high).

    Raises
    ------
    TypeError
        If the objective is no function or returns no number, or an argument is none.
    ValueError
        If low and high are not such a pair, the budget is less than 1, the objective returns
        an array, or no rate has a finite value.
    """
    low, high = _scale(low, high)
    budget = whole_number(budget, "budget", least=1)
    rates = np.geomspace(low, high, budget) if budget > 1 else np.sqrt([low]) * np.sqrt(high)
    return _try(objective, rates)


def random_search(objective, low, high, budget, rng):
    """Try learning rates at random places of the log scale from low to high; return a `Search`.

    `rng` is a NumPy generator, as `np.random.default_rng(seed)` makes it: the logarithm of the rate
    is uniform. All else is as for `grid_search`.
    """
    low, high = _scale(low, high)
    budget = whole_number(budget, "budget", least=1)
    if not isinstance(rng, np.random.Generator):
        raise TypeError(
            f"rng must be a generator, as np.random.default_rng(seed) makes it, got {shown(rng)}."
        )
    return _try(objective, np.exp(rng.uniform(np.log(low), np.log(high), budget)))


def range_test(f, grad, start, low, high, steps=100):
    """Take one walk whose learning rate grows by the same factor each step, from low to high.

    Returns a `RangeTest`, which ends at the last finite loss if the walk diverges. The useful rates
    are those at which the loss falls fast. Where it turns upward, they have been too large for
    some steps already: a direction that had shrunk to little takes a while to grow again.

    Source: L. N. Smith, "Cyclical learning rates for training neural networks", WACV (2017),
    section 3.3, where the rate grows linearly; to grow by a factor became the custom later.

    `f`, `grad` and a single `start` are as for `gradient_descent`; steps ≥ 2. Raises what
    it raises, and a ValueError unless 0 < low < high.
    """
    low, high = _scale(low, high)
    steps = whole_number(steps, "steps", least=2)
    if np.ndim(start) > 1:
        raise ValueError(f"start must be a single point, got shape {np.shape(start)}.")
    rates = exponential(np.arange(steps), steps - 1, low, high)
    run = gradient_descent(f, grad, start, lambda step: rates[step], steps)
    return RangeTest(rates[: run.steps], run.losses[1:])


def _scale(low, high):
    low, high = positive(low, "low"), positive(high, "high")
    if low.ndim or high.ndim or not low < high:
        raise ValueError(
            f"low and high must be two numbers with low < high, got {shown(low.tolist())} and "
            f"{shown(high.tolist())}."
        )
    return float(low), float(high)


def _try(objective, rates):
    if not callable(objective):
        raise TypeError(
            "objective must be a function that can be called as objective(rate), got "
            f"{shown(objective)}."
        )
    values = np.empty(rates.shape)
    for i, rate in enumerate(rates.tolist()):
        value = real_numbers(objective(rate), "objective")
        if value.shape != ():
            raise ValueError(
                f"objective must return one number, but objective({rate:g}) has shape "
                f"{value.shape}."
            )
        values[i] = value
    finite = np.where(np.isfinite(values), values, np.inf)
    if np.isinf(finite).all():
        raise ValueError("objective must be finite for one rate at least, but it never was.")
    return Search(rates, values, float(rates[finite.argmin()]))
