"""Optimizers: what to make of a gradient, and of those before it.

    >>> from helpers.descent import Adam, Momentum, minimize
    >>> from helpers.functions import long_valley
    >>> minimize(long_valley, long_valley.gradient, [2, 1], Momentum(0.05, 0.6), steps=60)
    <Run of 60 steps: loss 12 → 7.28312e-11, step limit>
    >>> minimize(long_valley, long_valley.gradient, [2, 1], Adam([0.01, 0.1, 1])).points.shape
    (101, 3, 2)

An optimizer is a small class: its fields are its settings, `memory` says what it remembers at the
start, and `change` gives the next step. The letters are g for the gradient, p for the point, η for
the learning rate; all operations go coordinate by coordinate. The defaults, and where ε stands, are
those of PyTorch, which a benchmark compares to the last digits.

Every setting may be an array of the shape of a batch of walks, as the learning rate, which may also
be a schedule: a function of the step, from 0.
"""

from dataclasses import dataclass, fields, replace

import numpy as np

from helpers.derivatives.arguments import real, shown
from helpers.descent.rates import Rates, across
from helpers.descent.runs import as_start, walk

__all__ = [
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "Momentum",
    "Nesterov",
    "Optimizer",
    "RMSProp",
    "minimize",
]

# Where each setting may lie: the least value, and the first one that is too large.
LIMITS = {
    **dict.fromkeys(("momentum", "beta", "beta1", "beta2"), (0.0, 1.0)),
    **dict.fromkeys(("eps", "weight_decay"), (0.0, np.inf)),
}


@dataclass(frozen=True, kw_only=True)
class Optimizer:
    """What all optimizers share. It is not used by itself.

    Attributes:
        learning_rate: η, greater than 0; a number, an array of the shape of a batch, or a schedule.

    Raises:
        TypeError, ValueError: if a setting is no real number, or not in its range.
    """

    learning_rate: object

    def __post_init__(self):
        """Refuse settings out of range, with a sentence."""
        Rates(self.learning_rate)
        for name, (least, above) in LIMITS.items():
            if hasattr(self, name):
                given = getattr(self, name)
                value = real(given, name)
                if not ((value >= least) & (value < above)).all():
                    words = f"{least:g} or more"
                    words += f" and less than {above:g}" if np.isfinite(above) else ""
                    raise ValueError(f"{name} must be {words}, got {shown(given)}.")

    def memory(self, p):
        """What is remembered before the first step: arrays by name, each like the point."""
        return {}

    def change(self, g, p, memory, step, rate):
        """What to add to the point in a step, and bring the memory up to date.

        Args:
            g: the gradient at p.
            p: the point, an array of any shape.
            memory: what `memory` returned, and this function changed since.
            step: the number of the step, from 1.
            rate: η in this step.
        """
        raise NotImplementedError


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent: p ← p − η g. With gradients of mini-batches it is called stochastic."""

    learning_rate: object = 0.01

    def change(self, g, p, memory, step, rate):
        """Against the gradient."""
        return -rate * g


@dataclass(frozen=True)
class Momentum(Optimizer):
    """The heavy ball: v ← β v + g, p ← p − η v. The velocity v keeps a part β of itself.

    Source: B. T. Polyak, "Some methods of speeding up the convergence of iteration methods" (1964).

    Attributes:
        momentum: β, from 0 to below 1.
    """

    learning_rate: object = 0.01
    momentum: object = 0.9

    def memory(self, p):
        """A velocity of 0."""
        return {"v": np.zeros_like(p)}

    def change(self, g, p, memory, step, rate):
        """Along the velocity, against the slope."""
        memory["v"] = self.momentum * memory["v"] + g
        return -rate * memory["v"]


@dataclass(frozen=True)
class Nesterov(Momentum):
    """Nesterov's momentum: v ← β v + g, p ← p − η (g + β v): the gradient counts one step ahead.

    The points are the look-ahead points of the textbook form, whose gradient is taken at p + β v.
    Source: Y. Nesterov (1983); this form, I. Sutskever and others, "On the importance of
    initialization and momentum in deep learning" (2013).
    """

    def change(self, g, p, memory, step, rate):
        """Along the velocity that the next step would have on the same slope."""
        memory["v"] = self.momentum * memory["v"] + g
        return -rate * (g + self.momentum * memory["v"])


@dataclass(frozen=True)
class AdaGrad(Optimizer):
    """s ← s + g², p ← p − η g / (√s + ε): each coordinate has a rate of its own, which only falls.

    Source: J. Duchi, E. Hazan and Y. Singer, "Adaptive subgradient methods" (2011).

    Attributes:
        eps: ε, 0 or more; it keeps the first step along a level coordinate finite.
    """

    learning_rate: object = 0.01
    eps: object = 1e-10

    def memory(self, p):
        """A sum of squares of 0."""
        return {"s": np.zeros_like(p)}

    def change(self, g, p, memory, step, rate):
        """Against the gradient, by the size of all gradients so far."""
        memory["s"] = memory["s"] + g**2
        return -rate * g / (np.sqrt(memory["s"]) + self.eps)


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """s ← β s + (1 − β) g², p ← p − η g / (√s + ε): AdaGrad that forgets.

    Source: T. Tieleman and G. Hinton, lecture 6.5 of "Neural networks for machine learning" (2012).

    Attributes:
        beta: β, from 0 to below 1: how much of s is kept in a step.
        eps: ε, 0 or more.
    """

    learning_rate: object = 0.01
    beta: object = 0.99
    eps: object = 1e-8

    def memory(self, p):
        """A mean of squares of 0."""
        return {"s": np.zeros_like(p)}

    def change(self, g, p, memory, step, rate):
        """Against the gradient, by the size of the gradients of late."""
        memory["s"] = self.beta * memory["s"] + (1 - self.beta) * g**2
        return -rate * g / (np.sqrt(memory["s"]) + self.eps)


@dataclass(frozen=True)
class Adam(Optimizer):
    """m ← β₁ m + (1 − β₁) g, s ← β₂ s + (1 − β₂) g², p ← p − η m̂ / (√ŝ + ε).

    The hats are the bias correction, m̂ = m / (1 − β₁ᵗ) and ŝ = s / (1 − β₂ᵗ) in step t: both
    means begin at 0, and would be too small at first. Source: D. P. Kingma and J. Ba, "Adam: a
    method for stochastic optimization" (2015), algorithm 1.

    Attributes:
        beta1: β₁, from 0 to below 1, for the mean of the gradients.
        beta2: β₂, from 0 to below 1, for the mean of their squares.
        eps: ε, 0 or more, added after the correction.
    """

    learning_rate: object = 0.001
    beta1: object = 0.9
    beta2: object = 0.999
    eps: object = 1e-8

    def memory(self, p):
        """Two means of 0."""
        return {"m": np.zeros_like(p), "s": np.zeros_like(p)}

    def change(self, g, p, memory, step, rate):
        """Against the mean gradient, by the size of the gradients of late."""
        memory["m"] = self.beta1 * memory["m"] + (1 - self.beta1) * g
        memory["s"] = self.beta2 * memory["s"] + (1 - self.beta2) * g**2
        m_hat = memory["m"] / (1 - self.beta1**step)
        return -rate * m_hat / (np.sqrt(self._squares(memory) / (1 - self.beta2**step)) + self.eps)

    def _squares(self, memory):
        return memory["s"]


@dataclass(frozen=True)
class AMSGrad(Adam):
    """Adam that divides by the largest mean of squares so far, so that its rates only fall.

    Source: S. J. Reddi, S. Kale and S. Kumar, "On the convergence of Adam and beyond" (2018),
    arXiv:1904.09237, with Adam's bias correction, as in PyTorch.
    """

    def memory(self, p):
        """Two means, and the largest s, of 0."""
        return {**super().memory(p), "largest": np.zeros_like(p)}

    def _squares(self, memory):
        memory["largest"] = np.maximum(memory["largest"], memory["s"])
        return memory["largest"]


@dataclass(frozen=True)
class AdamW(Adam):
    """Adam with weight decay beside the gradient: p ← p − η λ p, and then Adam's step.

    With λ p added to the gradient instead (L2), Adam would divide it by the size of the gradients.
    Source: I. Loshchilov and F. Hutter, "Decoupled weight decay regularization" (2019).

    Attributes:
        weight_decay: λ, 0 or more.
    """

    weight_decay: object = 0.01

    def change(self, g, p, memory, step, rate):
        """Adam's step, and towards 0."""
        return super().change(g, p, memory, step, rate) - rate * self.weight_decay * p


def minimize(f, grad, start, optimizer, steps=100, *, small_gradient=0.0, small_change=0.0):
    """Walk downhill as an optimizer says, and return the whole walk as a `Run`.

    Many walks are taken at once, as by `gradient_descent`: the shapes of the starts without their
    last axis, and those of the optimizer's settings, broadcast together to the shape of the batch.

    Args:
        f: the loss, of a point or of the points of a batch, of shape (*batch, d).
        grad: its gradient, of the same shape as the points. It may be an estimate from a
            mini-batch (`helpers.descent.MiniBatches`).
        start: one number, or an array whose last axis holds the coordinates.
        optimizer: an `Optimizer`, such as ``Adam(0.01)``.
        steps: how many steps at most.
        small_gradient: a walk stops where ‖grad‖ is at most this. 0, the default, turns it off.
        small_change: a walk stops after a step that is at most this long. 0 turns it off.

    Returns:
        A `Run`; its reasons for stopping are those of `gradient_descent`.

    Raises:
        TypeError, ValueError: if an argument is not one of these, or the shapes do not fit.
    """
    if not isinstance(optimizer, Optimizer):
        raise TypeError(f"optimizer must be one such as Adam(0.01), got {shown(optimizer)}.")
    start, rates = as_start(start), Rates(optimizer.learning_rate)
    coordinates = start.shape[-1:]
    settings = {
        one.name: real(getattr(optimizer, one.name), one.name)
        for one in fields(optimizer)
        if one.name != "learning_rate"
    }
    shapes = [start.shape[:-1], rates.shape, *(value.shape for value in settings.values())]
    try:
        batch = np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"start and the optimizer's settings must fit together, got starts of shape "
            f"{shapes[0]} (the last axis of {start.shape} holds the coordinates), learning rates "
            f"of shape {shapes[1]} and other settings of the shapes {shapes[2:]}."
        ) from None
    spread = {name: across(value, coordinates) for name, value in settings.items()}
    wide = replace(optimizer, **spread)
    start = np.broadcast_to(start, batch + coordinates)[()]
    memory = wide.memory(start)

    def shift(step, point, gradient, going):
        return wide.change(gradient, point, memory, step + 1, across(rates.at(step), coordinates))

    return walk(f, grad, start, batch, shift, steps, small_gradient, small_change)
