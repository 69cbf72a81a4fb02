"""Schedules: the learning rate as a plain function of the step.

    >>> from helpers.descent import cosine, warm_up
    >>> cosine(50, steps=100, high=0.3, low=0.01)
    0.155
    >>> warm_up(0, 10, cosine(0, 90, 0.3, 0.01))
    0.03

`gradient_descent` takes a function of the step alone, such as
``lambda step: cosine(step, 100, 0.3, 0.01)``.

Every schedule works element by element on arrays, of steps as of the other arguments. Steps count
from 0. `steps` is how many of them the way from `high` to `low` takes: `high` at step 0, `low` at
step `steps` and ever after. `high` may be the smaller of the two: then the rate rises.

All raise a TypeError if an argument is not made of real numbers; a ValueError if one is NaN or
infinite, if `steps` or `every` is not greater than 0, if a rate is negative (zero, where a
ratio of rates is taken), or if the shapes do not broadcast together.
"""

import numpy as np

from helpers.derivatives.arguments import positive, real, shown, tidy

__all__ = ["constant", "cosine", "exponential", "linear", "step_decay", "warm_up"]


def constant(step, rate):
    """Return the same rate at every step: η = rate."""
    step, rate = real(step, "step"), _rate(rate, "rate")
    return tidy(_together(lambda t, r: r + 0 * t, step, rate))


def step_decay(step, every, high, factor=0.5):
    """Return a rate that is multiplied by a factor now and then: η = high · factor^⌊step/every⌋."""
    step, every = real(step, "step"), positive(every, "every")
    high, factor = _rate(high, "high"), positive(factor, "factor")
    return tidy(_together(lambda t, e, h, q: h * q ** np.floor(t / e), step, every, high, factor))


def linear(step, steps, high, low):
    """Return a rate on a straight line: η = high + (low − high) t, where t = step/steps."""
    t, high, low = _progress(step, steps), _rate(high, "high"), _rate(low, "low")
    return tidy(_together(lambda t, h, b: h + (b - h) * t, t, high, low))


def exponential(step, steps, high, low):
    """Return a rate that shrinks by the same factor at each step: η = high · (low/high)^t.

    Here t = step/steps. On a log scale this is a straight line.
    """
    t, high, low = _progress(step, steps), positive(high, "high"), positive(low, "low")
    return tidy(_together(lambda t, h, b: h * (b / h) ** t, t, high, low))


def cosine(step, steps, high, low):
    """Return a rate on half a wave: η = low + ½ (high − low)(1 + cos πt), where t = step/steps.

    Source of the formula: I. Loshchilov and F. Hutter, "SGDR: Stochastic gradient descent with
    warm restarts" (2017), equation (5), without the restarts.
    """
    t, high, low = _progress(step, steps), _rate(high, "high"), _rate(low, "low")
    return tidy(_together(lambda t, h, b: b + (h - b) * (1 + np.cos(np.pi * t)) / 2, t, high, low))


def warm_up(step, steps, rate):
    """Return the rate at full size after some smaller steps: η = rate · min(1, (step + 1)/steps).

    `rate` is one number, or what another schedule gives at this step:
    ``warm_up(step, 10, linear(step, 100, 0.3, 0.01))``. With ``linear(step - 10, 90, …)`` instead,
    the other schedule stays at its first rate until the warm-up is over.
    """
    step, steps, rate = real(step, "step"), positive(steps, "steps"), _rate(rate, "rate")
    return tidy(_together(lambda t, n, r: r * np.clip((t + 1) / n, 0, 1), step, steps, rate))


def _progress(step, steps):
    """How much of the way is behind: 0 at step 0 and before, 1 at step `steps` and after."""
    step, steps = real(step, "step"), positive(steps, "steps")
    return _together(lambda t, n: np.clip(t / n, 0, 1), step, steps)


def _rate(value, name):
    rate = real(value, name)
    if not (rate >= 0).all():
        raise ValueError(f"{name} must be 0 or more, got {shown(value)}.")
    return rate


def _together(rule, *arrays):
    try:
        np.broadcast_shapes(*(array.shape for array in arrays))
    except ValueError:
        shapes = ", ".join(str(array.shape) for array in arrays)
        raise ValueError(f"The arrays of a schedule must fit together, got {shapes}.") from None
    return rule(*arrays)
