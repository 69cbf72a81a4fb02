"""Numbers that remember how they were computed: reverse mode in its smallest form.

    >>> a, b = Value(2), Value(3)
    >>> c = a * b + b**3
    >>> c.backward()
    >>> a.grad, b.grad
    (3.0, 29.0)

Code written for the Value of micrograd (A. Karpathy, 2020) runs unchanged. Every result keeps its
parents and, for each of them, the local derivative as a number: the chain rule multiplies these
along a path and adds over paths.
"""

import itertools
import math
from operator import attrgetter

__all__ = ["Value"]

_numbers = itertools.count()


class Value:
    """A number in a graph of computations.

    Args:
        data: the number; integers become floats.

    Attributes:
        data: the number, a float.
        grad: the derivative by this Value of what backward() was called on; 0.0 before. Values
            that were computed hold that of the last backward(), others add them up until they
            are set to 0.
        parents: the Values it was computed from, a tuple.
        partials: the local derivative by each of the parents, a tuple of floats.
        operation: how it was computed, as "+", "*", "tanh"; empty for a leaf.

    Raises:
        TypeError: if data is not a real number.
    """

    __slots__ = (
        "__weakref__",
        "data",
        "finished",
        "grad",
        "number",
        "operation",
        "parents",
        "partials",
    )

    def __init__(self, data, parents=(), operation="", partials=()):
        try:
            self.data = data + 0.0 if isinstance(data, int | float) else _number(data)
        except OverflowError:
            raise ValueError("Value takes a number that a float can hold.") from None
        self.grad = 0.0
        self.parents = parents
        self.operation = operation
        self.partials = partials
        self.finished = False
        self.number = next(_numbers)

    # ---------------------------------------------------------------- operations, local slopes

    def __add__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        return _result(self.data + other.data, (self, other), "+", _BOTH_1)

    def __mul__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        x, y = self.data, other.data
        return _result(x * y, (self, other), "*", (y, x))

    def __sub__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        return _result(self.data - other.data, (self, other), "-", _MINUS)

    def __truediv__(self, other):
        if not isinstance(other, Value):
            other = Value(other)
        x, y = self.data, other.data
        return _result(x / y, (self, other), "/", (1 / y, -x / (y * y)))

    def __pow__(self, other):
        if isinstance(other, Value):
            x, p = self.data, other.data
            y = _power(x, p)
            by_exponent = y * math.log(x) if x > 0 else 0.0 if x == 0 else math.nan
            return _result(y, (self, other), "**", (_power_slope(x, p), by_exponent))
        x, p = self.data, _number(other)
        return _result(_power(x, p), (self,), f"**{other}", (_power_slope(x, p),))

    def __neg__(self):
        return _result(-self.data, (self,), "neg", (-1.0,))

    def exp(self):
        """Return e to the power of this number."""
        y = math.exp(self.data)
        return _result(y, (self,), "exp", (y,))

    def log(self):
        """Return the natural logarithm; raise a ValueError unless the number is above 0."""
        if self.data <= 0:
            raise ValueError(f"log needs a number greater than 0, got {self.data}.")
        return _result(math.log(self.data), (self,), "log", (1 / self.data,))

    def sin(self):
        """Return the sine."""
        return _result(math.sin(self.data), (self,), "sin", (math.cos(self.data),))

    def cos(self):
        """Return the cosine."""
        return _result(math.cos(self.data), (self,), "cos", (-math.sin(self.data),))

    def tanh(self):
        """Return the hyperbolic tangent."""
        y = math.tanh(self.data)
        return _result(y, (self,), "tanh", (1 - y * y,))

    def relu(self):
        """Return the positive part, max(x, 0); the slope at 0 is 0."""
        if self.data > 0:
            return _result(self.data, (self,), "ReLU", (1.0,))
        return _result(0.0 * self.data, (self,), "ReLU", (0.0,))

    def __abs__(self):
        x = self.data
        return _result(abs(x), (self,), "abs", (float((x > 0) - (x < 0)),))

    def __radd__(self, other):
        return Value(other) + self

    def __rmul__(self, other):
        return Value(other) * self

    def __rsub__(self, other):
        return Value(other) - self

    def __rtruediv__(self, other):
        return Value(other) / self

    def __rpow__(self, other):
        return Value(other) ** self

    # ---------------------------------------------------------------------------- backward

    def backward(self):
        """Give `.grad` to every Value that this one was computed from: its derivative by them.

        Raises:
            RuntimeError: if it was called here before and a leaf still holds a gradient, to
                which the same would be added again.
        """
        order = self.history()
        if self.finished and any(
            leaf.grad for v in order for leaf in v.parents if not leaf.parents
        ):
            raise RuntimeError(
                "backward() was called on this Value before, and would add the same gradients "
                "again: set .grad = 0 on the leaves first, or compute the Value again."
            )
        for v in order:
            v.grad = 0.0
        self.grad = 1.0
        for v in order:
            grad = v.grad
            parents = v.parents
            if len(parents) == 2:  # the usual case, written out since it is twice as fast
                one, other = parents
                by_one, by_other = v.partials
                one.grad += by_one * grad
                other.grad += by_other * grad
            else:
                for parent, partial in zip(parents, v.partials, strict=True):
                    parent.grad += partial * grad
        self.finished = True

    def history(self):
        """Return this Value and all computed ones that it came from, each before its parents."""
        nodes, seen = [self], {self}
        for v in nodes:  # the list grows while it is read
            for parent in v.parents:
                if parent.parents and parent not in seen:
                    seen.add(parent)
                    nodes.append(parent)
        # What was computed later has the higher number.
        nodes.sort(key=_age, reverse=True)
        return nodes

    # --------------------------------------------------------------- comparisons, conversions

    def __lt__(self, other):
        return self.data < _plain(other)

    def __le__(self, other):
        return self.data <= _plain(other)

    def __gt__(self, other):
        return self.data > _plain(other)

    def __ge__(self, other):
        return self.data >= _plain(other)

    def __float__(self):
        raise TypeError(
            "float(v) or a function of math would lose the graph, and with it the gradient, in "
            "silence: use methods such as v.exp(), or take the number with v.data."
        )

    def __repr__(self):
        return f"Value(data={self.data}, grad={self.grad})"

    # Names that code for micrograd reads when it draws a graph.

    @property
    def _prev(self):
        return set(self.parents)

    @property
    def _op(self):
        return self.operation


_BOTH_1, _MINUS = (1.0, 1.0), (1.0, -1.0)
_new, _age = Value.__new__, attrgetter("number")


def _result(data, parents, operation, partials):
    """A computed Value: what the constructor does, without looking at the data."""
    v = _new(Value)
    v.data = data
    v.grad = 0.0
    v.parents = parents
    v.operation = operation
    v.partials = partials
    v.finished = False
    v.number = next(_numbers)
    return v


def _number(data):
    """A float, from numbers of any kind; NumPy's are taken as well, without needing NumPy here."""
    if isinstance(data, int | float):
        return float(data)
    if getattr(data, "shape", None) == () and getattr(data, "dtype", "O") != "O":
        return float(data)
    raise TypeError(f"A Value works with real numbers, not with {type(data).__name__}.")


def _plain(other):
    return other.data if isinstance(other, Value) else other


def _power(x, p):
    if x < 0 and p != int(p):
        raise ValueError(f"{x} ** {p} is not a real number: the base must not be negative.")
    return x**p


def _power_slope(x, p):
    if p == 0:
        return 0.0
    return math.inf if x == 0 and p < 1 else p * x ** (p - 1)
