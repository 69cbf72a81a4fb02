"""Forward mode: dual numbers, which carry a tangent along with every value.

    >>> jvp(lambda x: np.sin(x) * x, (2.0,), (1.0,))
    (1.8185948536513634, 0.0770037537313969)

A dual number x + ẋε stands for a place and a velocity, with ε² = 0. Every function maps the place
as ever and the velocity by its slope, so one run of a program gives its derivative in one
direction. An elementwise function multiplies by the same slope forward and backward, and a linear
function treats tangents as it treats values: the table of rules serves both modes.
"""

import functools
import itertools

import numpy as np

from helpers.autodiff.dispatch import Differentiable
from helpers.autodiff.operands import as_operand, refuse_complex
from helpers.autodiff.operators import Operators
from helpers.autodiff.reach import add_masks, push_within, sum_mask
from helpers.autodiff.rules import FLAT, Composed, Joined, rule_for
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
        TypeError: if f is not callable or returns no numbers, or primals and tangents are not
            tuples of numbers.
        ValueError: if they differ in form or shape.
    """
    if not callable(f):
        raise TypeError(f"The function to differentiate must be callable, not {f!r}.")
    if not (isinstance(primals, tuple | list) and isinstance(tangents, tuple | list)):
        raise TypeError("jvp takes the arguments and their tangents as tuples: jvp(f, (x,), (v,)).")
    velocities = []
    map_arrays(velocities.append, list(tangents), container=True)
    velocities, level = iter(velocities), next(_levels)
    dual = functools.partial(_dual, level, velocities)
    duals = map_arrays(dual, list(primals), container=True)
    if next(velocities, None) is not None:
        raise ValueError("jvp needs one tangent for each argument, of the same form.")
    result = f(*duals)
    if isinstance(result, Dual) and result.level == level:
        return _tidy(result.value), _tidy(result.tangent)
    if not isinstance(result, Differentiable | np.ndarray | np.generic | int | float):
        raise TypeError(
            f"f must return a real number or an array of them, not a {type(result).__name__}."
        )
    return _tidy(result), _tidy(np.zeros(np.shape(result)))


# Of one call of jvp inside another, the inner one has the higher level. Its dual numbers are built
# on those of the outer one, so that two velocities are never taken for one.
_levels = itertools.count(1)


def _dual(level, velocities, value):
    tangent = next(velocities, None)
    if tangent is None:
        raise ValueError("jvp needs one tangent for each argument, of the same form.")
    value, tangent = (
        x if isinstance(x, Differentiable) else Tensor(x).data for x in (value, tangent)
    )
    if value.shape != tangent.shape:
        raise ValueError(
            f"A tangent must have the shape of its argument, {value.shape}, got {tangent.shape}."
        )
    # What stands still stays so, even where a slope is infinite. A tangent that is a variable
    # itself may be 0 for the moment only.
    still = isinstance(tangent, np.ndarray)
    return Dual(value, tangent, level, sum_mask(tangent != 0, value.shape) if still else None)


def _tidy(value):
    """A Tensor as it is, since others may ask for its gradient; a single number as a float."""
    if isinstance(value, Differentiable):
        return value
    array = np.asarray(value)
    return float(array) if array.ndim == 0 else array


class Dual(Operators):
    """An array with a tangent, the velocity at which it moves; both of one shape.

    Attributes:
        value, tangent: arrays, Tensors, or dual numbers of a lower level.
        level: which call of jvp it belongs to.
        mask: where it moves at all; None for everywhere.
    """

    __slots__ = ("level", "mask", "tangent", "value")

    def __init__(self, value, tangent, level=0, mask=None):
        self.value, self.tangent, self.level, self.mask = value, tangent, level, mask

    @staticmethod
    def _differentiate(function, args, kwargs):
        """Return the result of a NumPy function, with its tangent."""
        level = max(_each_level((args, kwargs)))
        if function in FLAT:
            return function(*_values(args), **_values(kwargs))
        rule = rule_for(function, args, kwargs)
        if isinstance(rule, Composed):
            return rule.body(*args, **kwargs)
        if rule.signature and any(isinstance(value, Dual) for value in kwargs.values()):
            bound = rule.signature.bind(*args, **kwargs)
            args, kwargs = bound.args, bound.kwargs
        args = [as_operand(v) if i in rule.takes else v for i, v in enumerate(args)]
        values = _values(args, level)
        y = function(*values, **kwargs)
        y = y if isinstance(y, Differentiable) else np.asarray(y)
        refuse_complex(function, y)
        moving = {i: v for i, v in enumerate(args) if isinstance(v, Dual) and v.level == level}
        way = _joined if isinstance(rule, Joined) else _added_up
        with np.errstate(all="ignore"):  # of slopes, as in the backward pass
            tangent, mask = way(rule, moving, y, values, kwargs)
        return Dual(
            y,
            tangent if np.shape(tangent) == y.shape else np.broadcast_to(tangent, y.shape),
            level,
            sum_mask(mask, y.shape),
        )

    @property
    def shape(self):
        """The length of each axis, a tuple."""
        return self.value.shape

    @property
    def dtype(self):
        """The type of the numbers."""
        return self.value.dtype

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


def _added_up(rule, moving, y, values, kwargs):
    """The tangent of y and its mask, as a sum over the arguments that move."""
    total, mask, plain = 0.0, np.zeros(y.shape, bool), (_values(y), _values(values))
    for i, dual in moving.items():
        if i in rule.takes:
            part, moves = push_within(rule, i, dual.tangent, dual.mask, y, values, kwargs, plain)
            total, mask = total + part, add_masks(mask, moves)
    return total, mask


def _joined(rule, moving, y, values, kwargs):
    """The same for arrays that are joined: their tangents are, which costs n for n of them."""
    tangents = [np.zeros(np.shape(v)) for v in values]
    masks = [np.zeros(np.shape(v), bool) for v in values]
    for i, dual in moving.items():
        tangents[i] = dual.tangent
        masks[i] = np.ones(dual.shape, bool) if dual.mask is None else dual.mask
    return rule.push_all(tangents, kwargs), rule.push_all(masks, kwargs)


def _values(value, level=None):
    """The same arguments with values in place of dual numbers: of one level, or of Tensors too."""
    if isinstance(value, Dual) and level in (None, value.level):
        return _values(value.value, level) if level is None else value.value
    if isinstance(value, Tensor) and level is None:
        return value.data
    if isinstance(value, dict):
        return {name: _values(part, level) for name, part in value.items()}
    if isinstance(value, list | tuple):
        return type(value)([_values(part, level) for part in value])
    return value


def _each_level(value):
    """The levels of the dual numbers in nested lists, tuples and dicts."""
    if isinstance(value, Dual):
        yield value.level
    elif isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _each_level(part)
