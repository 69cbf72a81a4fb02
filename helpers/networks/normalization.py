"""Normalization: numbers brought to mean 0 and variance 1, and how gradients pass that.

Sources: S. Ioffe and C. Szegedy, "Batch normalization" (2015); J. Ba, J. Kiros and G. Hinton,
"Layer normalization" (2016).
"""

import numpy as np

from helpers.autodiff import Tensor, add_rule, primitive
from helpers.networks.arguments import choice, real

__all__ = ["EPSILON", "batch_norm", "layer_norm", "standardize"]

EPSILON = 1e-5


@primitive
def standardize(x, axis, epsilon=EPSILON):
    """Return (x − mean) / √(variance + ε), both taken along the axis, for arrays and Tensors."""
    centered = x - np.mean(x, axis=axis, keepdims=True)
    return centered / np.sqrt(np.mean(centered * centered, axis=axis, keepdims=True) + epsilon)


def _standardize_rule(g, y, x, axis, epsilon=EPSILON):
    """Three ways lead from x to y: directly, through the mean, through the variance."""
    std = np.sqrt(np.var(x, axis=axis, keepdims=True) + epsilon)
    along_y = np.mean(g * y, axis=axis, keepdims=True)
    return (g - np.mean(g, axis=axis, keepdims=True) - y * along_y) / std


add_rule(
    standardize,
    _standardize_rule,
    general=True,
    # The matrix of its derivatives is symmetric: forward is the same as backward.
    push=lambda i, tangent, y, args, kwargs: _standardize_rule(tangent, y, *args, **kwargs),
)


def layer_norm(x, gain=1.0, shift=0.0, epsilon=EPSILON):
    """Standardize each row, that is each sample over its features, then scale and shift it.

    Training and evaluation do not differ.

    Args:
        x: of shape (..., n).
        gain: γ, one number or an array of shape (n,).
        shift: β, the same.
        epsilon: added to the variance, so that a row of equal numbers becomes 0 instead of NaN.
    """
    return standardize(x, -1, real(epsilon, "epsilon")) * gain + shift


def batch_norm(x, gain=1.0, shift=0.0, running=None, training=True, momentum=0.1, epsilon=EPSILON):
    """Standardize each column, that is each feature over the batch, then scale and shift it.

    In training, mean and variance are those of the batch, and the running ones follow them: each
    time they go the fraction `momentum` of the way. In evaluation the running ones serve, so that a
    sample's result does not depend on the others in its batch.

    Args:
        x: of shape (batch, n).
        gain: γ, one number or an array of shape (n,).
        shift: β, the same.
        running: a dict with "mean" and "variance", arrays of shape (n,), which training updates in
            place (as in PyTorch, with the variance that divides by batch − 1); None for none.
        training: whether the batch's own mean and variance are used.
        momentum: from 0, the running ones stay, to 1, they are the last batch's.
        epsilon: added to the variance.

    Raises:
        ValueError: if x has other than two axes; if a batch of one is to be trained on, whose
            variance would be 0; if there is nothing to evaluate with.
    """
    if np.ndim(x) != 2:
        raise ValueError(f"batch_norm takes x of shape (batch, n), got shape {np.shape(x)}.")
    epsilon, momentum = real(epsilon, "epsilon"), real(momentum, "momentum")
    choice(training, "training", (True, False))
    if not training:
        if running is None:
            raise ValueError("batch_norm needs running=... to evaluate with training=False.")
        std = np.sqrt(running["variance"] + epsilon)
        return (x - running["mean"]) * (gain / std) + shift
    if len(x) < 2:
        raise ValueError("batch_norm trains on two samples or more: the variance of one is 0.")
    if running is not None:
        plain = x.data if isinstance(x, Tensor) else np.asarray(x)
        running["mean"] += momentum * (plain.mean(axis=0) - running["mean"])
        running["variance"] += momentum * (plain.var(axis=0, ddof=1) - running["variance"])
    return standardize(x, 0, epsilon) * gain + shift
