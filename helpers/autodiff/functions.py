"""Functions of neural networks that NumPy lacks, for arrays, Tensors and dual numbers alike."""

import numpy as np

from helpers.autodiff.broadcasting import expand
from helpers.autodiff.dispatch import primitive
from helpers.autodiff.rules import RULES, add_rule

__all__ = [
    "linear",
    "log_softmax",
    "logsumexp",
    "relu",
    "sigmoid",
    "softmax",
    "softmax_cross_entropy",
]


@primitive
def relu(x):
    """Return the positive part of each number, max(x, 0); the slope at 0 is 0."""
    return np.maximum(x, 0.0)


add_rule(relu, lambda y, x: ~np.less_equal(x, 0))  # and of NaN 1, which hides no NaN
RULES[relu].selects, RULES[relu].steep = True, False


@primitive
def sigmoid(x):
    """Return σ(x) = 1 / (1 + e⁻ˣ) for each number, to the last digits and without overflow."""
    x = np.asarray(x)
    small = np.exp(np.where(x < 0, x, -x))
    return np.where(x < 0, small, 1.0) / (1.0 + small)


add_rule(sigmoid, lambda y, x: y * sigmoid(-x))  # 1 − y would lose digits where y is near 1
RULES[sigmoid].steep = False


@primitive
def linear(x, W, b):
    """Return x @ W + b in one step: a layer of a network.

    Args:
        x: inputs, of shape (..., n_in).
        W: weights, of shape (n_in, n_out).
        b: biases, of shape (n_out,).

    Returns:
        An array of shape (..., n_out).

    Raises:
        ValueError: if the shapes do not fit.
    """
    x, W, b = np.asarray(x), np.asarray(W), np.asarray(b)
    if W.ndim != 2 or x.shape[-1:] != W.shape[:1] or b.shape != W.shape[1:]:
        raise ValueError(
            "linear takes x of shape (..., n_in), W of shape (n_in, n_out) and b of shape "
            f"(n_out,), got shapes {x.shape}, {W.shape} and {b.shape}."
        )
    y = x @ W
    y += b  # in the memory of the product, which nobody else has
    return y


def _linear_weights(g, y, x, W, b):
    if x.ndim == 2:
        return x.T @ g
    return np.reshape(x, (-1, x.shape[-1])).T @ np.reshape(g, (-1, g.shape[-1]))


def _linear_biases(g, y, x, W, b):
    if g.ndim == 2:
        return np.ones(len(g)) @ g  # g.sum(axis=0), by the faster library of matrices
    return g.sum(axis=tuple(range(g.ndim - 1)))


def _linear_push(i, tangent, y, args, kwargs):
    x, W, _ = args
    return (lambda: tangent @ W, lambda: x @ tangent, lambda: tangent)[i]()


add_rule(
    linear,
    lambda g, y, x, W, b: g @ W.T,
    _linear_weights,
    _linear_biases,
    general=True,
    push=_linear_push,
)
RULES[linear].contracts = True


def _from_top(x, axis):
    """x − max x along the axis, and the maximum: exp of it never overflows.

    What equals the maximum is 0 from it, also where both are infinite.
    """
    x = np.asarray(x)
    top = np.max(x, axis=axis, keepdims=True)
    if np.isfinite(top).all():
        return x - top, top
    with np.errstate(invalid="ignore"):
        return np.where(x == top, 0.0, x - top), top


@primitive
def logsumexp(x, axis=None, keepdims=False):
    """Return log Σ exp(x) over an axis (all of x if None), without overflow."""
    below, top = _from_top(x, axis)
    total = np.log(np.sum(np.exp(below), axis=axis, keepdims=True)) + top
    return total if keepdims else np.squeeze(total, axis)


def _logsumexp_rule(g, y, x, axis=None, keepdims=False):
    return expand(g, x.shape, axis, keepdims) * softmax(x, axis)


def _logsumexp_push(i, tangent, y, args, kwargs):
    return _sum_of_shares(tangent, *args, **kwargs)


def _sum_of_shares(tangent, x, axis=None, keepdims=False):
    return np.sum(tangent * softmax(x, axis), axis=axis, keepdims=keepdims)


add_rule(logsumexp, _logsumexp_rule, general=True, push=_logsumexp_push)


@primitive
def softmax(x, axis=-1):
    """Return exp(x) / Σ exp(x): positive numbers that add up to 1 along the axis.

    It is the gradient of logsumexp. Equal numbers share evenly, infinite ones as well.
    """
    below, _ = _from_top(x, axis)
    powers = np.exp(below)
    return powers / np.sum(powers, axis=axis, keepdims=True)


def _softmax_rule(g, y, x, axis=-1):
    weighted = g * y
    return weighted - y * np.sum(weighted, axis=axis, keepdims=True)


add_rule(
    softmax,
    _softmax_rule,
    general=True,
    push=lambda i, t, y, args, kwargs: _softmax_rule(t, y, *args, **kwargs),
)


@primitive
def log_softmax(x, axis=-1):
    """Return log softmax(x) = x − logsumexp(x) along the axis, without overflow."""
    below, _ = _from_top(x, axis)
    return below - np.log(np.sum(np.exp(below), axis=axis, keepdims=True))


def _log_softmax_push(i, tangent, y, args, kwargs):
    axis = kwargs.get("axis", args[1] if len(args) > 1 else -1)
    return tangent - np.sum(np.exp(y) * tangent, axis=axis, keepdims=True)


add_rule(
    log_softmax,
    lambda g, y, x, axis=-1: g - np.exp(y) * np.sum(g, axis=axis, keepdims=True),
    general=True,
    push=_log_softmax_push,
)


def softmax_cross_entropy(logits, labels):
    """Return the mean of −log softmax(logits) at the right labels: the loss of a classifier.

    Args:
        logits: one row of scores for each sample, of shape (n, classes).
        labels: the right class of each sample, whole numbers from 0 on, of shape (n,).

    Returns:
        A single number, 0 or more.

    Raises:
        ValueError: if the shapes do not fit or a label is out of range.
        TypeError: if the labels are not whole numbers.
    """
    labels, shape = np.asarray(labels), np.shape(logits)
    if len(shape) != 2 or labels.shape != shape[:1] or labels.size == 0:
        raise ValueError(
            "softmax_cross_entropy takes logits of shape (n, classes) and labels of shape (n,), "
            f"got {shape} and {labels.shape}."
        )
    if labels.dtype.kind not in "iu":
        raise TypeError(f"labels must be whole numbers, not {labels.dtype}.")
    if labels.min() < 0 or labels.max() >= shape[1]:
        raise ValueError(f"labels must be 0 to {shape[1] - 1}, as there are {shape[1]} classes.")
    return _cross_entropy(logits, labels, {})


@primitive
def _cross_entropy(logits, labels, notes):
    rows = np.arange(len(labels))
    shifted, _ = _from_top(logits, 1)
    powers = np.exp(shifted)
    sums = np.sum(powers, axis=1, keepdims=True)
    notes["softmax"] = powers / sums  # for the way back
    return np.mean(np.log(sums[:, 0]) - shifted[rows, labels])


def _cross_entropy_rule(g, y, logits, labels, notes):
    """(softmax − one-hot) / n: what each score adds to the loss."""
    g = g / len(labels)
    if isinstance(logits, np.ndarray):
        slope = notes["softmax"] * g
        slope[np.arange(len(labels)), labels] -= g
        return slope
    return g * (softmax(logits) - _one_hot(logits, labels))


def _one_hot(logits, labels):
    return labels[:, None] == np.arange(np.shape(logits)[1])


def _cross_entropy_push(i, tangent, y, args, kwargs):
    logits, labels, _ = args
    return np.sum(tangent * (softmax(logits) - _one_hot(logits, labels))) / len(labels)


add_rule(_cross_entropy, _cross_entropy_rule, general=True, push=_cross_entropy_push)
