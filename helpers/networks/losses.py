"""Losses: one number that says how wrong a network is, each finite for scores of any size."""

import numpy as np

from helpers.autodiff import softmax_cross_entropy

__all__ = ["logistic_loss", "mean_squared_error", "softmax_cross_entropy"]


def mean_squared_error(predictions, targets):
    """Return the mean of (prediction − target)², over all numbers.

    Args:
        predictions: an array or Tensor.
        targets: of the same shape.

    Raises:
        ValueError: if the shapes differ, as (n, 1) and (n,) do: NumPy would make (n, n) of them.
    """
    _same_shape("mean_squared_error", "predictions", predictions, "targets", targets)
    return np.mean((predictions - targets) ** 2)


def logistic_loss(scores, labels):
    """Return the mean of −log p(label), where p(1) = σ(score): the loss of a classifier of two.

    It is log(1 + eˢ) for label 0 and log(1 + e⁻ˢ) for label 1, taken by np.logaddexp, which never
    computes the exponential of a large number. PyTorch calls it binary_cross_entropy_with_logits.

    Args:
        scores: s, an array or Tensor; above 0 means label 1.
        labels: 0 or 1 for each, of the same shape.

    Raises:
        ValueError: if the shapes differ, as (n, 1) and (n,) do, or a label is not 0 or 1.
    """
    labels = np.asarray(labels)
    _same_shape("logistic_loss", "scores", scores, "labels", labels)
    if not np.isin(labels, (0, 1)).all():
        raise ValueError("labels must be 0 or 1.")
    return np.mean(np.logaddexp(0.0, scores * np.where(labels, -1.0, 1.0)))


def _same_shape(function, first, a, second, b):
    shape, other = np.shape(a), np.shape(b)
    if shape != other or 0 in shape:
        column = ": a column c of shape (n, 1) becomes one of (n,) by c[:, 0]"
        raise ValueError(
            f"{function} takes {first} and {second} of one shape, got {shape} and {other}"
            + (column if sorted((len(shape), len(other))) == [1, 2] else "")
            + "."
        )
