"""NumPy functions that are written with others, so that they need no rule of their own.

Each has the arguments of its NumPy namesake, in its order. What is left out (`dtype`, `out`,
`where` and the like) is refused with a sentence when a Tensor is passed. What NumPy refuses is
refused too. Those that only put numbers elsewhere are in layout.py.
"""

import math

import numpy as np
from numpy.lib.array_utils import normalize_axis_tuple

from helpers.autodiff.broadcasting import kept_shape, reduced_axes
from helpers.autodiff.rules import Composed, enter

__all__ = ["count"]

MISSING = object()  # where None has a meaning of its own


def count(shape, axis):
    """How many numbers a reduction over `axis` takes together."""
    return math.prod(shape[a] for a in reduced_axes(shape, axis))


# --------------------------------------------------------------------------------- statistics


def var(a, axis=None, *, ddof=0, keepdims=False):
    axis = axis if axis is None else normalize_axis_tuple(axis, a.ndim)
    deviation = a - np.mean(a, axis=axis, keepdims=True)
    squares = np.sum(np.square(deviation), axis=axis, keepdims=keepdims)
    return squares / max(count(a.shape, axis) - ddof, 0)


def std(a, axis=None, *, ddof=0, keepdims=False):
    axis = axis if axis is None else normalize_axis_tuple(axis, a.ndim)
    if ddof == 0 and count(a.shape, axis) == 1:
        return np.sum(0.0 * a, axis=axis, keepdims=keepdims)  # 0 always, so not √ with its slope ∞
    return np.sqrt(np.var(a, axis=axis, ddof=ddof, keepdims=keepdims))


def ptp(a, axis=None, *, keepdims=False):
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def average(a, axis=None, weights=None, *, keepdims=False):
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    shape, own = np.shape(a), np.shape(weights)
    axes = () if axis is None else normalize_axis_tuple(axis, len(shape), argname="axis")
    if own != shape:
        if axis is None:
            raise TypeError("Axis must be specified when shapes of a and weights differ.")
        if own != tuple(shape[i] for i in axes):
            raise ValueError("Shape of weights must be consistent with shape of a along axis.")
        weights = np.transpose(weights, tuple(np.argsort(axes)))
        weights = np.reshape(weights, [n if i in axes else 1 for i, n in enumerate(shape)])
    scale = np.sum(weights, axis=axis, keepdims=keepdims)
    if np.any(scale == 0.0):
        raise ZeroDivisionError("Weights sum to zero, can't be normalized")
    return np.sum(a * weights, axis=axis, keepdims=keepdims) / scale


def clip(a, a_min=MISSING, a_max=MISSING, *, min=MISSING, max=MISSING):
    if (a_min is MISSING) != (a_max is MISSING):
        raise TypeError("clip needs both a_min and a_max, where None stands for no bound.")
    if a_min is MISSING:
        a_min, a_max = min, max
    elif not (min is MISSING and max is MISSING):
        raise ValueError("clip takes a_min and a_max, or min and max, not both.")
    a = a if a_min is None or a_min is MISSING else np.maximum(a, a_min)
    return a if a_max is None or a_max is MISSING else np.minimum(a, a_max)


# --------------------------------------------------- products, also where a factor is zero


def prod(a, axis=None, *, keepdims=False):
    # Halves are multiplied with halves, so that no rule has to divide by a factor.
    axes = reduced_axes(a.shape, axis)
    kept = [i for i in range(a.ndim) if i not in axes]
    rest = np.reshape(
        np.transpose(a, (*axes, *kept)), (count(a.shape, axis), *[a.shape[i] for i in kept])
    )
    if len(rest) == 0:
        rest = np.concatenate([rest, np.ones((1, *rest.shape[1:]))])
    while len(rest) > 1:
        half = len(rest) // 2
        pairs = rest[:half] * rest[half : 2 * half]
        rest = pairs if len(rest) % 2 == 0 else np.concatenate([pairs, rest[-1:]])
    return np.reshape(rest, kept_shape(a.shape, axis)) if keepdims else rest[0]


def cumprod(a, axis=None):
    # After each round a number holds the product of twice as many before it.
    a = np.ravel(a) if axis is None else np.moveaxis(np.atleast_1d(a), axis, 0)
    reach = 1
    while reach < len(a):
        a = np.concatenate([a[:reach], a[reach:] * a[:-reach]])
        reach *= 2
    return a if axis is None else np.moveaxis(a, 0, axis)


# ------------------------------------------------------------------------------- matrices


def dot(a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.matmul(a, b) if np.ndim(b) < 3 else np.tensordot(a, b, (-1, -2))


def inner(a, b):
    if np.ndim(a) == 0 or np.ndim(b) == 0:
        return np.multiply(a, b)
    return np.tensordot(a, b, (-1, -1))


def outer(a, b):
    return np.ravel(a)[:, None] * np.ravel(b)[None, :]


def vdot(a, b):
    return np.matmul(np.ravel(a), np.ravel(b))


def vecdot(x1, x2):
    if np.ndim(x1) == 0 or np.ndim(x2) == 0 or np.shape(x1)[-1] != np.shape(x2)[-1]:
        raise ValueError(
            f"vecdot takes vectors of one length, got shapes {np.shape(x1)} and {np.shape(x2)}."
        )
    return np.sum(x1 * x2, axis=-1)


def tensordot(a, b, axes=2):
    if isinstance(axes, int | np.integer):
        axes = list(range(-axes, 0)), list(range(axes))
    of_a, of_b = (normalize_axis_tuple(x, np.ndim(y)) for x, y in zip(axes, (a, b), strict=True))
    free_a = [i for i in range(np.ndim(a)) if i not in of_a]
    free_b = [i for i in range(np.ndim(b)) if i not in of_b]
    shape_a, shape_b = [np.shape(a)[i] for i in free_a], [np.shape(b)[i] for i in free_b]
    if [np.shape(a)[i] for i in of_a] != [np.shape(b)[i] for i in of_b]:
        raise ValueError(f"Shapes {np.shape(a)} and {np.shape(b)} do not match along axes {axes}.")
    size = math.prod(np.shape(a)[i] for i in of_a)
    left = np.reshape(np.transpose(a, (*free_a, *of_a)), (math.prod(shape_a), size))
    right = np.reshape(np.transpose(b, (*of_b, *free_b)), (size, math.prod(shape_b)))
    return np.reshape(left @ right, (*shape_a, *shape_b))


def trace(a, offset=0, axis1=0, axis2=1):
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def diag(v, k=0):
    if v.ndim == 2:
        return np.diagonal(v, k)
    if v.ndim != 1:
        raise ValueError("Input must be 1- or 2-d.")
    beside = np.zeros(abs(k))
    rows = np.concatenate([v, beside] if k >= 0 else [beside, v])
    return np.where(np.eye(len(rows), k=k, dtype=bool), rows[:, None], 0.0)


def tril(m, k=0):
    return np.where(np.tri(*m.shape[-2:], k=k, dtype=bool), m, 0.0)


def triu(m, k=0):
    return np.where(np.tri(*m.shape[-2:], k=k - 1, dtype=bool), 0.0, m)


def norm(x, ord=None, axis=None, keepdims=False):
    with np.errstate(all="ignore"):
        np.linalg.norm(np.broadcast_to(1.0, x.shape), ord, axis, keepdims)  # complains if it must
    axes = reduced_axes(x.shape, axis)
    as_vector = len(axes) == 1 or (axis is None and ord is None)
    if ord == 0 or not (as_vector or ord in (None, "fro")):
        raise TypeError(
            "np.linalg.norm on Tensors knows the norms of vectors (an axis, or all of x) and the "
            f"Frobenius norm, not ord={ord!r} with axis={axis!r}."
        )
    over = {"axis": axes, "keepdims": keepdims}
    if ord in (None, "fro", 2):
        return np.sqrt(np.sum(np.square(x), **over))
    if ord == 1:
        return np.sum(np.abs(x), **over)
    if abs(ord) == np.inf:
        return (np.max if ord > 0 else np.min)(np.abs(x), **over)
    return np.sum(np.abs(x) ** ord, **over) ** (1 / ord)


for _body in (var, std, ptp, average, clip, prod, cumprod):
    enter(getattr(np, _body.__name__), Composed(_body))
for _body in (dot, inner, outer, vdot, vecdot, tensordot, trace, diag, tril, triu):
    enter(getattr(np, _body.__name__), Composed(_body))
enter(np.linalg.norm, Composed(norm))
