"""NumPy functions that put numbers elsewhere: in another shape or order, joined, read by index.

NumPy does the same to a stand-in, an array of this shape or of the numbers' places, and the Tensor
follows. So what NumPy refuses is refused here too, in its words.
"""

import itertools

import numpy as np

from helpers.autodiff.arrays import joined
from helpers.autodiff.rules import Composed, enter

__all__ = []


# ------------------------------------------------------------------------------ other shapes


def _shaped_as(a, function, *args):
    """The array in the shape that NumPy's function gives to one of its shape."""
    return np.reshape(a, function(np.broadcast_to(0.0, np.shape(a)), *args).shape)


def ravel(a):
    return np.reshape(a, (-1,))


def squeeze(a, axis=None):
    return _shaped_as(a, np.squeeze, axis)


def expand_dims(a, axis):
    return _shaped_as(a, np.expand_dims, axis)


def atleast_1d(a):
    return np.reshape(a, (1,)) if a.ndim == 0 else a


def atleast_2d(a):
    return a if a.ndim > 1 else np.reshape(a, (1, -1))


# ------------------------------------------------------------------------------ other orders


def _ordered_as(a, function, *args):
    """The array with its axes in the order that NumPy's function gives them."""
    # An axis is recognized by its length.
    return np.transpose(a, function(np.empty(range(np.ndim(a))), *args).shape)


def moveaxis(a, source, destination):
    return _ordered_as(a, np.moveaxis, source, destination)


def swapaxes(a, axis1, axis2):
    return _ordered_as(a, np.swapaxes, axis1, axis2)


# ------------------------------------------------------------------------------------ joined


def concatenate(arrays, axis=0):
    if axis is None:
        arrays, axis = [np.ravel(a) for a in arrays], 0
    # Where each of them ends, counted once for all.
    sizes = [np.shape(a)[axis] for a in arrays] if np.ndim(arrays[0]) else []
    return joined(*arrays, axis=axis, ends=tuple(itertools.accumulate(sizes)))


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


# -------------------------------------------------------------------------------------- read


def _read_as(a, function, *args):
    """The numbers from the places that NumPy's function gives."""
    return np.ravel(a)[function(_places(a), *args)]


def _places(a):
    return np.arange(np.size(a)).reshape(np.shape(a))


def take(a, indices, axis=None):
    return _read_as(a, np.take, indices, axis)


def take_along_axis(arr, indices, axis):
    return _read_as(arr, np.take_along_axis, np.asarray(indices), axis)


def repeat(a, repeats, axis=None):
    return _read_as(a, np.repeat, repeats, axis)


def roll(a, shift, axis=None):
    return _read_as(a, np.roll, shift, axis)


def tile(A, reps):
    return _read_as(A, np.tile, reps)


def diagonal(a, offset=0, axis1=0, axis2=1):
    return _read_as(a, np.diagonal, offset, axis1, axis2)


def split(ary, indices_or_sections, axis=0):
    parts = np.split(_places(ary), indices_or_sections, axis)
    return [np.ravel(ary)[places] for places in parts]


def sort(a, axis=-1):
    a, axis = (np.ravel(a), 0) if axis is None else (a, axis)
    return np.take_along_axis(a, np.argsort(a, axis=axis, kind="stable"), axis)


def diff(a, n=1, axis=-1):
    np.diff(np.empty(np.shape(a)), n, axis)  # complains if it must
    for _ in range(n):
        a = np.moveaxis(a, axis, 0)
        a = np.moveaxis(a[1:] - a[:-1], 0, axis)
    return a


for _body in (ravel, squeeze, expand_dims, atleast_1d, atleast_2d, moveaxis, swapaxes):
    enter(getattr(np, _body.__name__), Composed(_body))
for _body in (concatenate, stack, vstack, hstack, column_stack, split, diagonal):
    enter(getattr(np, _body.__name__), Composed(_body))
for _body in (take, take_along_axis, repeat, roll, tile, sort, diff):
    enter(getattr(np, _body.__name__), Composed(_body))
