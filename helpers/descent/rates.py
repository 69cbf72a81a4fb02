"""Learning rates as walks take them: one number, one for each walk, or a function of the step."""

import numpy as np

from helpers.derivatives.arguments import positive, real, shown

__all__ = ["Rates"]


class Rates:
    """The learning rates of a batch of walks, step by step.

    Args:
        learning_rate: η, greater than 0: a number, an array of them, or a schedule: a function of
            the step, which counts from 0, that returns either, 0 or more.

    Attributes:
        shape: that of the rates, () for a single one.

    Raises:
        TypeError, ValueError: if a learning rate is not one of these.
    """

    def __init__(self, learning_rate):
        if callable(learning_rate):
            self._schedule, self.shape = learning_rate, None
            self._first = self._scheduled(0)
        else:
            self._schedule, self._first = None, positive(learning_rate, "learning_rate")
        self.shape = self._first.shape
        if self._first.size == 0:
            raise ValueError("learning_rate must hold at least one number, got an empty array.")

    def at(self, step):
        """The learning rates of a step, an array of the shape `shape`."""
        return self._scheduled(step) if self._schedule and step else self._first

    def _scheduled(self, step):
        value = self._schedule(step)
        rates = real(value, f"learning_rate({step})")
        if not (rates >= 0).all():
            raise ValueError(f"learning_rate({step}) must be 0 or more, got {shown(value)}.")
        if self.shape is not None and rates.shape != self.shape:
            raise ValueError(
                "learning_rate must return the same shape at every step: "
                f"{self.shape} at step 0, but {rates.shape} at step {step}."
            )
        return rates


def across(values, coordinates):
    """Numbers of the shape of a batch, made to fit points of it: (*batch, 1) beside (*batch, d)."""
    return values[..., np.newaxis] if coordinates and np.ndim(values) else values
