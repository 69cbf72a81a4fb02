"""Operators and methods that Tensors and dual numbers share: NumPy functions, by short names."""

import operator

import numpy as np

from helpers.autodiff.dispatch import Differentiable
from helpers.autodiff.functions import relu

__all__ = ["Operators"]


def _binary(function):
    """The operator and its reflection, for a number or an array on the left."""
    return (
        lambda self, other: self._differentiate(function, (self, other), {}),
        lambda self, other: self._differentiate(function, (other, self), {}),
    )


class Operators(Differentiable):
    """What arrays can do, each by a call of `_differentiate`."""

    __slots__ = ()
    __pandas_priority__ = 5000  # above those of its own types: a Series leaves operators to us

    __add__, __radd__ = _binary(np.add)
    __sub__, __rsub__ = _binary(np.subtract)
    __mul__, __rmul__ = _binary(np.multiply)
    __truediv__, __rtruediv__ = _binary(np.divide)
    __mod__, __rmod__ = _binary(np.remainder)
    __matmul__, __rmatmul__ = _binary(np.matmul)
    # Not np.power, as the ** of arrays has fast ways for some exponents.
    __rpow__ = _binary(operator.pow)[1]
    __floordiv__, __rfloordiv__ = _binary(np.floor_divide)
    __lt__, __le__ = _binary(np.less)[0], _binary(np.less_equal)[0]
    __gt__, __ge__ = _binary(np.greater)[0], _binary(np.greater_equal)[0]
    __eq__, __ne__ = _binary(np.equal)[0], _binary(np.not_equal)[0]
    __hash__ = object.__hash__  # as keys of a dict, two with equal numbers are still two

    def __pow__(self, exponent):
        # What arrays do as well. A square has a slope everywhere, which not every power has.
        if type(exponent) in (int, float) and exponent == 2:
            return self._differentiate(np.square, (self,), {})
        return self._differentiate(operator.pow, (self, exponent), {})

    def __neg__(self):
        return self._differentiate(np.negative, (self,), {})

    def __pos__(self):
        return self

    def __abs__(self):
        return self._differentiate(np.absolute, (self,), {})

    def __getitem__(self, index):
        return self._differentiate(operator.getitem, (self, index), {})

    def __setitem__(self, index, value):
        raise TypeError(
            f"A {type(self).__name__} cannot be changed in place, as the graph needs its old "
            "numbers: make a new one with np.where, np.concatenate or np.stack."
        )

    def __len__(self):
        if self.ndim == 0:
            raise TypeError(f"A {type(self).__name__} that is a single number has no len().")
        return self.shape[0]

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    def __array_ufunc__(self, ufunc, method, *inputs, **kwargs):
        if method != "__call__":
            raise TypeError(
                f"np.{ufunc.__name__}.{method} has no rule for gradients: use a function such as "
                "np.sum, or an operator."
            )
        return self._differentiate(ufunc, inputs, kwargs)

    def __array_function__(self, function, types, args, kwargs):
        return self._differentiate(function, args, kwargs)

    @property
    def ndim(self):
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self):
        """How many numbers there are."""
        return int(np.prod(self.shape))

    @property
    def T(self):
        """The transpose: all axes in reverse order."""
        return np.transpose(self)

    def reshape(self, *shape):
        """Return the numbers in another shape, given as numbers or as one tuple."""
        return np.reshape(self, shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes):
        """Return the axes in another order, given as numbers or as one tuple; reversed without."""
        return np.transpose(self, (axes[0] if len(axes) == 1 else axes) or None)

    def dot(self, other):
        """Return np.dot(self, other)."""
        return np.dot(self, other)

    def relu(self):
        """Return the positive part, max(x, 0)."""
        return relu(self)


def _method(function):
    name = function.__name__

    def method(self, *args, **kwargs):
        return function(self, *args, **kwargs)

    method.__name__ = name
    method.__doc__ = f"Return np.{name}(self, ...)."
    return method


for _function in (
    *(np.sum, np.mean, np.max, np.min, np.prod, np.std, np.var, np.ptp, np.cumsum, np.cumprod),
    *(np.argmax, np.argmin, np.squeeze, np.swapaxes, np.ravel, np.clip, np.repeat, np.take),
    *(np.trace, np.diagonal, np.exp, np.log, np.sqrt, np.sin, np.cos, np.tanh),
):
    setattr(Operators, _function.__name__, _method(_function))
Operators.flatten = Operators.ravel
