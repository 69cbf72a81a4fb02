"""Steps of training, in place: plain ones, and those of an optimizer."""

from dataclasses import replace

import numpy as np

from helpers.descent import Optimizer
from helpers.descent.rates import Rates
from helpers.networks.arguments import real, shown
from helpers.networks.clipping import clip_by_norm, clip_by_value, length

__all__ = ["Steps", "sgd_step"]


def sgd_step(parameters, learning_rate, weight_decay=0.0, clip_norm=None, clip_value=None):
    """Take one step of gradient descent, in place: p ← p − η (gradient + λ p).

    Args:
        parameters: Tensors that backward() has given a gradient; those it has not reached stay.
        learning_rate: η, above 0.
        weight_decay: λ, 0 or more. It draws weights towards 0, and only those: biases, gains and
            shifts, which have a single axis, are left alone. Source: A. Krogh and J. Hertz, "A
            simple weight decay can improve generalization" (1991).
        clip_norm: the largest length of the gradient, over all parameters; None for no limit. In
            its place, a function of the whole gradient, one array of one axis, that returns it
            clipped.
        clip_value: the largest absolute value of each of its numbers; None for no limit.

    Returns:
        The length of the gradient before clipping, a float.

    Raises:
        TypeError, ValueError: if an argument is not one of these; if no parameter has a gradient,
            or a gradient is not finite, whereupon no parameter is changed.
    """
    learning_rate = real(learning_rate, "learning_rate", open_end=True)
    weight_decay = real(weight_decay, "weight_decay")
    moving, gradients, norm = _clipped(parameters, clip_norm, clip_value)
    for p, g in zip(moving, gradients, strict=True):
        if weight_decay and p.data.ndim > 1:
            g = g + weight_decay * p.data
        p.data -= learning_rate * g
    return norm


class Steps:
    """An optimizer at work on the parameters of a network.

        steps = Steps(net.parameters(), Adam(0.01))
        loss.backward()
        steps.take()

    Args:
        parameters: Tensors.
        optimizer: one of those of `helpers.descent`. Its weight decay draws weights only: biases,
            gains and shifts, which have a single axis, are left alone.

    Raises:
        TypeError: if the optimizer is none.
    """

    def __init__(self, parameters, optimizer):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"optimizer must be one such as Adam(0.01), got {shown(optimizer)}.")
        self.parameters, self._rates = list(parameters), Rates(optimizer.learning_rate)
        if self._rates.shape:
            raise ValueError("a network is trained with a single learning rate, not an array.")
        gentle = optimizer
        if hasattr(optimizer, "weight_decay"):
            gentle = replace(optimizer, weight_decay=0.0)
        self._at_work = [
            (optimizer if p.data.ndim > 1 else gentle, optimizer.memory(p.data))
            for p in self.parameters
        ]
        self._taken = 0

    def take(self, clip_norm=None, clip_value=None):
        """Take one step; return the length of the gradient before clipping, as `sgd_step` does."""
        moving, gradients, norm = _clipped(self.parameters, clip_norm, clip_value)
        rate = float(self._rates.at(self._taken))
        self._taken += 1
        pairs = zip(self.parameters, self._at_work, strict=True)
        at_work = [pair for p, pair in pairs if p.grad is not None]
        for p, g, (rule, memory) in zip(moving, gradients, at_work, strict=True):
            p.data += rule.change(g, p.data, memory, self._taken, rate)
        return norm


def _clipped(parameters, clip_norm, clip_value):
    """The parameters that have a gradient, these gradients, and their length before clipping."""
    moving = [p for p in parameters if p.grad is not None]
    if not moving:
        raise ValueError("there is no gradient: call backward() on the loss first.")
    gradients = [p.grad for p in moving]
    norm = length(gradients)
    if not np.isfinite(norm):
        raise ValueError("gradients must be finite, but they hold infinite numbers or NaN.")
    if callable(clip_norm):
        gradients = _clipped_by(clip_norm, gradients)
    elif clip_norm is not None:
        gradients = clip_by_norm(gradients, clip_norm)
    if clip_value is not None:
        gradients = clip_by_value(gradients, clip_value)
    return moving, gradients, norm


def _clipped_by(function, gradients):
    whole = function(np.concatenate([g.ravel() for g in gradients]))
    parts = np.split(whole, np.cumsum([g.size for g in gradients])[:-1])
    return [part.reshape(g.shape) for part, g in zip(parts, gradients, strict=True)]
