"""NumPy functions that are written with others, so that they need no rule of their own.

Each has the arguments of its NumPy namesake, in its order. What is left out (`dtype`, `out`,
`where` and the like) is refused with a sentence when a Tensor is passed.
"""

import math
import operator

import numpy as np

from helpers.autodiff.arrays import joined
from helpers.autodiff.broadcasting import kept_shape, reduced_axes
from helpers.autodiff.rules import Composed, enter

__all__ = ["count"]


def count(shape, axis):
    """How many numbers a reduction over `axis` takes together."""
    return math.prod(shape[a] for a in reduced_axes(shape, axis))


# --------------------------------------------------------------------------------- statistics


def var(a, axis=None, *, ddof=0, keepdims=False):
    deviation = a - np.mean(a, axis=axis, keepdims=True)
    squares = np.sum(np.square(deviation), axis=axis, keepdims=keepdims)
    return squares / max(count(a.shape, axis) - ddof, 0)


def std(a, axis=None, *, ddof=0, keepdims=False):
    return np.sqrt(np.var(a, axis=axis, ddof=ddof, keepdims=keepdims))


def ptp(a, axis=None, *, keepdims=False):
    return np.max(a, axis=axis, keepdims=keepdims) - np.min(a, axis=axis, keepdims=keepdims)


def average(a, axis=None, weights=None, *, keepdims=False):
    if weights is None:
        return np.mean(a, axis=axis, keepdims=keepdims)
    if np.ndim(weights) == 1 and np.ndim(a) > 1 and isinstance(axis, int):
        weights = np.reshape(weights, [-1 if i == axis % a.ndim else 1 for i in range(a.ndim)])
    weights = weights * np.ones(np.shape(a))
    total = np.sum(a * weights, axis=axis, keepdims=keepdims)
    return total / np.sum(weights, axis=axis, keepdims=keepdims)


def clip(a, a_min=None, a_max=None, *, min=None, max=None):
    a_min, a_max = (min if a_min is None else a_min), (max if a_max is None else a_max)
    a = a if a_min is None else np.maximum(a, a_min)
    return a if a_max is None else np.minimum(a, a_max)


# --------------------------------------------------- products, also where a factor is zero


def prod(a, axis=None, *, keepdims=False):
    # Halves are multiplied with halves, so that no rule has to divide by a factor.
    axes = reduced_axes(a.shape, axis)
    kept = [i for i in range(a.ndim) if i not in axes]
    rest = np.reshape(
        np.transpose(a, (*axes, *kept)), (count(a.shape, axis), *[a.shape[i] for i in kept])
    )
    if len(rest) == 0:
        rest = np.ones((1, *rest.shape[1:]))
    while len(rest) > 1:
        half = len(rest) // 2
        pairs = rest[:half] * rest[half : 2 * half]
        rest = pairs if len(rest) % 2 == 0 else np.concatenate([pairs, rest[-1:]])
    return np.reshape(rest, kept_shape(a.shape, axis)) if keepdims else rest[0]


def cumprod(a, axis=None):
    # After each round a number holds the product of twice as many before it.
    a = np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)
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
    return np.sum(x1 * x2, axis=-1)


def tensordot(a, b, axes=2):
    if isinstance(axes, int | np.integer):
        axes = list(range(-axes, 0)), list(range(axes))
    of_a, of_b = (
        reduced_axes(s, tuple(np.atleast_1d(x).tolist()))
        for s, x in zip((np.shape(a), np.shape(b)), axes, strict=True)
    )
    free_a = [i for i in range(np.ndim(a)) if i not in of_a]
    free_b = [i for i in range(np.ndim(b)) if i not in of_b]
    shape_a, shape_b = [np.shape(a)[i] for i in free_a], [np.shape(b)[i] for i in free_b]
    size = math.prod(np.shape(a)[i] for i in of_a)
    left = np.reshape(np.transpose(a, (*free_a, *of_a)), (math.prod(shape_a), size))
    right = np.reshape(np.transpose(b, (*of_b, *free_b)), (size, math.prod(shape_b)))
    return np.reshape(left @ right, (*shape_a, *shape_b))


def diagonal(a, offset=0, axis1=0, axis2=1):
    a = np.moveaxis(a, (axis1, axis2), (-2, -1))
    rows = np.arange(max(min(a.shape[-2] + min(offset, 0), a.shape[-1] - max(offset, 0)), 0))
    return a[..., rows - min(offset, 0), rows + max(offset, 0)]


def trace(a, offset=0, axis1=0, axis2=1):
    return np.sum(np.diagonal(a, offset, axis1, axis2), axis=-1)


def diag(v, k=0):
    if v.ndim == 2:
        return np.diagonal(v, k)
    size = len(v) + abs(k)
    place = np.eye(size, k=k, dtype=bool)
    return np.where(place, v[np.cumsum(place.any(axis=1)) - 1][:, None], 0.0)


def tril(m, k=0):
    return np.where(np.tri(*m.shape[-2:], k=k, dtype=bool), m, 0.0)


def triu(m, k=0):
    return np.where(np.tri(*m.shape[-2:], k=k - 1, dtype=bool), 0.0, m)


def norm(x, ord=None, axis=None, keepdims=False):
    as_vector = (axis is None and (ord is None or np.ndim(x) == 1)) or isinstance(axis, int)
    if not as_vector and ord in (None, "fro") and isinstance(axis, tuple | None):
        ord = None
    elif not as_vector:
        raise TypeError(
            "np.linalg.norm on Tensors knows the norms of vectors (an axis, or all of x) and the "
            f"Frobenius norm, not ord={ord!r} with axis={axis!r}."
        )
    if ord is None or ord == 2:
        return np.sqrt(np.sum(np.square(x), axis=axis, keepdims=keepdims))
    if ord == 1:
        return np.sum(np.abs(x), axis=axis, keepdims=keepdims)
    if ord == np.inf:
        return np.max(np.abs(x), axis=axis, keepdims=keepdims)
    return np.sum(np.abs(x) ** ord, axis=axis, keepdims=keepdims) ** (1 / ord)


# ------------------------------------------------------------------------------- shapes


def ravel(a):
    return np.reshape(a, (-1,))


def squeeze(a, axis=None):
    axes = [i for i, n in enumerate(a.shape) if n == 1] if axis is None else axis
    axes = reduced_axes(a.shape, tuple(np.atleast_1d(axes).astype(int).tolist()))
    if any(a.shape[i] != 1 for i in axes):
        raise ValueError(f"squeeze removes axes of length 1, and shape {a.shape} has others there.")
    return np.reshape(a, tuple(n for i, n in enumerate(a.shape) if i not in axes))


def expand_dims(a, axis):
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    ndim = a.ndim + len(axes)
    axes, rest = [operator.index(i) % ndim for i in axes], iter(a.shape)
    return np.reshape(a, tuple(1 if i in axes else next(rest) for i in range(ndim)))


def moveaxis(a, source, destination):
    order = list(range(np.ndim(a)))
    moved = np.moveaxis(np.empty([1] * len(order)), source, destination)  # complains if it must
    del moved
    source = [i % len(order) for i in np.atleast_1d(source).tolist()]
    destination = [i % len(order) for i in np.atleast_1d(destination).tolist()]
    order = [i for i in order if i not in source]
    for place, axis in sorted(zip(destination, source, strict=True)):
        order.insert(place, axis)
    return np.transpose(a, tuple(order))


def swapaxes(a, axis1, axis2):
    order = list(range(np.ndim(a)))
    order[axis1], order[axis2] = order[axis2], order[axis1]
    return np.transpose(a, tuple(order))


def concatenate(arrays, axis=0):
    if axis is None:
        arrays, axis = [np.ravel(a) for a in arrays], 0
    return joined(*arrays, axis=axis)


def stack(arrays, axis=0):
    return np.concatenate([np.expand_dims(a, axis) for a in arrays], axis)


def vstack(tup):
    return np.concatenate([np.atleast_2d(a) for a in tup])


def hstack(tup):
    arrays = [np.atleast_1d(a) for a in tup]
    return np.concatenate(arrays, 0 if arrays[0].ndim == 1 else 1)


def column_stack(tup):
    columns = [np.reshape(a, (-1, 1)) if np.ndim(a) < 2 else a for a in tup]
    return np.concatenate(columns, 1)


def atleast_1d(a):
    return np.reshape(a, (1,)) if a.ndim == 0 else a


def atleast_2d(a):
    return a if a.ndim > 1 else np.reshape(a, (1, -1))


def split(ary, indices_or_sections, axis=0):
    # NumPy splits the places, and the array is read there: complaints are NumPy's as well.
    places = np.split(np.arange(ary.shape[axis]), indices_or_sections)
    return [np.take(ary, place, axis) for place in places]


def take(a, indices, axis=None):
    if axis is None:
        return np.ravel(a)[indices]
    return a[(*[slice(None)] * (axis % a.ndim), indices)]


def take_along_axis(arr, indices, axis):
    if axis is None:
        return np.ravel(arr)[indices]
    places = list(np.ogrid[tuple(slice(n) for n in indices.shape)])
    places[axis] = indices
    return arr[tuple(places)]


def sort(a, axis=-1):
    a, axis = (np.ravel(a), 0) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


def repeat(a, repeats, axis=None):
    a, axis = (np.ravel(a), 0) if axis is None else (a, axis)
    return np.take(a, np.repeat(np.arange(a.shape[axis]), repeats), axis)


def roll(a, shift, axis=None):
    return np.reshape(
        np.ravel(a)[np.roll(np.arange(a.size).reshape(a.shape), shift, axis)], a.shape
    )


def tile(A, reps):
    return np.ravel(A)[np.tile(np.arange(A.size).reshape(A.shape), reps)]


def diff(a, n=1, axis=-1):
    for _ in range(n):
        a = np.moveaxis(a, axis, 0)
        a = np.moveaxis(a[1:] - a[:-1], 0, axis)
    return a


for _function, _body in {
    **{
        getattr(np, f.__name__): f
        for f in (
            var,
            std,
            ptp,
            average,
            clip,
            prod,
            cumprod,
            dot,
            inner,
            outer,
            vdot,
            vecdot,
            tensordot,
            diagonal,
            trace,
            diag,
            tril,
            triu,
            ravel,
            squeeze,
            expand_dims,
            moveaxis,
            swapaxes,
            concatenate,
            stack,
            vstack,
            hstack,
            column_stack,
            atleast_1d,
            atleast_2d,
            split,
            take,
            take_along_axis,
            sort,
            repeat,
            roll,
            tile,
            diff,
        )
    },
    np.linalg.norm: norm,
}.items():
    enter(_function, Composed(_body))
