"""Clipping: a limit for gradients that explode.

Source of clipping by norm: R. Pascanu, T. Mikolov and Y. Bengio, "On the difficulty of training
recurrent neural networks" (2013).
"""

import math

import numpy as np

from helpers.networks.arguments import real, reals

__all__ = ["angle", "clip_by_norm", "clip_by_value", "gradient_norm"]


def gradient_norm(gradients):
    """Return the length of a gradient, taken over all its arrays together, as one long vector.

    Args:
        gradients: an array, or a list of arrays, such as `[p.grad for p in net.parameters()]`.

    Raises:
        TypeError, ValueError: if they are not made of finite real numbers.
    """
    return length(_arrays(gradients)[0])


def clip_by_norm(gradients, max_norm):
    """Return the gradient, shortened to length max_norm if it is longer; its direction stays.

        >>> clip_by_norm(np.array([3.0, 4.0]), 1)
        array([0.6, 0.8])

    Args:
        gradients: an array, or a list of arrays, whose length is taken over all of them together.
        max_norm: the largest length that passes, above 0.

    Returns:
        New arrays in the same form.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    arrays, is_list = _arrays(gradients)
    max_norm = real(max_norm, "max_norm", open_end=True)
    norm = length(arrays)
    if norm > max_norm:
        clipped = [a / norm * max_norm for a in arrays]  # the factor alone could underflow
    else:
        clipped = [a.copy() for a in arrays]
    return clipped if is_list else clipped[0]


def clip_by_value(gradients, limit):
    """Return the gradient with each number brought into (−limit, limit); its direction may turn.

        >>> clip_by_value(np.array([3.0, 4.0]), 1)
        array([1., 1.])

    Args:
        gradients: an array, or a list of arrays.
        limit: the largest absolute value that passes, above 0.

    Returns:
        New arrays in the same form.

    Raises:
        TypeError, ValueError: if an argument is not one of these.
    """
    arrays, is_list = _arrays(gradients)
    limit = real(limit, "limit", open_end=True)
    clipped = [np.clip(a, -limit, limit) for a in arrays]
    return clipped if is_list else clipped[0]


def angle(gradients, others):
    """Return the angle between two gradients, in degrees from 0 to 180.

    Args:
        gradients: an array, or a list of arrays.
        others: the same, in the same shapes.

    Raises:
        TypeError, ValueError: if they are not such arrays, or one of them is 0 throughout.
    """
    a, b = _arrays(gradients)[0], _arrays(others)[0]
    if [x.shape for x in a] != [x.shape for x in b]:
        raise ValueError("angle takes two gradients of the same shapes.")
    lengths = length(a), length(b)
    if 0 in lengths:
        raise ValueError("angle needs two gradients that are not 0 throughout.")
    u, v = ([x / n for x in arrays] for arrays, n in zip((a, b), lengths, strict=True))
    # By the half angle, which stays exact where the cosine is flat.
    apart = length([x - y for x, y in zip(u, v, strict=True)])
    together = length([x + y for x, y in zip(u, v, strict=True)])
    return math.degrees(2 * math.atan2(apart, together))


def _arrays(gradients):
    """The gradient as a list of arrays, and whether it was a list of arrays before."""
    is_list = isinstance(gradients, list | tuple) and any(np.ndim(g) for g in gradients)
    if isinstance(gradients, list | tuple) and any(g is None for g in gradients):
        raise TypeError("gradients must be arrays, but one is None: call backward() first.")
    parts = gradients if is_list else [gradients]
    return [reals(g, "gradients") for g in parts], is_list


def length(arrays):
    """Return √ of the sum of all squares; infinite or NaN if one of the numbers is."""
    with np.errstate(over="ignore"):
        total = sum(float(np.vdot(a, a)) for a in arrays)
    if 1e-250 < total < math.inf:  # the usual case, and the fast one
        return math.sqrt(total)
    # Squares may leave the range of numbers where their root does not.
    largest = max((float(np.abs(a).max(initial=0)) for a in arrays), default=0.0)
    if largest == 0 or not math.isfinite(largest):
        return largest
    return largest * math.sqrt(sum(float(np.sum((a / largest) ** 2)) for a in arrays))
