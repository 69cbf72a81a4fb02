"""Forward mode: dual numbers, which carry a tangent along with every value.

    >>> jvp(lambda x: np.sin(x) * x, (2.0,), (1.0,))
    (1.8185948536513634, 0.0770037537313969)

A dual number x + ẋε stands for a place and a velocity, with ε² = 0. Every function maps the place
as ever and the velocity by its slope, so one run of a program gives its derivative in one
direction. An elementwise function multiplies by the same slope forward and backward, and a linear
function treats tangents as it treats values: the table of rules serves both modes.
"""

import functools

import numpy as np

from helpers.autodiff.operators import Operators
from helpers.autodiff.rules import FLAT, Composed, rule_for
from helpers.autodiff.tensor import Tensor
from helpers.autodiff.transforms import map_arrays

__all__ = ["Dual", "jvp"]


def jvp(f, primals, tangents):
    """Return f and its derivative along a direction: the Jacobian times a vector.

    Args:
        f: a function written with NumPy, as for `grad`; it may return an array.
        primals: the arguments of f, a tuple.
        tangents: for each argument the velocity at which it moves, of the same form.

    Returns:
        The pair of f(*primals) and its velocity, both of the same shape. It takes one run of f,
        whatever the number of inputs and outputs.

    Raises:
        TypeError: if f is not callable, or primals and tangents are not tuples of numbers.
        ValueError: if they differ in form or shape.
    """
    if not callable(f):
        raise TypeError(f"The function to differentiate must be callable, not {f!r}.")
    if not (isinstance(primals, tuple | list) and isinstance(tangents, tuple | list)):
        raise TypeError("jvp takes the arguments and their tangents as tuples: jvp(f, (x,), (v,)).")
    velocities = []
    map_arrays(velocities.append, list(tangents), container=True)
    velocities = iter(velocities)
    duals = map_arrays(functools.partial(_dual, velocities), list(primals), container=True)
    if next(velocities, None) is not None:
        raise ValueError("jvp needs one tangent for each argument, of the same form.")
    result = f(*duals)
    if not isinstance(result, Dual):
        return _tidy(result), _tidy(0.0 * result)
    return _tidy(result.value), _tidy(result.tangent)


def _dual(velocities, value):
    tangent = next(velocities, None)
    if tangent is None:
        raise ValueError("jvp needs one tangent for each argument, of the same form.")
    value, tangent = (x if isinstance(x, Tensor) else Tensor(x).data for x in (value, tangent))
    if value.shape != tangent.shape:
        raise ValueError(
            f"A tangent must have the shape of its argument, {value.shape}, got {tangent.shape}."
        )
    return Dual(value, tangent)


def _tidy(value):
    """A Tensor as it is, since others may ask for its gradient; a single number as a float."""
    if isinstance(value, Tensor):
        return value
    array = np.asarray(value)
    return float(array) if array.ndim == 0 else array


class Dual(Operators):
    """An array with a tangent, the velocity at which it moves; both of one shape."""

    __slots__ = ("tangent", "value")

    def __init__(self, value, tangent):
        self.value, self.tangent = value, tangent

    @staticmethod
    def _differentiate(function, args, kwargs):
        """Return the result of a NumPy function, with its tangent."""
        if function in FLAT:
            return function(*_values(args), **_values(kwargs))
        rule = rule_for(function, args, kwargs)
        if isinstance(rule, Composed):
            return rule.body(*args, **kwargs)
        if rule.signature and any(isinstance(value, Dual) for value in kwargs.values()):
            bound = rule.signature.bind(*args, **kwargs)
            args, kwargs = bound.args, bound.kwargs
        values = [np.asarray(v) if isinstance(v, list) else v for v in _values(list(args))]
        y = function(*values, **kwargs)
        y = y if isinstance(y, Tensor) else np.asarray(y)
        tangent = np.zeros(y.shape)
        for i, value in enumerate(args):
            if isinstance(value, Dual) and i in rule.takes:
                tangent = tangent + rule.push(i, value.tangent, y, values, kwargs)
        return Dual(y, tangent)

    @property
    def shape(self):
        """The length of each axis, a tuple."""
        return self.value.shape

    def detach(self):
        """Return the value alone."""
        return self.value

    def __array__(self, dtype=None, copy=None):
        self.__float__()

    def __float__(self):
        raise TypeError(
            "float(x), a function of math or a list given to NumPy would lose the tangent in "
            "silence: use NumPy functions, such as np.stack([...])."
        )

    def __bool__(self):
        return bool(self.value)

    def __repr__(self):
        return f"Dual({self.value!r}, {self.tangent!r})"


def _values(value):
    """The same arguments with the values of dual numbers in their place."""
    if isinstance(value, Dual):
        return value.value
    if isinstance(value, dict):
        return {name: _values(part) for name, part in value.items()}
    return (
        type(value)([_values(part) for part in value]) if isinstance(value, list | tuple) else value
    )
