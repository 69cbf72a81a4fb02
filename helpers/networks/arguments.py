"""What networks take, checked in one place: whole numbers, real numbers, choices, generators."""

import math
import reprlib
from numbers import Integral, Real

import numpy as np

from helpers.autodiff import Tensor

__all__ = ["choice", "generator", "numbers", "real", "reals", "shown", "whole"]


def whole(value, name, least=1):
    """Return a whole number as an int; raise a TypeError or ValueError that names it."""
    if isinstance(value, bool) or not isinstance(value, Integral):
        raise TypeError(f"{name} must be a whole number, got {shown(value)}.")
    if value < least:
        raise ValueError(f"{name} must be {least} or more, got {value}.")
    return int(value)


def real(value, name, least=0.0, open_end=False):
    """Return a finite number as a float, at least `least`, or above it with open_end=True."""
    if isinstance(value, bool) or not isinstance(value, Real):
        raise TypeError(f"{name} must be a number, got {shown(value)}.")
    if not math.isfinite(value) or value < least or (open_end and value == least):
        bound = f"greater than {least:g}" if open_end else f"{least:g} or more"
        raise ValueError(f"{name} must be finite and {bound}, got {shown(value)}.")
    return float(value)


def reals(value, name):
    """Return an array of finite floats; raise a TypeError or ValueError that names it."""
    try:
        array = np.asarray(value)
    except ValueError:
        raise TypeError(f"{name} must hold rows of equal length.") from None
    if array.dtype.kind not in "fiu":
        raise TypeError(f"{name} must be an array of real numbers, got {shown(value)}.")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite, but it holds infinite numbers or NaN.")
    return array if array.dtype.kind == "f" else array.astype(float)


def numbers(value):
    """Return the array in a Tensor; anything else as it is."""
    return value.data if isinstance(value, Tensor) else value


def choice(value, name, choices):
    """Return the value if it is one of the choices; raise a ValueError that lists them."""
    if isinstance(value, list | dict | set | np.ndarray) or value not in choices:
        raise ValueError(
            f"{name} must be one of {', '.join(repr(c) for c in choices)}, got {shown(value)}."
        )
    return value


def generator(seed, name="seed"):
    """Return a random generator: the one that is given, or a new one from a whole number."""
    if isinstance(seed, np.random.Generator):
        return seed
    return np.random.default_rng(whole(seed, name, least=0))


def shown(value):
    """Return a short repr on one line."""
    return " ".join(reprlib.repr(value).split())
