"""The rules of functions that work on whole arrays: sums, shapes, indexing, products of matrices.

Source of the formulas of linear algebra: M. Giles, "Collected matrix derivative results for forward
and reverse mode algorithmic differentiation" (2008).
"""

import operator

import numpy as np

from helpers.autodiff.broadcasting import expand, kept_shape, reduced_axes, sum_to
from helpers.autodiff.dispatch import primitive
from helpers.autodiff.rules import FLAT, General, Joined, enter

__all__ = ["joined", "scatter"]


@primitive
def scatter(g, index, shape):
    """Return zeros of this shape with g added at the index: indexing, backward."""
    result = np.zeros(shape, np.result_type(g))
    if _repeats(index):
        np.add.at(result, index, g)
    else:
        result[index] = g
    return result


def _repeats(index):
    """Whether an index may name an element twice, as arrays of integers do."""
    parts = index if isinstance(index, tuple) else (index,)
    return any(np.ndim(part) and np.asarray(part).dtype.kind != "b" for part in parts)


@primitive
def joined(*arrays, axis=0, ends=()):
    """np.concatenate with the arrays as arguments, which end at these places of the axis."""
    return np.concatenate(arrays, axis)


def _part(i, g, axis=0, ends=()):
    """What g holds for the i-th of the arrays that were joined along the axis."""
    place = [slice(None)] * g.ndim
    place[axis] = slice(ends[i - 1] if i else 0, ends[i])
    return g[tuple(place)]


def _extreme_pull(g, y, a, axis=None, *, keepdims=False):
    return expand(g, a.shape, axis, keepdims) * _winners(y, a, axis, keepdims)


def _extreme_push(i, tangent, y, args, kwargs):
    shares = _winners(y, *args, **kwargs)
    # A number that is not taken may move at any speed, even an infinite one.
    return np.sum(np.where(shares == 0, 0.0, tangent * shares), *args[1:], **kwargs)


def _winners(y, a, axis=None, keepdims=False):
    """The share of each number in the largest or smallest: equal ones share evenly."""
    # Compared as plain numbers: the shares are constants.
    top = y if keepdims else np.reshape(y, kept_shape(a.shape, axis))
    equal = (a == top) | np.isnan(a)  # a NaN is taken, whatever else there is
    return equal / np.sum(equal, axis=reduced_axes(a.shape, axis), keepdims=True)


def _reverse_cumsum(g, y, a, axis=None):
    if axis is None:
        return np.reshape(np.cumsum(g[::-1])[::-1], a.shape)
    return np.flip(np.cumsum(np.flip(g, axis), axis), axis)


def _untranspose(g, y, a, axes=None):
    return np.transpose(g, None if axes is None else tuple(np.argsort([i % a.ndim for i in axes])))


def _matmul_left(g, y, a, b):
    if a.ndim == b.ndim == 2:
        return g @ b.T
    if b.ndim == 1:
        g, b = g[..., None], b[:, None]
    if a.ndim == 1:
        g = g[..., None, :]
    return sum_to(g @ np.swapaxes(b, -1, -2), a.shape)


def _matmul_right(g, y, a, b):
    if a.ndim == b.ndim == 2:
        return a.T @ g
    if b.ndim == 1:
        g = g[..., None]
    if a.ndim == 1:
        a, g = a[None, :], g[..., None, :]
    product = np.swapaxes(a, -1, -2) @ g
    return sum_to(product[..., 0] if b.ndim == 1 else product, b.shape)


def _columns(x, b):
    """The solution, or its gradient, as a matrix also where the right side is a vector."""
    return x[..., None] if b.ndim == 1 else x


def _solve_back(g, a, b):
    """The gradient of the right side before it is summed, as a matrix."""
    return np.linalg.solve(np.swapaxes(a, -1, -2), _columns(g, b))


def _solve_left(g, y, a, b):
    return sum_to(-_solve_back(g, a, b) @ np.swapaxes(_columns(y, b), -1, -2), a.shape)


def _solve_right(g, y, a, b):
    back = _solve_back(g, a, b)
    return sum_to(back[..., 0] if b.ndim == 1 else back, b.shape)


def _solve_push(i, tangent, y, args, kwargs):
    a, b = args
    if i == 1:
        return np.linalg.solve(a, tangent)
    moved = -np.linalg.solve(a, tangent @ _columns(y, b))
    return moved[..., 0] if b.ndim == 1 else moved


@primitive
def ill_conditioned(a):
    """Whether the inverse of a matrix, or of one in a stack, loses many digits or is none."""
    return a.size > 0 and np.isfinite(a).all() and np.any(np.linalg.cond(a) > 1e4)


FLAT.add(ill_conditioned)


def _cofactors(y, a):
    """The gradient of the determinant y: a matrix is singular where it is 0, and has cofactors."""
    if not ill_conditioned(a):
        return np.reshape(y, (*y.shape, 1, 1)) * np.swapaxes(np.linalg.inv(a), -1, -2)
    # Each is, but for its sign, the determinant of what is left without its row and column.
    n = a.shape[-1]
    rest = np.array([[j for j in range(n) if j != i] for i in range(n)], int).reshape(n, n - 1)
    rows = [np.linalg.det(a[..., rest[i][:, None], rest[:, None, :]]) for i in range(n)]
    signs = (-1.0) ** np.add.outer(np.arange(n), np.arange(n))
    return signs * np.stack(rows, axis=-2)


def _where_push(i, tangent, y, args, kwargs):
    return np.where(args[0], tangent, 0.0) if i == 1 else np.where(args[0], 0.0, tangent)


for _function, _rule in {
    np.sum: General(
        lambda g, y, a, axis=None, *, keepdims=False: expand(g, a.shape, axis, keepdims),
        moves=True,
    ),
    np.mean: General(
        lambda g, y, a, axis=None, *, keepdims=False: expand(
            g * (y.size / max(a.size, 1)), a.shape, axis, keepdims
        ),
        moves=True,
    ),
    np.max: General(_extreme_pull, push=_extreme_push, selects=True),
    np.amax: General(_extreme_pull, push=_extreme_push, selects=True),
    np.min: General(_extreme_pull, push=_extreme_push, selects=True),
    np.amin: General(_extreme_pull, push=_extreme_push, selects=True),
    np.cumsum: General(_reverse_cumsum, moves=True),
    np.reshape: General(lambda g, y, a, shape: np.reshape(g, a.shape), moves=True),
    np.transpose: General(_untranspose, moves=True),
    np.broadcast_to: General(lambda g, y, array, shape: sum_to(g, array.shape), moves=True),
    np.flip: General(lambda g, y, m, axis=None: np.flip(g, axis), moves=True),
    np.where: General(
        None,
        lambda g, y, condition, x, y_: np.where(condition, g, 0.0),
        lambda g, y, condition, x, y_: np.where(condition, 0.0, g),
        push=_where_push,
        moves=True,
        selects=True,
    ),
    np.matmul: General(_matmul_left, _matmul_right, contracts=True),
    operator.getitem: General(
        lambda g, y, a, index: scatter(g, index, a.shape), moves=True, selects=True
    ),
    scatter: General(lambda g, y, a, index, shape: g[index], moves=True),
    joined: Joined(_part),
    np.linalg.inv: General(
        lambda g, y, a: -np.swapaxes(y, -1, -2) @ g @ np.swapaxes(y, -1, -2),
        push=lambda i, t, y, args, kwargs: -y @ t @ y,
    ),
    np.linalg.det: General(
        lambda g, y, a: np.reshape(g, (*g.shape, 1, 1)) * _cofactors(y, a),
        push=lambda i, t, y, args, kwargs: np.sum(t * _cofactors(y, *args), axis=(-2, -1)),
    ),
    np.linalg.solve: General(_solve_left, _solve_right, push=_solve_push),
}.items():
    enter(_function, _rule)
