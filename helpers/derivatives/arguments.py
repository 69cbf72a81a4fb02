"""What the differences take and give back: numbers as arrays, and a sentence for anything else."""

import reprlib

import numpy as np

__all__ = ["as_array", "positive", "real", "shown", "tidy"]


def as_array(value):
    """Return NumPy's array of a value, and an array of no numbers for rows of different lengths."""
    try:
        return np.asarray(value)
    except ValueError:
        return np.asarray(None)


def real(value, name, expected="a real number or an array of them"):
    """Return a new float array, so that integers divide and the caller's array stays as it is.

    Raises a TypeError, "`name` must be `expected`", if the value is not made of real numbers; a
    ValueError if one of them is NaN or infinite.
    """
    array = as_array(value)
    if array.dtype.kind not in "iuf":
        raise TypeError(f"{name} must be {expected}, got {shown(value)}.")
    array = array.astype(float)
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, got {shown(value)}.")
    return array


def positive(value, name):
    """Return a new float array, as `real` does; raise a ValueError unless all of it is above 0."""
    array = real(value, name)
    if not (array > 0).all():
        raise ValueError(f"{name} must be greater than 0, got {shown(value)}.")
    return array


def tidy(array):
    """Return an array as it is, and a single number as a plain float."""
    # A plain float prints as 6.0, a NumPy scalar as np.float64(6.0).
    return float(array) if np.ndim(array) == 0 else array


def shown(value):
    """Return a short repr on one line."""
    return " ".join(reprlib.repr(value).split())
