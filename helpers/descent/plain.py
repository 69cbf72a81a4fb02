"""Plain gradient descent and ascent: against the gradient, or along it."""

import numpy as np

from helpers.descent.rates import Rates, across
from helpers.descent.runs import as_start, walk

__all__ = ["gradient_ascent", "gradient_descent"]


def gradient_descent(
    f, grad, start, learning_rate, steps=100, *, small_gradient=0.0, small_change=0.0
):
    """Walk downhill, point ← point − η ∇f(point), and return the whole walk as a `Run`.

    Many walks are taken at once where there are many starts or learning rates: the shapes
    ``start.shape[:-1]`` and ``learning_rate.shape`` broadcast together to the shape of the batch.
    Three learning rates of shape (3,) from one start of shape (2,) make the batch (3,), whose
    points have the shape (3, 2).

    Parameters
    ----------
    f : callable
        The loss: takes a point and returns one number. In a batch it takes the points of all walks,
        of shape (*batch, d), and returns their losses, of shape `batch`.
    grad : callable
        Its gradient: takes the same and returns an array of the same shape.
    start : float or array_like
        The first point: one number for a function of one number, else an array whose last
        axis holds the coordinates, of shape (d,) or (..., d). Integers count as real numbers.
    learning_rate : float, array_like or callable
        η > 0. An array of any shape (k,) walks once for each of its numbers. A function is a
        schedule: ``learning_rate(step)`` gives η for step 0, 1, …, as one number or an array of
        the same shape at every step. A schedule may reach 0: that step is of length 0, which
        `small_change` takes for a small one.
    steps : int
        The step limit.
    small_gradient : float
        A walk stops at the first point, the start included, where ‖∇f‖ is at most this.
    small_change : float
        A walk stops after the first step that is at most this long: ‖η ∇f‖ ≤ small_change.
        Either of the two rules is off at 0, the default. Then all steps are taken, as in the loop
        of a textbook: where the gradient is exactly zero, the walk stands still to the end.

    Returns
    -------
    Run
        A walk has diverged when the next point, its loss or the length of its gradient would not
        be finite. It ends at the last point where all three are, without a warning.

    Raises
    ------
    TypeError
        If f or grad is no function or returns no real numbers, or an argument is none.
    ValueError
        If a learning rate is not greater than 0, an argument is NaN or infinite, the shapes
        do not fit, f returns anything but one number for each point, or grad anything but one
        for each coordinate; if the loss or the gradient is not finite at a start; if `steps` or
        a stopping rule is negative. What f and grad themselves raise is passed on.
    """
    return _along(-1.0, f, grad, start, learning_rate, steps, small_gradient, small_change)


def gradient_ascent(
    f, grad, start, learning_rate, steps=100, *, small_gradient=0.0, small_change=0.0
):
    """Walk uphill, point ← point + η ∇f(point): `gradient_descent` with the other sign."""
    return _along(1.0, f, grad, start, learning_rate, steps, small_gradient, small_change)


def _along(sign, f, grad, start, learning_rate, steps, small_gradient, small_change):
    start, rates = as_start(start), Rates(learning_rate)
    try:
        batch = np.broadcast_shapes(rates.shape, start.shape[:-1])
    except ValueError:
        raise ValueError(
            f"start and learning_rate must fit together, got starts of shape {start.shape[:-1]} "
            f"(the last axis of {start.shape} holds the coordinates) and learning rates of shape "
            f"{rates.shape}."
        ) from None
    coordinates = start.shape[-1:]

    def shift(step, point, gradient, going):
        return sign * across(rates.at(step), coordinates) * gradient

    start = np.broadcast_to(start, batch + coordinates)[()]
    return walk(f, grad, start, batch, shift, steps, small_gradient, small_change)
