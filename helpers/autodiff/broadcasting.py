"""Broadcasting and the way back: where NumPy repeats numbers, gradients are summed.

The functions use nothing but NumPy functions and methods, so they work on arrays and on Tensors.
"""

import numpy as np

__all__ = ["expand", "sum_to"]


def sum_to(g, shape):
    """Return g summed over all that broadcasting `shape` to g's shape had repeated."""
    if g.shape == shape:
        return g
    added = g.ndim - len(shape)
    if added > 0:
        g = g.sum(axis=tuple(range(added)))
    repeated = tuple(i for i, n in enumerate(shape) if n == 1 and g.shape[i : i + 1] != (1,))
    g = g.sum(axis=repeated, keepdims=True) if repeated else g
    if g.shape != shape:
        raise ValueError(f"A gradient of shape {g.shape} does not fit an array of shape {shape}.")
    return g


def expand(g, shape, axis=None, keepdims=False):
    """Return what a reduction over `axis` left of an array, repeated to the array's shape.

    Args:
        g: an array of the reduction's shape.
        shape: the shape before the reduction.
        axis, keepdims: what the reduction was called with.
    """
    if axis is None and isinstance(g, np.ndarray | np.generic):
        return np.full(shape, g)  # faster than a view, for the usual sum over everything
    if not (keepdims or axis is None):
        g = np.reshape(g, kept_shape(shape, axis))
    return np.broadcast_to(g, shape)


def kept_shape(shape, axis):
    """The shape that a reduction over `axis` with keepdims=True gives."""
    return tuple(1 if i in reduced_axes(shape, axis) else n for i, n in enumerate(shape))


def reduced_axes(shape, axis):
    """The axes that a reduction over `axis` removes, as a tuple of numbers from 0 on."""
    if axis is None:
        return tuple(range(len(shape)))
    if not shape and not isinstance(axis, tuple) and axis in (0, -1):
        return ()  # NumPy lets a single number be reduced along an axis
    axes = axis if isinstance(axis, tuple) else (axis,)
    return tuple(a + len(shape) if a < 0 else a for a in axes)
