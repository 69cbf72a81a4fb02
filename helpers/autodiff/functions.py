"""Functions of neural networks that NumPy lacks, for arrays, Tensors and dual numbers alike."""

import numpy as np

from helpers.autodiff.broadcasting import expand, kept_shape
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


add_rule(relu, lambda y, x: np.greater(x, 0))
RULES[relu].selects = True


@primitive
def sigmoid(x):
    """Return σ(x) = 1 / (1 + e⁻ˣ) for each number, without overflow."""
    return 0.5 * np.tanh(0.5 * np.asarray(x)) + 0.5


add_rule(sigmoid, lambda y, x: y * (1 - y))


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


def _linear_push(i, tangent, y, args, kwargs):
    x, W, _ = args
    return (lambda: tangent @ W, lambda: x @ tangent, lambda: tangent)[i]()


add_rule(
    linear,
    lambda g, y, x, W, b: g @ W.T,
    _linear_weights,
    lambda g, y, x, W, b: g.sum(axis=tuple(range(g.ndim - 1))),
    general=True,
    push=_linear_push,
)
RULES[linear].contracts = True


@primitive
def logsumexp(x, axis=None, keepdims=False):
    """Return log Σ exp(x) over an axis (all of x if None), without overflow."""
    x = np.asarray(x)
    shift = np.max(x, axis=axis, keepdims=True)
    shift = np.where(np.isfinite(shift), shift, 0.0)  # ∞ − ∞ would be NaN
    with np.errstate(divide="ignore"):  # log 0 = −∞ is right where all of x is −∞
        total = np.log(np.sum(np.exp(x - shift), axis=axis, keepdims=True)) + shift
    return total if keepdims else np.squeeze(total, axis)


def _shares(y, x, axis=None, keepdims=False):
    """exp(x) / Σ exp(x): the softmax, from the logsumexp y."""
    return np.exp(x - (y if keepdims else np.reshape(y, kept_shape(x.shape, axis))))


def _logsumexp_push(i, tangent, y, args, kwargs):
    return np.sum(tangent * _shares(y, *args, **kwargs), **_axis(*args, **kwargs))


def _axis(x, axis=None, keepdims=False):
    return {"axis": axis, "keepdims": keepdims}


add_rule(
    logsumexp,
    lambda g, y, x, axis=None, keepdims=False: (
        expand(g, x.shape, axis, keepdims) * _shares(y, x, axis, keepdims)
    ),
    general=True,
    push=_logsumexp_push,
)


@primitive
def softmax(x, axis=-1):
    """Return exp(x) / Σ exp(x): positive numbers that add up to 1 along the axis."""
    x = np.asarray(x)
    powers = np.exp(x - np.max(x, axis=axis, keepdims=True))
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
    x = np.asarray(x)
    shifted = x - np.max(x, axis=axis, keepdims=True)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


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
    shifted = logits - np.max(logits, axis=1, keepdims=True)
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
